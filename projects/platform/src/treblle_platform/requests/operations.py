"""What people keep of the request list: their columns and searches."""

from collections.abc import Iterable

from treblle_models.models import Project, SavedSearch, User

from treblle_platform.requests.columns import BY_NAME, PREFERENCE


def choose_columns(*, user: User, names: Iterable[str]) -> None:
    user.preferences = user.preferences | {PREFERENCE: [n for n in names if n in BY_NAME]}
    user.save(update_fields=["preferences", "updated_at"])


def save_search(
    *, project: Project, user: User, name: str, query: str, columns: list[str], is_shared: bool
) -> SavedSearch:
    """Under a name the user has used before in the project, it takes the old one's place."""
    longest = SavedSearch._meta.get_field("name").max_length
    search, _ = SavedSearch.objects.update_or_create(
        project=project,
        user=user,
        name=name[:longest],
        defaults={"query": query, "columns": columns, "is_shared": is_shared},
    )
    return search


def delete_search(search: SavedSearch) -> None:
    search.delete()
