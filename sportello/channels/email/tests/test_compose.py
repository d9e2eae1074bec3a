"""What is written is what is read: by the standard library here, by Gmail, Outlook and Apple Mail elsewhere."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportello.channels.base import File, NotDelivered, Outbound, Party
from sportello.channels.email.compose import MOST_REFERENCES, ascii_address, compose

PLAIN = Outbound(
    external_id="reply.1@shop.example",
    sender=Party("info@shop.example", "Terra e Tavola"),
    to=(Party("giulia@posta.example", "Giulia Ferraris"),),
    text="È partito stamattina.",
    subject="Re: Un piatto scheggiato",
    sent_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
)
LOGO = File("logo.png", "image/png", b"\x89PNG" * 30, inline=True, content_id="logo@shop")
INVOICE = File("fattura.pdf", "application/pdf", b"%PDF-1.7" * 100)
HTML = '<p>È partito. <img src="cid:logo@shop"></p>'


def read(message):
    return message_from_bytes(compose(message), policy=policy.default)


def people(raw, field):
    """Names and addresses; the newer parser of the library puts blanks between encoded words that have none."""
    found = getaddresses(message_from_bytes(raw).get_all(field, []))
    return [(str(make_header(decode_header(name))), address) for name, address in found]


def shape(part):
    """The kinds of all parts, as nested as they are."""
    inner = [shape(inside) for inside in part.iter_parts()] if part.is_multipart() else []
    return (part.get_content_subtype(), *inner)


def test_the_headers_of_a_reply():
    mail = read(
        replace(
            PLAIN,
            cc=(Party("marco@posta.example"),),
            bcc=(Party("segreto@shop.example"),),
            reply_to=Party("info+abc@shop.example", "Terra e Tavola"),
            in_reply_to="b@posta.example",
            references=("a@posta.example", "b@posta.example"),
            headers={"Auto-Submitted": "auto-replied", "X-Sportello": "12"},
        )
    )
    assert dict(mail.items()) == {
        "From": "Terra e Tavola <info@shop.example>",
        "To": "Giulia Ferraris <giulia@posta.example>",
        "Cc": "marco@posta.example",
        "Reply-To": "Terra e Tavola <info+abc@shop.example>",
        "Subject": "Re: Un piatto scheggiato",
        "Date": "Sun, 01 Mar 2026 09:30:00 +0000",
        "Message-ID": "<reply.1@shop.example>",
        "In-Reply-To": "<b@posta.example>",
        "References": "<a@posta.example> <b@posta.example>",
        "Auto-Submitted": "auto-replied",
        "X-Sportello": "12",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
    }
    assert b"segreto" not in compose(replace(PLAIN, bcc=(Party("segreto@shop.example"),)))


@pytest.mark.parametrize(
    ("html", "files", "expected"),
    [
        ("", (), ("plain",)),
        (HTML, (), ("alternative", ("plain",), ("html",))),
        ("", (INVOICE,), ("mixed", ("plain",), ("pdf",))),
        (HTML, (LOGO,), ("related", ("alternative", ("plain",), ("html",)), ("png",))),
        (
            HTML,
            (LOGO, INVOICE),
            ("mixed", ("related", ("alternative", ("plain",), ("html",)), ("png",)), ("pdf",)),
        ),
        ("<p>Senza</p>", (LOGO,), ("mixed", ("alternative", ("plain",), ("html",)), ("png",))),
    ],
)
def test_parts_are_nested_as_programs_expect_them(html, files, expected):
    assert shape(read(replace(PLAIN, html=html, files=files))) == expected


def test_long_ids_stay_ids():
    # The standard library makes encoded words of them, and the thread breaks.
    long = "a" * 90 + "@" + "b" * 60 + ".outlook.example"
    raw = compose(replace(PLAIN, in_reply_to=long, references=("x@y", long)))
    assert f"In-Reply-To: <{long}>\r\n".encode() in raw
    assert f"References: <x@y>\r\n <{long}>\r\n".encode() in raw


def test_a_long_thread_keeps_its_first_and_its_last_ids():
    ids = tuple(f"{n}@posta.example" for n in range(100))
    kept = read(replace(PLAIN, references=ids, in_reply_to="99@posta.example"))["References"].split()
    assert len(kept) == MOST_REFERENCES
    assert kept[0] == "<0@posta.example>" and kept[1] == "<81@posta.example>" and kept[-1] == "<99@posta.example>"


def test_what_is_answered_comes_last_in_references():
    kept = read(replace(PLAIN, references=("a@x", "b@x", "c@x"), in_reply_to="a@x"))["References"]
    assert kept == "<b@x> <c@x> <a@x>"


@pytest.mark.parametrize("bad", ["a b@x", "a@x>\r\nBcc: <evil@x", "", "à@x"])
def test_what_is_no_id_is_left_out(bad):
    mail = read(replace(PLAIN, references=("good@x", bad)))
    assert mail["References"] == "<good@x>" and mail["Bcc"] is None


@pytest.mark.parametrize(
    "name", ["fattura n° 5.pdf", "Ricevuta “finale”.pdf", "请求.pdf", "a;b=c.pdf", "perché-" * 60 + ".pdf"]
)
def test_file_names_are_read_in_the_new_way_and_in_the_old_one(name):
    mail = read(replace(PLAIN, files=(replace(INVOICE, name=name),)))
    (part,) = mail.iter_attachments()
    assert part.get_filename().startswith(name[:40]) and part.get_filename().endswith(".pdf")
    raw = compose(replace(PLAIN, files=(replace(INVOICE, name=name),)))
    old = message_from_bytes(raw).get_payload()[1].get_param("name")
    assert old.startswith("=?utf-8?") or old == name
    assert b"filename*0" not in raw


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\Windows\\x", "", "\r\nX-Evil: 1", "…/…"])
def test_file_names_are_never_paths_nor_headers(name):
    raw = compose(replace(PLAIN, files=(replace(INVOICE, name=name),)))
    (part,) = message_from_bytes(raw, policy=policy.default).iter_attachments()
    assert part.get_filename() and not set("/\\\r\n") & set(part.get_filename())
    assert "X-Evil" not in part


def test_a_mail_that_is_attached_travels_as_a_file():
    eml = File("originale.eml", "message/rfc822", b"Subject: x\n\n" + "è".encode("latin-1"))
    (part,) = read(replace(PLAIN, files=(eml,))).iter_attachments()
    assert part.get_content_type() == "application/octet-stream" and part.get_content() == eml.content


@pytest.mark.parametrize("name", ["Bcc", "from", "Content-Type", "X-A\r\nBcc", "MIME-Version", "X A", ""])
def test_headers_of_ours_and_broken_ones_cannot_be_set(name):
    assert compose(replace(PLAIN, headers={name: "evil@x"})).count(b"evil") == 0


def test_from_at_the_start_of_a_line_is_protected():
    raw = compose(replace(PLAIN, text="Ciao\nFrom Russia with love\n.\n..\nfine"))
    assert b"\r\nFrom " not in raw
    assert message_from_bytes(raw).get_payload(decode=True) == b"Ciao\r\nFrom Russia with love\r\n.\r\n..\r\nfine\r\n"


def test_a_mail_to_nobody_visible():
    assert read(replace(PLAIN, to=(), bcc=PLAIN.to))["To"] == "undisclosed-recipients:;"


def test_addresses():
    assert ascii_address(" Info@Bücher.example ") == "Info@xn--bcher-kva.example"
    for bad in ("", "x", "@x", "x@", "a b@x", "a@b@c", "a@x\r\nBcc: y", "a@-x-.ü"):
        with pytest.raises(NotDelivered):
            ascii_address(bad)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120)
addresses = st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,40}@[a-zäß0-9]{1,30}\.example", fullmatch=True)
parties = st.builds(Party, addresses, names)
files = st.builds(
    File, names, st.sampled_from(["image/png", "text/plain", "x"]), st.binary(max_size=400), st.booleans(), st.just("")
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.builds(
        Outbound,
        external_id=st.just("id@shop.example"),
        sender=parties,
        to=st.lists(parties, min_size=1, max_size=5).map(tuple),
        cc=st.lists(parties, max_size=3).map(tuple),
        text=texts,
        html=texts,
        subject=names,
        files=st.lists(files, max_size=3).map(tuple),
    )
)
def test_whatever_is_written_is_read_back(message):
    raw = compose(message)
    assert raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= 998
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", raw)
    mail = message_from_bytes(raw, policy=policy.default)
    assert (mail["Subject"] or "") == message.subject.strip()
    for field, expected in (("From", [message.sender]), ("To", message.to), ("Cc", message.cc)):
        assert people(raw, field) == [(p.name.strip(), ascii_address(p.address)) for p in expected]
    plain = mail.get_body(("plain",)).get_payload(decode=True).decode()
    assert plain == re.sub(r"\r\n?|\n", "\r\n", message.text) + "\r\n"
    assert [part.get_payload(decode=True) for part in mail.iter_attachments()] == [f.content for f in message.files]
