from django.urls import path

from . import quarantine_views as views

urlpatterns = [
    path("", views.listing, name="quarantine"),
    path("aside/", views.aside, name="put_aside"),
    path("release/", views.release_all, name="release_all"),
    path("<int:pk>/", views.delivery, name="quarantined"),
    path("<int:pk>/original/", views.original, name="quarantined_original"),
    path("<int:pk>/release/", views.release, name="release_delivery"),
    path("<int:pk>/removal/", views.removal, name="discard_delivery"),
]
