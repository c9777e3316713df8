"""Addresses of the API; Treblle shows them as endpoints, `books/{id}` and so on."""

from django.urls import path

from bookshop import views

urlpatterns = [
    path("books", views.books),
    path("books/search", views.search),
    path("books/<int:id>", views.book),
    path("recommendations", views.recommendations),
    path("login", views.login),
    path("orders", views.orders),
    path("orders/<int:id>", views.order),
    path("reports/daily", views.daily_report),
]
handler404 = views.not_found
handler500 = views.server_error
