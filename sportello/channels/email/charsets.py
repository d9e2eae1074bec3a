"""Bytes to text, believing the declared charset only as far as the bytes bear it out."""

import codecs
import re
import unicodedata
from functools import lru_cache

from . import problems

# What mailers write, and what they mean. Latin-1 and ASCII are Windows-1252 in the field (as browsers hold, too).
MEANT = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "hz",
    "euc_kr": "cp949",
    "johab": "johab",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "utf-8-sig": "utf-8",
}
ALIASES = {
    "ansi": "cp1252",
    "unknown-8bit": "",
    "x-unknown": "",
    "unknown": "",
    "default": "",
    "default_charset": "",
    "_autodetect": "",
    "8bit": "",
    "7bit": "",
    "binary": "",
    "none": "",
    "x-user-defined": "",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "unicode": "utf-8",
    "utf8mb4": "utf-8",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "koi8-ru": "koi8-u",
    "ks_c_5601-1987": "cp949",
    "windows-874": "cp874",
    "x-windows-949": "cp949",
    "windows-31j": "cp932",
    "cp-850": "cp850",
}
# Codecs that transform or are slow on purpose-made input are no charsets, whatever a mail says.
NOT_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "rot13"}
MULTIBYTE = re.compile(r"utf-(?!8)|iso2022|gb18030|cp9[34]|johab|euc_|big5|hz|shift")
STATEFUL = re.compile(r"utf-(?!8)|iso2022|hz")

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ufeff\ud800-\udfff]")
DOUBLE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u20ac\u201a-\u203a\u0152-\u0192\u02c6\u02dc\u2122]")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that do not fit as Windows-1252: the usual truth behind a broken declaration."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return windows(error.object[error.start : error.end]), error.end


codecs.register_error("sportello-windows", _as_windows)


def windows(data: bytes) -> str:
    """Windows-1252 without holes: the five unassigned bytes become their control characters."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in data)


@lru_cache(maxsize=512)
def codec_for(label: str) -> str | None:
    """Return Python's codec for a declared charset, "" when nothing is declared, None when it is unknown."""
    label = label.strip(" \t'\"").lower()
    label = ALIASES.get(label, label)
    if not label:
        return ""
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError):
        return _repaired(label)
    if info.name.replace("-", "_") in NOT_CHARSETS or not info._is_text_encoding:
        return None
    return MEANT.get(info.name, info.name)


def _repaired(label: str) -> str | None:
    """`utf8_general`, `iso8859_15@euro`, `windows1252`: find the name inside."""
    found = re.search(r"(utf)[-_ ]?(8)|(?:iso[-_ ]?)(8859)[-_ ]?(\d{1,2})|(?:windows|win|cp)[-_ ]?(125\d)", label)
    if not found:
        return None
    if found[1]:
        return "utf-8"
    return codec_for(f"cp{found[5]}" if found[5] else f"iso8859-{found[4]}")


def decode(data: bytes, label: str = "", *, found: set[str] | None = None) -> str:
    """Return the text of `data`, never failing; add what was wrong to `found` (constants of `problems`)."""
    wrong = found if found is not None else set()
    codec = codec_for(label[:60])
    if codec is None:
        wrong.add(problems.UNKNOWN_CHARSET)
        codec = ""
    if data.isascii() and not STATEFUL.match(codec):
        return _without_declaration(data) if b"\x1b" in data else data.decode("ascii")
    text = _multibyte(data, codec, wrong) if MULTIBYTE.match(codec) else _single(data, codec, wrong)
    return _unmangled(text, wrong)


def _without_declaration(data: bytes) -> str:
    """Escape sequences in seven bits: Japanese that was not declared, or control characters."""
    try:
        return data.decode("iso2022_jp_ext")
    except UnicodeDecodeError:
        return data.decode("ascii")


def _single(data: bytes, codec: str, wrong: set[str]) -> str:
    """UTF-8 shows itself: text in another charset is practically never valid UTF-8."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if codec not in ("utf-8", ""):
            wrong.add(problems.BAD_CHARSET)
        return text
    if codec == "utf-8":
        wrong.add(problems.BAD_CHARSET)
        return data.decode("utf-8", "sportello-windows")
    if not codec:
        return _undeclared(data)
    return windows(data) if codec == "cp1252" else data.decode(codec, "sportello-windows")


def _undeclared(data: bytes) -> str:
    """Eight bits, nothing said: UTF-16 by its zero bytes, else UTF-8 patched with Windows-1252 where it is not."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:400].count(0) > len(data[:400]) // 3:
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "sportello-windows")


def _multibyte(data: bytes, codec: str, wrong: set[str]) -> str:
    """Try as declared, then UTF-8, then as declared with marks where it does not fit."""
    lying = codec.startswith(("utf-16", "utf-32")) and 0 not in data[:1000]
    for attempt in ("utf-8",) if lying else (codec, "utf-8"):
        try:
            text = data.decode(attempt)
        except (UnicodeDecodeError, ValueError):
            continue
        if attempt != codec:
            wrong.add(problems.BAD_CHARSET)
        return text
    wrong.add(problems.BAD_CHARSET)
    return windows(data) if lying else data.decode(codec, "replace")


def _unmangled(text: str, wrong: set[str]) -> str:
    """Undo UTF-8 that was read as Windows-1252 and encoded once more ("perchÃ©"): only when all of it is so."""
    if not DOUBLE.search(text):
        return text
    try:
        repaired = "".join(map(_windows_byte, text)).encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
    wrong.add(problems.MOJIBAKE)
    return repaired


@lru_cache(maxsize=1024)
def _windows_byte(char: str) -> str:
    """The character whose number is the Windows-1252 byte of `char`; itself when it has none."""
    try:
        return char.encode("cp1252").decode("latin-1")
    except UnicodeEncodeError:
        return char


def clean(text: str) -> str:
    """Return `text` with plain newlines and without control characters: a zero byte stops a database."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return CONTROLS.sub("", text)


def one_line(text: str, longest: int) -> str:
    """Return `text` as one tidy line of at most `longest` characters: nothing in it can start a new header."""
    line = " ".join(CONTROLS.sub("", text[: longest * 4].replace("\x00", "")).split())
    return unicodedata.normalize("NFC", line)[:longest].rstrip()
