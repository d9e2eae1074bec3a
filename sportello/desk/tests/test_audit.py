"""What was changed, by whom: for supervisors."""

import pytest

from sportello.desk import audit
from sportello.events.models import Event
from sportello.events.record import record
from sportello.workspace import actions


@pytest.fixture
def carla_client(make_agent, client):
    client.force_login(make_agent("Carla Viola", role="supervisor"))
    return client


@pytest.fixture
def moved(anna, workspace):
    """Anna changed the clock of the shop; Ben's conversation was closed."""
    actions.change_shop(time_zone="Europe/Lisbon", by=anna)


def test_a_change_is_shown_with_before_and_after(carla_client, anna, moved):
    entry = carla_client.get("/settings/audit/").context["page"].entries[0]
    assert (entry.event.by, entry.event.name) == (anna, "workspace.changed")
    assert [(old, new) for _field, old, new in entry.changes] == [("Europe/Rome", "Europe/Lisbon")]


def test_what_happens_to_conversations_is_not_here(carla_client, ben, conversation):
    record("conversation.closed", conversation, by=ben)
    assert carla_client.get("/settings/audit/").context["page"].entries == []


def test_it_can_be_narrowed_to_a_person_and_a_kind(carla_client, anna, ben, moved, shipping):
    record("team.changed", shipping, by=ben, changes={"name": ["Pacchi", "Spedizioni"]})

    def shown(**asked):
        return [entry.event.name for entry in carla_client.get("/settings/audit/", asked).context["page"].entries]

    assert shown() == ["team.changed", "workspace.changed"]
    assert shown(kind="team") == ["team.changed"]
    assert shown(by=anna.pk) == ["workspace.changed"]
    assert shown(by=anna.pk, kind="team") == []
    assert shown(kind="nonsense", by="x", before="y") == ["team.changed", "workspace.changed"]


def test_pages_follow_each_other_without_gap_or_repeat(anna, workspace):
    for number in range(audit.PAGE * 2 + 3):
        record("agent.signed_in", anna, by=anna, number=number)
    seen, before = [], None
    while True:
        page = audit.read(before=before)
        seen += [entry.event.data["number"] for entry in page.entries]
        if page.older is None:
            break
        before = page.older
    assert seen == list(reversed(range(103)))


def test_a_page_costs_the_same_however_many_it_shows(anna, shipping, inbox, django_assert_max_num_queries):
    for _time in range(20):
        record("inbox.paused", inbox, by=anna)
        record("team.changed", shipping, by=anna)
        record("agent.signed_in", anna, by=anna)
    with django_assert_max_num_queries(4):
        page = audit.read()
    assert page.entries[-1].subject


def test_what_is_gone_keeps_its_name(anna, shipping):
    record("team.deleted", shipping, by=anna, name="Spedizioni")
    shipping.delete()
    assert "Spedizioni" in audit.read().entries[0].subject


def test_a_secret_is_only_another_one(anna, inbox):
    record("inbox.changed", inbox, by=anna, changes={}, secrets=["imap_password"])
    assert [change[0] for change in audit.read().entries[0].changes] == ["password"]


def test_what_was_empty_and_stays_so_is_not_told(anna, inbox):
    record("inbox.created", inbox, by=anna, changes={"folder": [None, ""], "imap_port": [None, 993]})
    assert audit.read().entries[0].changes == [("porta di ricezione", "—", "993")]


@pytest.mark.parametrize("role", ["guest", "agent"])
def test_agents_and_guests_do_not_see_it(make_agent, client, moved, role):
    client.force_login(make_agent("Dora Bianchi", role=role))
    assert client.get("/settings/audit/").status_code == 404


def test_every_sentence_belongs_to_a_kind_one_can_ask_for():
    assert {name.partition(".")[0] for name in audit.SENTENCES} == set(audit.KINDS)


def test_it_only_reads(carla_client, moved):
    assert carla_client.post("/settings/audit/").status_code == 405
    assert Event.objects.count() == 1
