"""The guide for who runs a desk says what the program does."""

import re

from django.conf import settings

GUIDE = settings.BASE_DIR / "docs" / "self-hosting.md"
READ = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"(?:,\s*("[^"]*"|[\d.]+|True|False)\s*\))?')
ROW = re.compile(r"^\| `([A-Z_]+)` \| (.+) \| (.+) \|$", re.MULTILINE)


def read_by_settings():
    return dict(READ.findall((settings.BASE_DIR / "sportello" / "settings.py").read_text()))


def rows():
    return {name: without for name, _what, without in ROW.findall(GUIDE.read_text())}


def test_every_variable_that_is_read_stands_in_the_table_and_no_other():
    assert set(rows()) == set(read_by_settings())


def test_what_holds_without_a_variable_is_what_the_table_says():
    plain = {name: default.strip('"') for name, default in read_by_settings().items() if default.strip('"')}
    said = {name: rows()[name] for name in plain}
    wrong = {name: (said[name], default) for name, default in plain.items() if not agrees(said[name], default)}
    assert wrong == {}


def agrees(said, default):
    """A default is written as code: `8`, `false`; a port of 0 is none or any."""
    number = default.removesuffix(".0")
    return f"`{default.lower()}`" in said.lower() or f"`{number}`" in said or (default == "0" and "any" in said)


def test_the_commands_of_the_guide_exist():
    text = GUIDE.read_text()
    for name in set(re.findall(r"/opt/sportello/app/bin/(\w+)", text)):
        assert (settings.BASE_DIR / "bin" / name).exists(), name


def test_live_updates_are_unbuffered_where_they_are_served():
    assert "location = /live" in GUIDE.read_text()
    assert '"/live"' in (settings.BASE_DIR / "sportello" / "asgi.py").read_text()
