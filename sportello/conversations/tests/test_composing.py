"""Recipients as one types them, there and back."""

import time

import pytest

from sportello.conversations.views.composing import parties_from, typed


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("giulia@posta.example", [("", "giulia@posta.example")]),
        ("Giulià Ferraris <giulia@posta.example>", [("Giulià Ferraris", "giulia@posta.example")]),
        (
            '"Ferraris, Giulia" <g@posta.example>, a@b.example',
            [("Ferraris, Giulia", "g@posta.example"), ("", "a@b.example")],
        ),
        ("a@b.example; A@B.example c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("nessuno, <>", []),
    ],
)
def test_what_is_typed_is_understood_and_typed_again(text, parties):
    found = parties_from(text)
    assert [(party["name"], party["address"]) for party in found] == parties
    assert parties_from(typed(found)) == found


def test_a_name_with_quotes_stays_one_name():
    party = {"name": 'Giulia "Giu", Torino', "address": "g@posta.example"}
    assert parties_from(typed([party])) == [party]


@pytest.mark.parametrize("piece", [" ", "a ", "a@", '"\\', "<", "<a@", '"a"'])
def test_a_field_full_of_the_same_is_read_at_once(piece):
    """Read by one greedy expression, twenty thousand blanks held the whole desk for hours."""
    began = time.process_time()
    found = parties_from(piece * 20_000)
    assert time.process_time() - began < 5
    assert len(found) <= 1
