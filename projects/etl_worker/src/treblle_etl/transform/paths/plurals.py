"""The singular of an English noun, for names of parameters only: grouping never asks.

Rules of our own: `inflect` takes seconds and 29 MB to import and makes `datum` of `data`,
`inflection` makes `cach` of `caches` and `drife` of `drives`.
"""

from typing import Final

# Alike in both, or none of the two.
_UNCHANGED: Final = frozenset((
    "analytics", "atlas", "aws", "bias", "canvas", "chaos", "data", "dns", "equipment",
    "feedback", "fish", "gas", "gps", "info", "information", "lens", "media", "metadata",
    "news", "series", "sheep", "sms", "software", "species", "staff", "vms",
))  # fmt: skip
_IRREGULAR: Final = {
    "aliases": "alias",
    "alumni": "alumnus",
    "atlases": "atlas",
    "axes": "axis",
    "biases": "bias",
    "caches": "cache",
    "calves": "calf",
    "canvases": "canvas",
    "children": "child",
    "corpora": "corpus",
    "crises": "crisis",
    "criteria": "criterion",
    "diagnoses": "diagnosis",
    "feet": "foot",
    "gases": "gas",
    "geese": "goose",
    "halves": "half",
    "indices": "index",
    "knives": "knife",
    "leaves": "leaf",
    "lenses": "lens",
    "lives": "life",
    "loaves": "loaf",
    "matrices": "matrix",
    "men": "man",
    "mice": "mouse",
    "niches": "niche",
    "people": "person",
    "phenomena": "phenomenon",
    "schemata": "schema",
    "shelves": "shelf",
    "teeth": "tooth",
    "thieves": "thief",
    "vertices": "vertex",
    "wives": "wife",
    "wolves": "wolf",
    "women": "woman",
}
# Words whose singular ends in `ie` or `oe`.
_ONLY_S: Final = frozenset((
    "brownies", "calories", "canoes", "cookies", "hoodies", "lies", "menus", "movies", "oboes",
    "pies", "rookies", "selfies", "shoes", "ties", "toes", "zombies",
))  # fmt: skip
# The first ending that a noun has decides: how many letters go, and what comes instead.
_ENDINGS: Final = (
    ("ies", 3, "y"),
    ("theses", 2, "is"),
    ("yses", 2, "is"),
    ("sses", 2, ""),
    ("zzes", 3, ""),
    ("xes", 2, ""),
    ("ches", 2, ""),
    ("shes", 2, ""),
    ("oes", 2, ""),
    ("auses", 1, ""),
    ("fuses", 1, ""),
    ("ouses", 1, ""),
    ("uses", 2, ""),
    ("ss", 0, ""),
    ("us", 0, ""),
    ("is", 0, ""),
    ("s", 1, ""),
)
SHORTEST: Final = 4  # letters; below, an `s` may belong to the word: `bus`, `os`


def singular(noun: str) -> str:
    """`categories` → category, `statuses` → status; as it is where nothing is known of it."""
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if noun in _UNCHANGED or len(noun) < SHORTEST:
        return noun
    if noun in _ONLY_S or noun == "uses":
        return noun[:-1]
    for ending, letters, instead in _ENDINGS:
        if noun.endswith(ending):
            return noun[: len(noun) - letters] + instead
    return noun
