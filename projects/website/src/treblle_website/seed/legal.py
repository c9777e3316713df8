"""Privacy and terms: texts to begin with, which whoever runs the site completes.

They say what the software does. Who answers for it, and under which law, only the operator knows:
what is in square brackets is theirs to fill in.
"""

from treblle_website.seed.links import Block

PRIVACY_TITLE = "Privacy"
PRIVACY_SLUG = "privacy"
PRIVACY_DESCRIPTION = "What this website and the product know of you, what for, and for how long."
PRIVACY_INTRODUCTION = "What this website and the product know of you, what for, and for how long."
PRIVACY_TEXT = """
<blockquote>Text to begin with. What is in [square brackets] is completed by whoever runs this site, who
should have all of it checked by a lawyer.</blockquote>
<h2>Who is responsible</h2>
<p>[Name and address of the operator], [how to reach them about privacy].</p>
<h2>This website</h2>
<p>These pages set no cookies, run no scripts and load nothing from other hosts. We count how often each
page is asked for on a day. To compare two versions of a section, a digest of your network address that
holds for the day divides visits into two halves; neither address nor digest is kept. The server sees
your address while it answers, as every server does; [how long the operator’s proxy keeps its logs].</p>
<h2>The contact form</h2>
<p>What you write is kept so that we can answer it, and is deleted [after how long]. To hold off robots
the form counts messages of one network address for an hour, by a digest of it.</p>
<h2>Your account</h2>
<p>We keep your address for mail, your name if you give it, when you logged in and with which browser,
so that you can see and end your sessions. You can export all of it and delete your account yourself.</p>
<h2>Requests of your API</h2>
<p>You decide what your API reports. Secrets are masked in the SDK and on arrival; what is stored is
removed when the retention of your plan ends. For the personal data in it you are responsible and we
process it for you: [where the agreement on processing is found].</p>
<h2>Payments</h2>
<p>Paid plans are handled by Stripe. Card data goes to Stripe only; we keep which plan you have and the
number by which Stripe knows you.</p>
<h2>Your rights</h2>
<p>You may ask what we know of you, have it mended, moved or deleted, and complain to the authority that
is competent for you: [which one].</p>
"""
TERMS_TITLE = "Terms"
TERMS_SLUG = "terms"
TERMS_DESCRIPTION = "What you and the operator of this service can expect of each other."
TERMS_INTRODUCTION = "What you and we can expect of each other."
TERMS_TEXT = """
<blockquote>Text to begin with. What is in [square brackets] is completed by whoever runs this service,
who should have all of it checked by a lawyer.</blockquote>
<h2>The service</h2>
<p>[Name of the operator] runs Treblle for you: it takes in what the SDK in your API reports and shows it
to you and those you invite, within the limits of your plan.</p>
<h2>Your side</h2>
<ul>
<li>You report only APIs that are yours, or whose owner allows it.</li>
<li>You tell the people whose data is in the requests, where the law asks for it.</li>
<li>You keep your keys to yourself, and rotate one that leaked.</li>
</ul>
<h2>Our side</h2>
<ul>
<li>Your data is yours. We use it to run the service for you and for nothing else.</li>
<li>We announce changes that take something away [how long] before.</li>
<li>[What is promised of availability, if anything].</li>
</ul>
<h2>Plans and payment</h2>
<p>The free plan costs nothing and has no end date. Paid plans are billed by the month in advance through
Stripe, and can be ended at any time to the end of the month. Past the limit of a plan further requests
are declined until the month ends or the plan is changed; we write to you before.</p>
<h2>Ending</h2>
<p>You can delete a project or your account at any time. [When the operator may end the service, and what
happens to data then.]</p>
<h2>Liability and law</h2>
<p>[Liability, applicable law, place of jurisdiction.]</p>
"""


def body(text: str) -> list[Block]:
    return [{"type": "text", "value": text}]
