"""Everything under /orders/."""

from django.urls import path

from . import views

urlpatterns = [
    path("<int:pk>", views.order, name="order"),
]
