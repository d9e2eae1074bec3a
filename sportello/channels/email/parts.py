"""From the tree of a mail to what a person sees: texts in reading order, and files."""

import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from sportello.lib import html as html_tools

from ..base import File
from . import charsets, files, headers, problems, transfer
from .limits import MAX_TEXT
from .mime import Part

CID = re.compile(r"cid:([^\"'\s>)]{1,400})", re.IGNORECASE)
META = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w.:-]{2,40})", re.IGNORECASE)
ENRICHED = {"text/enriched", "text/richtext"}
SHOWN = {"text/plain", "text/html"} | ENRICHED
PGP_SIGNED, PGP_SIGNATURE = "-----BEGIN PGP SIGNED MESSAGE-----\n", "\n-----BEGIN PGP SIGNATURE-----"
PGP_END = "-----END PGP SIGNATURE-----"


@dataclass(slots=True)
class Body:
    """One text of the mail, in one or both of its dresses."""

    text: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Contents:
    """What was gathered from a mail. `hint` is the first charset named, for headers that name none."""

    found: set[str]
    bodies: list[Body] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    invitation: str = ""
    hint: str = ""

    @property
    def html(self) -> str:
        """All HTML of the mail, as it came."""
        return "\n".join(body.html for body in self.bodies if body.html)


def gather(root: Part, found: set[str]) -> Contents:
    """Walk the tree once and return its texts and files."""
    into = Contents(found)
    _walk(root, into, None)
    _unite(into)
    referenced = {unquote(cid) for cid in CID.findall(into.html)}
    into.files = [replace(file, inline=True) if file.content_id in referenced else file for file in into.files]
    if into.invitation and not any((body.text or body.html or "").strip() for body in into.bodies):
        into.bodies.append(Body(text=into.invitation))
    return into


def _walk(part: Part, into: Contents, choice: Body | None) -> None:
    """`choice` is the body that an enclosing multipart/alternative fills."""
    if not part.children:
        _leaf(part, into, choice)
        return
    if part.kind == "multipart/encrypted":
        into.found.add(problems.ENCRYPTED)
    if part.kind == "multipart/alternative" and choice is None:
        choice = Body()
        into.bodies.append(choice)
    for child in part.children:
        # The resource fork of a double means something to a Macintosh only; the other half is the file.
        if part.kind != "multipart/appledouble" or child.kind != "application/applefile":
            _walk(child, into, choice)


def _leaf(part: Part, into: Contents, choice: Body | None) -> None:
    if _is_shown(part, into, choice):
        _show(part, into, choice)
    elif part.kind != "text/x-amp-html":  # a third dress of an alternative, for one mailer only
        _keep(part, into, choice)


def _is_shown(part: Part, into: Contents, choice: Body | None) -> bool:
    """Text is shown unless it was sent as a file: "attachment", or with a file name beside other text."""
    if part.kind not in SHOWN:
        return False
    disposition = part.headers.text("content-disposition")
    if disposition.lower().lstrip().startswith("attachment"):
        return False
    if headers.parameters(disposition).get("filename"):
        return choice is not None
    return choice is not None or not part.options.get("name") or not into.bodies


def _show(part: Part, into: Contents, choice: Body | None) -> None:
    label = part.options.get("charset", "")
    into.hint = into.hint or label
    raw = transfer.decode(part, into.found)
    if part.kind == "text/html":
        _add(into, choice, html=charsets.clean(charsets.decode(raw, label or _meta_charset(raw), found=into.found)))
    else:
        _add(into, choice, text=_plain(part, raw, label, into))


def _add(into: Contents, choice: Body | None, *, text: str | None = None, html: str | None = None) -> None:
    """Outside alternatives each text stands for itself; inside, the first text and all of the HTML are one body."""
    if choice is None:
        into.bodies.append(Body(text, html))
    elif html is not None:
        choice.html = (choice.html or "") + html
    elif choice.text is None:
        choice.text = text
    elif choice.html is not None and text and text.strip():
        choice.html += html_tools.from_text(text)


def _meta_charset(raw: bytes) -> str:
    found = META.search(raw, 0, 4000)
    return found[1].decode("ascii", "ignore") if found else ""


def _plain(part: Part, raw: bytes, label: str, into: Contents) -> str:
    """The text of a text part; files pasted into it the old way become files."""
    if b"begin" in raw:
        raw = _take_out(raw, transfer.uuencoded, into)
    if b"=ybegin" in raw:
        raw = _take_out(raw, transfer.yencoded, into)
    text = charsets.clean(charsets.decode(raw[: MAX_TEXT * 4], label, found=into.found))
    if part.kind in ENRICHED:
        text = re.sub(r"<(?!<)[^<>]{0,60}>", "", text).replace("<<", "<")
    if part.options.get("format", "").lower() == "flowed":
        text = transfer.unflowed(text, part.options.get("delsp", "").lower() == "yes")
    return _without_pgp(text, into) if "-----BEGIN PGP" in text else text


def _take_out(raw: bytes, finder, into: Contents) -> bytes:
    found, rest = finder(raw)
    for raw_name, content in found:
        name = headers.loosely(raw_name)
        into.files.append(files.make(name, files.kind_of(name), content))
    return rest


def _without_pgp(text: str, into: Contents) -> str:
    """Signed text is read without its armour; encrypted text stays as it is and is said to be so."""
    if "-----BEGIN PGP MESSAGE-----" in text:
        into.found.add(problems.ENCRYPTED)
    before, signed, rest = text.partition(PGP_SIGNED)
    _hash, blank, rest = rest.partition("\n\n")
    content, signature, rest = rest.partition(PGP_SIGNATURE)
    if not (signed and blank and signature):
        return text
    return before + content.replace("\n- ", "\n").removeprefix("- ") + rest.partition(PGP_END)[2]


def _keep(part: Part, into: Contents, choice: Body | None) -> None:
    """Keep a part as a file, or what is packed in it."""
    content = transfer.decode(part, into.found)
    unpacked = files.unpack(part, content, into.found)
    if unpacked is None:
        into.files.append(files.from_part(part, content, into.hint, into.found))
        into.invitation = into.invitation or files.invitation(part, content)
        return
    into.files += unpacked.files
    into.invitation = into.invitation or unpacked.invitation
    if unpacked.text and not any(body.text or body.html for body in into.bodies):
        _add(into, choice, text=unpacked.text)
    if unpacked.html and not into.html:
        _add(into, choice or (into.bodies[-1] if into.bodies else None), html=unpacked.html)
    for part_inside in unpacked.parts:
        _walk(part_inside, into, choice)


def _unite(into: Contents) -> None:
    """Some programs send both dresses of one text as two texts: text alone, then the same as HTML alone."""
    for first, second in zip(into.bodies, into.bodies[1:], strict=False):
        if first.text and first.html is None and second.html and second.text is None and _same(first.text, second.html):
            second.text, first.text = first.text, None
    into.bodies = [body for body in into.bodies if body.text is not None or body.html is not None]


def _same(text: str, html: str) -> bool:
    words = re.findall(r"\w+", text[:3000])[:60]
    shown = set(re.findall(r"\w+", html_tools.to_text(html[:50_000])))
    return bool(words) and sum(word in shown for word in words) >= len(words) * 0.9
