"""Words that templates and forms bring along themselves, in each language; all others are the editors'."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import get_language

from treblle_website.languages import DEFAULT


@dataclass(frozen=True)
class Words:
    """One language. A word that is missing is found by whoever starts the site: it does not start."""

    home: str
    log_in: str
    start_free: str
    skip: str
    main: str
    to_home: str
    lost_title: str
    lost: str
    lost_text: str
    broken_title: str
    broken: str
    broken_text: str
    optional: str
    leave_empty: str
    look_again: str
    too_old: str
    too_fast: str
    too_many: str
    framework: str
    yes: str
    no: str
    requests_a_month: str
    kept_for: str
    members: str
    picture_requests: str
    picture_endpoints: str
    picture_masking: str
    picture_percentiles: str
    blog: str
    blog_description: str
    blog_note: str
    blog_empty: str
    blog_pages: str
    newer: str
    older: str
    minutes: str
    blog_off: str
    blog_off_text: str
    blog_away: str
    blog_away_text: str
    help: str
    help_description: str
    help_lead: str
    help_missing: str
    search_help: str
    search: str
    found_one: str
    found_many: str
    found_none: str
    all_pages: str
    on_this_page: str


ENGLISH: Final = Words(
    home="/",
    log_in="Log in",
    start_free="Start free",
    skip="Skip to content",
    main="Main",
    to_home="To the home page",
    lost_title="Page not found",
    lost="There is no such page",
    lost_text="It may have moved, or the address has a slip in it.",
    broken_title="Something broke",
    broken="Something broke on our side",
    broken_text="The error is in our log. Please try again in a moment.",
    optional="optional",
    leave_empty="Leave this empty",
    look_again="Not sent yet. Please look at what is marked:",
    too_old="This page was open for long. Please send your message again.",
    too_fast="That was quick: please look it over once more, then send it again.",
    too_many="Several messages came from your network already. Please try again in an hour.",
    framework="Framework",
    yes="Yes",
    no="No",
    requests_a_month="Requests a month",
    kept_for="Kept for",
    members="Members",
    picture_requests=(
        "Picture of the live list of requests, with made-up data: each line has method, path, "
        "status, milliseconds, place and client; one request is open beside the list, its secrets "
        "masked."
    ),
    picture_endpoints=(
        "Picture of the endpoints of an API with made-up data, each with its share of requests and "
        "its median; below, the fields one of them answers with."
    ),
    picture_masking=(
        "Picture of a request body, made up: email address readable, password and card number "
        "replaced by stars, and the authorization header too."
    ),
    picture_percentiles=(
        "Picture of a chart with made-up data: the median stays level while the ninety-fifth and "
        "ninety-ninth percentile rise in the middle."
    ),
    blog="Blog",
    blog_description="What we learn about APIs while building a tool that watches them.",
    blog_note="",
    blog_empty="Nothing here yet.",
    blog_pages="Pages",
    newer="Newer",
    older="Older",
    minutes="min",
    blog_off="There is no blog here",
    blog_off_text="Whoever runs this site has connected none.",
    blog_away="The blog is away",
    blog_away_text="It does not answer at the moment. Please try again shortly.",
    help="Help",
    help_description=(
        "Quick start, options of the SDK, masking, retention, alerts, API tokens and what to look "
        "at when something does not show."
    ),
    help_lead=(
        "From the first request to the last alert, and what to look at when something does not show."
    ),
    help_missing="The texts of the help are not on this machine (HELP_PATH).",
    search_help="Search the help",
    search="Search",
    found_one="1 page with",
    found_many="pages with",
    found_none="Fewer or shorter words may help: nothing with",
    all_pages="All pages",
    on_this_page="On this page",
)
GERMAN: Final = Words(
    home="/de/",
    log_in="Anmelden",
    start_free="Loslegen",
    skip="Zum Inhalt",
    main="Hauptmenü",
    to_home="Zur Startseite",
    lost_title="Seite nicht gefunden",
    lost="Diese Seite gibt es nicht",
    lost_text="Vielleicht ist sie umgezogen, oder in der Adresse steckt ein Tippfehler.",
    broken_title="Etwas ist schiefgegangen",
    broken="Bei uns ist etwas schiefgegangen",
    broken_text="Der Fehler steht in unserem Protokoll. Bitte versuchen Sie es gleich noch einmal.",
    optional="freiwillig",
    leave_empty="Dieses Feld leer lassen",
    look_again="Noch nicht gesendet. Bitte sehen Sie sich an, was markiert ist:",
    too_old="Diese Seite war lange offen. Bitte senden Sie Ihre Nachricht noch einmal.",
    too_fast="Das ging schnell: Bitte lesen Sie noch einmal darüber und senden Sie dann erneut.",
    too_many=(
        "Aus Ihrem Netz kamen schon mehrere Nachrichten. Bitte versuchen Sie es in einer Stunde "
        "noch einmal."
    ),
    framework="Framework",
    yes="Ja",
    no="Nein",
    requests_a_month="Anfragen im Monat",
    kept_for="Aufbewahrung",
    members="Mitglieder",
    picture_requests=(
        "Bild der Live-Liste der Anfragen mit erfundenen Daten: Jede Zeile zeigt Methode, Pfad, "
        "Status, Millisekunden, Ort und Client; eine Anfrage ist neben der Liste geöffnet, ihre "
        "Geheimnisse sind maskiert."
    ),
    picture_endpoints=(
        "Bild der Endpunkte einer API mit erfundenen Daten, jeder mit seinem Anteil an den "
        "Anfragen und seinem Median; darunter die Felder, mit denen einer von ihnen antwortet."
    ),
    picture_masking=(
        "Bild eines erfundenen Request-Bodys: Die E-Mail-Adresse ist lesbar, Passwort und "
        "Kartennummer sind durch Sternchen ersetzt, ebenso der Header „authorization“."
    ),
    picture_percentiles=(
        "Bild eines Diagramms mit erfundenen Daten: Der Median bleibt gleich, während das 95. und "
        "das 99. Perzentil in der Mitte ansteigen."
    ),
    blog="Blog",
    blog_description=(
        "Was wir über APIs lernen, während wir ein Werkzeug bauen, das sie beobachtet."
    ),
    blog_note="Die Beiträge erscheinen auf Englisch.",
    blog_empty="Hier steht noch nichts.",
    blog_pages="Seiten",
    newer="Neuere",
    older="Ältere",
    minutes="Min.",
    blog_off="Hier gibt es keinen Blog",
    blog_off_text="Wer diese Website betreibt, hat keinen verbunden.",
    blog_away="Der Blog ist nicht erreichbar",
    blog_away_text="Er antwortet im Augenblick nicht. Bitte versuchen Sie es in Kürze noch einmal.",
    help="Hilfe",
    help_description=(
        "Schnellstart, Optionen des SDKs, Maskierung, Aufbewahrung, Alarme, API-Tokens und was zu "
        "prüfen ist, wenn etwas nicht erscheint."
    ),
    help_lead=(
        "Von der ersten Anfrage bis zum letzten Alarm, und was zu prüfen ist, wenn etwas nicht "
        "erscheint."
    ),
    help_missing="Die Texte der Hilfe sind nicht auf dieser Maschine (HELP_PATH).",
    search_help="Hilfe durchsuchen",
    search="Suchen",
    found_one="1 Seite mit",
    found_many="Seiten mit",
    found_none="Weniger oder kürzere Wörter helfen vielleicht: nichts mit",
    all_pages="Alle Seiten",
    on_this_page="Auf dieser Seite",
)
WORDS: Final = {"en": ENGLISH, "de": GERMAN}


def words() -> Words:
    """Of the language of the request (`languages.LanguageOfThePath`)."""
    return WORDS.get(get_language() or DEFAULT, WORDS[DEFAULT])
