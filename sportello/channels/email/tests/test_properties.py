"""What holds for every mail, also for those that nobody would write."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportello.channels.base import Unreadable
from sportello.channels.describe import describe
from sportello.channels.email import folding, headers
from sportello.channels.email.parse import parse
from sportello.lib import html

MAILS = [path.read_bytes() for path in sorted((Path(__file__).parent.parent / "fixtures").glob("*.eml"))]
PIECES = [
    b"\n", b"\r\n", b"\n\n", b"--b\n", b"--b--\n", b"=?utf-8?q?", b"?=", b"\x00", b"\xff\xfe", b"> ", b'"', b"<", b"(",
    b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Type: text/html\n", b"; charset=utf-7",
    b"; charset=utf-16", b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: quoted-printable\n", b"<blockquote type=cite>",
    b"Content-Type: message/delivery-status\n", b"Final-Recipient: rfc822;\nAction: failed\n", b"begin 644 x\n",
    b"Il giorno 3 marzo 2025 10:00 a@b.it ha scritto:\n", b"-----Messaggio originale-----\n", b"\xee\x83\xb0",
]  # fmt: skip

few = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def holds(mail):
    try:
        read = parse(mail)
    except Unreadable:
        assert not mail.strip(b" \t\r\n\x00")
        return
    assert read.external_id
    shown = json.dumps(describe(read), ensure_ascii=False)
    shown.encode()
    assert not set("\x00" + folding.QUOTE_STARTS + folding.QUOTE_ENDS) & set(read.text)
    assert "\n" not in read.subject + read.sender.name + read.sender.address + "".join(file.name for file in read.files)
    assert not any("/" in file.name or "\\" in file.name for file in read.files)
    kept = (read.reply_text + "\n" + read.quoted_text).split("\n")
    assert lines(kept) == lines(read.text.split("\n"))
    assert "<script" not in read.html.lower()


def lines(some):
    return sorted(line.strip() for line in some if line.strip())


@few
@given(st.binary(max_size=2000))
def test_any_bytes(mail):
    holds(mail)


@st.composite
def damaged(draw):
    mail = draw(st.sampled_from(MAILS))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(mail)))
        cut = draw(st.integers(0, 40))
        other = draw(st.sampled_from(MAILS))
        begin = draw(st.integers(0, len(other)))
        foreign = other[begin : begin + draw(st.integers(0, 300))]
        mail = mail[:at] + draw(st.sampled_from([*PIECES, foreign, b""])) + mail[at + cut :]
    return mail


@few
@given(damaged())
def test_any_damaged_mail(mail):
    holds(mail)


@few
@given(st.text(max_size=500), st.booleans())
def test_any_text_is_folded_without_loss(text, forwards):
    folded = folding.fold(text, forwards=forwards)
    assert lines([*folded.reply.split("\n"), *folded.quoted.split("\n")]) == lines(folded.text.split("\n"))


@few
@given(st.text(max_size=300))
def test_any_html_is_cleaned_and_read(text):
    assert "<script" not in html.sanitise(text).lower()
    html.to_text(text)


@few
@given(st.text(max_size=200))
def test_any_header_is_decoded(text):
    headers.decode_words(text)
    headers.parameters(text)


@pytest.mark.parametrize("mail", MAILS[::7])
def test_reading_twice_gives_the_same(mail):
    assert parse(mail) == parse(mail)
