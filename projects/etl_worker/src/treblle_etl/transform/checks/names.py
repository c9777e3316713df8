"""What the name of a field says of what lies under it."""

import re
from typing import Final

CACHED_NAMES: Final = 8192
LONGEST_NAME: Final = 64


class Kind:
    """What a name promises; one name can promise several things. Bits of an integer: an
    `IntFlag` takes ten times as long, and this is asked of every field.
    """

    PASSWORD: Final = 1
    TOKEN: Final = 2
    CARD: Final = 4
    PERSONAL: Final = 8
    HEALTH: Final = 16
    DATE: Final = 32
    CAMEL: Final = 64
    SNAKE: Final = 128
    OPERATOR: Final = 256


ALL_KINDS: Final = tuple(1 << bit for bit in range(9))

_PASSWORD: Final = frozenset(
    [
        "password",
        "passwd",
        "pwd",
        "passwordhash",
        "hashedpassword",
        "passwordconfirmation",
        "secret",
        "clientsecret",
        "apisecret",
        "privatekey",
        "secretkey",
        "secretaccesskey",
    ]
)
_TOKEN: Final = frozenset(
    [
        "accesstoken",
        "refreshtoken",
        "idtoken",
        "authtoken",
        "sessiontoken",
        "bearertoken",
        "apikey",
        "apitoken",
        "jwt",
        "sessionid",
    ]
)
_CARD: Final = frozenset(
    [
        "cardnumber",
        "ccnumber",
        "creditcard",
        "creditcardnumber",
        "cvv",
        "cvc",
        "ccv",
        "cvv2",
        "cardexpiry",
        "cardholdername",
    ]
)
_PERSONAL: Final = frozenset(
    [
        "email",
        "emailaddress",
        "firstname",
        "lastname",
        "fullname",
        "surname",
        "phone",
        "phonenumber",
        "mobile",
        "mobilenumber",
        "dateofbirth",
        "dob",
        "birthdate",
        "birthday",
        "ssn",
        "socialsecuritynumber",
        "nationalid",
        "passportnumber",
        "driverslicense",
        "taxid",
        "iban",
        "homeaddress",
        "streetaddress",
        "postaladdress",
        "gender",
        "nationality",
        "ipaddress",
    ]
)
_HEALTH: Final = frozenset(
    [
        "diagnosis",
        "diagnoses",
        "patientid",
        "medicalrecordnumber",
        "mrn",
        "icd10",
        "icdcode",
        "prescription",
        "prescriptions",
        "medication",
        "medications",
        "allergies",
        "bloodtype",
        "healthplanid",
        "healthinsurance",
        "labresults",
        "treatmentplan",
        "medicalhistory",
    ]
)
_DATE: Final = re.compile(
    r"(?:^|_)(?:date|datetime|timestamp)$|[a-z](?:Date|DateTime|Timestamp|At|On)$"
    r"|(?:created|updated|deleted|modified|published|expires|started|ended|finished|placed|paid"
    r"|sent|received|shipped|delivered)_(?:at|on)$"
)
_AT_THAT_IS_A_DATE: Final = re.compile(
    r"(?:created|updated|deleted|modified|published|expires|started|ended|finished|placed|paid"
    r"|sent|received|shipped|delivered)(?:At|On)$|(?:Date|DateTime|Timestamp)$"
)
_CAMEL: Final = re.compile(r"[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+")
_SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")
_OPERATORS: Final = frozenset(
    [
        "$ne",
        "$eq",
        "$gt",
        "$gte",
        "$lt",
        "$lte",
        "$in",
        "$nin",
        "$or",
        "$and",
        "$not",
        "$nor",
        "$where",
        "$regex",
        "$exists",
        "$expr",
    ]
)


# What is known already; `kinds_of` fills it.
KINDS: Final[dict[str, int]] = {}


def kinds_of(name: str) -> int:
    """All that one name promises; nothing for names longer than any API's."""
    if len(name) > LONGEST_NAME:
        return 0
    kinds = KINDS.get(name)
    if kinds is None:
        if len(KINDS) >= CACHED_NAMES:
            KINDS.clear()
        kinds = KINDS[name] = _kinds(name)
    return kinds


def _kinds(name: str) -> int:
    plain = name.replace("_", "").replace("-", "").lower()
    kinds = 0
    for words, kind in _BY_WORDS:
        if plain in words:
            kinds |= kind
    if _DATE.search(name) and (name[-2:] not in ("At", "On") or _AT_THAT_IS_A_DATE.search(name)):
        kinds |= Kind.DATE
    if _CAMEL.fullmatch(name):
        kinds |= Kind.CAMEL
    elif _SNAKE.fullmatch(name):
        kinds |= Kind.SNAKE
    if name in _OPERATORS:
        kinds |= Kind.OPERATOR
    return kinds


_BY_WORDS: Final = (
    (_PASSWORD, Kind.PASSWORD),
    (_TOKEN, Kind.TOKEN),
    (_CARD, Kind.CARD),
    (_PERSONAL, Kind.PERSONAL),
    (_HEALTH, Kind.HEALTH),
)
