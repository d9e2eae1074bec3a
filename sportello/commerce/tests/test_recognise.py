"""Order numbers in what a customer writes."""

from datetime import UTC, datetime

import pytest

from sportello.commerce import numbering
from sportello.commerce.models import Order, Store
from sportello.commerce.queries import recognise, recognise_many

pytestmark = pytest.mark.django_db


def store_of(slug, *told):
    store = Store.objects.create(slug=slug, name=slug, learned_shapes=numbering.learn({}, told))
    for number in told:
        Order.objects.create(
            store=store,
            external_id=number,
            number=number,
            number_key=numbering.number_key(number),
            total=10,
            placed_at=datetime(2026, 11, 10, tzinfo=UTC),
        )
    return store


@pytest.fixture
def stores():
    store_of("terra-e-tavola", "TT-10482", "TT-10483")
    store_of("bottega", "20993", "20994", "2026")
    store_of("filo", "XKBKNABJK")
    store_of("carta", "2026/000123")
    store_of("misto", "K7F-92QX")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Il mio ordine TT-10482 non arriva", ["TT-10482"]),
        ("ordine tt10482", ["TT-10482"]),
        ("TT 10482", ["TT-10482"]),
        ("TT–10482.", ["TT-10482"]),
        ("ordine n. 10482", ["TT-10482"]),
        ("ordine n° 10482", ["TT-10482"]),
        ("Ordine numero: 10482", ["TT-10482"]),
        ("order number 10482", ["TT-10482"]),
        ("Re: order #10482", ["TT-10482"]),
        ("meine Bestellung 10482", ["TT-10482"]),
        ("ordini 10483 e 10482", ["TT-10483", "TT-10482"]),
        ("TT-10483, prima ancora TT-10482, e di nuovo TT-10483", ["TT-10483", "TT-10482"]),
        ("#20993", ["20993"]),
        ("ordine 20993", ["20993"]),
        ("abito in via Roma 20993", []),
        ("CAP 20993 Milano", []),
        ("ordine n. 2099", []),
        ("ordine 209930", []),
        ("dal 2026 compro da voi", []),
        ("riferimento XKBKNABJK", ["XKBKNABJK"]),
        ("xkbknabjk", []),
        ("fattura 2026/000123", ["2026/000123"]),
        ("codice k7f-92qx", ["K7F-92QX"]),
        ("STT-10482", []),
        ("TT-104825", []),
        ("https://shop.example/ordini/TT-10482?x=1", ["TT-10482"]),
        ("", []),
    ],
)
def test_what_is_recognised(stores, text, found):
    assert [order.number for order in recognise(text)] == found


def test_two_queries_for_any_number_of_texts(stores, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = recognise_many(["TT-10482", "niente", "#20993 e TT-10482"] * 20)
    assert [order.number for order in found[2]] == ["20993", "TT-10482"]
    assert found[1] == []


def test_what_the_shopkeeper_says_counts_more_than_what_was_learned(stores):
    Store.objects.filter(slug="terra-e-tavola").update(number_pattern="ZZ-#####")
    assert recognise("ordine n. 10482") == []
    assert [order.number for order in recognise("TT-10482")] == ["TT-10482"]


def test_the_same_number_in_two_stores_is_both(stores):
    store_of("outlet", "TT-10482")
    assert [order.store.slug for order in recognise("TT-10482")] == ["outlet", "terra-e-tavola"]


def test_a_text_full_of_numbers_costs_forty_at_most(stores):
    text = " ".join(f"AB-{n}" for n in range(10_000, 12_000))
    assert len(numbering.mentions(text, numbering.Shapes.of(["TT-#####"]))) == 40


@pytest.mark.parametrize(
    ("number", "shape"),
    [("TT-10482", "TT-#####"), ("#1042", "#####"), ("2026/000123", "####/######"), ("XKBKNABJK", "@@@@@@@@@")],
)
def test_shapes(number, shape):
    assert numbering.shape_of(number) == shape


def test_only_the_commonest_shapes_are_kept():
    shapes = numbering.learn({"TT-#####": 100}, [f"{'A' * n}1" for n in range(1, 20)])
    assert len(shapes) == 8
    assert shapes["TT-#####"] == 100
