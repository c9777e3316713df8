"""What the bookshop answers: JSON, with the faults a real shop has now and then."""

import itertools
import json
import random
import time
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookshop import shelf

LONGEST_THOUGHT_S: Final = 0.6
REPORT_FAILS_IN: Final = 3

dice = random.Random()  # noqa: S311 (nothing here is a secret)
reports = itertools.count(1)


class BadBody(ValueError):
    """The body is not what the endpoint takes; the message says where."""


def problem(status: int, message: str) -> JsonResponse:
    return JsonResponse({"error": message}, status=status)


def body_of(request: HttpRequest, **fields: type) -> dict[str, Any]:
    """The fields named, each of its type. Raises `BadBody`."""
    try:
        body = json.loads(request.body)
    except ValueError:
        raise BadBody("the body is not JSON") from None
    for name, kind in fields.items():
        if not isinstance(body, dict) or not isinstance(body.get(name), kind):
            raise BadBody(f"{name}: a value of type {kind.__name__} is wanted")
    return {name: body[name] for name in fields}


def answers_bad_bodies(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
        try:
            return view(request, **arguments)
        except BadBody as error:
            return problem(422, str(error))

    return answer


@require_GET
def books(request: HttpRequest) -> HttpResponse:
    listed = [shelf.as_json(book) for book in shelf.BOOKS.values()]
    return JsonResponse({"count": len(listed), "books": listed})


@require_GET
def book(request: HttpRequest, id: int) -> HttpResponse:
    found = shelf.BOOKS.get(id)
    return JsonResponse(shelf.as_json(found)) if found else problem(404, f"there is no book {id}")


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")
    if not words:
        return problem(400, "q: what to search for is wanted")
    return JsonResponse({"q": words, "books": [shelf.as_json(b) for b in shelf.find(words)]})


@require_GET
def recommendations(request: HttpRequest) -> HttpResponse:
    """Slow: it thinks for up to half a second and more."""
    time.sleep(dice.uniform(0.1, 1) * LONGEST_THOUGHT_S)
    chosen = dice.sample(list(shelf.BOOKS.values()), 3)
    return JsonResponse({"books": [shelf.as_json(book) for book in chosen]})


@require_POST
@answers_bad_bodies
def login(request: HttpRequest) -> HttpResponse:
    body = body_of(request, email=str, password=str)
    if len(body["password"]) < 8:
        return problem(401, "email or password is wrong")
    return JsonResponse({"email": body["email"], "secret": f"session-of-{body['email']}"})


@require_POST
@answers_bad_bodies
def orders(request: HttpRequest) -> HttpResponse:
    body = body_of(request, book=int, quantity=int, card_number=str)
    wanted = shelf.BOOKS.get(body["book"])
    if wanted is None:
        return problem(404, f"there is no book {body['book']}")
    if not 1 <= body["quantity"] <= wanted.stock:
        return problem(409, f"{wanted.stock} of it are there")
    order = shelf.place_order(wanted.id, body["quantity"])
    return JsonResponse(shelf.as_json(order), status=201)


@require_http_methods(["GET", "PUT", "DELETE"])
@answers_bad_bodies
def order(request: HttpRequest, id: int) -> HttpResponse:
    found = shelf.order_of(id)
    if found is None:
        return problem(404, f"there is no order {id}")
    if request.method == "DELETE":
        shelf.cancel_order(found)
        return HttpResponse(status=204)
    if request.method == "PUT":
        found = shelf.change_order(found, body_of(request, quantity=int)["quantity"])
    return JsonResponse(shelf.as_json(found))


@require_GET
def daily_report(request: HttpRequest) -> HttpResponse:
    """Every third fails, as the sum of nothing sold is divided by nobody."""
    customers = next(reports) % REPORT_FAILS_IN
    return JsonResponse({"customers": customers, "average": round(128.4 / customers, 2)})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(404, "there is nothing at this address")


def server_error(request: HttpRequest) -> HttpResponse:
    return problem(500, "the shop has made a mistake")
