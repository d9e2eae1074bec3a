"""The Date of a mail, as mailers really write it, to an aware datetime."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

# Zones that the standard library does not know, in minutes east.
ZONES = {
    "CET": 60, "MET": 60, "MEZ": 60, "WEST": 60, "BST": 60, "IST": 330,
    "CEST": 120, "MEST": 120, "MESZ": 120, "EET": 120, "SAST": 120,
    "EEST": 180, "MSK": 180, "WET": 0, "UTC": 0, "GMT": 0, "Z": 0, "JST": 540, "AEST": 600,
}  # fmt: skip
MONTHS = {
    "jan": "Jan", "feb": "Feb", "mar": "Mar", "apr": "Apr", "may": "May", "jun": "Jun", "jul": "Jul", "aug": "Aug",
    "sep": "Sep", "oct": "Oct", "nov": "Nov", "dec": "Dec",
    "gen": "Jan", "mag": "May", "giu": "Jun", "lug": "Jul", "ago": "Aug", "set": "Sep", "ott": "Oct", "dic": "Dec",
    "mär": "Mar", "mrz": "Mar", "mai": "May", "okt": "Oct", "dez": "Dec",
    "fév": "Feb", "avr": "Apr", "juin": "Jun", "juil": "Jul", "aoû": "Aug", "déc": "Dec",
    "ene": "Jan", "abr": "Apr",
}  # fmt: skip
ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
NUMBERS = re.compile(
    r"^(?:\w+,?\s+)?(\d{1,2})[/.](\d{1,2})[/.](\d{4}),?\s+(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?\s*([AaPp][Mm])?"
)
RELATIVE = re.compile(r"\b(?:GMT|UTC)\s*([+-])(\d{1,2})(?::?(\d\d))?\b(?!\))")
ZONE = re.compile(r"\b([A-Za-z]{1,4})\s*(?:\(.*)?$")
LONGEST = 120


def parse(text: str) -> datetime | None:
    """Return the aware time, in the sender's own offset, or None when it cannot be read."""
    text = " ".join(text[:LONGEST].replace("\x00", "").split())
    for reader in (_iso, _numbers, _rfc):
        try:
            found = reader(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if found and 1970 <= found.year < 2200:
            return found
    return None


def _iso(text: str) -> datetime | None:
    match = ISO.match(text)
    if not match:
        return None
    offset = (match[3] or "Z").upper().replace("Z", "+00:00")
    return datetime.fromisoformat(f"{match[1]}T{match[2]}{offset}")


def _numbers(text: str) -> datetime | None:
    """03/04/2025 10:15 is April in Europe; only who writes AM and PM puts the month first."""
    match = NUMBERS.match(text)
    if not match:
        return None
    day, month, year, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    if match[7]:
        day, month, hour = month, day, hour % 12 + 12 * (match[7].lower() == "pm")
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _rfc(text: str) -> datetime | None:
    text = RELATIVE.sub(lambda m: f"{m[1]}{int(m[2]):02}{m[3] or '00'}", text)
    parts = parsedate_tz(text) or parsedate_tz(_in_english(text))
    if not parts:
        return None
    year, month, day, hour, minute, second = parts[:6]
    extra = timedelta(days=1) if hour == 24 else timedelta()
    naive = datetime(year, month, day, hour % 24, minute, min(second, 59)) + extra
    return naive.replace(tzinfo=_zone(text, parts[9]))


def _in_english(text: str) -> str:
    """Some home-made programs write the months in their own language: "lun, 3 mag 2025"."""
    words = re.sub(r"^\D{0,15}", "", text).split(" ")
    return " ".join(MONTHS.get(word.lower().rstrip(".,")[:4], MONTHS.get(word.lower()[:3], word)) for word in words)


def _zone(text: str, seconds: int | None) -> timezone:
    """The offset told; by name when the library does not know it; UTC when there is none or it is absurd."""
    name = ZONE.search(text)
    if not seconds and name and name[1].upper() in ZONES:
        seconds = ZONES[name[1].upper()] * 60
    if seconds is None or abs(seconds) > 14 * 3600:
        return UTC
    return timezone(timedelta(seconds=seconds)) if seconds else UTC
