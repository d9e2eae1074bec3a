"""The desk as it is in the demo."""

from django.urls import include, path

from sportello.urls import urlpatterns as desk

urlpatterns = [path("demo/", include("sportello.demo.urls")), *desk]
