"""AI agents by user agent: apart from people, and from bots that only index or watch.

The tokens are those their operators publish; each line names where. `Google-Extended` is none: it
stands in robots.txt only, no request carries it.
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
_GOOGLE = "https://developers.google.com/crawling/docs/crawlers-fetchers/overview-google-crawlers"
_META = "https://developers.facebook.com/docs/sharing/webmasters/web-crawlers"
_MISTRAL = "https://docs.mistral.ai/en/robots"
_AMAZON = "https://developer.amazon.com/amazonbot"
_APPLE = "https://support.apple.com/en-us/119829"
_COMMON_CRAWL = "https://commoncrawl.org/ccbot"
_DUCKDUCKGO = "https://duckduckgo.com/duckduckgo-help-pages/results/duckassistbot"
_COHERE = "https://knownagents.com/agents/cohere-ai"
_BYTEDANCE = "https://knownagents.com/agents/bytespider"
_YOU = "https://about.you.com/youbot"
_DIFFBOT = "https://docs.diffbot.com/docs/what-is-the-crawlbot-user-agent"
_AI2 = "https://allenai.org/crawler"
_MANUS = "https://knownagents.com/agents"

AGENTS = (
    Agent("GPTBot", "OpenAI", Purpose.TRAINING, _OPENAI),
    Agent("OAI-SearchBot", "OpenAI", Purpose.SEARCH, _OPENAI),
    Agent("ChatGPT-User", "OpenAI", Purpose.USER, _OPENAI),
    Agent("ClaudeBot", "Anthropic", Purpose.TRAINING, _ANTHROPIC),
    Agent("Claude-SearchBot", "Anthropic", Purpose.SEARCH, _ANTHROPIC),
    Agent("Claude-User", "Anthropic", Purpose.USER, _ANTHROPIC),
    Agent("Claude-Web", "Anthropic", Purpose.USER, _ANTHROPIC),
    Agent("anthropic-ai", "Anthropic", Purpose.TRAINING, _ANTHROPIC),
    Agent("claude-code", "Anthropic", Purpose.USER, _ANTHROPIC),
    Agent("PerplexityBot", "Perplexity", Purpose.SEARCH, _PERPLEXITY),
    Agent("Perplexity-User", "Perplexity", Purpose.USER, _PERPLEXITY),
    Agent("GoogleOther", "Google", Purpose.TRAINING, _GOOGLE),
    Agent("Google-CloudVertexBot", "Google", Purpose.SEARCH, _GOOGLE),
    Agent("Google-NotebookLM", "Google", Purpose.USER, _GOOGLE),
    Agent("Google-Agent", "Google", Purpose.USER, _GOOGLE),
    Agent("meta-externalagent", "Meta", Purpose.TRAINING, _META),
    Agent("meta-externalfetcher", "Meta", Purpose.USER, _META),
    Agent("MistralAI-User", "Mistral", Purpose.USER, _MISTRAL),
    Agent("MistralAI-Index", "Mistral", Purpose.SEARCH, _MISTRAL),
    Agent("MistralAI-Training", "Mistral", Purpose.TRAINING, _MISTRAL),
    Agent("Amazonbot", "Amazon", Purpose.SEARCH, _AMAZON),
    Agent("Amzn-User", "Amazon", Purpose.USER, _AMAZON),
    Agent("Amzn-SearchBot", "Amazon", Purpose.SEARCH, _AMAZON),
    Agent("Applebot-Extended", "Apple", Purpose.TRAINING, _APPLE),
    Agent("CCBot", "Common Crawl", Purpose.TRAINING, _COMMON_CRAWL),
    Agent("DuckAssistBot", "DuckDuckGo", Purpose.SEARCH, _DUCKDUCKGO),
    Agent("cohere-ai", "Cohere", Purpose.USER, _COHERE),
    Agent("cohere-training-data-crawler", "Cohere", Purpose.TRAINING, _COHERE),
    Agent("Bytespider", "ByteDance", Purpose.TRAINING, _BYTEDANCE),
    Agent("YouBot", "You.com", Purpose.SEARCH, _YOU),
    Agent("Diffbot", "Diffbot", Purpose.TRAINING, _DIFFBOT),
    Agent("Ai2Bot", "Allen Institute for AI", Purpose.TRAINING, _AI2),
    Agent("Manus-User", "Manus", Purpose.USER, _MANUS),
)
_BY_TOKEN = tuple((agent.token.lower(), agent) for agent in AGENTS)


def agent_of(user_agent: str) -> Agent | None:
    """The AI agent that wrote this user agent, if one did."""
    folded = user_agent.lower()
    return next((agent for token, agent in _BY_TOKEN if token in folded), None)
