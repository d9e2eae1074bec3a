from django.urls import path

from . import views

urlpatterns = [
    path("static/<slug:version>/<path:path>", views.older_static),
]
