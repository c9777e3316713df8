"""The words of the product page."""

from treblle_website.seed.links import START_FREE, Block, section, to_page

TITLE = "Product"
SLUG = "product"
SEO_TITLE = "What Treblle shows you of an API"
DESCRIPTION = (
    "Live requests, endpoints and documents from traffic, problems with their cause, quality and "
    "security checks, customers, alerts, and an API to read it all."
)


def body(ids: dict[str, int]) -> list[Block]:
    return [
        section(
            "hero",
            eyebrow="Product",
            headline="From one request to the whole API",
            text=(
                "Everything starts with what your API really did. Each request becomes a row you can "
                "open, a count you can compare, a line in the documents and, where something is "
                "wrong, a problem with a name."
            ),
            actions=[START_FREE, to_page("See integrations", ids["integrations"])],
            note="",
            picture="requests",
        ),
        *_showcases(),
        _features(),
        _steps(),
        section(
            "call_to_action",
            headline="The quickest way to judge it is your own traffic",
            text="The free plan has every page of the product.",
            actions=[START_FREE, to_page("See pricing", ids["pricing"])],
        ),
    ]


def _showcases() -> list[Block]:
    return [
        section(
            "showcase",
            eyebrow="Endpoints and documents",
            headline="Documents that cannot fall behind",
            text=(
                "Endpoints, their parameters and the schemas of what they take and answer are learned "
                "from requests. Upload the OpenAPI document you have, and see where it and the "
                "traffic part ways."
            ),
            points=[
                "OpenAPI as JSON and YAML, private or public",
                "Rename, merge, pin or ignore an endpoint: history follows",
                "Each change of a schema with the customers it touches",
            ],
            picture="endpoints",
        ),
        section(
            "showcase",
            eyebrow="Dashboard",
            headline="Numbers that lead somewhere",
            text=(
                "Requests, errors, percentiles and sizes, each against the period before. Every "
                "number is a link to the requests behind it."
            ),
            points=[
                "Slowest endpoints, statuses, countries, devices and apps",
                "Draw a range on a chart to look closer",
                "Production and staging apart, by environment",
            ],
            picture="percentiles",
        ),
    ]


FEATURES = [
    ("problem", "Problems", "Errors that are the same stand together: how often, since when, for whom, and in which line of code where the SDK knows it."),
    ("chart", "Quality", "Two scores from checks with reasons: one for the traffic of seven days, one for the design of the document."),
    ("shield", "Security", "Checks on each request, threat levels, addresses known as bad, spikes and attacks by windows of fifteen minutes."),
    ("place", "Customers", "Your API’s own customers: what they call, how often, and what fails for them."),
    ("live", "Alerts", "Rules on traffic, errors and times, to mail, Slack or a signed webhook, with quiet hours and a log of deliveries."),
    ("server", "Embed", "The live requests of one of your customers, as a web component on your own pages."),
]  # fmt: skip


def _features() -> Block:
    return section(
        "features",
        headline="And around it",
        features=[{"icon": icon, "title": title, "text": text} for icon, title, text in FEATURES],
    )


STEPS = [
    ("The SDK reports", "After your answer has gone out, a copy goes to a background thread, is masked and sent."),
    ("The intake keeps it", "It is accepted only once it is stored durably, so nothing that was accepted is lost."),
    ("A worker understands it", "Masked again, placed, matched to its endpoint, checked and counted, once."),
    ("You see it", "The open page shows it by itself, a moment after it happened."),
]  # fmt: skip


def _steps() -> Block:
    return section(
        "steps",
        headline="What happens to a request",
        steps=[{"title": title, "text": text} for title, text in STEPS],
    )
