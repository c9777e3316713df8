"""Payloads as the published SDKs send them."""

from typing import Any


def django_payload() -> dict[str, Any]:
    """As PyPI `treblle` 2.0.6 sends it from Django."""
    return {
        "api_key": "K" * 32,
        "project_id": "P" * 16,
        "version": 20,
        "sdk": "django",
        "data": {
            "server": {"ip": "10.0.0.1", "timezone": "UTC", "os": {"name": "Linux"}},
            "language": {"name": "python", "version": "3.11.7"},
            "request": {
                "timestamp": "2026-03-01 12:00:00",
                "ip": "203.0.113.9",
                "url": "http://shop.example/users/7",
                "user_agent": "curl/8.1.2",
                "method": "POST",
                "headers": {"content-type": "application/json", "content-length": "27"},
                "body": {"name": "Ana", "password": "swordfish"},
                "query": {"x": "1"},
                "route_path": "users/{pk}",
            },
            "response": {
                "headers": {"content-type": "application/json"},
                "code": 201,
                "size": 34,
                "load_time": 12.5,
                "body": {"id": 7},
            },
            "errors": [],
        },
    }
