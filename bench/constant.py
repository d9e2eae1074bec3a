"""The limit for pages: the same server and the same way in, where the page is always the same fifty kilobytes."""

from sportello import asgi
from sportello.lib.wsgi import Bridge

PAGE = b"x" * 50_000


def constant(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))])
    return [PAGE]


asgi.desk = Bridge(constant, threads=2, limit=1_000_000)
application = asgi.application
