"""Attachments: their names made safe, and what hides inside winmail.dat, S/MIME and invitations."""

import mimetypes
import re
import unicodedata
from dataclasses import dataclass, field

from ..base import File
from . import charsets, headers, mime, problems, smime, tnef
from .invitation import summary
from .limits import MAX_NAME
from .mime import Part

EXTENSIONS = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "message/rfc822": ".eml", "image/jpeg": ".jpg",
    "image/jpg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/heic": ".heic",
    "application/pdf": ".pdf", "application/zip": ".zip", "application/pkcs7-signature": ".p7s", "text/csv": ".csv",
    "application/pkcs7-mime": ".p7m", "application/pgp-signature": ".asc", "application/pgp-encrypted": ".asc",
    "message/delivery-status": ".txt", "text/rfc822-headers": ".txt", "message/disposition-notification": ".txt",
    "text/vcard": ".vcf", "text/x-vcard": ".vcf", "application/ms-tnef": ".dat", "application/xml": ".xml",
    "message/feedback-report": ".txt", "audio/mpeg": ".mp3", "audio/ogg": ".ogg", "audio/amr": ".amr",
    "video/mp4": ".mp4",
}  # fmt: skip
KNOWN_NAMES = {
    "message/delivery-status": "delivery-status.txt",
    "text/rfc822-headers": "original-headers.txt",
    "message/disposition-notification": "read-receipt.txt",
    "message/feedback-report": "feedback-report.txt",
    "text/calendar": "invite.ics",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
}
# Turning the reading direction makes "gpj.exe" out of "exe.jpg"; the others mean something to a file system.
UNSAFE = re.compile('[\u200b-\u200f\u202a-\u202e\u2060-\u2069<>:"|?*]')
TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
PKCS7 = {"application/pkcs7-mime", "application/x-pkcs7-mime"}


@dataclass(slots=True)
class Unpacked:
    """What a wrapper held."""

    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    invitation: str = ""


def make(name: str, kind: str, content: bytes, *, inline: bool = False, content_id: str = "") -> File:
    """Return a File whose name is safe to show and to save."""
    return File(safe_name(name, kind), kind, content, inline, content_id)


def kind_of(name: str) -> str:
    """Return the type that a file name promises."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def safe_name(name: str, kind: str) -> str:
    """Return one path-less line with an extension, whatever the sender called it."""
    name = charsets.one_line(name, 1000).replace("\\", "/").rsplit("/", 1)[-1]
    name = UNSAFE.sub("", unicodedata.normalize("NFC", name)).strip(" .\t") if name.strip(". ") else ""
    name = name or KNOWN_NAMES.get(kind, "") or "attachment" + EXTENSIONS.get(kind, "")
    if len(name) > MAX_NAME:
        stem, dot, extension = name.rpartition(".")
        name = stem[: MAX_NAME - 12] + dot + extension[:11] if dot and len(extension) < 12 else name[:MAX_NAME]
    return name


def from_part(part: Part, content: bytes, hint: str, found: set[str]) -> File:
    """Return the File that this part is."""
    disposition = part.headers.text("content-disposition", hint)
    name = told_name(part, hint) or _own_name(part, content)
    _remark(part, found)
    inline = disposition.lower().lstrip().startswith("inline")
    return make(name, part.kind, content, inline=inline, content_id=_content_id(part))


def told_name(part: Part, hint: str = "") -> str:
    """Return the name that the sender gave to a part, or ""."""
    disposition = part.headers.text("content-disposition", hint)
    return headers.parameters(disposition).get("filename") or part.options.get("name", "")


def _own_name(part: Part, content: bytes) -> str:
    """A mail inside the mail is called after its subject."""
    if part.kind != "message/rfc822":
        return part.headers.text("content-description") if part.main not in ("text", "message") else ""
    end = mime.END_OF_HEADERS.search(content)
    subject = headers.parse(content[: end.start() if end else 20_000]).text("subject")
    return (
        charsets.one_line(subject.replace("/", "-").replace("\\", "-"), 100).strip(" .") + ".eml"
        if subject
        else "message.eml"
    )


def _content_id(part: Part) -> str:
    return charsets.one_line(part.headers.plain("content-id").strip("<> "), MAX_NAME)


def _remark(part: Part, found: set[str]) -> None:
    if part.kind == "message/external-body":
        found.add(problems.OUTSIDE)
    elif part.kind == "message/partial":
        found.add(problems.FRAGMENT)
    elif part.kind == "application/pgp-encrypted":
        found.add(problems.ENCRYPTED)


def invitation(part: Part, content: bytes) -> str:
    """Return what an invitation says, for a mail that says nothing else."""
    if part.kind != "text/calendar":
        return ""
    return summary(charsets.clean(charsets.decode(content, part.options.get("charset", "utf-8"))))


def unpack(part: Part, content: bytes, found: set[str]) -> Unpacked | None:
    """Return what is packed in a part, or None when the part is to be kept as it is."""
    name = told_name(part).lower()
    if part.kind in TNEF or name == "winmail.dat":
        return _from_tnef(content, found)
    if part.kind in PKCS7 and name in ("", "smime.p7m"):
        return _from_smime(part, content, found)
    return None


def _from_tnef(content: bytes, found: set[str]) -> Unpacked | None:
    try:
        inside = tnef.read(content)
    except tnef.Unreadable:
        found.add(problems.TNEF_UNREADABLE)
        return None
    attached = [make(one.name, kind_of(one.name), one.content, content_id=one.content_id) for one in inside.files]
    return Unpacked(inside.text, inside.html, attached)


def _from_smime(part: Part, content: bytes, found: set[str]) -> Unpacked | None:
    """Opaque signed mail is opened; encrypted mail is kept."""
    signed = smime.signed_content(content)
    if signed is None:
        found.add(problems.ENCRYPTED)
        return None
    return Unpacked(parts=[mime.read(signed, found)])
