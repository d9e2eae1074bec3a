"""One mail, one file, its answer beside it. The answer names what matters; what it does not name may change."""

import json
from pathlib import Path

import pytest

from sportello.channels.describe import describe
from sportello.channels.email.parse import parse

MAILS = sorted((Path(__file__).parent.parent / "fixtures").glob("*.eml"))


@pytest.mark.parametrize("mail", MAILS, ids=lambda path: path.stem)
def test_mail_is_read_as_expected(mail):
    expected = json.loads(mail.with_suffix(".expected.json").read_text())
    seen = describe(parse(mail.read_bytes()))
    assert {key: seen[key] for key in expected} == expected


@pytest.mark.parametrize("mail", MAILS, ids=lambda path: path.stem)
def test_nothing_of_the_text_is_lost(mail):
    seen = parse(mail.read_bytes())
    folded = (seen.reply_text + "\n" + seen.quoted_text).split("\n")
    assert sorted(line.strip() for line in folded if line.strip()) == sorted(
        line.strip() for line in seen.text.split("\n") if line.strip()
    )


def test_every_answer_has_its_mail():
    answers = {path.name.removesuffix(".expected.json") for path in MAILS[0].parent.glob("*.expected.json")}
    assert answers == {mail.stem for mail in MAILS}
