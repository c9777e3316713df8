"""The words of the page on security."""

from treblle_website.seed.links import START_FREE, Block, section, to_page

TITLE = "Security"
SLUG = "security"
DESCRIPTION = (
    "How Treblle is built so that watching an API does not endanger it: masking, access, keys, "
    "transport, erasure, and how to report a weakness."
)
INTRODUCTION = (
    "Whoever watches an API sees what is delicate in it. So the system is built to see as little as "
    "it can, to keep it for as short as it may, and to show it only to those it belongs to."
)
TEXT = """
<h2>Masked before it lasts</h2>
<p>Passwords, tokens, cards and the names you add are masked in the SDK, inside your own process, and
again on arrival, by name and by form (card numbers, JSON Web Tokens, keys of known services). Nothing
that lasts is written, and nothing is shown, before that.</p>
<h2>Parts that know little</h2>
<ul>
<li>The intake has no database and cannot read what it stored.</li>
<li>Raw events lie in a store that only the receiving parts can read, for days.</li>
<li>This website shares no database, no keys and no cookies with the product.</li>
</ul>
<h2>Accounts</h2>
<ul>
<li>Two-factor log-in by an authenticator app, passkeys, and a list of sessions that can be ended.</li>
<li>Passwords are stored as Argon2 hashes, API tokens as digests; both are shown never again.</li>
<li>Account keys can be rotated, with a time in which the old one still works.</li>
<li>Who may see and change a project is decided in one place; a stranger does not learn that it exists.</li>
<li>What people change is in the project’s audit log.</li>
</ul>
<h2>Erasure</h2>
<p>One of your customers can be erased from rows, details and raw events, with a receipt. Projects and
accounts can be deleted, and everything of an account exported.</p>
<h2>Pages</h2>
<p>All pages come with a Content Security Policy without inline scripts or styles. These pages run no
script at all.</p>
<h2>Reporting a weakness</h2>
<p>Please write to us through the contact page before you publish it. Say what you did and what you
saw; we answer, mend it and say so in the changelog.</p>
"""


def body(ids: dict[str, int]) -> list[Block]:
    return [
        {"type": "text", "value": TEXT},
        section(
            "call_to_action",
            headline="Something to ask or report?",
            text="",
            actions=[to_page("Write to us", ids["contact"]), START_FREE],
        ),
    ]
