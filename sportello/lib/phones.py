"""Phone numbers as E.164: one number is written one way."""

import phonenumbers


class NotAPhone(ValueError):
    """This cannot be a phone number."""


def parse_phone(text: str, country: str) -> str:
    """Return the number as E.164, e.g. "+393470001184"; raise `NotAPhone` if it cannot be one.

    `country` (two letters) is where a number without + is dialled from. Italian landlines keep their leading zero.
    """
    try:
        number = phonenumbers.parse(text[:40], country.upper() or None)
    except phonenumbers.NumberParseException as problem:
        raise NotAPhone(text) from problem
    if not phonenumbers.is_possible_number(number):
        raise NotAPhone(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def written(e164: str) -> str:
    """Return the number as people read it, e.g. "+39 347 000 1184"; anything else as it is."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
