"""Open S/MIME mail that is signed, not encrypted: the text lies readable inside a DER envelope."""

SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")
OCTETS, OCTETS_IN_PIECES = 0x04, 0x24
MAX_PIECES = 100_000


def signed_content(content: bytes) -> bytes | None:
    """Return the signed mail inside, its signature unchecked; None when it is encrypted or not S/MIME at all."""
    if SIGNED_DATA not in content[:64]:
        return None
    at = content.find(DATA, 0, 400)
    if at < 0:
        return None
    try:
        tag, start, _ = _head(content, at + len(DATA))
        return _octets(content, start) if tag == 0xA0 else None
    except IndexError:
        return None


def _head(content: bytes, at: int) -> tuple[int, int, int]:
    """Return (tag, start of the value, its length) of the DER element at `at`; -1 means up to the end mark."""
    tag, first = content[at], content[at + 1]
    if first < 0x80:
        return tag, at + 2, first
    if first == 0x80:
        return tag, at + 2, -1
    count = first & 0x7F
    return tag, at + 2 + count, int.from_bytes(content[at + 2 : at + 2 + min(count, 8)], "big")


def _octets(content: bytes, at: int) -> bytes | None:
    tag, start, length = _head(content, at)
    if tag == OCTETS:
        return content[start : start + length]
    if tag != OCTETS_IN_PIECES:
        return None
    stop = len(content) if length < 0 else min(len(content), start + length)
    pieces: list[bytes] = []
    while start < stop and content[start] == OCTETS and len(pieces) < MAX_PIECES:
        _, inner, size = _head(content, start)
        pieces.append(content[inner : inner + size])
        start = inner + max(size, 0)
    return b"".join(pieces)
