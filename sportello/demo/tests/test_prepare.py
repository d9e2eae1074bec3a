"""What was prepared is what a desk would have made of the same story."""

import hashlib

import pytest
from django.core.management import call_command
from django.db.models import Count

from sportello import search
from sportello.agents.models import Agent
from sportello.channels.email.parse import parse
from sportello.channels.models import Delivery
from sportello.channels.storing import delivery_body
from sportello.commerce.models import Order, Shipment
from sportello.conversations.intake import read
from sportello.conversations.models import Attachment, Conversation, Draft, Message, Sending
from sportello.conversations.summary import refresh
from sportello.conversations.tokens import conversation_in
from sportello.customers.models import Customer, Identity
from sportello.demo.logins import LOGINS, PASSWORD
from sportello.demo.prepare.all import NotEmpty, prepare
from sportello.events.models import Event
from sportello.lib import storage

from .conftest import THEN

COPIED = ["preview", "last_message_at", "waiting_since", "message_count", "failed"]


def digest():
    """Everything anybody can see, without what is made of the secret key."""
    told = [
        *Message.objects.order_by("pk").values_list("conversation_id", "kind", "text", "subject", "created_at"),
        *Conversation.objects.order_by("pk").values_list("pk", "subject", "assignee__name", "closed_at", "unread"),
        *Order.objects.order_by("pk").values_list("number", "state", "total", "refunded", "customer__name"),
        *Shipment.objects.order_by("pk").values_list("tracking_number", "state", "delivered_at"),
        *Event.objects.order_by("pk").values_list("name", "topic", "by__name", "at"),
        *Attachment.objects.order_by("pk").values_list("name", "sha256"),
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()


@pytest.mark.django_db(transaction=True)
def test_the_same_twice():
    digests = []
    for _ in range(2):
        prepare(now=THEN, conversations=60, outgoing={}, say=lambda percent, words: None)
        digests.append(digest())
        _empty()
    assert digests[0] == digests[1]


def _empty():
    call_command("flush", interactive=False, verbosity=0)


def test_only_in_an_empty_database(small_demo):
    with pytest.raises(NotEmpty):
        prepare(now=THEN, conversations=60, outgoing={}, say=lambda percent, words: None)
    assert Agent.objects.count() == len(LOGINS)


def test_the_copied_facts_are_those_the_desk_would_find(small_demo):
    for conversation in Conversation.objects.all():
        told = {name: getattr(conversation, name) for name in COPIED}
        refresh(conversation)
        assert {name: getattr(conversation, name) for name in COPIED} == told, conversation


def test_every_state_is_there(small_demo):
    everything = Conversation.objects.all()
    awake = everything.open().filter(snoozed_until=None)
    assert awake.filter(assignee=None).exists()
    assert awake.filter(assignee__email="elena@terraetavola.example").exists()
    assert awake.filter(waiting_since=None).exists()
    assert everything.exclude(snoozed_until=None).get().snoozed_until > THEN
    assert everything.exclude(closed_at=None).exists()
    assert everything.exclude(spam_at=None).exists()
    assert everything.filter(possibly_of__pk=4812).exists()
    assert everything.filter(unread=True).exists()
    assert set(everything.values_list("priority", flat=True)) == {1, 2, 3, 4}
    assert set(Sending.objects.values_list("state", flat=True)) == {"sent", "failed", "unknown"}
    assert all(Sending.objects.filter(state="failed").values_list("reason", flat=True))
    assert Message.objects.filter(bounce__permanent=True, answers__sending__state="failed").exists()
    assert Message.objects.filter(kind="in", auto=True, bounce__isnull=True).exists()
    assert Identity.objects.exclude(blocked_at=None).exists()
    assert Identity.objects.exclude(dead_since=None).exists()
    assert Draft.objects.filter(agent__name="Elena Conti").count() == 2
    assert Message.objects.filter(kind="note", text__contains="@Elena").exists()
    assert Event.objects.filter(name="conversation.reopened").exists()
    twice = Message.objects.exclude(external_id="").values("external_id").annotate(n=Count("pk")).filter(n=2)
    assert twice.count() == 1
    assert Conversation.objects.filter(message_count=200).exists()


def test_giulia_is_as_in_the_picture(small_demo):
    giulia = Conversation.objects.get(pk=4812)
    assert giulia.subject == "Un piatto scheggiato, e il secondo pacco?"
    assert giulia.orders.get().number == "TT-10482"
    assert str(giulia.orders.get().total) == "184.500"
    assert giulia.orders.get().state == "partly_delivered"
    assert (THEN - giulia.waiting_since).seconds // 60 == 84
    assert giulia.customer.orders.count() == 9
    assert giulia.customer.conversations.count() == 3
    assert giulia.failed
    assert giulia.messages.get(attachments__name="piatto-bordo.jpg").text.startswith("Buongiorno Elena")


def test_nobody_who_wrote_is_unknown_and_nothing_is_later_than_now(small_demo):
    assert not Message.objects.filter(kind="in", identity=None).exists()
    assert not Message.objects.filter(created_at__gt=THEN).exists()
    assert not Event.objects.filter(at__gt=THEN).exists()
    assert not Conversation.objects.filter(customer__isnull=True).exists()


def test_messages_and_events_are_numbered_by_time(small_demo):
    for model, field in ((Message, "created_at"), (Event, "at")):
        times = list(model.objects.order_by("pk").values_list(field, flat=True))
        assert times == sorted(times)


def test_new_rows_get_numbers_of_their_own(small_demo):
    last = Customer.objects.order_by("pk").last().pk
    assert Customer.objects.create(name="Nuova").pk == last + 1


def test_everything_can_be_found(small_demo):
    assert {hit.kind for hit in search.find("TT-10482")} >= {"message", "order"}
    assert search.find("scheggiati", kinds=("message",))
    assert search.find("ferraris", kinds=("customer",))


def test_a_customer_who_answers_lands_in_the_same_conversation(small_demo):
    answer = Message.objects.filter(kind="out", conversation__pk=4812).last()
    assert conversation_in([answer.external_id]) == 4812


def test_attachments_have_their_bytes(small_demo):
    for attachment in Attachment.objects.all():
        assert len(storage.read(attachment.path)) == attachment.size


def test_the_five_can_sign_in(small_demo):
    assert {agent.role for agent in Agent.objects.all()} == {"admin", "supervisor", "agent", "guest"}
    assert all(agent.check_password(PASSWORD) for agent in Agent.objects.all())


def only(subject):
    return Message.objects.get(subject=subject)


def test_the_difficult_mails_were_read_by_the_real_parser(small_demo):
    names = list(only("Ordine tovaglie").attachments.values_list("name", flat=True))
    assert only("Ordine tovaglie").text.startswith("Buongiorno,")
    assert names == ["Ordine firmato.pdf"]
    assert only("Un piatto e la sua scatola").attachments.filter(inline=True).count() == 2
    assert only("Invito: Lista nozze, prova colori").attachments.filter(type="text/calendar").exists()
    assert "perché il caffè della moka è così amaro" in only("caffe' amaro").text
    assert only("caffe' amaro").external_id
    assert "Io però non ho ricevuto nulla" in only("I: Esito reclamo 553201").text
    assert only("Fattura ottobre e riepilogo spedizioni").attachments.count() == 2
    assert only("Fiera della Tavola: tre giorni di idee").auto


def test_a_newsletter_waits_for_nobody(small_demo):
    assert only("Fiera della Tavola: tre giorni di idee").conversation.waiting_since is None


def test_the_latest_messages_have_their_original(small_demo):
    letters = Message.objects.filter(kind="in", delivery__isnull=False)
    assert letters.count() > 20
    for message in letters:
        assert parse(delivery_body(message.delivery)).external_id == message.external_id


def test_one_of_the_two_in_quarantine_can_be_read_when_it_is_run_again(small_demo):
    aside = Delivery.objects.filter(state="quarantined")
    assert aside.count() == 2
    aside.update(state="arrived")
    for delivery in aside.model.objects.filter(state="arrived"):
        read([delivery])
    assert Conversation.objects.filter(subject="Una mail che aspettava").exists()
    assert Delivery.objects.get(state="quarantined").size == 4
