from django.urls import path

from treblle_platform.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.customer_list, name="list"),
    path("<uuid:customer_uuid>/", views.customer_detail, name="detail"),
    path("<uuid:customer_uuid>/name/", views.customer_name, name="name"),
]
