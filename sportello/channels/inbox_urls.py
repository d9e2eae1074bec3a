from django.urls import path

from . import consent
from . import inbox_views as views

urlpatterns = [
    path("", views.inboxes, name="inboxes"),
    path("new/", views.kinds, name="inbox_kinds"),
    path("new/<slug:kind>/", views.new_inbox, name="new_inbox"),
    path("<int:pk>/", views.inbox, name="inbox_settings"),
    path("consent/", consent.consented, name="inbox_consented"),
    path("<int:pk>/consent/", consent.consent, name="inbox_consent"),
    path("<int:pk>/check/", views.check, name="inbox_check"),
    path("<int:pk>/activity/", views.activity, name="inbox_activity"),
]
