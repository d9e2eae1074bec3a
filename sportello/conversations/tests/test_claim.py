"""Whose conversation it is."""

from sportello.conversations import actions
from sportello.events.models import Event
from sportello.events.record import record


def test_ben_takes_it_and_the_timeline_says_so(ben, conversation):
    assert actions.claim(conversation, by=ben) is True
    assert conversation.assignee == ben
    event = Event.objects.get()
    assert (event.name, event.topic, event.by) == (
        "conversation.claimed",
        f"conversation:{conversation.pk}",
        ben,
    )


def test_of_two_who_click_at_once_one_gets_it(ben, anna, conversation):
    assert actions.claim(conversation, by=ben) is True
    assert actions.claim(conversation, by=anna) is False
    assert conversation.assignee == ben
    assert Event.objects.count() == 1


def test_claiming_what_is_already_mine_is_no_news(ben, conversation):
    actions.claim(conversation, by=ben)
    assert actions.claim(conversation, by=ben) is True
    assert Event.objects.count() == 1


def test_anna_gives_it_to_ben_and_then_to_nobody(anna, ben, conversation):
    assert actions.assign(conversation, ben, by=anna) is True
    assert actions.assign(conversation, ben, by=anna) is False
    assert actions.assign(conversation, None, by=anna) is True
    assert conversation.assignee is None
    assert [event.data["agent_name"] for event in Event.objects.all()] == ["Ben Costa", ""]


def test_moving_it_to_another_team_hides_it_from_ben(anna, ben, billing, conversation):
    actions.move(conversation, billing, by=anna)
    assert not type(conversation).objects.visible_to(ben).exists()


def test_who_leaves_the_desk_leaves_their_open_ones_to_the_others(anna, ben, conversation):
    actions.claim(conversation, by=ben)
    record("agent.deactivated", ben, by=anna)
    conversation.refresh_from_db()
    assert conversation.assignee is None
    assert Event.objects.last().by == anna
