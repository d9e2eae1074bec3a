"""Only there when SPORTELLO_DEMO is set."""

from django.urls import path

from . import views

urlpatterns = [
    path("outbox/", views.mails, name="demo-outbox"),
    path("outbox/letter", views.letter, name="demo-letter"),
    path("outbox/<slug:key>", views.mail, name="demo-mail"),
    path("outbox/<slug:key>/body", views.body, name="demo-body"),
    path("outbox/<slug:key>/answer", views.answer, name="demo-answer"),
    path("outbox/<slug:key>/files/<int:place>", views.file, name="demo-file"),
    path("sign-in", views.sign_in, name="demo-sign-in"),
]
