"""The words of the page that leads developers to the documents."""

from treblle_website.seed.home import DJANGO
from treblle_website.seed.integrations import FASTAPI, FLASK
from treblle_website.seed.links import HELP, START_FREE, Block, section, to_page

TITLE = "Docs"
SLUG = "docs"
SEO_TITLE = "Documents for developers"
DESCRIPTION = (
    "From no account to the first request in three steps, the options of the SDK, masking, "
    "retention, alerts and the API."
)
STEPS = [
    ("Make a project", "Sign up, name your API, and keep the set-up page open: it shows your two keys."),
    ("Add the middleware", "Install the SDK and add it to your framework. Keys come from the environment."),
    ("Call your API", "The first request shows on the open page by itself. Nothing to configure further."),
]  # fmt: skip
TABS = [
    ("Django", "settings.py · pip install treblle-sdk", DJANGO),
    ("Flask", "app.py · pip install treblle-sdk", FLASK),
    ("FastAPI", "main.py · pip install treblle-sdk", FASTAPI),
]
TOPICS = [
    ("feather", "SDK options", "What is masked, what is left out, how much is sampled, and what waits when we are away."),
    ("shield", "Masking", "Which names and forms are hidden from the start, and how to add your own."),
    ("live", "Alerts", "Rules on requests, errors and times, quiet hours, and how to check a webhook’s signature."),
    ("docs", "API tokens", "Read projects and requests from scripts: scopes, expiry, taking back."),
    ("place", "Retention", "How long requests are kept, by plan and by project, and what stays afterwards."),
    ("problem", "Troubleshooting", "No requests on the page? What to look at, in the order that finds it."),
]  # fmt: skip


def body(ids: dict[str, int]) -> list[Block]:
    return [
        section(
            "hero",
            eyebrow="Docs",
            headline="From nothing to the first request",
            text="Three steps, a few minutes. Everything else is in the help, which can be searched.",
            actions=[HELP | {"label": "Open the help"}, START_FREE],
            note="",
            picture="",
        ),
        section(
            "steps",
            headline="Quick start",
            steps=[{"title": title, "text": text} for title, text in STEPS],
        ),
        section(
            "code_sample",
            headline="The middleware",
            text="More frameworks are on the page of integrations.",
            tabs=[{"label": label, "place": place, "code": code} for label, place, code in TABS],
        ),
        section(
            "features",
            headline="In the help",
            features=[{"icon": icon, "title": title, "text": text} for icon, title, text in TOPICS],
        ),
        section(
            "call_to_action",
            headline="Not in there?",
            text="Ask, and the answer goes into the help.",
            actions=[HELP | {"label": "Search the help"}, to_page("Ask us", ids["contact"])],
        ),
    ]
