"""The user agent tells what made a request."""

import importlib.metadata

import pytest
from django.apps import apps as django_apps
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st
from treblle_etl.event import Client
from treblle_etl.transform import client as client_module
from treblle_etl.transform.agents import AGENTS, Agent, agent_of
from treblle_etl.transform.client import client_of

CHROME_ON_MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/120.0.0.0 Safari/537.36"
)
SAFARI_ON_IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("user_agent", "client"),
    [
        (
            CHROME_ON_MAC,
            Client(
                os="Mac OS X",
                device="Mac",
                app="Chrome",
                app_version="120.0.0",
                agent_kind="person",
            ),
        ),
        (
            SAFARI_ON_IPHONE,
            Client(
                os="iOS",
                device="iPhone",
                app="Mobile Safari",
                app_version="17.0",
                agent_kind="person",
            ),
        ),
        ("curl/8.1.2", Client(app="curl", app_version="8.1.2")),
        ("", Client()),
        ("no such thing", Client()),
    ],
)
def test_system_device_and_app_are_found(user_agent: str, client: Client) -> None:
    assert client_of(user_agent) == client


@pytest.mark.parametrize(
    ("user_agent", "app", "version", "os", "kind"),
    [
        ("Shop/12.4.1 (com.example.shop; build:45; iOS 17.0.0) Alamofire/5.8.0", "Shop", "12.4.1", "iOS", "person"),
        ("Shop/45 CFNetwork/1408.0.4 Darwin/22.5.0", "Shop", "45", "iOS", "person"),
        ("Shop/12.4 (Android 14; Pixel 8; build 3201) okhttp/4.12.0", "Shop", "12.4", "Android", "person"),
        ("Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A)", "Android", "13", "Android", "person"),
        ("Shop Courier/3.0 Dart/2.19 (dart:io)", "Shop Courier", "3.0", "", ""),
        ("axios/1.6.0", "axios", "1.6.0", "", ""),
        ("python-requests/2.31.0", "Python Requests", "2.31", "", ""),
        ("python-httpx/0.27.0", "python-httpx", "0.27.0", "", ""),
        ("Python-urllib/3.11", "Python-urllib", "3.11", "", ""),
        ("Java/17.0.1", "Java", "17.0.1", "", ""),
        ("node-fetch/1.0 (+https://github.com/bitinn/node-fetch)", "node-fetch", "1.0", "", ""),
        ("GuzzleHttp/7", "GuzzleHttp", "7", "", ""),
        ("Faraday v2.7.4", "Faraday", "2.7.4", "", ""),
        ("undici", "undici", "", "", ""),
        ("okhttp/4.9.3", "okhttp", "4.9.3", "", ""),
        ("Googlebot/2.1 (+http://www.google.com/bot.html)", "Googlebot", "2.1", "", "bot"),
        ("kube-probe/1.27", "kube-probe", "1.27", "", "bot"),
        ("ELB-HealthChecker/2.0", "ELB-HealthChecker", "2.0", "", "bot"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", "GPTBot", "1.2", "", "ai"),
        ("Claude-User/1.0", "Claude-User", "1.0", "", "ai"),
        ("Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) Chrome/138.0.0.0 Mobile Safari/537.36 (compatible; GoogleOther)", "GoogleOther", "", "Android", "bot"),
        ("<script>alert(1)</script>", "", "", "", ""),
    ],
)  # fmt: skip
def test_apps_libraries_bots_and_ai_agents_are_told_apart(
    user_agent: str, app: str, version: str, os: str, kind: str
) -> None:
    found = client_of(user_agent)
    assert (found.app, found.app_version, found.os, found.agent_kind) == (app, version, os, kind)


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.token)
def test_every_known_ai_agent_is_one_whatever_the_case(agent: Agent) -> None:
    for written in (agent.token, agent.token.upper()):
        sent = f"Mozilla/5.0 (compatible; {written}/1.0; +https://operator.example/)"
        assert client_of(sent).agent_kind == "ai"
    assert agent.source.startswith("https://")


@pytest.mark.parametrize(
    ("user_agent", "operator", "purpose"),
    [
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.3; +https://openai.com/gptbot", "OpenAI", "training"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36; compatible; OAI-SearchBot/1.3; +https://openai.com/searchbot", "OpenAI", "search"),
        ("Claude-User (claude-code/2.1.83)", "Anthropic", "user"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36 (compatible; Google-GeminiNotebook; +https://developers.google.com/crawling/docs/crawlers-fetchers/google-gemininotebook)", "Google", "user"),
        ("meta-webindexer/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)", "Meta", "search"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; MistralAI-User/1.0; +https://docs.mistral.ai/robots)", "Mistral", "user"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Amazonbot/0.1; +https://developer.amazon.com/support/amazonbot) Chrome/119.0.6045.214 Safari/537.36", "Amazon", "training"),
        ("DuckAssistBot/1.1; (+http://duckduckgo.com/duckassistbot.html)", "DuckDuckGo", "search"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; YouBot/1.0; +https://docs.you.com/youbot; env:prod) Chrome/120.0.0.0 Safari/537.36", "You.com", "search"),
        ("Diffbot-User/1.0", "Diffbot", "user"),
        ("Mozilla/5.0 (compatible) AI2Bot (+https://www.allenai.org/crawler)", "Allen Institute for AI", "training"),
    ],
)  # fmt: skip
def test_ai_agents_are_known_as_their_operators_write_them(
    user_agent: str, operator: str, purpose: str
) -> None:
    found = agent_of(user_agent)
    assert found is not None
    assert (found.operator, found.purpose) == (operator, purpose)
    assert client_of(user_agent).agent_kind == "ai"


def test_search_engines_are_bots_and_no_ai_agents() -> None:
    """`Applebot-Extended` and `Google-Extended` are words for robots.txt: nobody sends them."""
    apple = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Safari/605.1.15 (Applebot/0.1)"
    assert client_of(apple).agent_kind == "bot"
    assert not {"Applebot-Extended", "Google-Extended"} & {agent.token for agent in AGENTS}


@given(st.text(max_size=600))
def test_any_user_agent_goes_in_and_short_labels_come_out(user_agent: str) -> None:
    found = client_of(user_agent)
    assert all(len(label) <= 64 for label in (found.os, found.device, found.app, found.app_version))
    assert found.agent_kind in ("", "person", "bot", "ai")


def test_the_fast_parser_is_the_one_installed() -> None:
    """Without it ua-parser falls back, silently, to one fifty times slower."""
    assert importlib.metadata.version("ua-parser-rs")
    assert client_module.Resolver.__module__ == "ua_parser.regex"


def test_without_the_fast_parser_nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("treblle_etl.apps.find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match="ua-parser-rs"):
        django_apps.get_app_config("treblle_etl").ready()
