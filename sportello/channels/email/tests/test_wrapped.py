"""What hides a mail inside a mail: winmail.dat and S/MIME. Made here, as Outlook and OpenSSL make them."""

import base64
import struct
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7

from sportello.channels.email import problems, rtf, tnef
from sportello.channels.email.parse import parse

HEAD = b"From: a@b.example\nSubject: x\nMessage-ID: <1@x>\nDate: Mon, 3 Mar 2025 10:00:00 +0100\nMIME-Version: 1.0\n"


def thing(name, data, level=1):
    return struct.pack("<BHHI", level, name, 0, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(*some):
    """(id, type, bytes) as a MAPI property list."""
    packed = struct.pack("<I", len(some))
    for name, kind, data in some:
        packed += struct.pack("<HHII", kind, name, 1, len(data)) + data + b"\0" * (-len(data) % 4)
    return packed


def winmail(*things):
    return struct.pack("<IH", tnef.SIGNATURE, 7) + thing(0x9007, struct.pack("<II", 1252, 0)) + b"".join(things)


def attached(name, data, content_id=""):
    described = properties(
        (0x3707, 0x1F, (name + "\0").encode("utf-16-le")), (0x3712, 0x1E, content_id.encode() + b"\0")
    )
    return (
        thing(0x9002, b"\0" * 14, 2)
        + thing(0x8010, b"BREVE~1.PDF\0", 2)
        + thing(0x800F, data, 2)
        + thing(0x9005, described, 2)
    )


def mail(kind, content):
    return HEAD + b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(content)


def test_a_winmail_gives_its_text_and_its_files():
    content = winmail(
        thing(0x9003, properties((0x1000, 0x1F, "Perché no?\0".encode("utf-16-le")))),
        attached("preventivo n° 7.pdf", b"%PDF", "<f1@x>"),
        attached("note.txt", b"ciao"),
    )
    read = parse(mail(b"application/ms-tnef; name=winmail.dat", content))
    assert read.text == "Perché no?"
    assert [(file.name, file.type, file.content, file.content_id) for file in read.files] == [
        ("preventivo n° 7.pdf", "application/pdf", b"%PDF", "f1@x"),
        ("note.txt", "text/plain", b"ciao", ""),
    ]
    assert read.problems == ()


def test_the_html_of_a_winmail_is_in_its_own_codepage():
    content = winmail(
        thing(0x9003, properties((0x3FDE, 0x1F, b""), (0x1013, 0x102, "<p>così</p>".encode("cp1252")))),
    )
    assert tnef.read(content).html == "<p>così</p>"


def test_text_beside_a_winmail_wins_over_the_text_inside():
    content = winmail(thing(0x800C, b"dentro\0"), attached("a.txt", b"ciao"))
    whole = (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nfuori\n--b\n'
        + mail(b"application/ms-tnef", content).removeprefix(HEAD)
        + b"--b--\n"
    )
    read = parse(whole)
    assert read.text == "fuori"
    assert [file.name for file in read.files] == ["a.txt"]


def test_a_message_inside_a_winmail_becomes_its_text_and_files():
    inner = winmail(thing(0x800C, b"vecchio\0"), attached("b.txt", b"bb"))
    embedded = properties((0x3701, 0x0D, tnef.EMBEDDED_MESSAGE + inner), (0x3001, 0x1E, b"Vecchio ordine\0"))
    content = winmail(thing(0x800C, b"nuovo\0"), thing(0x9002, b"", 2), thing(0x9005, embedded, 2))
    assert [(one.name, one.content) for one in tnef.read(content).files] == [
        ("Vecchio ordine.txt", b"vecchio"),
        ("b.txt", b"bb"),
    ]


def test_what_is_no_winmail_is_kept():
    read = parse(mail(b"application/ms-tnef; name=winmail.dat", b"not at all"))
    assert [(file.name, file.content) for file in read.files] == [("winmail.dat", b"not at all")]
    assert read.problems == (problems.TNEF_UNREADABLE,)


def test_a_body_in_compressed_rtf_is_read():
    # The example of [MS-OXRTFCP], 4.1: a run with references into the dictionary.
    example = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert rtf.rtf_text(example) == "hello world"


def test_rtf_skips_fonts_and_speaks_every_alphabet():
    source = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator X;}\f0 Citt\'e0 \u8364?5\par due\tab tre\{\}}"
    plain = struct.pack("<IIII", len(source) + 12, len(source), rtf.PLAIN, 0) + source
    assert rtf.rtf_text(plain) == "Città €5\ndue\ttre{}"


@pytest.fixture(scope="module")
def signer():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Giulia")])
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 1, datetime.now(UTC), datetime.now(UTC) + timedelta(1)
    )
    return builder.sign(key, hashes.SHA256()), key


def test_opaque_signed_mail_is_opened(signer):
    inner = b"Content-Type: text/plain; charset=utf-8\r\n\r\nFirmato: perch\xc3\xa9 no?\r\n"
    builder = pkcs7.PKCS7SignatureBuilder().set_data(inner).add_signer(*signer, hashes.SHA256())
    signed = builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    read = parse(mail(b'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"', signed))
    assert read.text == "Firmato: perché no?"
    assert read.files == ()
    assert read.problems == ()


def test_a_signed_document_is_an_attachment_like_any_other(signer):
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"%PDF").add_signer(*signer, hashes.SHA256())
    signed = builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    read = parse(mail(b'application/pkcs7-mime\nContent-Disposition: attachment; filename="contratto.pdf.p7m"', signed))
    assert [(file.name, file.content) for file in read.files] == [("contratto.pdf.p7m", signed)]
    assert problems.ENCRYPTED not in read.problems
