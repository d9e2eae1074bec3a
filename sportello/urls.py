"""The address bar is the map: each prefix is the folder of the app that owns it."""

from django.urls import include, path

urlpatterns: list = [
    path("", include("sportello.ui.urls")),
    path("", include("sportello.agents.urls")),
    path("customers/", include("sportello.customers.urls")),
    path("orders/", include("sportello.commerce.urls")),
    path("", include("sportello.desk.urls")),
]
