"""The home page in German: the same sections, shorter."""

from treblle_website.seed.home import DJANGO, EXPRESS, KOA
from treblle_website.seed.links import Block, section, to_page

LANGUAGE = "de"
TITLE = "Treblle"
SLUG = "treblle-de"
SEO_TITLE = "Sehen, was Ihre APIs tun, während sie es tun"
DESCRIPTION = (
    "Jede Anfrage Ihrer API live im Browser: Endpunkte und Dokumentation aus echtem Verkehr, "
    "Geheimnisse maskiert, bevor etwas gespeichert wird, Perzentile statt Mittelwerten."
)
START: Block = {"label": "Kostenlos starten", "destination": "sign_up"}
FEATURES = [
    ("live", "Live, ohne Neuladen", "Eine Anfrage steht auf der offenen Seite, während ihre Antwort noch unterwegs ist."),
    ("endpoints", "Endpunkte von selbst", "Aus dem Verkehr gelernt: /products/17 und /products/4211 sind ein Endpunkt."),
    ("shield", "Maskiert vor dem Speichern", "Im SDK, in Ihrem eigenen Prozess, und noch einmal bei der Ankunft."),
    ("problem", "Fehler mit Ursache", "Art, Meldung, Datei und Zeile neben der Anfrage, die sie ausgelöst hat."),
    ("chart", "Perzentile", "p50, p95 und p99 für jeden Endpunkt, über eine Minute oder einen Monat."),
    ("docs", "Dokumentation", "OpenAPI aus dem, was wirklich aufgerufen wird, und der Vergleich mit Ihrer eigenen."),
]  # fmt: skip
QUESTIONS = [
    ("Wird meine API langsamer?", "Das SDK übergibt eine Kopie an einen Hintergrund-Thread, Ihre Antwort geht sofort hinaus. Sind wir nicht erreichbar, merkt Ihre API davon nichts."),
    ("Kann ich es selbst betreiben?", "Ja. Das ganze System startet mit einem Befehl auf einer Maschine, und dieselben Teile wachsen mit MySQL, S3 und Redis."),
    ("Was passiert, wenn mein Kontingent aufgebraucht ist?", "Wir schreiben Ihnen bei 80 % und bei 100 %. Danach werden weitere Meldungen abgelehnt; Ihre API läuft weiter wie zuvor."),
]  # fmt: skip


def body(ids: dict[str, int]) -> list[Block]:
    return [
        section(
            "hero",
            headline="Sehen, was Ihre APIs tun, während sie es tun",
            text=(
                "Treblle zeigt jede Anfrage in dem Moment, in dem Ihre API sie beantwortet: wer welchen "
                "Endpunkt aufrief, was hereinkam, was hinausging und wie lange es dauerte."
            ),
            actions=[START, to_page("Preise ansehen (englisch)", ids["pricing"])],
            note="Der kostenlose Plan braucht keine Karte.",
            picture="requests",
        ),
        section(
            "features",
            headline="Was Sie am ersten Tag haben",
            features=[
                {"icon": icon, "title": title, "text": text} for icon, title, text in FEATURES
            ],
        ),
        section(
            "code_sample",
            headline="Eine Middleware, und Sie sind fertig",
            text="Die Schlüssel stehen auf der Seite Ihres Projekts. Ihre Handler bleiben, wie sie sind.",
            tabs=[
                {"label": "Django", "place": "settings.py · pip install treblle", "code": DJANGO},
                {"label": "Express", "place": "app.js · npm install treblle@1", "code": EXPRESS},
                {"label": "Koa", "place": "app.js · npm install treblle@1", "code": KOA},
            ],
        ),
        section(
            "questions",
            headline="Fragen",
            questions=[{"question": q, "answer": f"<p>{a}</p>"} for q, a in QUESTIONS],
        ),
        section(
            "call_to_action",
            headline="Sehen Sie Ihre eigenen Anfragen in wenigen Minuten",
            text="Projekt anlegen, Middleware einfügen, API aufrufen.",
            actions=[START],
        ),
    ]
