"""The text of a body that Outlook sent only as compressed RTF ([MS-OXRTFCP])."""

import re
import struct

from . import charsets

MAX_RTF = 2_000_000
"""Bytes after decompression. A page of text is some ten thousand."""

DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
COMPRESSED, PLAIN = 0x75465A4C, 0x414C454D
TOKEN = re.compile(r"\\\*|\\'([0-9a-fA-F]{2})|\\([a-z]{1,32})(-?\d{1,10})? ?|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+")
SKIPPED = {"fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "listtable"}
SPOKEN = {"par": "\n", "line": "\n", "tab": "\t", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
          "emdash": "—", "endash": "–", "bullet": "•", "cell": "\t", "row": "\n"}  # fmt: skip


def rtf_text(data: bytes) -> str:
    """Return the words of a compressed RTF body; "" when it cannot be read."""
    try:
        return _words(_decompressed(data).decode("latin-1")).strip()
    except (struct.error, IndexError, ValueError):
        return ""


def _decompressed(data: bytes) -> bytes:
    _size, raw_size, magic, _crc = struct.unpack_from("<IIII", data)
    if magic == PLAIN:
        return data[16 : 16 + min(raw_size, MAX_RTF)]
    if magic != COMPRESSED:
        raise ValueError("not RTF")
    out = bytearray(DICTIONARY)
    at = 16
    while at < len(data) and len(out) < MAX_RTF:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data):
                break
            if not flags >> bit & 1:
                out.append(data[at])
                at += 1
            elif not _copy(out, int.from_bytes(data[at : at + 2], "big")):
                return bytes(out[len(DICTIONARY) :])
            else:
                at += 2
    return bytes(out[len(DICTIONARY) :])


def _copy(out: bytearray, reference: int) -> bool:
    """Repeat what stands at an earlier place of the 4096-byte window; False at the end mark."""
    offset, length = reference >> 4, (reference & 15) + 2
    back = (len(out) - offset) % 4096
    if back == 0:
        return False
    for _ in range(length):
        out.append(out[-back])
    return True


def _words(rtf: str) -> str:
    """Text outside the groups that describe fonts, colours and pictures."""
    said: list[str] = []
    muted: list[bool] = [False]
    skip = 0
    for match in TOKEN.finditer(rtf):
        word, number, brace = match[2], match[3], match[5]
        if brace:
            muted = [*muted, muted[-1]] if brace == "{" and len(muted) < 500 else muted[:-1] or [False]
        elif word in SKIPPED or match[0] == "\\*":
            muted[-1] = number != "0"
        elif not muted[-1]:
            spoken, skip = _spoken(match, skip)
            said.append(spoken)
    return charsets.clean("".join(said))


def _spoken(token: re.Match[str], skip: int) -> tuple[str, int]:
    """Return (what this token says, how many fallback characters to leave out: one after each \\u)."""
    byte, word, number, sign, _brace, text = token.groups()
    if word == "u" and number:
        return chr(int(number) % 65536), 1
    if byte:
        return ("", 0) if skip else (bytes.fromhex(byte).decode("cp1252", "replace"), 0)
    if text:
        return text[skip:], 0
    if sign:
        return {"~": " ", "_": "-"}.get(sign, sign if sign in "\\{}" else ""), 0
    return SPOKEN.get(word or "", ""), skip
