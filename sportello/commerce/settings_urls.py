"""Everything under /settings/orders/."""

from django.urls import path

from . import settings_views as views

urlpatterns = [
    path("", views.orders, name="order_settings"),
    path("stores/", views.new_store, name="new_store"),
    path("stores/<int:pk>/", views.store, name="store"),
    path("files/", views.upload, name="upload_orders"),
    path("files/<int:pk>/", views.file, name="order_file"),
    path("files/<int:pk>/import/", views.import_, name="import_order_file"),
    path("files/<int:pk>/removal/", views.removal, name="stop_order_file"),
    path("files/<int:pk>/problems.csv", views.problems, name="order_file_problems"),
]
