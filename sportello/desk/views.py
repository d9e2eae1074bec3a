"""The agent's room: where one lands, what one finds, where the settings begin."""

from django.http import HttpResponse
from django.shortcuts import render

from sportello.agents.requests import SignedIn
from sportello.conversations.views import desk

from .finding import found


def home(request: SignedIn) -> HttpResponse:
    """The desk is where one lands."""
    return desk.listing(request)


def settings_index(request: SignedIn) -> HttpResponse:
    """On a phone the list of settings is a page; elsewhere it stands beside each of them."""
    return render(request, "ui/settings_index.html")


def search(request: SignedIn) -> HttpResponse:
    """What was found, by its kind: conversations, customers, orders."""
    typed = request.GET.get("q", "").strip()
    return render(request, "desk/search.html", {"typed": typed, "groups": found(request.user, typed) if typed else []})
