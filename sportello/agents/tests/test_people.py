"""Roles, teams, coming and going: and there is always an administrator."""

import threading

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from sportello.agents import actions
from sportello.agents.models import Agent, Role, Session
from sportello.agents.sessions import agent_of
from sportello.events.models import Event


def test_anna_changes_bens_role_and_teams(anna, anna_client, ben, shipping, billing):
    answer = anna_client.post(
        f"/settings/people/{ben.pk}/", {"name": "Ben Costa", "role": "supervisor", "teams": [billing.pk]}
    )
    assert answer["Location"] == "/settings/people/"
    ben.refresh_from_db()
    assert (ben.role, list(ben.teams.all())) == ("supervisor", [billing])
    event = Event.objects.get(name="agent.changed")
    assert (event.topic, event.by) == (f"agent:{ben.pk}", anna)
    assert event.data["changes"] == {"role": ["agent", "supervisor"], "teams": [["Spedizioni"], ["Fatture"]]}


def test_saving_without_a_change_is_no_event(anna, ben, shipping):
    actions.change_person(ben, name=ben.name, role=ben.role, teams=[shipping], by=anna)
    assert not Event.objects.exists()


def test_who_is_put_out_is_out_and_their_conversations_are_nobodys(anna_client, anna, ben, ben_client, conversation):
    conversation.assignee = ben
    conversation.save()
    key = ben_client.session.session_key
    assert anna_client.post(f"/settings/people/{ben.pk}/activity/")["Location"] == "/settings/people/"
    assert agent_of(key) is None
    assert not Session.objects.filter(agent=ben).exists()
    assert ben_client.get("/settings/me/")["Location"].startswith("/sign-in/")
    conversation.refresh_from_db()
    assert conversation.assignee is None
    assert Event.objects.filter(name="agent.deactivated", topic=f"agent:{ben.pk}", by=anna).count() == 1


def test_put_out_twice_is_one_event(anna, ben):
    actions.deactivate(ben, by=anna)
    actions.deactivate(ben, by=anna)
    assert [event.name for event in Event.objects.all()] == ["agent.deactivated"]


def test_who_is_let_back_in_has_what_they_had(anna_client, ben, shipping):
    anna_client.post(f"/settings/people/{ben.pk}/activity/")
    anna_client.post(f"/settings/people/{ben.pk}/activity/", {"active": "yes"})
    ben.refresh_from_db()
    assert (ben.is_active, ben.role, list(ben.teams.all())) == (True, "agent", [shipping])


def test_the_last_administrator_stays(anna, anna_client, ben):
    put_out = anna_client.post(f"/settings/people/{anna.pk}/activity/")
    demoted = anna_client.post(f"/settings/people/{anna.pk}/", {"name": "Anna Riva", "role": "agent"})
    assert put_out.status_code == demoted.status_code == 200
    assert "refused" in put_out.context
    assert "role" in demoted.context["form"].errors
    anna.refresh_from_db()
    assert (anna.is_active, anna.role) == (True, "admin")
    assert not Event.objects.exists()


def test_an_administrator_who_was_put_out_does_not_count(anna, make_agent):
    dora = make_agent("Dora Bianchi", role="admin")
    actions.deactivate(dora, by=anna)
    with pytest.raises(actions.LastAdmin):
        actions.deactivate(anna, by=anna)


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_put_each_other_out_one_stays(make_agent):
    anna, dora = make_agent("Anna Riva", role="admin"), make_agent("Dora Bianchi", role="admin")
    start, refused = threading.Barrier(2), []

    def put_out(agent, by):
        start.wait(10)
        try:
            actions.deactivate(agent, by=by)
        except actions.LastAdmin:
            refused.append(agent)
        finally:
            connection.close()

    racers = [threading.Thread(target=put_out, args=pair) for pair in ((anna, dora), (dora, anna))]
    [racer.start() for racer in racers]
    [racer.join(30) for racer in racers]
    assert Agent.objects.filter(role=Role.ADMIN, is_active=True).count() == 1
    assert len(refused) == 1


def test_a_lost_phone_the_second_step_is_taken_off_and_everywhere_signed_out(anna_client, ben, ben_client):
    Authenticator.objects.create(user=ben, type="totp", data={"secret": "x"})
    key = ben_client.session.session_key
    anna_client.post(f"/settings/people/{ben.pk}/second-step/")
    assert not Authenticator.objects.filter(user=ben).exists()
    assert agent_of(key) is None
    assert Event.objects.filter(name="agent.second_step_taken_off", topic=f"agent:{ben.pk}").count() == 1


def test_anna_sees_everybody_and_how_they_sign_in(anna_client, ben, cleo):
    Authenticator.objects.create(user=ben, type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=cleo, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    shown = anna_client.get("/settings/people/").context["people"]
    assert [(agent.name, agent.two_steps) for agent in shown] == [
        ("Anna Riva", False),
        ("Ben Costa", True),
        ("Cleo Neri", False),
    ]


def test_the_list_of_people_costs_the_same_for_three_and_for_thirty(
    anna_client, make_agent, django_assert_max_num_queries
):
    for number in range(30):
        make_agent(f"Agent{number} Rossi")
    with django_assert_max_num_queries(8):
        anna_client.get("/settings/people/")
