"""AI agents by user agent: apart from people, and from bots that only index or watch.

The tokens are those their operators publish; each line names where. `Google-Extended` and
`Applebot-Extended` are none: they stand in robots.txt only, no request carries them.
"""

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    TRAINING = "training"  # gathers what models are trained on
    SEARCH = "search"  # indexes for an answer engine
    USER = "user"  # acts for a person who asked just now


@dataclass(frozen=True)
class Agent:
    """`token` stands in the user agent, compared without case."""

    token: str
    operator: str
    purpose: Purpose
    source: str


_OPENAI = "https://developers.openai.com/api/docs/bots"
_ANTHROPIC = "https://support.claude.com/en/articles/8896518"
_PERPLEXITY = "https://docs.perplexity.ai/docs/resources/perplexity-crawlers"
_GOOGLE = "https://developers.google.com/crawling/docs/crawlers-fetchers/google-common-crawlers"
_GOOGLE_USERS = (
    "https://developers.google.com/crawling/docs/crawlers-fetchers/google-user-triggered-fetchers"
)
_META = "https://developers.facebook.com/docs/sharing/webmasters/web-crawlers"
_MISTRAL = "https://docs.mistral.ai/en/robots"
_AMAZON = "https://developer.amazon.com/amazonbot"
_COMMON_CRAWL = "https://commoncrawl.org/ccbot"
_DUCKDUCKGO = "https://duckduckgo.com/duckduckgo-help-pages/results/duckassistbot"
_YOU = "https://docs.you.com/youbot"
_DIFFBOT = "https://docs.diffbot.com/docs/does-crawl-respect-robotstxt"
_AI2 = "https://allenai.org/crawler"
# ByteDance publishes nothing; this is a list of what a content delivery network sees and verifies.
_CLOUDFLARE = "https://developers.cloudflare.com/ai-crawl-control/reference/bots/"

AGENTS = (
    Agent("GPTBot", "OpenAI", Purpose.TRAINING, _OPENAI),
    Agent("OAI-SearchBot", "OpenAI", Purpose.SEARCH, _OPENAI),
    Agent("ChatGPT-User", "OpenAI", Purpose.USER, _OPENAI),
    Agent("ClaudeBot", "Anthropic", Purpose.TRAINING, _ANTHROPIC),
    Agent("Claude-SearchBot", "Anthropic", Purpose.SEARCH, _ANTHROPIC),
    Agent("Claude-User", "Anthropic", Purpose.USER, _ANTHROPIC),
    Agent("PerplexityBot", "Perplexity", Purpose.SEARCH, _PERPLEXITY),
    Agent("Perplexity-User", "Perplexity", Purpose.USER, _PERPLEXITY),
    Agent("Google-CloudVertexBot", "Google", Purpose.SEARCH, _GOOGLE),
    Agent("Google-GeminiNotebook", "Google", Purpose.USER, _GOOGLE_USERS),
    # What Google-GeminiNotebook was called until August 2026.
    Agent("Google-NotebookLM", "Google", Purpose.USER, _GOOGLE_USERS),
    Agent("Google-Agent", "Google", Purpose.USER, _GOOGLE_USERS),
    Agent("meta-externalagent", "Meta", Purpose.TRAINING, _META),
    Agent("meta-webindexer", "Meta", Purpose.SEARCH, _META),
    Agent("meta-externalfetcher", "Meta", Purpose.USER, _META),
    Agent("MistralAI-User", "Mistral", Purpose.USER, _MISTRAL),
    Agent("MistralAI-Index", "Mistral", Purpose.SEARCH, _MISTRAL),
    Agent("MistralAI-Training", "Mistral", Purpose.TRAINING, _MISTRAL),
    Agent("Amazonbot", "Amazon", Purpose.TRAINING, _AMAZON),
    Agent("Amzn-User", "Amazon", Purpose.USER, _AMAZON),
    Agent("Amzn-SearchBot", "Amazon", Purpose.SEARCH, _AMAZON),
    Agent("CCBot", "Common Crawl", Purpose.TRAINING, _COMMON_CRAWL),
    Agent("DuckAssistBot", "DuckDuckGo", Purpose.SEARCH, _DUCKDUCKGO),
    Agent("YouBot", "You.com", Purpose.SEARCH, _YOU),
    Agent("Diffbot-User", "Diffbot", Purpose.USER, _DIFFBOT),
    Agent("Diffbot", "Diffbot", Purpose.SEARCH, _DIFFBOT),
    Agent("AI2Bot", "Allen Institute for AI", Purpose.TRAINING, _AI2),
    Agent("Bytespider", "ByteDance", Purpose.TRAINING, _CLOUDFLARE),
)
_BY_TOKEN = tuple((agent.token.lower(), agent) for agent in AGENTS)


def agent_of(user_agent: str) -> Agent | None:
    """The AI agent that wrote this user agent, if one did."""
    folded = user_agent.lower()
    return next((agent for token, agent in _BY_TOKEN if token in folded), None)
