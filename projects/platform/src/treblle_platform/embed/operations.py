"""Making embeds, and taking them away."""

from collections.abc import Sequence

from treblle_models.identity import new_signing_secret
from treblle_models.models import Embed, Project


def create_embed(*, project: Project, name: str, origins: Sequence[str]) -> Embed:
    return Embed.objects.create(project=project, name=name, allowed_origins=list(origins))


def change_embed(*, embed: Embed, name: str, origins: Sequence[str]) -> None:
    embed.name, embed.allowed_origins = name, list(origins)
    embed.save(update_fields=["name", "allowed_origins", "updated_at"])


def switch_embed(*, embed: Embed, on: bool) -> None:
    """Off, every token of it is refused at once."""
    embed.is_enabled = on
    embed.save(update_fields=["is_enabled", "updated_at"])


def rotate_secret(*, embed: Embed) -> None:
    """Tokens signed with the old secret are refused from now on."""
    embed.secret = new_signing_secret()
    embed.save(update_fields=["secret", "updated_at"])


def delete_embed(*, embed: Embed) -> None:
    embed.delete()
