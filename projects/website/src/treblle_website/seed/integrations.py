"""The words of the page on integrations."""

from treblle_website.seed.home import DJANGO, EXPRESS, KOA
from treblle_website.seed.links import HELP, START_FREE, Block, section

TITLE = "Integrations"
SLUG = "integrations"
SEO_TITLE = "Frameworks, alerts and exports"
DESCRIPTION = (
    "Django, Flask, FastAPI and Starlette in Python; Express and Koa in Node. Alerts to mail, Slack "
    "and webhooks, OpenAPI in and out, a read API."
)
FRAMEWORKS = ("Django", "Flask", "FastAPI", "Starlette", "Express", "Koa", "any WSGI", "any ASGI")
FLASK = """\
+ from treblle_sdk.flask import Treblle

  app = Flask(__name__)
+ Treblle(app)

  # In the environment:
+ # TREBLLE_SDK_TOKEN, TREBLLE_API_KEY"""
FASTAPI = """\
+ from treblle_sdk.asgi import TreblleMiddleware

  app = FastAPI()
+ app.add_middleware(TreblleMiddleware)

  # In the environment:
+ # TREBLLE_SDK_TOKEN, TREBLLE_API_KEY"""
WSGI = """\
+ from treblle_sdk.wsgi import TreblleMiddleware

  def application(environ, start_response):
      ...

+ application = TreblleMiddleware(application)"""
TABS = [
    ("Django", "settings.py · pip install treblle-sdk", DJANGO),
    ("Flask", "app.py · pip install treblle-sdk", FLASK),
    ("FastAPI", "main.py · pip install treblle-sdk", FASTAPI),
    ("WSGI", "wsgi.py · pip install treblle-sdk", WSGI),
    ("Express", "app.js · npm install @treblle/express", EXPRESS),
    ("Koa", "app.js · npm install treblle@1", KOA),
]


def body(ids: dict[str, int]) -> list[Block]:
    return [
        section(
            "hero",
            eyebrow="Integrations",
            headline="Your framework, in a few lines",
            text=(
                "The SDK sits beside your handlers, not in them. It needs no agent, no sidecar and no "
                "change of your network, and it never makes a request wait."
            ),
            actions=[START_FREE, HELP],
            note="",
            picture="",
        ),
        section(
            "logos",
            headline="Works with",
            logos=[{"name": name, "image": None} for name in FRAMEWORKS],
        ),
        section(
            "code_sample",
            headline="Add the middleware",
            text="Lines with a bar are yours to add. The two keys are on your project’s set-up page.",
            tabs=[{"label": label, "place": place, "code": code} for label, place, code in TABS],
        ),
        _around(),
        _questions(),
    ]


AROUND = [
    ("live", "Slack, mail, webhooks", "Alerts go where your team is. Webhooks are signed, so that the receiver can tell they are ours."),
    ("docs", "OpenAPI", "Out: documents from traffic as JSON and YAML. In: the document your team keeps, compared with what is really called."),
    ("endpoints", "HAR", "Recorded traffic can be imported, to look at what happened before the SDK was there."),
    ("server", "The API", "Projects and requests as JSON, in stable pages, by tokens that can be taken back."),
    ("place", "Your own pages", "Live requests of one customer as a web component, with a token your server signs."),
    ("feather", "Everything else", "The format is a small JSON document over HTTPS: what can send a POST can report."),
]  # fmt: skip


def _around() -> Block:
    return section(
        "features",
        headline="Around it",
        features=[{"icon": icon, "title": title, "text": text} for icon, title, text in AROUND],
    )


QUESTIONS = [
    ("What does the SDK cost my API?", "Some tens of microseconds a request in the request’s own thread; masking and sending happen beside it."),
    ("What if Treblle cannot be reached?", "Requests to your API go on as before. Our own SDK keeps what it can within a limit, counts what it had to drop, and says so."),
    ("Does it read uploads and streams?", "No. It reads bodies of JSON and forms up to a limit of size; files, streams and websockets pass untouched."),
]  # fmt: skip


def _questions() -> Block:
    return section(
        "questions",
        headline="Questions",
        questions=[{"question": q, "answer": f"<p>{a}</p>"} for q, a in QUESTIONS],
    )
