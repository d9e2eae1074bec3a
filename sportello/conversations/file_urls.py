"""Everything under /attachments/: files of messages, each as harmless as it can be."""

from django.urls import path, re_path

from .views import files

urlpatterns = [
    re_path(r"^(?P<pk>\d{1,18})/(?P<size>small|large)\.webp$", files.picture),
    path("<int:pk>", files.upload),
    path("<int:pk>/<str:name>", files.download),
]
