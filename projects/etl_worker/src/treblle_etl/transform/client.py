"""What made a request, by its user agent: system, device, app; a person, a bot or an AI agent."""

import re
from functools import lru_cache

from ua_parser import Domain, load_builtins
from ua_parser.regex import Resolver  # `ua-parser-rs`: fifty times faster than the pure fallback

from treblle_etl.event import Client
from treblle_etl.transform.agents import agent_of

CACHED_USER_AGENTS = 4096
LABEL_LENGTH = 64
PERSON, BOT, AI = "person", "bot", "ai"
# What the parser says of a device it does not know.
_NO_DEVICE = frozenset({"Other", "Generic Smartphone", "Generic Feature Phone", "iOS-Device"})
_SPIDER = "Spider"

# HTTP libraries and tools, as the parser or their own first word names them: who uses them is not
# known, be it a server, a script or an app that does not say its name.
LIBRARIES = frozenset(
    [
        "aiohttp",
        "alamofire",
        "apache-httpclient",
        "axios",
        "bun",
        "cfnetwork",
        "curl",
        "dart",
        "deno",
        "faraday",
        "fasthttp",
        "go-http-client",
        "got",
        "grpc",
        "guzzlehttp",
        "http-kit",
        "httpie",
        "http_request2",
        "httpx",
        "insomnia",
        "java",
        "java-http-client",
        "jersey",
        "ktor",
        "libcurl",
        "libwww-perl",
        "nativescript",
        "node",
        "node-fetch",
        "okhttp",
        "postmanruntime",
        "python",
        "python-httpx",
        "python-requests",
        "python-urllib",
        "reqwest",
        "restsharp",
        "rest-client",
        "ruby",
        "symfony",
        "typhoeus",
        "undici",
        "urllib",
        "unirest",
        "volley",
        "wget",
        "xh",
    ]
) | frozenset(
    {"python aiohttp", "python requests", "apache httpclient", "symfony httpclient", "ktor client"}
)
_LIBRARY_NAMES = {"python-urllib", "java"}  # the parser takes them for spiders
# Words of crawlers, monitors and link checkers that the parser's own list does not have.
_BOT_WORDS = re.compile(
    r"bot\b|bot[/;)]|crawl|spider|slurp|monitor|uptime|pingdom|healthcheck|kube-probe|statuscake"
    r"|headless|lighthouse|preview|scanner|nuclei|zgrab|masscan|nikto|sqlmap|archiver"
    r"|googleother|google-(?:inspectiontool|read-aloud|safety)",
    re.IGNORECASE,
)
# The first product of RFC 9110, section 10.1.5: `Shop/12.4.1 (…)`; also `Faraday v2.7.4`.
_PRODUCT = re.compile(
    r"([A-Za-z][\w.&'+-]*(?: [A-Za-z][\w.&'+-]*){0,3})(?:/| v?(?=\d))v?([\w.+-]{1,32})?"
)
_ANY_PRODUCT = frozenset({"mozilla", "dalvik", "opera"})
# What phones' systems and web views are called; an app that says its own name goes before.
_FRAMEWORKS = frozenset(
    {"android", "mobile safari ui/wkwebview", "chrome mobile webview", "cfnetwork", "okhttp"}
)
_MOBILE = frozenset({"iOS", "Android", "iPadOS", "watchOS", "tvOS"})

_resolve: Resolver | None = None


@lru_cache(maxsize=CACHED_USER_AGENTS)
def client_of(user_agent: str) -> Client:
    """Families as ua-parser names them (`iOS`, `Mac OS X`, `Chrome Mobile`, `curl`); an app or
    library it does not know goes by the name it gives itself.
    """
    if not user_agent:
        return Client()
    found = _resolver()(user_agent, Domain.ALL)
    system, device, parsed = found.os, found.device, found.user_agent
    app, version = "", ""
    if parsed:
        numbers = (parsed.major, parsed.minor, parsed.patch)
        app, version = parsed.family, ".".join(n for n in numbers if n)
    named, named_version = _named(user_agent)
    if named and (not app or app.lower() in _FRAMEWORKS):
        app, version = named, named_version
    os = system.family if system else ""
    is_spider = device is not None and device.family == _SPIDER
    shown = device is not None and not is_spider and device.family not in _NO_DEVICE
    return Client(
        os=os[:LABEL_LENGTH],
        device=device.family[:LABEL_LENGTH] if device and shown else "",
        app=app[:LABEL_LENGTH],
        app_version=version[:LABEL_LENGTH],
        agent_kind=_kind(user_agent, app.lower(), os, is_spider),
    )


def _kind(user_agent: str, app: str, os: str, is_spider: bool) -> str:
    if agent_of(user_agent):
        return AI
    if app in _LIBRARY_NAMES:
        return ""
    if is_spider or _BOT_WORDS.search(user_agent):
        return BOT
    if app in LIBRARIES or not os or not app:
        return PERSON if os in _MOBILE else ""
    return PERSON


def _named(user_agent: str) -> tuple[str, str]:
    match = _PRODUCT.match(user_agent)
    if match is None:
        alone = user_agent.strip()
        return (alone, "") if alone.isalpha() and alone.lower() in LIBRARIES else ("", "")
    name, version = match[1], match[2] or ""
    if name.lower() in _ANY_PRODUCT:
        return "", ""
    return name, version if version[:1].isdigit() else ""


def _resolver() -> Resolver:
    """Made at first use: reading the patterns takes a tenth of a second."""
    global _resolve
    if _resolve is None:
        _resolve = Resolver(load_builtins())
    return _resolve
