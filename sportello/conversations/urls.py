"""Everything under /conversations/. Under /attachments/ see `file_urls`."""

from django.urls import path, re_path

from .views import catching_up, changing, desk, files, originals, writing

KIND = "(?P<kind>out|note)"

urlpatterns = [
    path("", desk.listing, name="conversations"),
    path("<int:pk>", desk.conversation, name="conversation"),
    path("<int:pk>/since/<int:message>", catching_up.since),
    path("<int:pk>/earlier/<int:message>", catching_up.earlier),
    # What one does to it.
    path("<int:pk>/closure", changing.closure),
    path("<int:pk>/assignee", changing.assignee),
    path("<int:pk>/team", changing.team),
    path("<int:pk>/snooze", changing.snooze),
    path("<int:pk>/spam", changing.spam),
    path("<int:pk>/tags", changing.tags),
    path("<int:pk>/tags/<int:tag_pk>", changing.tag),
    path("<int:pk>/priority", changing.priority),
    path("<int:pk>/unread", changing.unread),
    # What one writes in it.
    path("<int:pk>/replies", writing.replies),
    path("<int:pk>/notes", writing.notes),
    path("<int:pk>/composer", writing.composer),
    re_path(rf"^(?P<pk>\d{{1,18}})/draft/{KIND}$", writing.draft),
    re_path(rf"^(?P<pk>\d{{1,18}})/files/{KIND}$", files.uploads),
    path("messages/<int:pk>/sending", writing.sending),
    path("messages/<int:pk>/fate", writing.fate),
    path("messages/<int:pk>/html", originals.html),
    path("messages/<int:pk>/original", originals.original),
]
