"""The words and plans of the pricing page."""

from treblle_website.seed.links import START_FREE, Block, section, to_address

TITLE = "Pricing"
SLUG = "pricing"
SEO_TITLE = "Pricing"
DESCRIPTION = (
    "Start free, pay by requests a month. Every plan has every feature: live requests, endpoints "
    "and documents, masking, percentiles."
)
HEADLINE = "Pay for requests, not for features"
INTRODUCTION = (
    "Every plan shows the same pages. They differ in how many requests a month they take, how long "
    "those are kept and how many people look at them."
)
NOTE = "Prices in US dollars, without tax. A request counts once, even when it is sent again."


def plans(contact_email: str) -> list[Block]:
    return [
        section(
            "plan",
            name="Free",
            price="$0",
            summary="For one API and the people who build it.",
            requests="50,000",
            retention="7 days",
            members="2",
            points=["No card", "No end date"],
            action=START_FREE,
        ),
        section(
            "plan",
            name="Team",
            price="$49",
            period="a month",
            summary="For a team whose API others rely on.",
            requests="2 million",
            retention="30 days",
            members="10",
            points=["Support by email", "Leave at any time"],
            action=START_FREE,
            highlighted=True,
        ),
        section(
            "plan",
            name="Business",
            price="$249",
            period="a month",
            summary="For several APIs, and traffic that never sleeps.",
            requests="20 million",
            retention="90 days",
            members="No limit",
            points=["Priority support", "Leave at any time"],
            action=START_FREE,
        ),
        section(
            "plan",
            name="Enterprise",
            price="Talk to us",
            summary="On your machines, or with limits of your own.",
            requests="Custom",
            retention="Custom",
            members="No limit",
            points=["Self-hosting with help", "Your own terms"],
            action=to_address("Write to us", f"mailto:{contact_email}"),
        ),
    ]


IN_EVERY_PLAN = [
    ("live", "Every request, live", "On the open page as it happens, with its headers, bodies and errors."),
    ("endpoints", "Endpoints and documents", "Learned from traffic and kept up to date by it."),
    ("shield", "Masking before storage", "The usual secrets from the start, and every name you add."),
    ("chart", "Percentiles", "For every endpoint, over a minute or over a month."),
    ("place", "Callers", "Country, city, system, app and device of each request."),
    ("docs", "API access", "Tokens for scripts and apps, to read and to write."),
]  # fmt: skip
QUESTIONS = [
    ("What is a request?", "One call to your API and its answer, as the SDK sends it. Routes you exclude in the SDK are neither sent nor counted."),
    ("What if I use more than my plan has?", "We write at 80 % and again at 100 %. After that the intake declines further requests until the month ends or you change the plan. Your own API is not touched by it."),
    ("Can I change or leave at any time?", "Yes, from one month to the next, and back to the free plan as well."),
    ("Does self-hosting cost anything?", "Trying it does not. Write to us about running it for your company."),
]  # fmt: skip


def body() -> list[Block]:
    return [
        section(
            "features",
            headline="In every plan",
            features=[
                {"icon": icon, "title": title, "text": text} for icon, title, text in IN_EVERY_PLAN
            ],
        ),
        section(
            "questions",
            headline="About plans",
            questions=[{"question": q, "answer": f"<p>{a}</p>"} for q, a in QUESTIONS],
        ),
        section(
            "call_to_action",
            headline="Start with the free plan",
            text="It takes a few minutes to the first request, and you can stay on it.",
            actions=[START_FREE],
        ),
    ]
