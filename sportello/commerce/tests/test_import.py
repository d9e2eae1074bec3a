"""Importing orders: twice is once, older news loses, nothing comes in halves, whatever stands in the file."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sportello import search
from sportello.commerce.importing import running, storing
from sportello.commerce.importing.running import check, import_orders
from sportello.commerce.models import Order, OrderLine, Shipment
from sportello.commerce.queries import recognise
from sportello.customers import actions as customers
from sportello.customers.models import Customer
from sportello.events.models import Event

pytestmark = pytest.mark.django_db
SMALL = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def told(number="TT-1", **more):
    return {"number": number, "placed_at": "2026-11-10", "state": "paid", "total": "10.00", **more}


def jsonl(*orders):
    return io.BytesIO("\n".join(json.dumps(order) for order in orders).encode())


def csv(*rows):
    return io.BytesIO("\n".join(rows).encode())


def counts(report):
    return {fate: n for fate, n in report.counts.items() if n}


def test_a_new_order_with_all_that_follows(store):
    line = {"name": "Tegame", "total": "10.00", "sku": "TEG-28"}
    import_orders(store, jsonl(told(email="giulia@posta.example", name="Giulia", lines=[line])))
    order = Order.objects.get()
    assert (order.number_key, order.total, order.customer.name) == ("tt1", Decimal("10"), "Giulia")
    assert [hit.ref for hit in search.find("teg-28", ["order"])] == [order.pk]
    event = Event.objects.get(name="order.imported")
    assert (event.topic, event.data) == (f"order:{order.pk}", {"state": "paid", "was": ""})
    store.refresh_from_db()
    assert store.learned_shapes == {"TT-#": 1}


def test_a_change_replaces_all_of_it(store):
    lines = [{"name": "Tegame", "total": "6.00"}, {"name": "Piatto", "total": "4.00"}]
    parcels = [{"id": "S1", "carrier": "BRT"}, {"id": "S2", "carrier": "GLS"}]
    import_orders(store, jsonl(told(lines=lines, shipments=parcels)))
    kept = Shipment.objects.get(external_id="S2").pk
    changed = told(state="shipped", lines=lines[1:], shipments=[{"id": "S2", "carrier": "GLS", "state": "lost"}])
    report = import_orders(store, jsonl(changed))
    assert counts(report) == {"changed": 1}
    assert [line.name for line in OrderLine.objects.all()] == ["Piatto"]
    assert [(parcel.pk, parcel.state) for parcel in Shipment.objects.all()] == [(kept, "lost")]
    assert Event.objects.filter(name="order.imported").last().data == {"state": "shipped", "was": "paid"}


def test_telling_it_again_is_no_event(store):
    import_orders(store, jsonl(told()))
    events = Event.objects.count()
    assert counts(import_orders(store, jsonl(told()))) == {"unchanged": 1}
    assert Event.objects.count() == events


def test_older_news_loses(store):
    import_orders(store, jsonl(told(state="delivered", updated_at="2026-11-18")))
    report = import_orders(store, jsonl(told(state="shipped", updated_at="2026-11-15")))
    assert counts(report) == {"older": 1}
    assert Order.objects.get().state == "delivered"


def test_what_was_confirmed_later_is_not_undone_by_what_was_told_between(store):
    import_orders(store, jsonl(told(state="delivered", updated_at="2026-11-10")))
    import_orders(store, jsonl(told(state="delivered", updated_at="2026-11-18")))
    assert counts(import_orders(store, jsonl(told(state="shipped", updated_at="2026-11-15")))) == {"older": 1}
    assert Order.objects.get().state == "delivered"


def test_an_order_with_one_bad_line_is_refused_whole_and_the_others_come(store):
    bad = told("TT-1", lines=[{"name": "Tegame", "total": "6.00"}, {"name": "Piatto", "total": "quattro"}])
    report = import_orders(store, jsonl(bad, told("TT-2")))
    assert counts(report) == {"new": 1, "refused": 1, "problems": 1}
    assert Order.objects.get().number == "TT-2"
    assert not OrderLine.objects.exists()


def test_a_bad_change_leaves_what_was_there(store):
    import_orders(store, jsonl(told()))
    import_orders(store, jsonl(told(state="shipped", total="?")))
    assert Order.objects.get().state == "paid"


def test_strict_is_all_or_nothing(store):
    report = import_orders(store, jsonl(told("TT-1"), told("TT-2", total="?")), strict=True)
    assert counts(report) == {"good": 1, "refused": 1, "problems": 1}
    assert not Order.objects.exists()
    assert counts(import_orders(store, jsonl(told("TT-1"), told("TT-2")), strict=True)) == {"new": 2}


def test_checking_stores_nothing(store):
    report = check(store, jsonl(*(told(f"TT-{n}", email="giulia@posta.example") for n in range(9))))
    assert counts(report) == {"good": 9}
    assert [order.number for order in report.first] == ["TT-0", "TT-1", "TT-2", "TT-3", "TT-4"]
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


def test_the_customer_who_wrote_is_the_one_who_bought(store, giulia):
    import_orders(store, jsonl(told(email="Giulia@Posta.example")))
    assert Order.objects.get().customer == giulia
    assert Customer.objects.count() == 1


def test_without_an_address_the_phone_will_do(store):
    paolo = customers.meet("phone", "+393470001184", "Paolo").customer
    import_orders(store, jsonl(told(phone="347 000 1184")))
    assert Order.objects.get().customer == paolo


def test_an_order_without_a_person_is_nobodys(store):
    import_orders(store, jsonl(told()))
    assert Order.objects.get().customer is None
    assert not Customer.objects.exists()


def test_an_order_never_moves_to_another_customer_by_itself(store, giulia):
    import_orders(store, jsonl(told(email="giulia@posta.example")))
    report = import_orders(store, jsonl(told(email="paolo@posta.example")))
    assert Order.objects.get().customer == giulia
    assert Order.objects.get().email == "paolo@posta.example"
    assert [(notice.code, notice.order) for notice in report.notices] == [("kept", "TT-1")]
    assert Customer.objects.count() == 1


def test_an_order_of_nobody_finds_its_customer_later(store, giulia):
    import_orders(store, jsonl(told()))
    import_orders(store, jsonl(told(email="giulia@posta.example")))
    assert Order.objects.get().customer == giulia


def test_the_same_number_in_two_stores_is_two_orders(store):
    other = type(store).objects.create(slug="outlet", name="Outlet")
    import_orders(store, jsonl(told()))
    import_orders(other, jsonl(told(total="20.00")))
    assert sorted(Order.objects.values_list("store__slug", "total")) == [
        ("outlet", Decimal("20")),
        ("terra-e-tavola", Decimal("10")),
    ]


def test_imported_numbers_are_recognised_in_what_is_written(store):
    import_orders(store, jsonl(*(told(f"TT-{n}") for n in range(10480, 10490))))
    assert [order.number for order in recognise("Buongiorno, ordine n. 10482")] == ["TT-10482"]


def test_times_without_a_zone_are_the_shops(store, workspace):
    type(workspace).objects.update(time_zone="America/New_York")
    import_orders(store, jsonl(told(placed_at="2026-11-10 09:00")))
    assert Order.objects.get().placed_at == datetime(2026, 11, 10, 14, tzinfo=UTC)


def test_a_delivered_order_has_no_late_parcel(store):
    """Many exports say "consegnato" of the order and nothing of its parcel."""
    parcel = {"carrier": "BRT", "tracking_number": "1", "promised_for": "2026-11-01"}
    import_orders(store, jsonl(told(state="consegnato", updated_at="2026-11-05T10:00:00Z", shipments=[parcel])))
    parcel = Shipment.objects.get()
    assert (parcel.state, parcel.delivered_at) == ("delivered", datetime(2026, 11, 5, 10, tzinfo=UTC))
    assert parcel.days_late(datetime(2026, 11, 20, tzinfo=UTC).date()) == 0


def test_few_queries_for_two_hundred_orders(store, django_assert_max_num_queries):
    line = {"name": "Tegame", "total": "6.00"}
    orders = [told(f"TT-{n}", email=f"{n}@posta.example", lines=[line] * 3) for n in range(200)]
    with django_assert_max_num_queries(45):
        import_orders(store, jsonl(*orders))


# What the machine may do in the middle


def test_stopped_in_the_middle_and_begun_again(store, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 10)
    write, batches = storing._replace_parcels, []

    def stop_at_the_third(orders, news):
        batches.append(orders)
        if len(batches) == 3:
            raise KeyboardInterrupt
        write(orders, news)

    orders = [told(f"TT-{n}", email=f"{n}@posta.example", lines=[{"name": "Tazza"}]) for n in range(50)]
    monkeypatch.setattr(storing, "_replace_parcels", stop_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        import_orders(store, jsonl(*orders))
    assert (Order.objects.count(), OrderLine.objects.count()) == (20, 20)  # whole batches only
    report = import_orders(store, jsonl(*orders))
    assert counts(report) == {"unchanged": 20, "new": 30}
    assert (Order.objects.count(), OrderLine.objects.count(), Customer.objects.count()) == (50, 50, 50)


# Whatever stands in the file

word = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
amount = st.decimals(0, 9999, places=2).map(str)
ORDERS = st.lists(
    st.fixed_dictionaries(
        {
            "number": st.integers(1, 12).map("TT-{}".format),
            "placed_at": st.dates(datetime(2024, 1, 1).date(), datetime(2026, 12, 31).date()).map(str),
            "state": st.sampled_from(Order.State.values),
            "total": amount,
        },
        optional={
            "email": st.integers(1, 4).map("c{}@posta.example".format),
            "name": word,
            "city": word,
            "lines": st.lists(st.fixed_dictionaries({"name": st.just("Tegame"), "total": amount}), max_size=3),
        },
    ),
    unique_by=lambda order: order["number"],
    max_size=10,
)


def everything():
    orders = Order.objects.order_by("number").values("number", "state", "total", "email", "name", "city", "placed_at")
    lines = OrderLine.objects.order_by("order__number", "name", "total").values_list("order__number", "name", "total")
    return list(orders), list(lines)


@given(orders=ORDERS)
@SMALL
def test_twice_is_once(store, orders):
    Order.objects.all().delete()
    import_orders(store, jsonl(*orders))
    once = everything()
    again = import_orders(store, jsonl(*orders))
    assert everything() == once
    assert {"new", "changed"}.isdisjoint(counts(again))


@given(orders=ORDERS, shuffled=st.randoms())
@SMALL
def test_the_order_of_the_rows_of_a_sheet_does_not_matter(store, orders, shuffled):
    header = "number,placed_at,state,total,email,line_name,line_total"
    rows = [
        ",".join([o["number"], o["placed_at"], o["state"], o["total"], o.get("email", ""), *line])
        for o in orders
        for line in [(it["name"], it["total"]) for it in o.get("lines", [])] or [("", "")]
    ]
    Order.objects.all().delete()
    import_orders(store, csv(header, *rows))
    straight = everything()
    Order.objects.all().delete()
    shuffled.shuffle(rows)
    import_orders(store, csv(header, *rows))
    assert everything() == straight
    assert len(straight[0]) == len(orders)


@given(body=st.binary(max_size=400))
@SMALL
def test_any_bytes_are_answered_with_a_report(store, body):
    report = check(store, io.BytesIO(body))
    assert report.counts.total() > 0
    assert all(problem.words for problem in report.problems)


@given(cells=st.lists(word, max_size=8), header=st.permutations(["number", "placed_at", "state", "total", "note"]))
@SMALL
def test_any_cells_are_answered_with_a_report(store, cells, header):
    report = check(store, csv(",".join(header), ",".join(cells), ",".join(cells)))
    assert all(problem.words for problem in report.problems)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"number,placed_at,state,total" + b",x" * 1_000, "wide"),
        (b",".join([b"x"] * 400_000), "wide"),
        (b"number,placed_at,state,total\n" + b"x" * 2_000_000 + b"\nTT-1,2026-11-10,paid,1", "line"),
        (b'number,placed_at,state,total\n"' + b"x,\n" * 200_000, "quote"),
        (b'number,placed_at,state,total\nTT-1,2026-11-10,paid,"1\nTT-2,2026-11-10,paid,1\n', "quote"),
        (b"number,placed_at,state,total\nTT-1\0,2026-11-10,paid,1\n", "binary"),
        (b"number,placed_at,state,total\n" + b"\n" * 600 + b"TT-1\0,2026-11-10,paid,1\n", "unstorable"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "binary"),
        (b"<html><table>", "binary"),
        (b'{"number": ' + b"[" * 100_000, "json"),
        (b'{"number": "' + b"x" * 3_000_000 + b'"}', "line"),
        (b'{"number": ' + b"9" * 5000 + b"}", "json"),
        (b"\xff\xfe\x00", "header"),
    ],
)
def test_hostile_files(store, body, code):
    report = import_orders(store, io.BytesIO(body))
    assert code in {problem.code for problem in report.problems}
    assert not Order.objects.exists()


def test_a_line_that_is_too_long_does_not_stop_those_behind_it(store):
    body = json.dumps(told("TT-1", note="x" * 1_200_000)).encode() + b"\n" + json.dumps(told("TT-2")).encode()
    assert counts(import_orders(store, io.BytesIO(body))) == {"new": 1, "refused": 1, "problems": 1}
    assert Order.objects.get().number == "TT-2"


def test_ten_thousand_problems_are_kept_and_all_are_counted(store, monkeypatch):
    monkeypatch.setattr(running, "MOST_PROBLEMS", 5)
    report = check(store, io.BytesIO(b"{}\n" * 20))
    assert len(report.problems) == 5
    assert report.counts["problems"] == 20 * 4
    assert report.counts["refused"] == 20
