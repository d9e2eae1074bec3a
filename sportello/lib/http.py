"""One way to make an HTTP client: guarded against our own network, with a time limit, replaced in tests by a mock."""

import socket
from collections.abc import Callable

import httpx2

from .net import Refused, resolve

LIMIT = 15.0


class GuardedTransport(httpx2.BaseTransport):
    """Connect only to addresses that were checked: the name is looked up once, here, and the address is used."""

    def __init__(self) -> None:
        self._inner = httpx2.HTTPTransport(trust_env=False)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        host = request.url.host
        try:
            address = resolve(host, request.url.port or 443)[0][1][0]
        except Refused as error:
            raise httpx2.ConnectError(str(error), request=request) from error
        except socket.gaierror as error:
            raise httpx2.ConnectError(f"No server is called {host}.", request=request) from error
        # The Host header was set when the request was made; TLS still checks the name.
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


# Tests put an `httpx2.MockTransport` here.
transport: Callable[[], httpx2.BaseTransport] = GuardedTransport


def client(*, timeout: float = LIMIT) -> httpx2.Client:
    """Return a client for one errand: `with client() as http: http.post(…)`. No redirects, no proxies."""
    return httpx2.Client(transport=transport(), timeout=timeout, follow_redirects=False, trust_env=False)
