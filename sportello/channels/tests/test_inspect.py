"""`sportello inspect`: what would the desk make of this? No database is used: the tests do not ask for one."""

import json

import pytest
from django.core.management import CommandError, call_command

MAIL = """\
From: Giulia <Giulia@Shop.example>
Subject: Ciao
Message-ID: <1@x>
Date: Mon, 3 Mar 2025 10:00:00 +0100

Dov'è?
"""


@pytest.fixture
def mail(tmp_path):
    path = tmp_path / "mail.eml"
    path.write_text(MAIL)
    return path


def test_one_mail_is_readable_json(mail, capsys):
    call_command("inspect", "email", str(mail))
    shown = capsys.readouterr().out
    seen = json.loads(shown)
    assert shown.startswith('{\n  "from"')
    assert seen["from"] == {"name": "Giulia", "email": "giulia@shop.example"}
    assert seen["date"] == "2025-03-03T10:00:00+01:00"
    assert seen["message_id"] == "1@x"
    assert seen["text"] == seen["reply_text"] == "Dov'è?"
    assert seen["bounce"] is None
    assert seen["attachments"] == []


def test_several_mails_are_one_line_each_and_a_bad_one_stops_nobody(mail, tmp_path, capsys):
    empty, missing = tmp_path / "empty.eml", tmp_path / "missing.eml"
    empty.write_bytes(b"\n\n")
    with pytest.raises(SystemExit) as stopped:
        call_command("inspect", "email", str(mail), str(empty), str(missing), str(mail))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert stopped.value.code == 1
    assert [line["file"] for line in lines] == [str(mail), str(empty), str(missing), str(mail)]
    assert lines[0] == lines[3]
    assert lines[1]["problems"] == ["The mail is empty."]
    assert "No such file" in lines[2]["error"]
    assert "error" not in lines[0]


def test_an_unknown_channel_is_named(mail):
    with pytest.raises(CommandError, match=r"no channel 'fax'.*email"):
        call_command("inspect", "fax", str(mail))
