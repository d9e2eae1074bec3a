"""Whatever arrives, in batches of whatever size: nobody is let into a conversation they have no part in."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportello.channels.base import Inbound, Party
from sportello.conversations import actions
from sportello.conversations.models import Message
from sportello.conversations.receiving.arrived import Arrived

PEOPLE = [f"{name}@posta.example" for name in ("giulia", "mario", "silvia")]

letters = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.integers(0, 9),  # which earlier mail it refers to, if there is one
        st.booleans(),  # whether it refers to one at all
        st.sampled_from([*PEOPLE, ""]),  # whom it copies in
    ),
    min_size=1,
    max_size=10,
)


def mails(drawn):
    for number, (sender, reference, refers, copied) in enumerate(drawn):
        yield Inbound(
            external_id=f"{number}@x.example",
            sender=Party(sender),
            text=f"{number}",
            reply_text=f"{number}",
            cc=(Party(copied),) if copied else (),
            references=(f"{reference}@x.example",) if refers and reference < number else (),
        )


class Undo(Exception):
    """Leave nothing behind for the next example."""


def grouped(inbox, inbounds, size):
    """Return which mails share a conversation, and who had a part in it before each of them."""
    arrived = [Arrived(inbox, inbound) for inbound in inbounds]
    try:
        with transaction.atomic():
            for start in range(0, len(arrived), size):
                actions.receive_many(arrived[start : start + size])
            rows = list(Message.objects.order_by("id").values_list("conversation_id", "external_id", "parties"))
            raise Undo
    except Undo:
        return rows


def partition(rows):
    together = {}
    for conversation, external_id, _parties in rows:
        together.setdefault(conversation, set()).add(external_id)
    return sorted(map(sorted, together.values()))


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(letters)
def test_who_has_no_part_in_it_is_never_joined_and_the_size_of_the_batch_decides_nothing(inbox, drawn):
    inbounds = list(mails(drawn))
    one_by_one = grouped(inbox, inbounds, 1)
    assert len(one_by_one) == len(inbounds)
    assert partition(one_by_one) == partition(grouped(inbox, inbounds, 50)) == partition(grouped(inbox, inbounds, 3))
    members = {}
    for conversation, _external_id, parties in one_by_one:
        sender = parties["from"]["address"]
        assert conversation not in members or sender in members[conversation]
        members.setdefault(conversation, set()).update({sender}, (party["address"] for party in parties["cc"]))


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(letters)
def test_received_twice_is_received_once(inbox, drawn):
    inbounds = list(mails(drawn))
    assert partition(grouped(inbox, inbounds, 4)) == partition(grouped(inbox, [*inbounds, *inbounds], 4))
