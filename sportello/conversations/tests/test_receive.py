"""What customers write becomes conversations, once."""

from dataclasses import replace

import pytest

from sportello.channels.base import Bounce, Inbound, Party
from sportello.conversations import actions
from sportello.conversations.models import Conversation, Message, Sending
from sportello.conversations.receiving.arrived import Arrived
from sportello.conversations.summary import refresh
from sportello.customers.models import Customer, Identity
from sportello.events.models import Event

SHOP = Party("info@shop.example")


def mail(id_, sender="paolo@posta.example", text="Dov'è il mio pacco?", **fields):
    return Inbound(
        external_id=f"{id_}@posta.example",
        sender=Party(sender, "Paolo Greco"),
        to=(SHOP,),
        **{"subject": "Il mio pacco", "text": text, "reply_text": text, **fields},
    )


def receive_all(inbox, *inbounds):
    return actions.receive_many([Arrived(inbox, inbound) for inbound in inbounds])


def test_a_strangers_first_mail_is_a_conversation_of_the_inboxs_team(inbox, shipping):
    message = actions.receive(inbox, mail("1", language="it"))
    conversation = message.conversation
    assert (conversation.subject, conversation.customer.name, conversation.team) == (
        "Il mio pacco",
        "Paolo Greco",
        shipping,
    )
    assert (conversation.preview, conversation.unread, conversation.message_count) == ("Dov'è il mio pacco?", True, 1)
    assert conversation.waiting_since == message.created_at
    assert [event.name for event in Event.objects.filter(topic=f"conversation:{conversation.pk}")] == [
        "conversation.created",
        "message.received",
    ]


def test_the_same_mail_twice_is_one_message(inbox):
    assert actions.receive(inbox, mail("1"))
    assert actions.receive(inbox, mail("1")) is None
    assert len(receive_all(inbox, mail("2"), mail("2"))) == 1
    assert Message.objects.count() == 2


def test_a_mail_and_its_follow_up_may_arrive_in_one_batch(inbox):
    first, second = receive_all(inbox, mail("1"), mail("2", in_reply_to="1@posta.example"))
    assert first.conversation == second.conversation
    assert (first.conversation.message_count, Customer.objects.count()) == (2, 1)


def test_what_the_list_shows_is_what_the_messages_say(inbox):
    receive_all(inbox, mail("1"), mail("2", in_reply_to="1@posta.example", text="Allora?"))
    conversation = Conversation.objects.get()
    kept = {name: getattr(conversation, name) for name in ("preview", "message_count", "waiting_since", "failed")}
    refresh(conversation)
    assert kept == {name: getattr(conversation, name) for name in kept}
    assert kept["preview"] == "Allora?"


def test_a_word_of_the_customer_reopens_and_wakes(inbox, ben, conversation):
    actions.close(conversation, by=ben)
    actions.receive(inbox, mail("2", "giulia@posta.example", in_reply_to="first@posta.example"))
    conversation.refresh_from_db()
    assert (conversation.is_open, conversation.unread) == (True, True)
    assert Event.objects.filter(name="conversation.reopened").count() == 1


def test_an_automatic_answer_reopens_nothing_and_waits_for_nobody(inbox, ben, conversation):
    actions.close(conversation, by=ben)
    message = actions.receive(
        inbox, mail("2", "giulia@posta.example", in_reply_to="first@posta.example", auto_reply=True)
    )
    conversation.refresh_from_db()
    assert (message.auto, conversation.is_open, conversation.waiting_since) == (True, False, None)


def test_who_is_blocked_goes_to_the_spam(inbox, ben, conversation, giulia):
    actions.block(conversation, giulia.identities.get(), by=ben)
    message = actions.receive(inbox, mail("9", "giulia@posta.example", subject="Un'altra cosa"))
    assert message.conversation != conversation
    assert message.conversation.spam_at is not None
    assert message.conversation.waiting_since is None


def test_a_form_on_the_shops_site_writes_for_the_customer(inbox):
    message = actions.receive(inbox, mail("1", "info@shop.example", reply_to=(Party("lucia@posta.example", "Lucia"),)))
    assert message.identity.value == "lucia@posta.example"


def test_two_mails_without_a_sender_are_two_strangers(inbox):
    receive_all(inbox, mail("1", ""), mail("2", "", in_reply_to="1@posta.example"))
    assert Conversation.objects.count() == Customer.objects.count() == 2


def test_our_own_mail_coming_back_to_another_inbox_is_not_received(inbox, ben, conversation):
    sent = actions.reply(conversation, by=ben, html="<p>Ciao</p>", to=[{"name": "", "address": "giulia@posta.example"}])
    other = type(inbox).objects.create(kind="email", name="Ordini", address="ordini@shop.example")
    copy = Inbound(external_id=sent.external_id, sender=SHOP, text="Ciao")
    assert actions.receive(other, copy) is None
    assert Message.objects.count() == 2


@pytest.fixture
def sent(ben, conversation):
    message = actions.reply(
        conversation, by=ben, html="<p>Ciao</p>", to=[{"name": "", "address": "giulia@posta.example"}]
    )
    Sending.objects.update(state="sent")
    return message


def bounced(sent, status="5.1.1", **fields):
    report = {"permanent": status.startswith("5"), "dead": status == "5.1.1", "reason": "550 user unknown", **fields}
    return Bounce(recipient="giulia@posta.example", status=status, original_id=sent.external_id, **report)


def test_a_bounce_marks_the_message_that_failed_and_the_address(inbox, sent, conversation):
    report = actions.receive(inbox, mail("b", "mailer-daemon@posta.example", bounce=bounced(sent), subject="Failed"))
    sending = Sending.objects.get()
    conversation.refresh_from_db()
    assert (sending.state, sending.reason) == ("failed", "550 user unknown")
    assert (report.conversation, report.answers, conversation.failed) == (conversation, sent, True)
    assert Identity.objects.get(value="giulia@posta.example").dead_since is not None
    assert Event.objects.filter(name="message.bounced").count() == 1


def test_nobody_is_reported_dead_to_whom_it_was_not_sent(inbox, sent, giulia):
    """Giulia holds the id of our mail, and reports Mario with it."""
    mario = type(giulia).objects.create(name="Mario").identities.create(kind="email", value="mario@posta.example")
    forged = replace(bounced(sent), recipient="mario@posta.example")
    actions.receive(inbox, mail("b", "mailer-daemon@posta.example", bounce=forged))
    mario.refresh_from_db()
    assert mario.dead_since is None


def test_a_warning_that_it_is_late_marks_nothing(inbox, sent):
    actions.receive(inbox, mail("b", "mailer-daemon@posta.example", bounce=bounced(sent, "4.4.1")))
    assert Sending.objects.get().state == "sent"


def test_a_forged_bounce_with_an_id_we_never_signed_touches_nothing(inbox, sent):
    forged = Bounce("giulia@posta.example", "5.1.1", permanent=True, dead=True, reason="x", original_id="a@b.example")
    message = actions.receive(inbox, mail("b", "evil@posta.example", bounce=forged))
    assert message.conversation != sent.conversation
    assert Sending.objects.get().state == "sent"
    assert Identity.objects.get(value="giulia@posta.example").dead_since is None


def test_two_different_mails_under_one_id_are_two_messages_and_each_is_received_once(inbox):
    first, second = mail("1", text="Dov'è il pacco?"), mail("1", text="Ordine confermato.")
    assert len(receive_all(inbox, first, second)) == 2
    assert receive_all(inbox, second, first) == []
    assert {one.text for one in Message.objects.all()} == {"Dov'è il pacco?", "Ordine confermato."}


def test_the_same_mail_by_two_ways_is_one_message(inbox):
    assert len(receive_all(inbox, mail("1"), mail("1"))) == 1
