from django.urls import path

from treblle_platform.billing import views

app_name = "billing"
urlpatterns = [
    path("", views.page, name="page"),
    path("checkout/", views.checkout, name="checkout"),
    path("portal/", views.portal, name="portal"),
]
