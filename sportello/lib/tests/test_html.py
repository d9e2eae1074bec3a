"""HTML from strangers: what is left of it, and what a person reads in it."""

import pytest

from sportello.lib.html import from_text, sanitise, to_text

CLEANED = {
    '<p onclick="x()">Ciao <b>Anna</b></p>': "<p>Ciao <b>Anna</b></p>",
    "<script>alert(1)</script>resta": "resta",
    "<style>p{background:url(http://x)}</style><p>a</p>": "<p>a</p>",
    '<a href="javascript:alert(1)">a</a>': '<a target="_blank" rel="noopener noreferrer">a</a>',
    '<a href="https://x.example/?a=1&amp;b=2">a</a>': (
        '<a href="https://x.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">a</a>'
    ),
    '<img src="cid:1@x" srcset="http://x 2x" onerror=x>': '<img src="cid:1@x">',
    '<img src="http://x.example/a.gif" width=1>': '<img src="http://x.example/a.gif" width="1">',
    '<img src="data:image/png;base64,AAAA">': '<img src="data:image/png;base64,AAAA">',
    '<img src="data:image/svg+xml;base64,AAAA">': "<img>",
    '<a href="data:text/html,x">a</a>': '<a rel="noopener noreferrer" target="_blank">a</a>',
    '<td background="http://x">a</td>': "a",
    '<p style="color:red; position:fixed; z-index:9; background:url(//x); width:9px">a</p>': (
        '<p style="color:red;width:9px">a</p>'
    ),
    '<p style="background-color: u\\72l(http://x)">a</p>': '<p style="">a</p>',
    "<form action=x><input name=a><button>Invia</button></form>": "Invia",
    "<iframe src=x></iframe><object data=x></object><embed src=x>a": "a",
    "<svg onload=x><a href=y></a></svg>b": "b",
    "<!-- segreto -->a": "a",
    "<o:p>a</o:p>": "a",
    '<base href="http://x"><a href="b">c</a>': '<a target="_blank" rel="noopener noreferrer">c</a>',
    "<div>aperto": "<div>aperto</div>",
}


@pytest.mark.parametrize("html", CLEANED)
def test_only_what_can_be_read_is_left(html):
    assert sanitise(html) == CLEANED[html]


def test_too_deep_for_the_cleaner_becomes_text():
    assert sanitise("<div>" * 300 + "<b>fondo</b> &amp; &lt;script&gt;") == (
        "<div>" + " " * 301 + "fondo  &amp; &lt;script&gt;</div>"
    )


def test_old_fashioned_open_paragraphs_are_not_deep():
    assert sanitise("<p>riga" * 300).count("<p>riga</p>") == 300


READ = {
    "<p>Ciao,</p><p>vorrei:</p><ul><li>olio</li><li>aceto</li></ul>": "Ciao,\n\nvorrei:\n\n  * olio\n  * aceto",
    "<div>Uno<br>due</div><div>&nbsp;</div><div>tre</div>": "Uno\ndue\n\ntre",
    "a&nbsp;b\u200b c": "a b c",
    "<title>T</title><style>x</style><script>y</script>solo questo": "solo questo",
    "<table><tr><td>Codice</td><td>Q</td></tr><tr><td>A1</td><td>3</td></tr></table>": "Codice  Q\nA1      3",
    "<div><div><div>dentro</div></div></div>": "dentro",
    "<ol><li>primo</li><li>secondo</li></ol>": "1. primo\n 2. secondo",
    "<span>attac</span><span>cato</span>": "attaccato",
    "": "",
    "<p></p>": "",
    "solo testo": "solo testo",
    '<?xml version="1.0" encoding="utf-16"?><p>così</p>': "così",
}


@pytest.mark.parametrize("html", READ)
def test_what_a_person_reads(html):
    assert to_text(html).strip() == READ[html].strip()


def test_text_too_deep_for_the_layout_is_not_lost():
    assert "fondo" in to_text("<div>" * 300 + "fondo")


def test_text_becomes_html_with_its_lines():
    assert from_text("a < b\nc") == "<div>a &lt; b<br>c</div>"
