"""Tokens by which a portal shows one API customer its own requests.

JSON Web Tokens (RFC 7519), signed by HS256 with the embed's secret: `sub` is the customer's id as the
API gives it, `exp` is wanted and at most a day away. The portal's server makes them; any library does.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
from treblle_models.models import Customer, Embed

ALGORITHM = "HS256"
LONGEST = timedelta(days=1)
# Clocks of two servers differ a little.
LEEWAY = timedelta(seconds=30)
MAX_TOKEN_CHARACTERS = 4_096


class Refused(Exception):
    """The message says why, to the developer of the portal."""


@dataclass(frozen=True)
class Visitor:
    """Whose requests are shown, and until when; None for a customer that never called yet."""

    external_id: str
    customer: Customer | None
    expires_at: datetime


def sign_token(embed: Embed, external_id: str, expires_at: datetime) -> str:
    """As the portal's server does it; the page of an embed uses it for its preview."""
    claims = {"sub": external_id, "exp": int(expires_at.timestamp())}
    return jwt.encode(claims, embed.secret, algorithm=ALGORITHM)


def read_token(embed: Embed, token: str, now: datetime) -> Visitor:
    """Raises `Refused` unless the embed is on and its secret signed the token for now."""
    if not embed.is_enabled:
        raise Refused("This embed is switched off.")
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise Refused("The token is too long.")
    try:
        claims = jwt.decode(
            token,
            embed.secret,
            algorithms=[ALGORITHM],
            leeway=LEEWAY,
            options={"require": ["exp", "sub"], "verify_aud": False, "verify_iss": False},
        )
    except jwt.ExpiredSignatureError:
        raise Refused("The token has expired.") from None
    except jwt.PyJWTError as error:
        raise Refused(f"The token is not valid: {error}.") from None
    expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    if expires_at > now + LONGEST + LEEWAY:
        raise Refused("The token lives too long: `exp` may be a day away at most.")
    external_id = claims["sub"]
    return Visitor(external_id, customer_called(embed, external_id), expires_at)


def customer_called(embed: Embed, external_id: str) -> Customer | None:
    """The customer of that id; None before its first request."""
    known = Customer.objects.filter(project_id=embed.project_id, external_id=external_id)
    return known.first()
