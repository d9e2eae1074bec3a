"""Every event that is told on the thread has a sentence, in which names are never HTML."""

import pytest
from django.utils import translation

from sportello.conversations import queries
from sportello.conversations.views.telling import TOLD, told
from sportello.events.models import Event

DATA = {
    "agent": 1,
    "agent_name": "<i>Cleo</i>",
    "team": 1,
    "team_name": "Fatture",
    "until": "2026-11-23T08:00:00+00:00",
    "priority": 4,
    "tag": "<i>rotto</i>",
    "number": "TT-10482",
}


def test_what_is_shown_is_what_can_be_told():
    assert set(queries.TOLD) == set(TOLD)


@pytest.mark.parametrize("name", sorted(TOLD))
def test_who_did_it_stands_in_the_sentence(name, ben):
    _icon, words = told(Event(name=name, by=ben, data=DATA))
    assert "<b>Ben Costa</b>" in words
    assert "<i>" not in words


def test_what_nobody_did_is_told_too():
    with translation.override("it"):
        assert told(Event(name="conversation.woken"))[1] == "È tornata al banco"
        assert told(Event(name="conversation.linked", data=DATA))[1] == "Parla dell’ordine <b>TT-10482</b>"
