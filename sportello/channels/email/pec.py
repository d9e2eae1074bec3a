"""Italian certified mail (PEC): the customer's mail lies inside an envelope that the provider wrote and signed."""

import re

from ..base import Bounce
from . import addresses, charsets, transfer
from .bounces import walk
from .mime import Part

FAILURES = {"errore-consegna", "non-accettazione", "rilevazione-virus"}
WARNINGS = {"preavviso-errore-consegna"}
NOBODY = {"no-dest", "no-dominio"}
TAG = r"<{0}\b[^>]{{0,100}}>([^<]{{1,500}})</{0}>"


def enclosed(root: Part) -> Part | None:
    """Return the part with the customer's own mail, or None when this is no envelope."""
    if root.headers.plain("x-trasporto").lower() != "posta-certificata" or not root.children:
        return None
    for part in walk(root):
        if part.kind == "message/rfc822" and part.options.get("name", "postacert.eml").lower() == "postacert.eml":
            return part
    return None


def is_receipt(root: Part) -> bool:
    """Accepted, taken in charge, delivered or failed: a machine says so."""
    return "x-ricevuta" in root.headers


def bounce(root: Part) -> Bounce | None:
    """Return the failure that a receipt reports, told by its `daticert.xml`."""
    receipt = root.headers.plain("x-ricevuta").lower()
    if receipt not in FAILURES | WARNINGS:
        return None
    data = next((part for part in walk(root) if part.options.get("name", "").lower() == "daticert.xml"), None)
    xml = charsets.decode(transfer.decode(data, set())[:100_000], "utf-8") if data else ""
    failed = receipt in FAILURES
    nobody = any(f'errore="{kind}"' in xml for kind in NOBODY)
    return Bounce(
        recipient=addresses.normalised(_tag(xml, "consegna") or _tag(xml, "destinatari")),
        status=("5.1.1" if nobody else "5.0.0") if failed else "4.0.0",
        permanent=failed,
        dead=failed and nobody,
        reason=charsets.one_line(_tag(xml, "errore-esteso") or root.headers.text("subject"), 400),
        original_id=_tag(xml, "msgid").replace("&lt;", "").replace("&gt;", "").strip("<> ")
        or root.headers.plain("x-riferimento-message-id").strip("<> "),
    )


def _tag(xml: str, name: str) -> str:
    found = re.search(TAG.format(name), xml)
    return found[1].strip() if found else ""
