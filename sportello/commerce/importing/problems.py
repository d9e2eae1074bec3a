"""What can be wrong with a file of orders, and how it is said."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

LONGEST_SHOWN = 60
LONGEST_LIST = 300


class Wrong(ValueError):
    """A value cannot be what it should be. `code` is one of WORDS."""

    def __init__(self, code: str, value: object = "", **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.told = {"value": shown(value), **{name: shown(it, LONGEST_LIST) for name, it in more.items()}}


class UnreadableFile(Wrong):
    """Nothing in this file can be imported: it is no such file, or from `row` on nothing in it can be trusted."""

    def __init__(self, code: str, value: object = "", *, row: int = 0, **more: Any) -> None:
        super().__init__(code, value, **more)
        self.row = row


def shown(value: object, longest: int = LONGEST_SHOWN) -> str:
    """Return the value as a report may show it: short, on one line, printable."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(value)[: longest * 4]).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


@dataclass(frozen=True)
class Problem:
    """Something wrong: where (row of the file, the order's number, column), and what. `row` 0 is the whole file."""

    row: int
    code: str
    order: str = ""
    column: str = ""
    told: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """A sentence in the reader's language that says what to do."""
        return str(WORDS[self.code]) % {"column": self.column, **self.told}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Problem":
        """The opposite of `as_json`."""
        return cls(**kept)

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "code": self.code, "order": self.order, "column": self.column, "told": self.told}


WORDS = {
    # of a value
    "missing": _("%(column)s is missing."),
    "long": _("“%(value)s” is too long: %(limit)s characters at most."),
    "unstorable": _("There is a character that cannot be stored (a NUL). Export the file again."),
    "money": _("“%(value)s” is not an amount of money."),
    "thousands": _("“%(value)s” may mean two things: write it with its decimals, like 1284,00."),
    "decimals": _("“%(value)s” has more decimals than %(currency)s has."),
    "negative": _("“%(value)s” is less than nothing."),
    "huge": _("“%(value)s” is more than we can keep."),
    "other_currency": _("“%(value)s” is not in %(currency)s, the currency of the order."),
    "currency": _("“%(value)s” is not a currency: write its three letters, like EUR."),
    "date": _("“%(value)s” is not a date: write 2026-11-18 or 18/11/2026."),
    "year": _("“%(value)s” is not in a year we believe."),
    "state": _("“%(value)s” is not a state of an order. It is one of: %(allowed)s."),
    "parcel_state": _("“%(value)s” is not a state of a parcel. It is one of: %(allowed)s."),
    "email": _("“%(value)s” is not an e-mail address."),
    "url": _("“%(value)s” is not an address that starts with https://."),
    "quantity": _("“%(value)s” is not a quantity."),
    "country": _("“%(value)s” is not a country: write its two letters, like IT."),
    "excel": _("Excel has cut this number to “%(value)s”: format the column as text and export again."),
    "text": _("There should be text here, not a list."),
    "list": _("There should be a list here."),
    "many": _("There are more than %(limit)s of them."),
    # of an order
    "differs": _("%(column)s is “%(value)s” here and “%(other)s” in row %(row)s of the same order."),
    # of a row
    "json": _("This line is not JSON."),
    "object": _("This line is not an order: it should start with { and end with }."),
    "columns": _("The row has %(count)s columns, the first row %(expected)s. Is a quotation mark missing?"),
    "quote": _("A quotation mark is opened here and not closed."),
    "line": _("The line is longer than a million characters."),
    # of the file
    "empty": _("The file is empty."),
    "workbook": _("This is an Excel workbook. In Excel, choose “Save as” and then “CSV UTF-8”."),
    "binary": _("This is not a text file. Export the orders as CSV or as JSON lines."),
    "array": _("This is one big JSON list. Write one order per line, without commas between."),
    "wide": _("There are more than %(limit)s columns."),
    "header": _("These columns are missing: %(columns)s. The first row must hold the names of the columns."),
    "twice": _("Two columns both mean %(column)s: “%(value)s” and “%(other)s”."),
    # not wrong, but good to know
    "ignored": _("These columns were not used: %(columns)s."),
    "kept": _("The order now has another e-mail address. It stays with the customer it had."),
}
