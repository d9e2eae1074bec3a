"""Our signature in a Message-ID."""

from hypothesis import given
from hypothesis import strategies as st

from sportello.conversations.tokens import conversation_in, new_message_id


def test_what_we_signed_we_know_again_even_in_capitals():
    message_id = new_message_id(4812, "shop.example")
    assert message_id.endswith("@shop.example")
    assert conversation_in([message_id]) == 4812
    assert conversation_in(["other@posta.example", message_id.upper()]) == 4812


def test_two_ids_of_one_conversation_differ():
    assert new_message_id(7, "shop.example") != new_message_id(7, "shop.example")


def test_a_number_changed_by_hand_opens_nothing():
    message_id = new_message_id(12, "shop.example")
    assert conversation_in([message_id.replace("c12.", "c13.")]) is None


def test_a_key_that_was_replaced_still_opens_while_it_is_kept(settings):
    message_id = new_message_id(12, "shop.example")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert conversation_in([message_id]) == 12
    settings.SECRET_KEY_FALLBACKS = []
    assert conversation_in([message_id]) is None


@given(st.lists(st.text()))
def test_nothing_a_stranger_writes_is_a_token(ids):
    assert conversation_in(ids) is None
