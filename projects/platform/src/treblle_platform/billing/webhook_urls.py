from django.urls import path

from treblle_platform.billing import views

app_name = "webhooks"
urlpatterns = [path("stripe/", views.webhook, name="stripe")]
