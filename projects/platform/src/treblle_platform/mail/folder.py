"""The folder that Django's file backend fills (EMAIL_URL=file:///…), read back for the demo."""

import base64
import email
import email.policy
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

# What Django's backend puts after each message of a file.
SEPARATOR = b"-" * 79
MAX_FILES = 200
NAME_LENGTH = 20


@dataclass(frozen=True)
class StoredMail:
    """One mail as it left; `name` names it in our URLs."""

    name: str
    sent_at: datetime | None
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def recipient(self) -> str:
        return str(self.message["To"] or "")

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML with its pictures inside."""
        pictures = {
            str(part["Content-ID"]).strip("<>"): part
            for part in self.message.walk()
            if part["Content-ID"]
        }

        def picture(match: "re.Match[str]") -> str:
            part = pictures.get(match[1])
            if part is None:
                return match[0]
            data = part.get_payload(decode=True)
            text = base64.b64encode(data if isinstance(data, bytes) else b"").decode()
            return f'src="data:{part.get_content_type()};base64,{text}"'

        return re.sub(r'src="cid:([^"]+)"', picture, self._part("html"))

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else ""


def stored_mails() -> list[StoredMail]:
    """The newest mails, newest first; nothing where mail does not lie in a folder."""
    folder = Path(getattr(settings, "EMAIL_FILE_PATH", "") or "/nonexistent")
    if not folder.is_dir():
        return []
    files = sorted(folder.glob("*.log"), reverse=True)[:MAX_FILES]
    return [mail for path in files for mail in reversed(_mails_in(path))]


def _mails_in(path: Path) -> list[StoredMail]:
    pieces = [piece.strip(b"\n") for piece in path.read_bytes().split(SEPARATOR)]
    return [_mail(piece) for piece in pieces if piece]


def _mail(raw: bytes) -> StoredMail:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 (what the policy makes)
    date = message["Date"]
    return StoredMail(
        name=hashlib.sha256(raw).hexdigest()[:NAME_LENGTH],
        sent_at=date.datetime if date is not None else None,
        message=message,
    )
