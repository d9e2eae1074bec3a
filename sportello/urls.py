"""The address bar is the map: each prefix is the folder of the app that owns it."""

from django.conf import settings
from django.urls import include, path

urlpatterns: list = [
    path("", include("sportello.ui.urls")),
    path("", include("sportello.agents.urls")),
    path("customers/", include("sportello.customers.urls")),
    path("orders/", include("sportello.commerce.urls")),
    path("", include("sportello.workspace.urls")),
    path("settings/inboxes/", include("sportello.channels.inbox_urls")),
    path("settings/quarantine/", include("sportello.channels.quarantine_urls")),
    path("settings/tags/", include("sportello.conversations.tag_urls")),
    path("settings/orders/", include("sportello.commerce.settings_urls")),
    path("conversations/", include("sportello.conversations.urls")),
    path("attachments/", include("sportello.conversations.file_urls")),
    path("", include("sportello.desk.urls")),
]
if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("sportello.demo.urls")))
