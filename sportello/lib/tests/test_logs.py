import io
import json
import logging

import pytest
import structlog
from django.test import Client, RequestFactory

from sportello.lib import logs
from sportello.lib.requests_log import RequestLog

IN_PATH = "kX3_aJ9sdP0qLwm2Zt7RvB4y"


@pytest.fixture
def lines():
    """What is logged, as JSON lines the way production writes them."""
    chain = {**logs.configure(json=True, level="INFO")["formatters"]["ours"]}
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(chain.pop("()")(**chain))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_what_is_named_like_a_secret_is_blank(lines):
    structlog.get_logger("shop").warning(
        "signing in", user="ben", password="hunter2", settings={"client_secret": "s3cret", "host": "imap.example"}
    )
    (line,) = lines()
    assert line["event"] == "signing in"
    assert (line["user"], line["password"]) == ("ben", "…")
    assert line["settings"] == {"client_secret": "…", "host": "imap.example"}
    assert "hunter2" not in json.dumps(line)


def test_a_login_inside_an_address_is_blank_in_messages_of_libraries_too(lines):
    logging.getLogger("library").error("cannot reach %s", "smtp://shop:hunter2@mail.example:587")
    assert lines()[0]["event"] == "cannot reach smtp://…@mail.example:587"


def test_a_traceback_does_not_show_what_variables_hold(lines):
    hidden = "".join(["hun", "ter2"])
    try:
        raise ValueError(f"not a password: {len(hidden)}")
    except ValueError:
        structlog.get_logger("shop").exception("could not sign in")
    (line,) = lines()
    assert line["exception"].endswith("ValueError: not a password: 7")
    assert "hunter2" not in json.dumps(line)


def test_what_opens_a_door_is_not_in_the_path_that_is_logged():
    asked = RequestFactory().get(f"/invitations/{IN_PATH}/?code={IN_PATH}")
    assert RequestLog.format_request(asked) == "GET /invitations/…/"
    ordinary = RequestFactory().post("/conversations/12/closure")
    assert RequestLog.format_request(ordinary) == "POST /conversations/12/closure"


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_id_and_who_asked(lines, ben, ben_client):
    ben_client.get(f"/nowhere/?token={IN_PATH}")
    (line,) = [line for line in lines() if line["event"] == "request_finished"]
    assert (line["request"], line["code"], line["agent"]) == ("GET /nowhere/", 404, ben.pk)
    assert len(line["request_id"]) == 36
    assert line["ms"] >= 0
    assert IN_PATH not in json.dumps(lines())


@pytest.mark.django_db
def test_what_is_said_after_a_request_no_longer_carries_its_id(lines):
    Client().get("/nowhere/")
    structlog.get_logger("shop").info("later")
    assert "request_id" not in lines()[-1]
