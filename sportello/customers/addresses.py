"""How an address is written once and for all, whoever typed it. Channels that know better do it themselves."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from sportello.lib.phones import NotAPhone, parse_phone

PHONE_KINDS = ("phone", "sms", "whatsapp")
EMAIL = "email"


class NotAnAddress(ValueError):
    """This cannot be an address of that kind."""


def normal(kind: str, value: str, country: str = "") -> str:
    """Return the value as identities keep it: e-mail in small letters, phones as E.164; raise `NotAnAddress`.

    `country` (two letters) is where a phone number without + is dialled from; the shop's own when it is empty.
    """
    value = value.strip()
    if kind == EMAIL:
        return _email(value)
    if kind in PHONE_KINDS:
        return _phone(value, country)
    if not value or len(value) > 320 or not value.isprintable():
        raise NotAnAddress(value)
    return value


def _email(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError as problem:
        raise NotAnAddress(value) from problem
    return value.lower()


def _phone(value: str, country: str) -> str:
    try:
        return parse_phone(value, country or settings.COUNTRY)
    except NotAPhone as problem:
        raise NotAnAddress(value) from problem
