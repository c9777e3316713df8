"""Erasing one API customer of a project: rows, details, and every mention of their requests."""

from django.conf import settings
from django.db import transaction
from treblle_models.models import (
    ApiChange,
    CollectionItem,
    Comment,
    Customer,
    DimensionDay,
    DimensionHour,
    DimensionRollup,
    EndpointCheckResult,
    EndpointCustomer,
    Erasure,
    Forgetting,
    PinnedRequest,
    Problem,
    ProblemCustomer,
    Project,
    ProjectCheckResult,
    Request,
    ShareLink,
)
from treblle_service.store import ObjectStore, open_store

from treblle_platform.celery import QUEUEING, app
from treblle_platform.privacy.frames import erase_frames
from treblle_platform.privacy.receipts import count
from treblle_platform.privacy.tables import CHUNK_ROWS, delete_chunk

# Rows about one request, by `request_uuid`: they go with it.
ABOUT_REQUESTS = (Comment, CollectionItem, ShareLink)
# Rows that name a request as their evidence: they stay and forget it.
POINTING_AT_REQUESTS = (Problem, ApiChange, ProjectCheckResult, EndpointCheckResult)

# What was learned from their requests is the ETL's to forget.
FORGET_TASK = "treblle_etl.forget"
ETL_QUEUE = "etl-background"


def erase_step(erasure: Erasure) -> bool:
    """Some of the customer's rows; False once nothing of them is left. Safe to run again."""
    project = Project.find_by_uuid(erasure.project_uuid) if erasure.project_uuid else None
    if project is None:
        return False
    customer = Customer.objects.filter(project=project, external_id=erasure.external_id).first()
    if customer is None:
        return False
    store = open_store(settings.DETAILS_STORE_URL)
    requests = list(Request.objects.filter(project=project, customer=customer)[:CHUNK_ROWS])
    if requests:
        erase_requests(erasure, requests, store)
        return True
    return _erase_rest(erasure, customer)


def erase_requests(erasure: Erasure, requests: list[Request], store: ObjectStore) -> None:
    """Of one project. Details go first: while they last, the rows are what leads to them."""
    project_id, uuids = requests[0].project_id, [request.uuid for request in requests]
    pins = PinnedRequest.objects.filter(project_id=project_id, request_uuid__in=uuids)
    spans: dict[str, list[tuple[int, int]]] = {}
    places = [(each.details_key, each.details_offset, each.details_length) for each in requests]
    places += pins.values_list("details_key", "details_offset", "details_length")
    for key, offset, length in places:
        if key:
            spans.setdefault(key, []).append((offset, length))
    for key in sorted(spans):
        count(erasure, "bytes", "details", erase_frames(store, key, spans[key]))
        count(erasure, "objects", "details", 1)
    with transaction.atomic():
        for model in (*ABOUT_REQUESTS, PinnedRequest):
            rows = model._default_manager.filter(project_id=project_id, request_uuid__in=uuids)
            count(erasure, "rows", model._meta.db_table, rows.delete()[0])
        for witness in POINTING_AT_REQUESTS:
            witness._default_manager.filter(project_id=project_id, request_uuid__in=uuids).update(
                request_uuid=None
            )
        chosen = Request.objects.filter(project_id=project_id, uuid__in=uuids)
        count(erasure, "rows", Request._meta.db_table, chosen._raw_delete(chosen.db))


def _erase_rest(erasure: Erasure, customer: Customer) -> bool:
    called = EndpointCustomer.objects.filter(project_id=customer.project_id, customer=customer)
    endpoints = list(called.values_list("pk", "endpoint__uuid")[:CHUNK_ROWS])
    if endpoints:
        with transaction.atomic():
            _order_to_forget(
                erasure, customer.project, endpoints=[str(uuid) for _, uuid in endpoints]
            )
            deleted = called.filter(pk__in=[pk for pk, _ in endpoints]).delete()[0]
        count(erasure, "rows", EndpointCustomer._meta.db_table, deleted)
        return True
    dimension = {
        "project_id": customer.project_id,
        "dimension": DimensionRollup.Dimension.CUSTOMER,
        "value": str(customer.uuid),
    }
    link = {"project_id": customer.project_id, "customer": customer}
    for rows in (
        DimensionHour.objects.filter(**dimension),
        DimensionDay.objects.filter(**dimension),
        ProblemCustomer.objects.filter(**link),
    ):
        deleted = delete_chunk(rows)
        if deleted:
            count(erasure, "rows", rows.model._meta.db_table, deleted)
            return True
    customers = Customer.objects.filter(pk=customer.pk, project_id=customer.project_id)
    with transaction.atomic():
        _order_to_forget(
            erasure, customer.project, words=[w for w in (customer.external_id, customer.name) if w]
        )
        deleted = customers._raw_delete(customers.db)
    count(erasure, "rows", Customer._meta.db_table, deleted)
    return False


def _order_to_forget(erasure: Erasure, project: Project, **what: list[str]) -> None:
    """The row is the order: where the broker loses the message, the ETL finds it all the same."""
    order = Forgetting.objects.create(project_uuid=project.uuid, erasure_uuid=erasure.uuid, **what)
    arguments = {"forgetting": str(order.uuid)}

    def send() -> None:
        app.send_task(FORGET_TASK, kwargs=arguments, queue=ETL_QUEUE, retry_policy=QUEUEING)

    transaction.on_commit(send, robust=True)
