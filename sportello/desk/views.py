"""The agent's room: where one lands, what one finds, where the settings begin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sportello.conversations.views import desk

from .finding import found


def home(request: HttpRequest) -> HttpResponse:
    """The desk is where one lands."""
    return desk.listing(request)


def settings_index(request: HttpRequest) -> HttpResponse:
    """On a phone the list of settings is a page; elsewhere it stands beside each of them."""
    return render(request, "ui/settings_index.html")


def search(request: HttpRequest) -> HttpResponse:
    """What was found, by its kind: conversations, customers, orders."""
    typed = request.GET.get("q", "").strip()
    return render(request, "desk/search.html", {"typed": typed, "groups": found(request.user, typed) if typed else []})
