"""The words of the page that compares: kinds of tools, not vendors, by what each is made for."""

from treblle_website.seed.links import START_FREE, Block, section, to_page

TITLE = "Compare"
SLUG = "compare"
SEO_TITLE = "Treblle beside logs, gateways and tracing"
DESCRIPTION = (
    "What an API observability tool sees that logs, gateways and application tracing do not, and "
    "what each of them does better."
)
COLUMNS = ["Treblle", "Log search", "API gateway", "Tracing (APM)"]
ROWS = [
    ("Headers and bodies of each request", "yes, masked", "what you log", "rarely", "rarely"),
    ("Endpoints found from traffic", "yes", "no", "routes you declare", "routes of the framework"),
    ("OpenAPI documents from traffic", "yes", "no", "no", "no"),
    ("Problems with the request behind them", "yes", "by searching", "no", "yes"),
    ("What one of your customers did", "yes", "by searching", "by key", "by tags"),
    ("Calls between your own services", "no", "what you log", "no", "yes"),
    ("Blocks or shapes traffic", "no", "no", "yes", "no"),
    ("In the way of a request", "no", "no", "yes", "no"),
]


def body(ids: dict[str, int]) -> list[Block]:
    return [
        section(
            "hero",
            eyebrow="Compare",
            headline="Made for one question: what did the API do?",
            text=(
                "Logs, gateways and tracing are good at what they were made for, and you may well "
                "keep them. Here is where each ends."
            ),
            actions=[START_FREE],
            note="",
            picture="",
        ),
        section(
            "comparison",
            headline="Beside tools you may have",
            text="Kinds of tools as they usually come; products differ.",
            columns=COLUMNS,
            rows=[{"label": label, "cells": list(cells)} for label, *cells in ROWS],
        ),
        section(
            "features",
            headline="When to take something else",
            features=[
                {"icon": icon, "title": title, "text": text} for icon, title, text in OTHERWISE
            ],
        ),
        section(
            "call_to_action",
            headline="Not sure?",
            text="Tell us what you want to know of your API, and we say whether this is the tool.",
            actions=[to_page("Ask us", ids["contact"]), START_FREE],
        ),
    ]


OTHERWISE = [
    ("server", "You need to stop requests", "Treblle watches. To refuse, limit or route requests you want a gateway or a firewall."),
    ("endpoints", "You chase calls across services", "Follow a call through many services with tracing; Treblle shows the API at the edge."),
    ("docs", "You must keep every line for years", "For archives by law, logs in cheap storage are the better place. Retention here ends with the plan."),
]  # fmt: skip
