"""Two doors in one process: the live door (native ASGI) and, for all else, Django through WSGI in threads."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sportello.settings")

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

application = WSGIMiddleware(get_wsgi_application(), workers=8)  # type: ignore[arg-type]
