"""A calendar invitation in four lines."""

import re
from datetime import datetime

FIELD = re.compile(r"^(SUMMARY|DTSTART|DTEND|LOCATION|DESCRIPTION)((?:;[^:\n]{0,200})?):(.*)$", re.MULTILINE)
LONGEST = 100_000


def summary(ics: str) -> str:
    """Return title, time, place and description of the first event; "" when there is none."""
    text = re.sub(r"\n[ \t]", "", ics[:LONGEST].replace("\r\n", "\n"))
    start = text.find("BEGIN:VEVENT")
    if start < 0:
        return ""
    stop = text.find("END:VEVENT", start)
    fields = {
        name: (options, value) for name, options, value in FIELD.findall(text[start : stop if stop > 0 else None])
    }
    times = [_time(*fields[name]) for name in ("DTSTART", "DTEND") if name in fields]
    words = [_plain(fields[name][1]) for name in ("SUMMARY", "LOCATION", "DESCRIPTION") if name in fields]
    return "\n".join(filter(None, [*words[:1], " – ".join(times), *words[1:]]))


def _time(options: str, value: str) -> str:
    zone = re.search(r"TZID=([^;:]+)", options)
    suffix = " UTC" if value.strip().endswith("Z") else f" {zone[1]}" if zone else ""
    for form, shown in (("%Y%m%dT%H%M%S", "%Y-%m-%d %H:%M"), ("%Y%m%d", "%Y-%m-%d")):
        try:
            return datetime.strptime(value.strip().rstrip("Z"), form).strftime(shown) + suffix
        except ValueError:
            continue
    return value.strip()


def _plain(value: str) -> str:
    return re.sub(r"\\([,;\\])", r"\1", re.sub(r"\\[nN]", "\n", value)).strip()
