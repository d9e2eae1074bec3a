from django.urls import path

from . import audit_views, health_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("settings/", views.settings_index, name="settings"),
    path("settings/audit/", audit_views.audit, name="audit"),
    path("health", health_views.for_machines, name="health_json"),
    path("settings/health/", health_views.for_people, name="health"),
    path("settings/health/jobs/<int:pk>/revival/", health_views.revival, name="revive_job"),
    path("settings/health/jobs/<int:pk>/removal/", health_views.removal, name="discard_job"),
]
