"""A delivery by HTTP is answered with 202 when it is durable, and never before."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from sportello.channels.models import Delivery, Inbox
from sportello.channels.storing import delivery_body
from sportello.events.models import Event
from sportello.lib.testing import Server, eventually


def post(server, inbox, body=b"{}", **more):
    return httpx2.post(f"{server.url}/hooks/{inbox.token}", content=body, **more)


def test_a_delivery_is_stored_before_it_is_thanked_for(server, inbox):
    answer = post(server, inbox, b'{"text": "Un piatto scheggiato"}', headers={"content-type": "application/json"})
    assert (answer.status_code, answer.content) == (202, b"")
    delivery = Delivery.objects.get()
    assert (delivery.inbox, delivery.state) == (inbox, "arrived")
    assert delivery_body(delivery) == b'{"text": "Un piatto scheggiato"}'
    assert delivery.headers == {"content-type": "application/json"}
    assert Event.objects.get().name == "delivery.arrived"


def test_a_repeat_is_thanked_for_and_stored_once(server, inbox):
    assert [post(server, inbox, b"same").status_code for _ in range(2)] == [202, 202]
    assert Delivery.objects.count() == 1


def test_nobody_else_has_a_door(server, inbox):
    closed = Inbox.objects.create(kind="email", name="Chiusa", is_active=False)
    assert post(server, closed).status_code == 404
    assert httpx2.post(f"{server.url}/hooks/{inbox.token}x", content=b"{}").status_code == 404
    assert httpx2.get(f"{server.url}/hooks/{inbox.token}").status_code == 405
    assert httpx2.head(f"{server.url}/hooks/{inbox.token}").status_code == 200
    assert not Delivery.objects.exists()


def test_a_large_delivery_lies_in_a_file(server, inbox):
    raw = b"x" * 3_000_000
    assert post(server, inbox, raw).status_code == 202
    delivery = Delivery.objects.get()
    assert (delivery.size, bytes(delivery.body)) == (3_000_000, b"")
    assert (server.data / "files" / delivery.path).read_bytes() == raw


def test_too_large_is_refused_before_it_is_sent(server, inbox):
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(b"POST /hooks/%s HTTP/1.1\r\nHost: localhost\r\n" % inbox.token.encode())
        line.sendall(b"Content-Length: 52428801\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_many_at_once_are_all_stored(server, inbox):
    with httpx2.Client() as client, ThreadPoolExecutor(8) as pool:

        def deliver(n):
            return client.post(f"{server.url}/hooks/{inbox.token}", content=b"%d" % n).status_code

        assert set(pool.map(deliver, range(200))) == {202}
    assert {delivery_body(d) for d in Delivery.objects.all()} == {b"%d" % n for n in range(200)}
    arrived = Event.objects.filter(name="delivery.arrived")
    eventually(lambda: sum(event.data["count"] for event in arrived.all()) == 200)
    assert arrived.count() < 100


def test_what_was_thanked_for_survives_a_power_cut(transactional_db, inbox, tmp_path):
    server = Server(tmp_path).start()
    thanked, stop = set(), threading.Event()

    def deliver(worker):
        with httpx2.Client() as client:
            for n in range(10_000):
                body = b"%d/%d" % (worker, n)
                try:
                    answer = client.post(f"{server.url}/hooks/{inbox.token}", content=body)
                except httpx2.TransportError:
                    return
                assert answer.status_code == 202
                thanked.add(body)
                if len(thanked) > 300:
                    stop.set()

    with ThreadPoolExecutor(4) as pool:
        workers = [pool.submit(deliver, worker) for worker in range(4)]
        assert stop.wait(30)
        server.kill()
        [worker.result() for worker in workers]
    stored = {delivery_body(delivery) for delivery in Delivery.objects.all()}
    assert len(thanked) > 300
    assert thanked - stored == set()


@pytest.mark.parametrize("header", [{}, {"x-request-id": "proxy-7"}])
def test_every_answer_carries_the_id_of_its_request(server, inbox, header):
    for url in (f"{server.url}/hooks/{inbox.token}", f"{server.url}/hooks/nobody", f"{server.url}/sign-in/"):
        given = httpx2.head(url, headers=header).headers["x-request-id"]
        assert given == header.get("x-request-id", given) and len(given) >= 7


def test_an_id_that_is_not_one_is_replaced(server):
    answer = httpx2.head(f"{server.url}/", headers={"x-request-id": "a b<script>"})
    assert "script" not in answer.headers["x-request-id"]
