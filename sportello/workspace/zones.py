"""The time zones a shop may live in."""

import zoneinfo

ELSEWHERE = ("Etc/", "posix/", "right/", "SystemV/", "US/")


def time_zones() -> list[tuple[str, str]]:
    """Every zone by its name, as choices."""
    names = sorted(zoneinfo.available_timezones())
    return [(name, name.replace("_", " ")) for name in names if "/" in name and not name.startswith(ELSEWHERE)]
