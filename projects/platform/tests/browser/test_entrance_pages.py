"""What visitors, guests and those who are new see, under axe in both themes and on a phone."""

from datetime import timedelta

import pytest
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend
from django.utils import timezone
from playwright.sync_api import expect
from treblle_platform.mail.unsubscribing import unsubscribe_url
from treblle_platform.request_page.operations import share
from treblle_platform.team.operations import SALT

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_for_visitors_are_accessible(
    people, project, platform_url, details_url, add_request, add_details, assert_accessible
):
    details = {"response": {"body": {"id": 7}}, "checks": [["sequential-ids", "`7` is counted"]]}
    found = add_request(**add_details(details))
    token = share(
        project=project,
        request_uuid=found.uuid,
        user=people.owner,
        lifetime=timedelta(hours=1),
        now=timezone.now(),
    )
    assert_accessible(
        f"{platform_url}/accounts/login/",
        f"{platform_url}/accounts/signup/",
        f"{platform_url}/accounts/password/reset/",
        f"{platform_url}{unsubscribe_url(people.owner, 'digest')}",
        f"{platform_url}/shared/{token}/",
    )


def test_pages_for_who_is_new_are_accessible(
    login, people, project, platform_url, assert_accessible
):
    login(people.stranger)
    member = project.members.create(email=people.stranger.email, role="viewer")
    assert_accessible(
        f"{platform_url}/invitations/{signing.dumps(str(member.uuid), salt=SALT)}/",
        f"{platform_url}/projects/",
        f"{platform_url}/projects/new/",
        f"{platform_url}/collections/",
        f"{platform_url}/catalog/",
        f"{platform_url}/account/billing/",
    )


def test_the_mailbox_of_the_demo_is_accessible(
    logged_in, platform_url, mail_folder, assert_accessible
):
    page = logged_in
    mail = EmailMultiAlternatives(
        "Welcome", "Hello", to=["ana@example.com"], connection=EmailBackend(file_path=mail_folder)
    )
    mail.attach_alternative(
        '<html lang="en"><title>Welcome</title><p>Hello</p></html>', "text/html"
    )
    mail.send()
    page.goto(f"{platform_url}/mail/")
    page.get_by_role("link", name="Welcome").first.click()
    expect(page.frame_locator("iframe").get_by_text("Hello")).to_be_visible()
    assert_accessible(page.url, f"{platform_url}/mail/")
