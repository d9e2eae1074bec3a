"""Recipients as one types them, there and back."""

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
