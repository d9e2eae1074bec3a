"""Who an answer goes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sportello.conversations.recipients import recipients_of_answer

SHOP = "info@shop.example"
GIULIA = {"name": "Giulia", "address": "giulia@posta.example"}
MARIO = {"name": "Mario", "address": "mario@posta.example"}
US = {"name": "Assistenza", "address": SHOP}


def addresses(parties):
    return [party["address"] for party in parties]


@pytest.mark.parametrize(
    ("parties", "to", "cc"),
    [
        pytest.param({"from": GIULIA, "to": [US]}, [GIULIA], [], id="just giulia"),
        pytest.param({"from": GIULIA, "to": [US, MARIO]}, [GIULIA], [MARIO], id="who could read it stays in copy"),
        pytest.param({"from": GIULIA, "to": [US], "cc": [MARIO, GIULIA]}, [GIULIA], [MARIO], id="nobody twice"),
        pytest.param({"from": GIULIA, "reply_to": [MARIO], "to": [US]}, [MARIO], [], id="where she asked for it"),
        pytest.param({"from": US, "reply_to": [GIULIA], "to": [US]}, [GIULIA], [], id="a form on the shop's site"),
        pytest.param({"from": GIULIA, "reply_to": [US], "to": [US]}, [GIULIA], [], id="never to ourselves"),
        pytest.param(
            {"from": GIULIA, "to": [{"name": "", "address": "Info+c12.x@Shop.example"}]}, [GIULIA], [],
            id="our plus address is ours",
        ),
        pytest.param({"from": {}, "to": [US]}, [], [], id="nobody to answer"),
        pytest.param({"from": {"name": "x", "address": "no address"}, "to": [US]}, [], [], id="no address"),
    ],
)  # fmt: skip
def test_an_answer_goes_to(parties, to, cc):
    found = recipients_of_answer(parties, ours=[SHOP])
    assert (addresses(found.to), addresses(found.cc)) == (addresses(to), addresses(cc))


def test_writing_again_goes_where_our_last_one_went():
    ours = {"from": US, "to": [GIULIA], "cc": [MARIO], "bcc": [{"name": "", "address": "boss@shop.example"}]}
    found = recipients_of_answer(ours, ours=[SHOP], we_wrote_it=True)
    assert (addresses(found.to), addresses(found.cc)) == (["giulia@posta.example"], ["mario@posta.example"])


party = st.builds(
    lambda local, domain: {"name": "", "address": f"{local}@{domain}"},
    st.sampled_from(["info", "INFO", "giulia", "mario", "info+x"]),
    st.sampled_from(["shop.example", "posta.example"]),
)


@given(
    st.fixed_dictionaries(
        {"from": party, "to": st.lists(party), "cc": st.lists(party), "reply_to": st.lists(party, max_size=2)}
    )
)
def test_whatever_stands_in_a_mail_nobody_gets_it_twice_and_never_we(parties):
    found = recipients_of_answer(parties, ours=[SHOP])
    everyone = [address.lower().replace("+x", "") for address in addresses([*found.to, *found.cc])]
    assert len(everyone) == len(set(everyone))
    assert SHOP not in everyone
