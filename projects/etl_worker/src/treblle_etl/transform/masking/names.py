"""Names under which a value is hidden, whatever it is."""

from collections.abc import Iterable

# Those Treblle's users know, and the usual names of credentials.
NAMES = (
    "password",
    "pwd",
    "passwd",
    "passphrase",
    "passcode",
    "password_hash",
    "secret",
    "password_confirmation",
    "cc",
    "card_number",
    "credit_card_number",
    "ccv",
    "cvv",
    "cvv2",
    "cvc",
    "security_code",
    "ssn",
    "social_security_number",
    "credit_score",
    "otp",
    "one_time_password",
    "token",
    "api_key",
    "api_secret",
    "api_token",
    "access_key",
    "access_key_id",
    "secret_access_key",
    "access_token",
    "refresh_token",
    "id_token",
    "auth_token",
    "session_token",
    "csrf_token",
    "xsrf_token",
    "csrfmiddlewaretoken",
    "client_secret",
    "private_key",
    "secret_key",
    "session_id",
    "jsessionid",
    "phpsessid",
    "authorization",
    "proxy_authorization",
    "x_api_key",
    "x_auth_token",
    "x_csrf_token",
    "x_xsrf_token",
    "x_amz_security_token",
    "x_amz_signature",
    "cookie",
    "cookies",
    "set_cookie",
)
# A longer name that ends so is hidden too: `new_password`, `db_password`, `stripe_api_key`.
ENDINGS = (
    "password",
    "passwd",
    "passphrase",
    "secret",
    "apikey",
    "accesstoken",
    "refreshtoken",
    "authtoken",
    "sessiontoken",
    "privatekey",
    "secretkey",
    "clientsecret",
    "cardnumber",
)
REMEMBERED = 4096
LONGEST_REMEMBERED = 128


def normalised(name: str) -> str:
    """Names are compared without case, underscores, hyphens and blanks."""
    return name.replace("_", "").replace("-", "").replace(" ", "").lower()


class Names:
    """The names to hide in one project, with what was found of each name remembered."""

    def __init__(self, own: Iterable[str] = ()) -> None:
        self.listed = listed = [name for name in (*NAMES, *own) if normalised(name)]
        self._exact = frozenset(map(normalised, listed))
        # As they are written in texts: `api_key`, `api-key`, `apiKey`; in lower case.
        self.written = frozenset(
            form
            for name in (*listed, *ENDINGS)
            for form in (
                name.lower(),
                name.lower().replace("_", "-"),
                name.lower().replace("-", "_"),
                normalised(name),
            )
        )
        self._known: dict[str, bool] = {}

    def hides(self, name: str) -> bool:
        known = self._known.get(name)
        return self._look(name) if known is None else known

    def _look(self, name: str) -> bool:
        plain = normalised(name)
        found = plain in self._exact or plain.endswith(ENDINGS)
        if not found and ("[" in name or "." in name):
            # As in forms and flat keys: `user[password]`, `card.number`.
            parts = name.replace("]", "").replace("[", ".").split(".")
            found = len(parts) > 1 and any(self._look(part) for part in parts)
        if len(name) <= LONGEST_REMEMBERED:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[name] = found
        return found
