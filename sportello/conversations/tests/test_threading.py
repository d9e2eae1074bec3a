"""Which conversation a mail continues: whole for those who take part, closed to strangers."""

import pytest

from sportello.channels.base import Inbound, Party
from sportello.conversations import actions
from sportello.customers.models import Company, Membership

GIULIA = "giulia@posta.example"
STRANGER = "stranger@altrove.example"


def mail(sender, *, id_="new@x.example", subject="Re: Un piatto", **fields):
    return Inbound(
        external_id=id_, sender=Party(sender), subject=subject, text="Allora?", reply_text="Allora?", **fields
    )


@pytest.fixture
def answer(ben, conversation):
    return actions.reply(conversation, by=ben, html="<p>Ciao</p>", to=[{"name": "", "address": GIULIA}])


def test_giulia_answers_our_mail(inbox, conversation, answer):
    assert actions.receive(inbox, mail(GIULIA, in_reply_to=answer.external_id)).conversation == conversation


def test_from_another_address_of_hers_too_because_she_holds_our_token(inbox, conversation, answer):
    received = actions.receive(inbox, mail("giulia@ufficio.example", references=("x@y", answer.external_id)))
    assert received.conversation == conversation
    assert received.identity.customer != conversation.customer


def test_a_token_in_the_address_it_was_sent_to_counts(inbox, conversation, answer):
    token = answer.external_id.partition("@")[0]
    received = actions.receive(inbox, mail(GIULIA, to=(Party(f"info+{token}@shop.example"),)))
    assert received.conversation == conversation


def test_giulia_writes_again_below_her_own_first_mail(inbox, conversation):
    assert actions.receive(inbox, mail(GIULIA, references=("first@posta.example",))).conversation == conversation


def test_a_stranger_who_refers_to_her_mail_is_not_let_in_but_pointed_out(inbox, conversation):
    received = actions.receive(inbox, mail(STRANGER, references=("first@posta.example",)))
    assert received.conversation != conversation
    assert received.conversation.possibly_of == conversation


def test_a_forged_token_opens_nothing(inbox, conversation, answer):
    forged = answer.external_id.replace(f"c{conversation.pk}.", f"c{conversation.pk + 1}.")
    assert actions.receive(inbox, mail(STRANGER, in_reply_to=forged)).conversation != conversation


def test_the_number_in_the_subject_serves_who_takes_part_and_nobody_else(inbox, conversation):
    subject = f"Un piatto [#{conversation.pk}]"
    assert actions.receive(inbox, mail(GIULIA, subject=subject)).conversation == conversation
    strange = actions.receive(inbox, mail(STRANGER, id_="2@x.example", subject=subject))
    assert strange.conversation != conversation


def test_who_was_in_copy_takes_part(inbox, conversation):
    first = mail(GIULIA, id_="cc@x.example", references=("first@posta.example",), cc=(Party("mario@posta.example"),))
    actions.receive(inbox, first)
    received = actions.receive(inbox, mail("mario@posta.example", id_="m@x.example", in_reply_to="cc@x.example"))
    assert received.conversation == conversation


def test_a_colleague_of_the_same_company_takes_part(inbox, conversation, giulia):
    company = Company.objects.create(name="Agriturismo Le Querce")
    Membership.objects.create(company=company, customer=giulia)
    elsewhere = actions.receive(inbox, mail("silvia@querce.example", id_="s1@x.example", subject="Altro"))
    Membership.objects.create(company=company, customer=elsewhere.conversation.customer)
    received = actions.receive(
        inbox, mail("silvia@querce.example", id_="s2@x.example", references=("first@posta.example",))
    )
    assert received.conversation == conversation


def test_the_same_mail_in_two_inboxes_is_two_messages_linked(inbox, conversation):
    other = type(inbox).objects.create(kind="email", name="Ordini", address="ordini@shop.example")
    copy = actions.receive(other, mail(GIULIA, id_="first@posta.example"))
    assert copy.conversation != conversation
    assert copy.conversation.possibly_of == conversation


def test_a_token_of_another_inbox_does_not_move_a_mail_between_them(inbox, conversation, answer):
    other = type(inbox).objects.create(kind="email", name="Ordini", address="ordini@shop.example")
    received = actions.receive(other, mail(GIULIA, in_reply_to=answer.external_id))
    assert received.conversation.possibly_of == conversation


def test_an_inbox_that_was_switched_off_leaves_its_threads_to_the_next(inbox, conversation, answer):
    other = type(inbox).objects.create(kind="email", name="Nuova", address="nuova@shop.example")
    type(inbox).objects.filter(pk=inbox.pk).update(is_active=False)
    assert actions.receive(other, mail(GIULIA, in_reply_to=answer.external_id)).conversation == conversation


def test_the_same_subject_alone_joins_nobody(inbox, conversation):
    assert actions.receive(inbox, mail(GIULIA, subject="Un piatto scheggiato")).conversation != conversation


def test_an_answer_that_overtook_what_it_answers_still_meets_it(inbox):
    answer = actions.receive(inbox, mail(GIULIA, id_="2@x.example", in_reply_to="1@x.example"))
    first = actions.receive(inbox, mail(GIULIA, id_="1@x.example"))
    assert first.conversation == answer.conversation


def test_a_stranger_is_not_let_in_by_an_answer_that_waits_for_them(inbox):
    answer = actions.receive(inbox, mail(GIULIA, id_="2@x.example", in_reply_to="1@x.example"))
    assert actions.receive(inbox, mail(STRANGER, id_="1@x.example")).conversation != answer.conversation


def test_who_writes_in_her_name_and_wants_the_answer_elsewhere_is_not_let_in(inbox, conversation):
    """From can be forged and the number guessed: the answer, with all she wrote, would go to the forger."""
    forged = mail(GIULIA, subject=f"Re: [#{conversation.pk}]", reply_to=(Party(STRANGER),))
    received = actions.receive(inbox, forged)
    assert received.conversation != conversation
    assert received.conversation.possibly_of == conversation


def test_in_the_name_of_the_shop_itself_nobody_is_let_in_either(inbox, conversation):
    """What a form on our site writes comes from us, and is of whom Reply-To names first: a second one listens."""
    form = mail(inbox.address, subject=f"[#{conversation.pk}]", reply_to=(Party(GIULIA), Party(STRANGER)))
    assert actions.receive(inbox, form).conversation != conversation


def test_her_answers_may_go_to_another_address_of_hers(inbox, conversation, giulia):
    giulia.identities.create(kind="email", value="giulia@ufficio.example")
    again = mail(GIULIA, references=("first@posta.example",), reply_to=(Party("Giulia@Ufficio.example"),))
    assert actions.receive(inbox, again).conversation == conversation


def test_whom_she_named_for_answers_from_the_beginning_takes_part(inbox):
    office = (Party("ufficio@altrove.example"),)
    first = actions.receive(inbox, mail(GIULIA, id_="one@x.example", subject="Nuovo", reply_to=office))
    again = actions.receive(inbox, mail(GIULIA, id_="two@x.example", references=("one@x.example",), reply_to=office))
    assert again.conversation == first.conversation
