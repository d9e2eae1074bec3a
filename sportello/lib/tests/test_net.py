"""What people type in is connected to only where this desk may go, and to the address that was looked at."""

import socket
import threading

import httpx2
import pytest

from sportello.lib import http, net
from sportello.lib.net import Refused, connect, may_speak_to, resolve


@pytest.mark.parametrize(
    ("ip", "anybody", "ours"),
    [
        ("8.8.8.8", True, True),
        ("2001:4860:4860::8888", True, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("10.1.2.3", False, True),
        ("192.168.1.10", False, True),
        ("100.64.0.1", False, True),
        ("fd00::1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::a00:1", False, True),
        ("2002:a00:1::", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("fe80::1%eth0", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("255.255.255.255", False, False),
        ("240.0.0.1", False, False),
    ],
)
def test_where_one_may_go(ip, anybody, ours):
    assert (may_speak_to(ip, private=False), may_speak_to(ip, private=True)) == (anybody, ours)


@pytest.mark.parametrize(
    ("allowed", "mail", "other"), [("mail", True, False), ("all", True, True), ("none", False, False)]
)
def test_the_setting_decides_about_our_own_network(settings, allowed, mail, other):
    settings.ALLOW_PRIVATE_HOSTS = allowed
    for purpose, expected in ((True, mail), (False, other)):
        if expected:
            assert resolve("127.0.0.1", 25, mail=purpose)
        else:
            with pytest.raises(Refused, match=r"127\.0\.0\.1"):
                resolve("127.0.0.1", 25, mail=purpose)


def test_a_name_is_looked_up_once(monkeypatch):
    looked = []

    def rebinding(host, port, **kwargs):
        looked.append(host)
        ip = "8.8.8.8" if len(looked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    connected = []
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket.socket, "connect", lambda line, address: connected.append(address))
    connect("evil.example", 443, timeout=1).close()
    assert connected == [("8.8.8.8", 443)] and looked == ["evil.example"]


def test_the_next_address_is_tried_when_one_does_not_answer():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = [(socket.AF_INET6, ("::1", port, 0, 0)), (socket.AF_INET, ("127.0.0.1", port))]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(net, "resolve", lambda host, port, mail: found)
            line = connect("localhost", port, timeout=2, mail=True)
        assert net.is_loopback(line)
        line.close()


def test_nobody_answers():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        connect("127.0.0.1", port, timeout=2, mail=True)


def test_a_client_does_not_go_into_our_own_network():
    with http.client() as client, pytest.raises(httpx2.ConnectError, match="SPORTELLO_ALLOW_PRIVATE_HOSTS"):
        client.get("http://127.0.0.1:1/")


def test_a_client_says_the_name_and_goes_to_the_address(settings):
    settings.ALLOW_PRIVATE_HOSTS = "all"
    with socket.create_server(("127.0.0.1", 0)) as server, http.client(timeout=2) as client:
        port = server.getsockname()[1]
        server.settimeout(5)
        heard = []

        def answer():
            line, _ = server.accept()
            heard.append(line.recv(4000))
            line.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://x.example/\r\nContent-Length: 0\r\n\r\n")
            line.close()

        thread = threading.Thread(target=answer)
        thread.start()
        response = client.get(f"http://localhost:{port}/path")
        thread.join()
    assert response.status_code == 302
    assert f"Host: localhost:{port}".encode().lower() in heard[0].lower()


def test_tests_put_their_own_world_in_place_of_the_internet(monkeypatch):
    monkeypatch.setattr(http, "transport", lambda: httpx2.MockTransport(lambda request: httpx2.Response(204)))
    with http.client() as client:
        assert client.get("https://anywhere.example/").status_code == 204
