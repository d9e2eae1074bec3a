"""The same words are found on SQLite and PostgreSQL: run on both, this table must hold."""

from datetime import UTC, datetime, timedelta

import pytest

from sportello import search
from sportello.search import Document

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)

TEXTS = [
    ("it", "Buongiorno, i piatti sono arrivati scheggiati. Ordine TT-10482, perché nessuno risponde?"),
    (
        "it",
        "Vorrei la fattura dell'ordine: la città è Torino, sono Giulia Ferraris <giulia.ferraris@posta.example>",
    ),
    ("en", "Two plates were broken when they were delivered. My phone is +39 347 000 1184."),
    ("de", "Die Bestellungen sind noch nicht angekommen, schöne Grüße aus München"),
    ("it", "Quando perderà la pazienza il corriere? Ho scritto un'e-mail, ordine #20993"),
    ("pl", "Zamówienie tt30517 nie dotarło"),
]


@pytest.fixture
def texts():
    search.index(
        Document("message", ref, text, NOON + timedelta(minutes=ref), language, group=100 + ref)
        for ref, (language, text) in enumerate(TEXTS, 1)
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("piatto scheggiato", [1]),
        ("PIATTI", [1]),
        ("plate", [3]),
        ("break", []),
        ("deliver broken", [3]),
        ("bestellung", [4]),
        ("munchen", [4]),
        ("grüsse", [4]),
        ("città", [2]),
        ("citta", [2]),
        ("perdere", [5]),
        ("perdera", [5]),
        ("ordini", [1, 2, 5]),
        ("dell'ordine", [2]),
        ("TT-10482", [1]),
        ("tt10482", [1]),
        ("10482", [1]),
        ("tt 10482", [1]),
        ("TT-104", [1]),
        ("tt-30517", [6]),
        ("30517", [6]),
        ("#20993", [5]),
        ("giulia.ferraris@posta.example", [2]),
        ("ferraris@posta", [2]),
        ("giulia", [2]),
        ("posta.example", [2]),
        ("email", [5]),
        ("e-mail", [5]),
        ("+39 347 000 1184", [3]),
        ("3470001184", [3]),
        ("0039347 0001184", [3]),
        ("347 000 11", [3]),
        ("1184", [3]),
        ("0011", [3]),
        ("zamowienie", [6]),
        ("dotarlo", [6]),
        ("schegg", [1]),
        ("arrivat piatti", []),
        ('"sono arrivati"', [1]),
        ('"arrivati sono"', []),
        ('"arrivati schegg', [1]),
        ('"sono giulia" torino', [2]),
        ("piatti plates", []),
        ("", []),
        ("   ", []),
        ("!?", []),
    ],
)
def test_what_is_found(texts, typed, found):
    assert sorted(hit.ref for hit in search.find(typed)) == found


@pytest.mark.parametrize(
    "typed",
    [
        '" OR ""', "piatti OR plates", "terms:piatti", "piatti*) OR (1", "NEAR(piatti)", "a & !b | 'c':*", "^piatti",
        "'; DROP TABLE", "~piatt", "\\", "'", '"', '""', "piatti -scheggiati NOT", "\x00piatti\x00", "<->", "%s %(x)s",
        "🍋", "“”",
    ],
)  # fmt: skip
def test_nothing_typed_is_an_operator(texts, typed):
    assert isinstance(search.find(typed), list)
    assert len(search.find(typed)) <= 1


def test_newest_first_and_on_from_the_last():
    search.index(Document("order", ref, "tegame", NOON - timedelta(days=ref)) for ref in range(1, 8))
    first = search.find("tegame", limit=3)
    then = search.find("tegame", limit=3, before=first[-1].key)
    last = search.find("tegame", limit=3, before=then[-1].key)
    assert [hit.ref for hit in first + then + last] == [1, 2, 3, 4, 5, 6, 7]
    assert first[0] == search.Hit("order", 1, NOON - timedelta(days=1), None, first[0].key)


def test_a_conversation_is_found_once_even_over_pages():
    search.index(
        Document("message", ref, "tegame", NOON + timedelta(minutes=ref), group=ref % 3) for ref in range(1, 10)
    )
    first = search.find("tegame", limit=2)
    assert [(hit.ref, hit.group) for hit in first] == [(9, 0), (8, 2)]
    assert [(hit.ref, hit.group) for hit in search.find("tegame", limit=2, before=first[-1].key)] == [(7, 1)]


def test_only_some_kinds():
    search.index([Document("order", 1, "giulia", NOON), Document("customer", 1, "giulia", NOON)])
    assert [hit.kind for hit in search.find("giulia", ["customer"])] == ["customer"]
    assert search.find("giulia", []) == []


def test_a_page_is_full_although_most_is_not_for_this_reader():
    search.index(Document("order", ref, "tegame", NOON + timedelta(seconds=ref)) for ref in range(1, 601))
    mine = search.find("tegame", limit=2, only=lambda hits: [hit for hit in hits if hit.ref % 200 == 0])
    assert [hit.ref for hit in mine] == [600, 400]


def test_indexing_again_replaces():
    search.index([Document("customer", 7, "Giulia Ferraris", NOON)])
    search.index([Document("customer", 7, "Giulia Bianchi", NOON + timedelta(days=1))])
    assert search.find("ferraris") == []
    assert [hit.ref for hit in search.find("giulia")] == [7]


def test_the_last_word_about_a_thing_counts():
    search.index([Document("customer", 7, "Ferraris", NOON), Document("customer", 7, "Bianchi", NOON)])
    assert [hit.ref for hit in search.find("bianchi")] == [7]
    assert search.find("ferraris") == []


def test_removed_is_not_found():
    search.index([Document("customer", ref, "Giulia", NOON) for ref in (1, 2)])
    search.remove("customer", [1])
    search.remove("order", [2])
    assert [hit.ref for hit in search.find("giulia")] == [2]


def test_two_queries_for_a_batch_of_messages(django_assert_max_num_queries):
    with django_assert_max_num_queries(3):  # savepoint, insert, release
        search.index(Document("message", ref, "Dov'è il mio ordine?", NOON) for ref in range(50))


def test_a_huge_text_is_indexed_up_to_a_point():
    search.index([Document("message", 1, "inizio " + "parola " * 100_000 + "fine", NOON)])
    assert len(search.find("inizio")) == 1
    assert search.find("fine") == []
