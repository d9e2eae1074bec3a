"""What stands in a cell, understood. Each reader returns a value or raises `Wrong`."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import get_currency_precision, list_currencies

from sportello.customers import addresses
from sportello.lib.phones import NotAPhone, parse_phone

from .problems import Wrong

MOST_MONEY = Decimal(10) ** 11
YEARS = range(1995, 2101)
SIGNS = {"€": "EUR", "£": "GBP", "EURO": "EUR"}
COUNTRIES = {name.casefold(): code for language in ("en", "it") for code, name in Locale(language).territories.items()}


@dataclass(frozen=True)
class Reading:
    """How the values of a file are to be read. `decimal` is "," or ".", or empty when the file does not show it."""

    zone: tzinfo
    currency: str = "EUR"
    country: str = "IT"
    decimal: str = "."


def text(value: object, limit: int) -> str:
    """Return the text without what Excel wraps around it: ="00123", an apostrophe in front, odd spaces."""
    if isinstance(value, (dict, list, bool)):
        raise Wrong("text")
    if not isinstance(value, str):
        value = _written(value) if isinstance(value, Decimal) else str(value)
    if "\0" in value:
        raise Wrong("unstorable")
    if wrapped := re.fullmatch(r'="(.*)"', value.strip(), re.DOTALL):
        value = wrapped[1]
    value = value.replace("\u00a0", " ").strip().removeprefix("'")
    if len(value) > limit:
        raise Wrong("long", value, limit=limit)
    return value


def _written(number: Decimal) -> str:
    if abs(number.adjusted()) > 30:  # 1e999999999 would be written with a thousand million zeros
        raise Wrong("huge", number)
    return format(number, "f")


def code(value: object, limit: int) -> str:
    """Return an identifier. A number that Excel has rounded (8,41E+12) is lost for ever, and refused."""
    found = text(value, limit)
    if re.fullmatch(r"\d([.,]\d+)?E\+\d+", found, re.IGNORECASE):
        raise Wrong("excel", found)
    return re.sub(r"^(\d+)\.0$", r"\1", found)


NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<grouped>\d{1,3}(?P<sep>[.,' ])\d{3}(?:(?P=sep)\d{3}){0,4})|(?P<plain>\d{1,14}))"
    r"(?:(?P<mark>[.,])(?P<fraction>\d{1,10}))?"
)
# "1.284" or "0.125": one mark with three digits behind it.
ONE_MARK = re.compile(r"[+-]?(\d{1,3})([.,])(\d{3})")


def number(value: object, decimal: str) -> Decimal:
    """Return a number written with a decimal comma or point, with or without separators of thousands.

    "1.284" alone may be either: `decimal` tells which mark the file uses, else `Wrong("thousands")`.
    """
    if isinstance(value, (int, Decimal)):  # of JSON: its point is a decimal one
        decimal = "."
    written = text(value, 40).replace("\u2019", "'").replace("\u202f", " ").replace("\u2212", "-")
    found = NUMBER.fullmatch(written)
    if not found or (found["mark"] and found["mark"] == found["sep"]):
        raise Wrong("money", written)
    if (one := ONE_MARK.fullmatch(written)) and _is_decimal(one, decimal, written):
        return Decimal(written.replace(",", "."))
    whole = re.sub(r"[.,' ]", "", found["grouped"] or found["plain"])
    return Decimal(f"{found['sign']}{whole}.{found['fraction'] or 0}")


def _is_decimal(one: re.Match[str], decimal: str, written: str) -> bool:
    if one[1].startswith("0"):
        return True
    if not decimal:
        raise Wrong("thousands", written)
    return one[2] == decimal


def decimal_mark(values: list[str]) -> set[str]:
    """Which decimal marks these amounts use without any doubt: to know how to read the doubtful ones."""
    return {found[1] for value in values if (found := re.search(r"\d([.,])(?:\d{1,2}|\d{4,10})\D*$", value))}


UNIT = re.compile(r"(?i)[€£$]|\b[A-Z]{3}\b")


def money(value: object, reading: Reading, currency: str, *, exact: bool = True) -> Decimal:
    """Return an amount that this currency can be paid in; with `exact` off it is rounded to that."""
    amount = number(_without_unit(value, currency), reading.decimal)
    payable = rounded(amount, currency)
    if exact and payable != amount:
        raise Wrong("decimals", value, currency=currency)
    if amount < 0:
        raise Wrong("negative", value)
    if amount >= MOST_MONEY:
        raise Wrong("huge", value)
    return payable


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Return the amount with as many decimals as the currency has."""
    return amount.quantize(Decimal(1).scaleb(-precision(currency)), ROUND_HALF_UP)


def _without_unit(value: object, currency: str) -> object:
    if not isinstance(value, str):
        return value
    for unit in UNIT.findall(value):
        if SIGNS.get(unit.upper(), unit.upper()) not in (currency, "$"):
            raise Wrong("other_currency", value, currency=currency)
    return UNIT.sub("", value)


@lru_cache
def precision(currency: str) -> int:
    """How many decimals this currency has, three at most."""
    return min(get_currency_precision(currency), 3)


@lru_cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def currency(value: object) -> str:
    """Return the three letters of a currency."""
    found = text(value, 40).upper()
    found = SIGNS.get(found, found)
    if found not in _currencies():
        raise Wrong("currency", found)
    return found


def quantity(value: object, reading: Reading) -> Decimal:
    """Return how many: may be broken (1,5 kg), not negative."""
    try:
        found = number(value, reading.decimal)
    except Wrong as wrong:
        raise Wrong("quantity" if wrong.code == "money" else wrong.code, value) from wrong
    if not 0 <= found < 1_000_000 or found != found.quantize(Decimal("0.001")):
        raise Wrong("quantity", value)
    return found


ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s?(Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
ITALIAN = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:,? +(?:ore )?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?)?")
EXCEL_DAY_ZERO = datetime(1899, 12, 30)


def moment(value: object, reading: Reading) -> datetime:
    """Return when, aware: ISO 8601, day/month/year, or Excel's own count of days. Without a zone, the shop's."""
    written = text(value, 60)
    try:
        found = _moment(written, reading)
        if found.year not in YEARS:
            raise Wrong("year", written)
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        raise problem if isinstance(problem, Wrong) else Wrong("date", written) from problem


def _moment(written: str, reading: Reading) -> datetime:
    if iso := ISO.fullmatch(written):
        year, month, day, hour, minute, second, zone = iso.groups()
        return _at(_zone(zone) or reading.zone, year, month, day, hour, minute, second)
    if italian := ITALIAN.fullmatch(written):
        day, month, year, hour, minute, second = italian.groups()
        year = year if len(year) == 4 else f"20{year}"
        return _at(reading.zone, year, month, day, hour, minute, second)
    if re.fullmatch(r"\d{5}([.,]\d{1,12})?", written):
        days = float(written.replace(",", "."))
        return (EXCEL_DAY_ZERO + timedelta(seconds=round(days * 86400))).replace(tzinfo=reading.zone)
    raise Wrong("date", written)


def _at(zone: tzinfo, *parts: str | None) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)


def _zone(written: str | None) -> tzinfo | None:
    if not written:
        return None
    return UTC if written in ("Z", "UTC") else datetime.strptime(written, "%z").tzinfo


def day(value: object, reading: Reading) -> date:
    """Return which day, in the shop's zone."""
    return moment(value, reading).astimezone(reading.zone).date()


def email(value: object) -> str:
    """Return the address as identities keep it."""
    found = text(value, 320)
    try:
        return addresses.normal(addresses.EMAIL, found)
    except addresses.NotAnAddress as problem:
        raise Wrong("email", found) from problem


def phone(value: object, country: str) -> str:
    """Return the number as E.164, or as it was written when it cannot be one: not worth refusing an order."""
    found = code(value, 200)
    try:
        return parse_phone(found, country)
    except NotAPhone:
        return found[:30]


def country(value: object) -> str:
    """Return the two letters of a country, told so or by its English or Italian name."""
    found = text(value, 100)
    known = found.upper() if found.casefold() in CODES else COUNTRIES.get(found.casefold(), "")
    if len(known) != 2:
        raise Wrong("country", found)
    return known


CODES = frozenset(code.casefold() for code in COUNTRIES.values() if len(code) == 2)


def url(value: object) -> str:
    """Return an address of the web; any other kind (javascript:) is refused."""
    found = text(value, 500)
    if not re.fullmatch(r"https?://[^\s<>\"'\\]+", found, re.IGNORECASE):
        raise Wrong("url", found)
    return found
