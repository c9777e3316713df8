"""What a shop's API is asked and answers, as SDKs send it: 2 KB that are never twice the same."""

import json
import random
from collections.abc import Iterator
from typing import Any, Final

SEED: Final = 1
BROWSERS: Final = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/{}.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS {}_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
    "Shop/{}.1 (Android 14; Pixel 8) okhttp/4.12.0",
)


def payloads(number_of: int, size_bytes: int = 2_000) -> Iterator[dict[str, Any]]:
    """So many different ones, the same in every run; one in twenty is an error, and smaller."""
    dice = random.Random(SEED)
    for number in range(number_of):
        payload = _payload(dice, number)
        orders = payload["data"]["response"]["body"]["orders"]
        missing = size_bytes - len(json.dumps(payload))
        while missing > 0:
            orders.append(_order(dice))
            missing -= len(json.dumps(orders[-1])) + len(", ")
        if number % 20 == 0:
            payload["data"]["response"] |= {"code": 404, "body": {"message": f"No order {number}"}}
        yield payload


def _payload(dice: random.Random, number: int) -> dict[str, Any]:
    agent = dice.choice(BROWSERS).format(dice.randrange(100, 130))
    headers = {
        "host": "shop.example",
        "user-agent": agent,
        "accept": "application/json",
        "accept-language": "hr,en;q=0.8",
        "authorization": f"Bearer {dice.getrandbits(128):032x}",
        "content-type": "application/json",
        "x-request-id": f"{dice.getrandbits(64):016x}",
        "treblle-metadata": json.dumps({"user-id": f"u{number % 50}", "plan": "gold"}),
    }
    request = {
        "timestamp": "2026-03-01 12:00:00",
        "ip": f"203.0.113.{dice.randrange(255)}",
        "url": f"https://shop.example/v1/orders/{dice.randrange(10_000)}?page=2",
        "user_agent": agent,
        "method": dice.choice(["GET", "GET", "POST"]),
        "headers": headers,
        "body": {"filter": {"state": "paid"}, "password": "hunter2"},
    }
    response = {
        "headers": {"content-type": "application/json", "cache-control": "no-store", "etag": '"x"'},
        "code": 200,
        "size": 512,
        "load_time": dice.random() * 100,
        "body": {"orders": [], "next": None},
    }
    return {
        "api_key": "K" * 32,
        "project_id": "P" * 16,
        "version": 20,
        "sdk": "django",
        "data": {
            "server": {"timezone": "UTC", "os": {"name": "Linux"}},
            "language": {"name": "python", "version": "3.11.7"},
            "request": request,
            "response": response,
            "errors": [],
        },
    }


def _order(dice: random.Random) -> dict[str, Any]:
    return {
        "id": dice.randrange(10**6),
        "state": dice.choice(["paid", "open", "sent"]),
        "total": round(dice.random() * 100, 2),
        "email": f"user{dice.randrange(1000)}@example.com",
        "created_at": "2026-02-28T10:11:12Z",
        "address": {"city": "Zagreb", "street": f"Ilica {dice.randrange(300)}"},
    }
