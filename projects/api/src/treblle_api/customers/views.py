"""Whoever calls a project's API. Their numbers are in the analytics, by customer."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import Customer

from treblle_api.access import found
from treblle_api.audit import record
from treblle_api.cursors import LastSeenFirst
from treblle_api.customers.serializers import (
    CustomerFilters,
    CustomerInputSerializer,
    CustomerSerializer,
)
from treblle_api.document.operations import operation
from treblle_api.resource import Listing, Resource


class Customers(Listing):
    row_class = CustomerSerializer
    filters = CustomerFilters
    pagination_class = LastSeenFirst
    queryset = Customer.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[Customer]:
        rows = Customer.objects.for_project(self.project())
        if "text" in filters:
            text = filters["text"]
            rows = rows.filter(Q(external_id__icontains=text) | Q(name__icontains=text))
        return rows

    @operation(
        "customers_list",
        "List customers",
        "`sort=-first_seen_at` keeps pages still while they call.",
    )
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.listed(request)


class OneCustomer(Resource):
    row_class = CustomerSerializer

    @operation("customers_retrieve", "Show a customer", gives=CustomerSerializer)
    def get(self, request: Request, project_uuid: UUID, customer_uuid: UUID) -> Response:
        rows = Customer.objects.for_project(self.project())
        return self.row_shown(request, found(rows.filter(uuid=customer_uuid)))

    @operation(
        "customers_update",
        "Name a customer",
        takes=CustomerInputSerializer,
        gives=CustomerSerializer,
    )
    def patch(self, request: Request, project_uuid: UUID, customer_uuid: UUID) -> Response:
        project = self.writable_project()
        customer = found(Customer.objects.for_project(project).filter(uuid=customer_uuid))
        given = CustomerInputSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        customer.name = given.validated_data.get("name", customer.name)
        # What traffic writes meanwhile is not touched.
        customer.save(update_fields=["name", "updated_at"])
        record(request, "customer.named", customer, project=project)
        return Response(CustomerSerializer(customer).data)
