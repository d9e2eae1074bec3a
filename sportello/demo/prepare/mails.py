"""Mails as they really come, made byte by byte: inline images, an invitation, a winmail.dat, a broken charset."""

import base64
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime

from sportello.channels.base import File, Outbound, Party
from sportello.channels.email.compose import compose

from ..season.people import Person
from . import papers, pictures

TNEF_SIGNATURE = 0x223E9F78
TNEF_BODY, TNEF_DATA, TNEF_TITLE, TNEF_START, TNEF_CODEPAGE = 0x800C, 0x800F, 0x8010, 0x9002, 0x9007


def raw_of(name: str, *, person: Person, to: str, subject: str, at: datetime) -> bytes:
    """Return the mail of this name, from `person` to an inbox, sent at that (aware) time."""
    head = Outbound(
        external_id=f"{name}.{person.email.replace('@', '.')}@{person.email.partition('@')[2]}",
        sender=Party(person.email, person.name),
        to=(Party(to, "Terra e Tavola"),),
        subject=subject,
        text="",
        sent_at=at,
    )
    return MAILS[name](head)


def _with(head: Outbound, **more) -> bytes:
    return compose(Outbound(**{**{name: getattr(head, name) for name in head.__dataclass_fields__}, **more}))


def inline_images(head: Outbound) -> bytes:
    text = "Buongiorno,\n\nqui si vede il punto:\n\ne qui la scatola com'era:\n\nCordiali saluti\nCarla Donati"
    html = (
        "<p>Buongiorno,</p><p>qui si vede il punto:<br><img src='cid:punto' width='420'></p>"
        "<p>e qui la scatola com'era:<br><img src='cid:scatola' width='420'></p><p>Cordiali saluti<br>Carla Donati</p>"
    )
    files = (
        File("punto.jpg", "image/jpeg", pictures.damage(7), inline=True, content_id="punto"),
        File("scatola.jpg", "image/jpeg", pictures.box(1), inline=True, content_id="scatola"),
    )
    return _with(head, text=text, html=html, files=files)


def carrier_invoice(head: Outbound) -> bytes:
    text = (
        "Gentile cliente,\n\nin allegato la fattura di ottobre e il riepilogo delle spedizioni.\n\nUfficio contabilità"
    )
    files = (
        File(
            "Fattura n° 2026-10_Terra e Tavola S.r.l. (ottobre) – definitiva.pdf",
            "application/pdf",
            papers.paper("Fattura"),
        ),
        File("riepilogo.csv", "text/csv", b"spedizione;esito\n28A5550193847;consegnata\n"),
    )
    return _with(head, text=text, files=files)


def newsletter(head: Outbound) -> bytes:
    cell = (
        "<td style='padding:12px'><img src='https://immagini.example/{0}.jpg' width='180' alt='{1}'><br>"
        "<b>{1}</b><br><a href='https://fiera.example/{0}'>Scopri</a></td>"
    )
    html = (
        "<table width='100%' style='background:#f4efe6'><tr><td align='center'><h1 style='color:#7a2e1d'>Fiera della "
        "Tavola</h1><p>Dal 28 al 30 gennaio, padiglione 4</p></td></tr><tr><td><table><tr>"
        + "".join(
            cell.format(*one) for one in (("ceramiche", "Ceramiche"), ("lino", "Lino e cotone"), ("vetro", "Vetri"))
        )
        + "</tr></table></td></tr></table><img src='https://spia.example/letta.gif' width='1' height='1'>"
    )
    headers = {"List-Unsubscribe": "<https://fiera.example/via>", "List-Id": "<novita.fiera.example>"}
    return _with(head, text="Fiera della Tavola, dal 28 al 30 gennaio.", html=html, headers=headers)


def invitation(head: Outbound) -> bytes:
    """A meeting of next week: text/calendar beside the text."""
    start = ((head.sent_at or datetime.now()) + timedelta(days=5)).strftime("%Y%m%dT090000Z")
    calendar = "\r\n".join([
        "BEGIN:VCALENDAR", "PRODID:-//Demo//IT", "VERSION:2.0", "METHOD:REQUEST", "BEGIN:VEVENT",
        "UID:prova-colori@sposi.example", f"DTSTAMP:{start}", f"DTSTART:{start}", "DURATION:PT45M",
        "SUMMARY:Lista nozze: prova colori", f"ORGANIZER:mailto:{head.sender.address}", "LOCATION:Videochiamata",
        "END:VEVENT", "END:VCALENDAR", "",
    ])  # fmt: skip
    text = "Ciao! Vi mandiamo l'invito per la prova dei colori. A presto, Giada e Nico"
    parts = [
        ("text/plain; charset=utf-8", text.encode()),
        ("text/calendar; charset=utf-8; method=REQUEST", calendar.encode()),
    ]
    return _multipart(head, "alternative", parts)


def winmail(head: Outbound) -> bytes:
    """What Outlook sends to whom it takes for Outlook: everything wrapped into one winmail.dat."""
    text = (
        b"Buongiorno,\r\n\r\nin allegato l'ordine firmato per le 30 tovaglie.\r\n\r\nCordiali saluti\r\nGuido Marin\0"
    )
    inside = _tnef(
        (TNEF_BODY, text),
        (TNEF_START, struct.pack("<HIII", 1, 0xFFFFFFFF, 0, 0)),
        (TNEF_TITLE, b"Ordine firmato.pdf\0"),
        (TNEF_DATA, papers.paper("Ordine firmato")),
    )
    return _multipart(head, "mixed", [("application/ms-tnef; name=winmail.dat", inside)])


def _tnef(*attributes: tuple[int, bytes]) -> bytes:
    out = struct.pack("<IH", TNEF_SIGNATURE, 7)
    for name, data in ((TNEF_CODEPAGE, struct.pack("<II", 1252, 0)), *attributes):
        level = 1 if name in (TNEF_BODY, TNEF_CODEPAGE) else 2
        out += struct.pack("<BHHI", level, name, 0, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    return out


def forwarded(head: Outbound) -> bytes:
    """A mail in a mail."""
    inner = _with(
        head,
        external_id="dentro@mail.example",
        sender=Party("vettore@consegne.example", "Ufficio reclami"),
        subject="Esito reclamo 553201",
        text="Il collo risulta consegnato a un civico vicino. Il reclamo è chiuso.",
    )
    parts = [
        (
            "text/plain; charset=utf-8",
            "Vi giro la risposta del corriere. Io però non ho ricevuto nulla. Nadia".encode(),
        ),
        ("message/rfc822", inner),
    ]
    return _multipart(head, "mixed", parts)


def broken_charset(head: Outbound) -> bytes:
    """Says it is ASCII, and is not; and its sender's program gave it no Message-ID."""
    text = "Buongiorno, perché il caffè della moka è così amaro? È già la terza volta che la lavo."
    lines = [
        f"From: {head.sender.address}", f"To: {head.to[0].address}", f"Subject: {head.subject}",
        f"Date: {format_datetime(head.sent_at or datetime.now())}", "Content-Type: text/plain; charset=us-ascii",
        "Content-Transfer-Encoding: 8bit", "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n" + text.encode("cp1252") + b"\r\n"


MAILS: dict[str, Callable[[Outbound], bytes]] = {
    "inline-images": inline_images,
    "carrier-invoice": carrier_invoice,
    "newsletter": newsletter,
    "invitation": invitation,
    "winmail": winmail,
    "forwarded": forwarded,
    "broken-charset": broken_charset,
}


def _multipart(head: Outbound, kind: str, parts: list[tuple[str, bytes]]) -> bytes:
    """The head of a composed mail with a body of our own."""
    top = _with(head, text="x").partition(b"\r\n\r\n")[0].decode()
    kept = _without_content(top)
    out = [*kept, f'Content-Type: multipart/{kind}; boundary="=_demo"', "", ""]
    body = "\r\n".join(out).encode()
    for content_type, content in parts:
        inner = content_type.startswith("message/")
        coded = content if inner else base64.encodebytes(content).replace(b"\n", b"\r\n")
        how = "8bit" if inner else "base64"
        body += f"--=_demo\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: {how}\r\n\r\n".encode()
        body += coded + b"\r\n"
    return body + b"--=_demo--\r\n"


def _without_content(top: str) -> list[str]:
    """The fields of a head but those of its body, each with its continuation lines."""
    kept: list[str] = []
    keep = True
    for line in top.split("\r\n"):
        keep = keep if line[:1].isspace() else not line.lower().startswith("content-")
        if keep:
            kept.append(line)
    return kept
