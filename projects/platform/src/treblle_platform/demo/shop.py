"""What requests to the demo's bookshop are like: the same that its visitors send while it runs."""

import json
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True)
class Operation:
    """`weight` is of all requests, those of `statuses` (status, weight) of this operation's;
    time and size are medians.
    """

    method: str
    template: str
    weight: int
    load_time_ms: float
    size_bytes: int
    statuses: tuple[tuple[int, int], ...]
    body: dict[str, Any] = field(hash=False)

    def answer(self, status: int) -> str:
        return json.dumps({"error": ERRORS[status]} if status >= 400 else self.body)


@dataclass(frozen=True)
class Client:
    user_agent: str
    agent_kind: str
    os: str
    device: str
    app: str
    app_version: str


@dataclass(frozen=True)
class Place:
    country: str
    city: str
    time_zone: str


# In the catalog.
DESCRIPTION: Final = {
    "description": "Books, orders and recommendations, for the shop's site and apps.",
    "category": "Commerce",
    "tags": ["public", "mobile"],
}
ERRORS: Final = {
    400: "q: what to search for is wanted",
    401: "email or password is wrong",
    404: "there is nothing at this address",
    409: "0 of it are there",
    422: "quantity: a value of type int is wanted",
    500: "the shop has made a mistake",
    503: "the index of books does not answer",
}
_BOOK: Final = {
    **{"id": 7, "title": "The Time Machine", "author": "H. G. Wells"},
    **{"year": 1895, "price": 6.9, "stock": 17},
}
_ORDER: Final = {"id": 1007, "book": 7, "quantity": 1, "status": "placed"}
OPERATIONS: Final = (
    Operation(
        *("GET", "/books/{id}", 33, 0.21, 100, ((200, 93), (404, 7))),
        body=_BOOK,
    ),
    Operation(
        *("GET", "/books", 18, 0.28, 1112, ((200, 100),)), body={"count": 1, "books": [_BOOK]}
    ),
    Operation(
        *("GET", "/books/search", 13, 0.26, 240, ((200, 95), (400, 4), (503, 1))),
        body={"q": "time", "books": [_BOOK]},
    ),
    Operation(
        *("POST", "/orders", 10, 0.27, 62, ((201, 82), (409, 9), (422, 8), (500, 1))),
        body=_ORDER,
    ),
    Operation(
        *("POST", "/login", 9, 0.24, 74, ((200, 80), (401, 20))),
        body={"email": "reader7@example.com", "secret": "****"},
    ),
    Operation(*("GET", "/orders/{id}", 6, 0.2, 62, ((200, 75), (404, 25))), body=_ORDER),
    Operation(
        *("GET", "/recommendations", 4, 310.0, 330, ((200, 100),)),
        body={"books": [_BOOK]},
    ),
    Operation(
        *("PUT", "/orders/{id}", 4, 0.25, 62, ((200, 84), (404, 14), (500, 2))),
        body=_ORDER,
    ),
    Operation(*("DELETE", "/orders/{id}", 3, 0.19, 0, ((204, 84), (404, 16))), body={}),
    Operation(
        *("GET", "/reports/daily", 2, 0.5, 40, ((200, 67), (500, 33))),
        body={"customers": 2, "average": 64.2},
    ),
)
# With a weight each, as are places and customers.
CLIENTS: Final = (
    (Client("Mozilla/5.0 (Windows NT 10.0) Chrome/131", "person", "Windows", "", "Chrome", "131"), 26),
    (Client("Mozilla/5.0 (Pixel 8) Chrome/131", "person", "Android", "Pixel 8", "Chrome Mobile", "131"), 17),
    (Client("Mozilla/5.0 (iPhone) Safari/604", "person", "iOS", "iPhone", "Mobile Safari", "17.6"), 15),
    (Client("Mozilla/5.0 (Macintosh) Safari/605", "person", "Mac OS X", "Mac", "Safari", "17.6"), 11),
    (Client("Mozilla/5.0 (X11; Linux) Firefox/133", "person", "Linux", "", "Firefox", "133"), 7),
    (Client("PostmanRuntime/7.42.0", "", "", "", "PostmanRuntime", "7.42.0"), 6),
    (Client("python-requests/2.32.3", "", "", "", "Python Requests", "2.32.3"), 6),
    (Client("okhttp/4.12.0", "", "", "", "okhttp", "4.12.0"), 5),
    (Client("curl/8.9.1", "", "", "", "curl", "8.9.1"), 3),
    (Client("ClaudeBot/1.0", "ai", "", "", "ClaudeBot", "1.0"), 3),
    (Client("GPTBot/1.2", "ai", "", "", "GPTBot", "1.2"), 3),
)  # fmt: skip
PLACES: Final = (
    (Place("US", "Austin", "America/Chicago"), 20),
    (Place("DE", "Berlin", "Europe/Berlin"), 13),
    (Place("GB", "London", "Europe/London"), 12),
    (Place("ES", "Madrid", "Europe/Madrid"), 10),
    (Place("IN", "Mumbai", "Asia/Kolkata"), 9),
    (Place("FR", "Paris", "Europe/Paris"), 8),
    (Place("JP", "Tokyo", "Asia/Tokyo"), 7),
    (Place("BR", "São Paulo", "America/Sao_Paulo"), 7),
    (Place("NG", "Lagos", "Africa/Lagos"), 6),
    (Place("HR", "Zagreb", "Europe/Zagreb"), 5),
    (Place("AU", "Sydney", "Australia/Sydney"), 3),
)
# Empty: nobody was logged in.
CUSTOMERS: Final = (
    ("city-library", 9),
    ("paper-moon", 6),
    ("northwind-books", 4),
    ("school-42", 2),
    ("old-harbour-cafe", 1),
    ("", 18),
)
