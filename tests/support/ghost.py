"""A Ghost double: answers as its Content API is documented (ghost.org/docs/content-api, version 5)."""

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from PIL import Image

KEY = secrets.token_hex(13)
NOT_FOUND = {"errors": [{"message": "Resource not found error", "type": "NotFoundError"}]}
REFUSED = {"errors": [{"message": "Unknown Content API Key", "type": "UnauthorizedError"}]}
NEWS = {"id": "1", "slug": "news", "name": "News", "visibility": "public"}
INTERNAL = {"id": "2", "slug": "hash-plain", "name": "#plain", "visibility": "internal"}
FIRST_WORDS = (
    "<p>Hello <b>there</b></p><script>alert(1)</script><img src='x' onerror='alert(1)'>"
    "<iframe src='https://video.example/1'></iframe>"
)
# As Ghost's editor puts cards: a picture, code, a table, a note, headings.
LONG_READ = """<p>We counted for a month which requests fail, and why. Three things stood out.</p>
<h2 id="what-we-saw">What we saw</h2>
<p>Most errors come <em>in groups</em>: one cause, many requests. See <a href="/help/">the help</a>.</p>
<figure class="kg-card kg-image-card kg-card-hascaption"><img src="{url}/content/images/chart.png"
class="kg-image" loading="lazy" width="1600" height="900"><figcaption>Errors by day.</figcaption></figure>
<h3 id="in-code">In code</h3>
<pre><code class="language-python">def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]  # a line that is long enough to be scrolled on any screen
</code></pre>
<table><thead><tr><th>Status</th><th>Share</th></tr></thead><tbody><tr><td>502</td><td>61 %</td></tr>
<tr><td>404</td><td>27 %</td></tr></tbody></table>
<div class="kg-card kg-callout-card kg-callout-card-blue"><div class="kg-callout-emoji">!</div>
<div class="kg-callout-text">Percentiles cannot be averaged.</div></div>
<blockquote>An average hides the one request that people remember.</blockquote>
<ul><li>Look at groups</li><li>Then at one request</li></ul><hr><p>That is all.</p>
<p>Addresses may be_very_long_words_that_do_not_break_by_themselves_anywhere_at_all_on_a_phone.</p>"""


def post(number: int, url: str) -> dict[str, Any]:
    """Number 0 is the newest. Some have no author, no picture, no tags, no excerpt of their own."""
    day = datetime(2026, 11, 3, 9, tzinfo=UTC) - timedelta(days=7 * number)
    is_long = number == 1
    return {
        "id": f"{number:024x}",
        "slug": "first-words" if number == 0 else f"post-{number}",
        "title": "First words" if number == 0 else f"What week {50 - number} of requests says",
        "html": LONG_READ.replace("{url}", url) if is_long else FIRST_WORDS,
        "excerpt": "Hello there",
        "custom_excerpt": "Three things that a month of errors taught us." if is_long else None,
        "feature_image": f"{url}/content/images/cover.png" if is_long else None,
        "feature_image_alt": None,
        "feature_image_caption": None,
        "published_at": day.isoformat(timespec="milliseconds"),
        "reading_time": 3,
        "tags": [NEWS, INTERNAL] if number < 2 else [],
        "primary_tag": NEWS if number < 2 else None,
        "primary_author": {"name": "The team"} if number == 0 else None,
    }


class GhostDouble(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []
    is_away: ClassVar = False
    count: ClassVar = 1

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        wanted = parse_qs(url.query)
        if url.path.startswith("/content/images/"):
            return self.send(200, "image/png", picture())
        type(self).asked.append(url.path)
        if type(self).is_away:
            return self.answer(503, {"errors": [{"type": "MaintenanceError"}]})
        if wanted.get("key") != [KEY]:
            return self.answer(401, REFUSED)
        posts = [post(number, f"http://{self.headers['Host']}") for number in range(self.count)]
        if url.path == "/ghost/api/content/posts/":
            return self.answer(200, page_of(posts, wanted))
        slug = url.path.removeprefix("/ghost/api/content/posts/slug/").rstrip("/")
        found = [each for each in posts if each["slug"] == slug]
        return self.answer(200, {"posts": found}) if found else self.answer(404, NOT_FOUND)

    def answer(self, status: int, body: Any) -> None:
        self.send(status, "application/json; charset=utf-8", json.dumps(body).encode())

    def send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


def page_of(posts: list[dict[str, Any]], wanted: dict[str, list[str]]) -> dict[str, Any]:
    """`limit`, `page` and `filter=tag:…` as documented; tags only where `include` asks for them."""
    tag = wanted.get("filter", [""])[0].removeprefix("tag:")
    found = [each for each in posts if not tag or tag in {t["slug"] for t in each["tags"]}]
    limit, page = int(wanted["limit"][0]), int(wanted["page"][0])
    pages = max(1, -(-len(found) // limit))
    pagination = {"page": page, "limit": limit, "pages": pages, "total": len(found)}
    pagination |= {"next": page + 1 if page < pages else None, "prev": page - 1 or None}
    shown = found[(page - 1) * limit : page * limit]
    if "tags" not in wanted.get("include", [""])[0]:
        shown = [{name: each[name] for name in each if name != "tags"} for each in shown]
    return {"posts": shown, "meta": {"pagination": pagination}}


def picture() -> bytes:
    file = BytesIO()
    Image.linear_gradient("L").resize((1600, 900)).save(file, "PNG")
    return file.getvalue()


@contextmanager
def ghost_double(count: int = 1) -> Iterator[tuple[str, type[GhostDouble]]]:
    """Its address and what it was asked, with so many posts."""
    handler = type("Handler", (GhostDouble,), {"asked": [], "is_away": False, "count": count})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()
    thread.join()
