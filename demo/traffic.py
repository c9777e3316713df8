"""A lifelike trickle of requests to the sample API, as long as the demo runs."""

import http.client
import json
import math
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

from demo.visitors import Visitor, regulars

HOST: Final = "127.0.0.1"
# Between the quietest and the busiest moment of a "day", in requests a second.
QUIET_RATE: Final = 2.0
BUSY_RATE: Final = 5.0
# A day of the demo, so that its ups and downs are seen within minutes.
DAY_S: Final = 600.0
TIMEOUT_S: Final = 5.0
SEARCHES: Final = ("time", "verne", "garden", "dickens", "crime", "jane austen", "café")


@dataclass(frozen=True)
class Step:
    """One request; `body` goes as JSON where there is one."""

    method: str
    path: str
    body: dict[str, Any] | None = None


Chooser = Callable[[random.Random, list[int]], Step]


class Traffic:
    """Sends in a thread of its own between `start` and `stop`, or inside `with`."""

    def __init__(self, port: int, dice: random.Random | None = None) -> None:
        self.sent = 0
        self._port = port
        self._dice = dice or random.Random()
        self._visitors = regulars(self._dice)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._send_all, name="traffic", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _send_all(self) -> None:
        orders: list[int] = []
        while not self._stopping.is_set():
            step = next_step(self._dice, orders)
            answer = self._send(self._dice.choice(self._visitors), step)
            if step.path == "/orders" and "id" in answer:
                orders = [*orders[-20:], answer["id"]]
            self._stopping.wait(self._dice.expovariate(rate_at(time.monotonic())))

    def _send(self, visitor: Visitor, step: Step) -> dict[str, Any]:
        """The answer as far as it is a JSON object; empty where the API is away."""
        connection = http.client.HTTPConnection(HOST, self._port, timeout=TIMEOUT_S)
        headers = {
            "User-Agent": visitor.user_agent,
            "X-Forwarded-For": visitor.address,
            "Accept": "application/json",
        }
        if visitor.customer:
            headers["Treblle-User-Id"] = visitor.customer
        text = None if step.body is None else json.dumps(step.body)
        if text is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(step.method, step.path, text, headers)
            answer = json.loads(connection.getresponse().read() or "{}")
        except (OSError, http.client.HTTPException, ValueError):
            return {}
        finally:
            connection.close()
        self.sent += 1
        return answer if isinstance(answer, dict) else {}


def rate_at(now_s: float) -> float:
    """Requests a second: a slow wave between quiet and busy."""
    busyness = (1 + math.sin(2 * math.pi * now_s / DAY_S)) / 2
    return QUIET_RATE + (BUSY_RATE - QUIET_RATE) * busyness


def next_step(dice: random.Random, orders: list[int]) -> Step:
    """What a visitor does next; `orders` are the numbers of orders that were placed."""
    weights = [weight for weight, _ in STEPS]
    ((_, choose),) = dice.choices(STEPS, weights)
    return choose(dice, orders)


def read_book(dice: random.Random, orders: list[int]) -> Step:
    return Step("GET", f"/books/{dice.randint(1, 10)}")


def search(dice: random.Random, orders: list[int]) -> Step:
    return Step("GET", f"/books/search?q={quote(dice.choice(SEARCHES))}")


def log_in(dice: random.Random, orders: list[int]) -> Step:
    password = "abc" if dice.random() < 0.2 else f"correct-horse-{dice.randint(10, 99)}"
    return Step(
        "POST",
        "/login",
        {"email": f"reader{dice.randint(1, 99)}@example.com", "password": password},
    )


def buy(dice: random.Random, orders: list[int]) -> Step:
    card = " ".join(str(dice.randint(1000, 9999)) for _ in range(4))
    body = {"book": dice.randint(1, 11), "quantity": dice.randint(1, 4), "card_number": card}
    if dice.random() < 0.1:
        del body["quantity"]
    return Step("POST", "/orders", body)


def on_an_order(method: str) -> Chooser:
    def step(dice: random.Random, orders: list[int]) -> Step:
        number = dice.choice(orders) if orders else dice.randint(1, 99)
        body = {"quantity": dice.randint(1, 3)} if method == "PUT" else None
        return Step(method, f"/orders/{number}", body)

    return step


STEPS: Final[tuple[tuple[int, Chooser], ...]] = (
    (18, lambda dice, orders: Step("GET", "/books")),
    (30, read_book),
    (12, search),
    (5, lambda dice, orders: Step("GET", "/recommendations")),
    (9, log_in),
    (10, buy),
    (6, on_an_order("GET")),
    (4, on_an_order("PUT")),
    (3, on_an_order("DELETE")),
    (2, lambda dice, orders: Step("GET", "/reports/daily")),
    (3, lambda dice, orders: Step("GET", f"/books/{dice.randint(100, 999)}")),
    (1, lambda dice, orders: Step("GET", "/wp-login.php")),
    (1, lambda dice, orders: Step("GET", "/books/search")),
)
