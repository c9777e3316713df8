from django.urls import path

from treblle_api.customers.views import Customers, OneCustomer
from treblle_api.projects.urls import PROJECT

CUSTOMERS = f"{PROJECT}/customers"

urlpatterns = [
    path(CUSTOMERS, Customers.as_view(), name="customers"),
    path(f"{CUSTOMERS}/<any_case_uuid:customer_uuid>", OneCustomer.as_view(), name="customer"),
]
