"""Numbers of rows that are not ours to give a uuid, sealed before they stand in a URL."""

from treblle_platform.accounts.sealing import seal, unseal


class SealedNumber:
    regex = r"[A-Za-z0-9_-]{80,200}"

    def to_python(self, value: str) -> int:
        """What we have not sealed matches no URL: `ValueError` makes Django say 404."""
        return int(unseal(value))

    def to_url(self, value: int) -> str:
        return seal(str(value))
