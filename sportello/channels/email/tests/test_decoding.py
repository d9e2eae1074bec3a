"""Charsets, encoded words, addresses and dates that nobody should write and everybody receives."""

import pytest

from sportello.channels.base import Party
from sportello.channels.email import addresses, charsets, dates, headers, ids, problems
from sportello.channels.email.parse import parse

WORDS = {
    "=?utf-8?q?perch=C3?= =?utf-8?q?=A9?=": "perché",
    "=?utf-8?Q?Come va??=": "Come va?",
    "=?UTF-8?b?UGVyY2jDqQ?=": "Perché",
    "Re: =?iso-8859-1?Q?R=E9p?= ok": "Re: Rép ok",
    "=?utf-8?Q?a?==?utf-8?Q?b?=": "ab",
    "=?utf-8*it?Q?ciao?=": "ciao",
    "=?utf-8?q??=": "",
    "=?utf-8?x?a?=": "=?utf-8?x?a?=",
    "=?iso-8859-1?q?=80_5?=": "€ 5",
    "a =?utf-8?q?b?= c": "a b c",
}


@pytest.mark.parametrize("raw", WORDS)
def test_encoded_words(raw):
    assert headers.decode_words(raw) == WORDS[raw]


PEOPLE = {
    '"Rossi, Mario" <Mario@Example.COM>': [Party("mario@example.com", "Rossi, Mario")],
    "Rossi, Mario <m@x.example>": [Party("m@x.example", "Rossi, Mario")],
    'group: a@x.example, "B, C" <b@y.example>;': [Party("a@x.example"), Party("b@y.example", "B, C")],
    "undisclosed-recipients:;": [],
    "m@x.example (Mario Rossi)": [Party("m@x.example", "Mario Rossi")],
    '"mario rossi"@x.example': [Party('"mario rossi"@x.example')],
    "Mario Rossi m@x.example": [Party("m@x.example", "Mario Rossi")],
    "=?utf-8?B?TWFyaW8gPG1AeC5pdD4=?=": [Party("m@x.it", "Mario")],
    "<@a,@b:user@x.example>": [Party("user@x.example")],
    'Mario "il grande <m@x.example>': [Party("m@x.example", 'Mario "il grande')],
    "'Mario' <'m@x.example'>": [Party("m@x.example", "Mario")],
    "<mailto:m@x.example>": [Party("m@x.example")],
    '"m@x.example" <m@x.example>': [Party("m@x.example", "m@x.example")],
    "Anna\u202e <m\u200b@x.example>": [Party("m@x.example", "Anna")],
    "m@müller.example": [Party("m@müller.example")],
    "MAILER-DAEMON": [Party("", "MAILER-DAEMON")],
    "Mario <>": [Party("", "Mario")],
    "a@x.example; b@x.example": [Party("a@x.example"), Party("b@x.example")],
    "": [],
    "<>": [],
    "@": [],
}


@pytest.mark.parametrize("field", PEOPLE)
def test_addresses(field):
    assert addresses.parse(field) == PEOPLE[field]


DATES = {
    "Mon, 3 Mar 2025 10:15:00 +0100": "2025-03-03T10:15:00+01:00",
    "3 Mar 25 10:15 CEST": "2025-03-03T10:15:00+02:00",
    "2025-03-03T10:15:00Z": "2025-03-03T10:15:00+00:00",
    "Mon Mar  3 10:15:00 2025": "2025-03-03T10:15:00+00:00",
    "Mon, 3 Mar 2025 10.15.00 +0100": "2025-03-03T10:15:00+01:00",
    "Mon, 3 Mar 2025 24:00:00 +0000": "2025-03-04T00:00:00+00:00",
    "Mon, 3 Mar 95 10:15:00 +0100": "1995-03-03T10:15:00+01:00",
    "03/04/2025 10:15": "2025-04-03T10:15:00+00:00",
    "4/3/2025 1:15:00 PM": "2025-04-03T13:15:00+00:00",
    "lunedì, 3 marzo 2025 10:15:00 +0100": "2025-03-03T10:15:00+01:00",
    "Mo, 3 Dez 2024 10:15:00 +0100": "2024-12-03T10:15:00+01:00",
}


@pytest.mark.parametrize("text", DATES)
def test_dates(text):
    assert dates.parse(text).isoformat() == DATES[text]


@pytest.mark.parametrize("text", ["", "ieri", "Thu, 30 Feb 2025 10:00:00 +0100", "99 99 9999"])
def test_what_is_no_date(text):
    assert dates.parse(text) is None


def test_an_id_too_long_for_a_column_is_the_same_each_time():
    long = f"<{'a' * 500}@x>"
    assert ids.own(long) == ids.all_in(f"<b@x> {long}")[1]
    assert len(ids.own(long)) < 250


def test_of_a_very_long_thread_the_first_and_the_latest_are_kept():
    kept = ids.all_in(" ".join(f"<{n}@x>" for n in range(500)))
    assert (len(kept), kept[0], kept[1], kept[-1]) == (100, "0@x", "401@x", "499@x")


CHARSETS = [
    (b"costo \x80 5", "us-ascii", "costo € 5", set()),
    ("perché".encode(), "", "perché", set()),
    ("perché".encode(), "windows-1252", "perché", {problems.BAD_CHARSET}),
    ("perché €".encode()[:-1], "utf-8", "perché â‚", {problems.BAD_CHARSET}),
    ("Привет".encode("koi8-r"), "koi8-r", "Привет", set()),
    ("你好".encode("gbk"), "gb2312", "你好", set()),
    ("注文".encode("iso-2022-jp"), "", "注文", set()),
    ("注文".encode("cp932"), "shift_jis", "注文", set()),
    ("così".encode("utf-16"), "utf-16", "così", set()),
    (b"ascii", "utf-16", "ascii", {problems.BAD_CHARSET}),
    (b"a\x81b", "iso-8859-1", "a\x81b", set()),
    (b"5 \x80", "utf8_general_ci", "5 €", {problems.BAD_CHARSET}),
    (b"x", "rot13", "x", {problems.UNKNOWN_CHARSET}),
    (b"x", "a" * 5000, "x", {problems.UNKNOWN_CHARSET}),
]


@pytest.mark.parametrize(("raw", "label", "text", "wrong"), CHARSETS, ids=lambda value: str(value)[:20])
def test_charsets(raw, label, text, wrong):
    found = set()
    assert charsets.decode(raw, label, found=found) == text
    assert found == wrong


def test_a_name_is_one_line_however_it_was_written():
    assert charsets.one_line("Anna\r\nBcc: x\x00\t è", 100) == "Anna Bcc: x è"


def test_a_soft_line_break_with_a_space_behind_it():
    head = (
        b"From: a@x.example\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    )
    assert parse(head + b"una riga = \ncontinua =c3=a8 qui=\n").text == "una riga continua è qui"
