"""Everything under /customers/."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.listing, name="customers"),
    path("<int:pk>", views.customer, name="customer"),
    path("<int:pk>/identities", views.identities, name="customer-identities"),
    path("<int:pk>/identities/<int:address>", views.identity, name="customer-identity"),
    path("<int:pk>/identities/<int:address>/block", views.block, name="customer-block"),
    path("<int:pk>/companies", views.companies, name="customer-companies"),
    path("<int:pk>/companies/<int:company>", views.company, name="customer-company"),
]
