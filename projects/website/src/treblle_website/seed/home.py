"""The words of the home page."""

from treblle_website.seed.links import START_FREE, Block, section, to_page

TITLE = "Treblle"
SEO_TITLE = "See what your APIs do, while they do it"
DESCRIPTION = (
    "Every request of your API live in the browser: endpoints and documents from real traffic, "
    "secrets masked before anything is stored, percentiles instead of averages. "
    "Hosted, or on your own machine."
)

DJANGO = """\
  MIDDLEWARE = [
+     "treblle_sdk.django.TreblleMiddleware",
      ...
  ]
+ TREBLLE = {
+     "SDK_TOKEN": os.environ["TREBLLE_SDK_TOKEN"],
+     "API_KEY": os.environ["TREBLLE_API_KEY"],
+ }"""
EXPRESS = """\
+ const treblle = require("@treblle/express");

  const app = express();
  app.use(express.json());

+ app.use(treblle({
+   apiKey: process.env.TREBLLE_SDK_TOKEN,
+   projectId: process.env.TREBLLE_API_KEY,
+ }));"""
KOA = """\
+ const { koaTreblle } = require("treblle");

  const app = new Koa();
+ app.use(koaTreblle({
+   apiKey: process.env.TREBLLE_SDK_TOKEN,
+   projectId: process.env.TREBLLE_API_KEY,
+ }));"""


def body(pricing_id: int, data_id: int) -> list[Block]:
    return [
        _hero(pricing_id),
        *_showcases(),
        _code_sample(),
        _features(),
        _numbers(),
        _one_machine_or_a_fleet(),
        _questions(data_id),
        section(
            "call_to_action",
            headline="Watch your own requests in a few minutes",
            text="Make a project, add the middleware, call your API. The first request shows by itself.",
            actions=[START_FREE, to_page("See pricing", pricing_id)],
        ),
    ]


def _hero(pricing_id: int) -> Block:
    return section(
        "hero",
        headline="See what your APIs do, while they do it",
        text=(
            "Treblle shows every request your API answers the moment it happens: who called which "
            "endpoint, what came in, what went out, how long it took. One middleware in your app, "
            "nothing to write by hand."
        ),
        actions=[START_FREE, to_page("See pricing", pricing_id)],
        note="The free plan asks for no card. Or run all of it on a machine of your own.",
        picture="requests",
    )


def _showcases() -> list[Block]:
    return [
        section(
            "showcase",
            eyebrow="Endpoints and documents",
            headline="Your API, drawn from its traffic",
            text=(
                "Nobody keeps a list of endpoints up to date. So Treblle reads it from what is "
                "really called, and from the bodies it learns what each endpoint takes and answers."
            ),
            points=[
                "/products/17 and /products/4211 are one endpoint, found by itself",
                "Documents describe the API that runs, not the one once planned",
                "Your framework’s own routes are used where the SDK sends them",
            ],
            picture="endpoints",
        ),
        section(
            "showcase",
            eyebrow="Masking",
            headline="Secrets are gone before anything is kept",
            text=(
                "A tool that sees every request must not become the place where passwords leak. "
                "Values are masked in the SDK, inside your own process, and again on arrival, "
                "before anything that lasts is written or shown."
            ),
            points=[
                "Passwords, tokens and card numbers from the start",
                "Any name you add, for one project",
                "Headers, query and nested bodies alike",
            ],
            picture="masking",
        ),
        section(
            "showcase",
            eyebrow="Percentiles",
            headline="An average never called support",
            text=(
                "One request in twenty that takes seconds hardly moves the mean, and it is the one "
                "people remember. Treblle keeps histograms, so every chart has true percentiles, "
                "over a minute or over a month."
            ),
            points=[
                "p50, p95 and p99 for every endpoint",
                "Histograms add up, so long ranges stay exact enough to act on and quick to load",
                "From the slow bar to the very requests in it",
            ],
            picture="percentiles",
        ),
    ]


def _code_sample() -> Block:
    return section(
        "code_sample",
        headline="One middleware, and you are done",
        text=(
            "The keys come from your project’s page. Your handlers stay as they are, and the SDK "
            "sends in the background: a request of your customer never waits for us."
        ),
        tabs=[
            {"label": "Django", "place": "settings.py · pip install treblle-sdk", "code": DJANGO},
            {"label": "Express", "place": "app.js · npm install @treblle/express", "code": EXPRESS},
            {"label": "Koa", "place": "app.js · npm install treblle@1", "code": KOA},
        ],
    )


FEATURES = [
    ("live", "Live, without reloading", "A request made to your API stands on the open page while its answer is still on the way home."),
    ("problem", "Problems with their cause", "Errors come with type, message, file and line where the SDK knows them, next to the request that caused them."),
    ("endpoints", "Endpoints by themselves", "Paths with ids in them become templates. Counts, errors and times gather under the right one."),
    ("place", "Where and with what", "Country and city, system, app and device of the caller, from the address and the user agent."),
    ("shield", "Counted once", "A request is accepted when it is safely stored, and counted once even when it is sent twice."),
    ("docs", "An API to read it all", "Whatever the pages show, scripts and apps can ask for, with tokens that can be taken back."),
]  # fmt: skip


def _features() -> Block:
    return section(
        "features",
        headline="What you get on the first day",
        features=[{"icon": icon, "title": title, "text": text} for icon, title, text in FEATURES],
    )


def _numbers() -> Block:
    return section(
        "numbers",
        headline="In numbers",
        numbers=[
            {"number": "1", "label": "middleware to add, in Django, Express or Koa"},
            {"number": "0", "label": "changes to the handlers of your API"},
            {"number": "1", "label": "command to start everything on one machine"},
            {"number": "0", "label": "scripts, cookies and trackers on these pages"},
        ],
    )


def _one_machine_or_a_fleet() -> Block:
    return section(
        "comparison",
        headline="One machine, or a fleet. The same code.",
        text=(
            "Start on a laptop with nothing prepared. Grow by changing addresses in the environment, "
            "one part at a time; nothing is thrown away."
        ),
        columns=["One machine", "A fleet"],
        rows=[
            {"label": "To start", "cells": ["One command", "Your own deployment"]},
            {"label": "Database", "cells": ["SQLite", "MySQL, MariaDB or SingleStore"]},
            {"label": "Objects", "cells": ["A local folder", "S3"]},
            {"label": "Queue and cache", "cells": ["Comes with it", "Redis, Valkey or SQS"]},
            {"label": "Workers", "cells": ["One of each", "As many as you need"]},
            {"label": "Every feature", "cells": ["yes", "yes"]},
        ],
    )


QUESTIONS = [
    ("Does it slow down my API?", "The SDK hands a copy to a thread in the background and your answer goes out at once. When we cannot be reached, your API does not notice."),
    ("Which frameworks does it work with?", "Django, Express and Koa as shown above, with the published SDKs. What they send is a small JSON document over HTTPS, so other languages can speak it too."),
    ("Can I run it myself?", "Yes. The whole system starts on one machine with one command and needs no services beside it. The same parts scale out when you point them at MySQL, S3 and Redis."),
    ("What happens when my plan’s requests are used up?", "You are told well before. Past the limit the intake says so plainly and your API goes on working; it never waits for us."),
]  # fmt: skip
DATA_QUESTION = "What happens to the data of my users?"
DATA_ANSWER = (
    "<p>Secrets are masked before anything that lasts is written. Requests go when the retention "
    'of your plan ends. <a linktype="page" id="{data_id}">How we treat your data</a> has the details.</p>'
)


def _questions(data_id: int) -> Block:
    first, *others = [{"question": q, "answer": f"<p>{a}</p>"} for q, a in QUESTIONS]
    about_data = {"question": DATA_QUESTION, "answer": DATA_ANSWER.format(data_id=data_id)}
    return section("questions", headline="Questions", questions=[first, about_data, *others])
