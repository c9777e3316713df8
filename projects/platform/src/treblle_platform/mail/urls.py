from django.urls import path

from treblle_platform.mail import views

app_name = "mail"
urlpatterns = [
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("", views.mailbox, name="mailbox"),
    path("<slug:name>/", views.message, name="message"),
    path("<slug:name>/html/", views.message_html, name="message_html"),
]
