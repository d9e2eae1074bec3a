from django.urls import path

from . import views

urlpatterns = [
    path("settings/shop/", views.shop, name="shop"),
    path("settings/shop/brands/new/", views.brand, name="new_brand"),
    path("settings/shop/brands/<int:pk>/", views.brand, name="brand"),
    path("settings/shop/brands/<int:pk>/removal/", views.brand_removal, name="brand_removal"),
]
