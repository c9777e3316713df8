"""The words of the page on how data is treated."""

from treblle_website.seed.links import START_FREE, Block, section

TITLE = "How we treat your data"
SLUG = "data"
DESCRIPTION = (
    "What Treblle receives, what it masks and when, how long it keeps it, and who can see it."
)
INTRODUCTION = "What we receive, what we hide and when, how long it stays, and who can see it."
TEXT = """
<h2>What reaches us</h2>
<p>For each request to your API the SDK sends its method, address, headers and body, the answer’s
status, headers and body, the time it took, and errors that were raised. Routes you exclude in the
SDK are never sent.</p>
<h2>Masking, twice</h2>
<p>The SDK masks inside your own process, so known secrets do not leave it. On arrival everything is
masked again, with the names you add for a project. This comes before anything that lasts is written,
and before anything is shown.</p>
<h2>What is stored, and for how long</h2>
<ul>
<li>What arrives waits in a store that only the receiving parts can read. It is kept for days, so
that nothing is lost when a part fails.</li>
<li>Masked requests are kept for the retention of your plan, then removed.</li>
<li>Counts and percentiles hold no content of requests.</li>
</ul>
<h2>Who can see it</h2>
<p>The owner of a project and the people invited to it. Tokens for scripts and apps are stored as
digests only and can be taken back at any time.</p>
<h2>This website</h2>
<p>These pages set no cookies, run no scripts and load nothing from other hosts. They share no
database with the product.</p>
"""


def body(ids: dict[str, int]) -> list[Block]:
    return [
        {"type": "text", "value": TEXT},
        section(
            "call_to_action",
            headline="See it with a project of your own",
            text="",
            actions=[START_FREE],
        ),
    ]
