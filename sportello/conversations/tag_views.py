"""The labels of the shop: made, renamed, removed."""

from django import forms
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from sportello.agents.requests import SignedIn
from sportello.lib.access import supervisor_only

from .actions import labels
from .models import Tag


class TagForm(forms.ModelForm):
    class Meta:
        model = Tag
        fields = ["name"]


@require_http_methods(["GET", "POST"])
@supervisor_only
def tags(request: SignedIn) -> HttpResponse:
    """All labels with how often each is on, and a line to make one more."""
    form = TagForm(request.POST or None)
    if form.is_valid():
        labels.create_tag(form.cleaned_data["name"], by=request.user)
        return redirect("tags")
    counted = Tag.objects.annotate(uses=Count("conversations"))
    return render(request, "conversations/tags.html", {"tags": counted, "form": form})


@require_http_methods(["GET", "POST"])
@supervisor_only
def tag(request: SignedIn, pk: int) -> HttpResponse:
    tag = get_object_or_404(Tag, pk=pk)
    form = TagForm(request.POST or None, instance=tag)
    if form.is_valid():
        labels.rename_tag(tag, form.cleaned_data["name"], by=request.user)
        return redirect("tags")
    shown = Tag.objects.annotate(uses=Count("conversations")).get(pk=pk)
    return render(request, "conversations/tag.html", {"tag": shown, "form": form})


@require_POST
@supervisor_only
def tag_removal(request: SignedIn, pk: int) -> HttpResponse:
    labels.delete_tag(get_object_or_404(Tag, pk=pk), by=request.user)
    return redirect("tags")
