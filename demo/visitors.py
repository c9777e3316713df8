"""Who visits the demo's shop: programs and people, each from an address of its own."""

import random
from dataclasses import dataclass
from typing import Final

from demo.places import networks


@dataclass(frozen=True)
class Visitor:
    """`customer` is the id by which the shop knows who calls; empty where nobody logged in."""

    address: str
    user_agent: str
    customer: str = ""


# User agents as these programs send them, with how often each comes.
PROGRAMS: Final = (
    (
        22,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/131.0.0.0 Safari/537.36",
    ),
    (
        12,
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
        " Version/17.6 Safari/605.1.15",
    ),
    (8, "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"),
    (
        18,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15"
        " (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1",
    ),
    (
        16,
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/131.0.0.0 Mobile Safari/537.36",
    ),
    (4, "curl/8.9.1"),
    (6, "python-requests/2.32.3"),
    (4, "okhttp/4.12.0"),
    (3, "PostmanRuntime/7.42.0"),
    (
        4,
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2;"
        " +https://openai.com/gptbot)",
    ),
    (3, "Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)"),
)
REGULARS: Final = 120
# The shop's own customers, as its gateway names them to the API; the other visitors are strangers.
CUSTOMERS: Final = (
    "city-library",
    "paper-moon",
    "northwind-books",
    "school-42",
    "old-harbour-cafe",
)


def regulars(dice: random.Random, count: int = REGULARS) -> list[Visitor]:
    """People and programs that come again and again, spread over the places there are."""
    addresses = [str(address) for network, _ in networks() for address in network]
    weights, agents = zip(*PROGRAMS, strict=True)
    chosen = dice.choices(agents, weights, k=count)
    customers = dice.choices((*CUSTOMERS, ""), (9, 6, 4, 2, 1, 18), k=count)
    return [
        Visitor(dice.choice(addresses), agent, customer)
        for agent, customer in zip(chosen, customers, strict=True)
    ]
