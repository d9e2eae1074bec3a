from django.urls import path

from . import tag_views as views

urlpatterns = [
    path("", views.tags, name="tags"),
    path("<int:pk>/", views.tag, name="tag"),
    path("<int:pk>/removal/", views.tag_removal, name="tag_removal"),
]
