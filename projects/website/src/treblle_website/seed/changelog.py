"""The words of the changelog, as it begins."""

from treblle_website.seed.links import Block

TITLE = "Changelog"
SLUG = "changelog"
DESCRIPTION = "What is new in Treblle, newest first: what you can do now that you could not before."
INTRODUCTION = "What you can do now that you could not before, newest first."
TEXT = """
<h2>November 2026</h2>
<ul>
<li><b>Plans and billing.</b> Larger plans by card, in the hands of Stripe; your invoices and your card
are in its portal. The free plan needs neither.</li>
<li><b>Help.</b> Guides that can be searched, with a link to the right one on the pages of the product.</li>
<li><b>Quality and security.</b> Two scores from checks with reasons, threat levels, spikes and attacks.</li>
<li><b>Documents from traffic.</b> Endpoints and schemas learned from requests, in a viewer on a URL of
their own; your own OpenAPI document compared with what is really called.</li>
<li><b>Customers.</b> What each customer of your API did, and their live requests on your own pages.</li>
<li><b>Alerts.</b> Rules to mail, Slack and signed webhooks.</li>
<li><b>Accounts.</b> Two-factor log-in, passkeys, sessions, teams, an audit log, export and erasure.</li>
<li><b>Live requests.</b> The first thing there was: a request shows on the open page as it happens.</li>
</ul>
"""


def body(ids: dict[str, int]) -> list[Block]:
    return [{"type": "text", "value": TEXT}]
