"""A mail as JSON types, so that it can wait in a queue, and back."""

import base64
from email.mime.image import MIMEImage
from typing import Any, TypedDict
from uuid import uuid4

from django.core.mail import EmailMessage, EmailMultiAlternatives


class QueuedMail(TypedDict):
    """`alternatives` are pairs of content and MIME type, `images` of content id and PNG in base64."""

    id: str
    subject: str
    body: str
    from_email: str
    to: list[str]
    cc: list[str]
    bcc: list[str]
    reply_to: list[str]
    headers: dict[str, str]
    alternatives: list[list[str]]
    images: list[list[str]]


def to_queue(message: EmailMessage, images: dict[str, bytes] | None = None) -> QueuedMail:
    """`images` are PNGs by content id, small ones that stand in the HTML as `cid:…`.

    Raises `ValueError` for attachments: what is large belongs behind a link.
    """
    if message.attachments:
        raise ValueError("a mail with attachments cannot be queued")
    pairs: list[Any] = getattr(message, "alternatives", None) or []
    return {
        "id": uuid4().hex,
        "subject": str(message.subject),
        "body": str(message.body),
        "from_email": str(message.from_email),
        "to": list(message.to),
        "cc": list(message.cc),
        "bcc": list(message.bcc),
        "reply_to": list(message.reply_to),
        "headers": {name: str(value) for name, value in message.extra_headers.items()},
        "alternatives": [[str(pair[0]), str(pair[1])] for pair in pairs],
        "images": [
            [name, base64.b64encode(data).decode()] for name, data in (images or {}).items()
        ],
    }


def from_queue(mail: QueuedMail) -> EmailMultiAlternatives:
    """The same id makes the same Message-ID: a mail that came twice is shown once."""
    domain = mail["from_email"].rpartition("@")[2].rstrip(">") or "localhost"
    message = EmailMultiAlternatives(
        subject=mail["subject"],
        body=mail["body"],
        from_email=mail["from_email"],
        to=mail["to"],
        cc=mail["cc"],
        bcc=mail["bcc"],
        reply_to=mail["reply_to"],
        headers={"Message-ID": f"<{mail['id']}@{domain}>"} | mail["headers"],
    )
    for content, mimetype in mail["alternatives"]:
        message.attach_alternative(content, mimetype)
    for name, data in mail.get("images", ()):
        image = MIMEImage(base64.b64decode(data), "png")
        image.add_header("Content-ID", f"<{name}>")
        image.add_header("Content-Disposition", "inline", filename=f"{name}.png")
        message.attach(image)
    return message
