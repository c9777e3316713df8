"""Who may do what: editors write, publishers also publish."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

EDITORS = "Editors"
PUBLISHERS = "Publishers"
# Wagtail's own name for those who publish; its approval workflow is theirs.
MODERATORS = "Moderators"

PAGE_PERMISSIONS = {
    EDITORS: ("add_page", "change_page"),
    PUBLISHERS: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
}
IMAGE_PERMISSIONS = ("add_image", "change_image", "choose_image")
# What publishers change beside pages: the frame, and addresses that lead elsewhere.
PUBLISHERS_MAY = (
    ("treblle_website", "change_headerandfooter"),
    ("wagtailredirects", "add_redirect"),
    ("wagtailredirects", "change_redirect"),
    ("wagtailredirects", "delete_redirect"),
)
TRANSLATE = ("simple_translation", "submit_translation")
VIEWS = ("treblle_website", "view_pageviews")


@transaction.atomic
def make_groups() -> None:
    """Editors and Publishers. A group that is there keeps what it was given."""
    moderators = Group.objects.filter(name=MODERATORS)
    if not Group.objects.filter(name=PUBLISHERS).exists():
        moderators.update(name=PUBLISHERS)
        _grant(PUBLISHERS)
        Group.objects.get(name=PUBLISHERS).permissions.add(
            *(_permission(*each) for each in PUBLISHERS_MAY)
        )
        _grant(EDITORS)


def _grant(name: str) -> None:
    group, _ = Group.objects.get_or_create(name=name)
    group.permissions.add(
        Permission.objects.get(codename="access_admin"),
        _permission(*TRANSLATE),
        _permission(*VIEWS),
    )
    for codename in PAGE_PERMISSIONS[name]:
        GroupPagePermission.objects.get_or_create(
            group=group,
            page=Page.get_first_root_node(),
            permission=_permission("wagtailcore", codename),
        )
    for codename in IMAGE_PERMISSIONS:
        GroupCollectionPermission.objects.get_or_create(
            group=group,
            collection=Collection.get_first_root_node(),
            permission=_permission("wagtailimages", codename),
        )


def _permission(app_label: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


def make_editor(email: str, password: str) -> AbstractBaseUser | None:
    """A publisher who can log in at /cms/; None where there is one of that name already."""
    users = get_user_model()
    name_field = users.USERNAME_FIELD
    if users.objects.filter(**{name_field: email}).exists():
        return None
    user = users(**{name_field: email, users.get_email_field_name(): email})
    user.set_password(password)
    user.save()
    user.groups.add(Group.objects.get(name=PUBLISHERS))
    return user
