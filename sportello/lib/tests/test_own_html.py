"""What is written at the desk needs no frame: formatting and our own pictures, nothing else."""

import pytest

from sportello.lib.own_html import own_html


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>Gentile <b>Giulia</b>,</p>", "<p>Gentile <b>Giulia</b>,</p>"),
        ('<p style="color:red" class="x" onclick="y()">a</p>', "<p>a</p>"),
        ("<script>alert(1)</script><p>a</p>", "<p>a</p>"),
        ('<img src="/attachments/5/large.webp" alt="">', '<img src="/attachments/5/large.webp" alt="">'),
        ('<p>a<img src="https://tracker.example/x.gif"></p>', "<p>a<img></p>"),
        ('<p>a<img src="/conversations/1/closure"></p>', "<p>a<img></p>"),
        ('<a href="javascript:alert(1)">x</a>', '<a target="_blank" rel="noopener noreferrer">x</a>'),
        ('<p hx-get="/x" data-do="closure">a</p>', "<p>a</p>"),
        ("<p><br></p><p>&nbsp;</p>", ""),
        ("", ""),
    ],
)
def test_only_the_formatting_is_kept(written, kept):
    assert own_html(written) == kept
