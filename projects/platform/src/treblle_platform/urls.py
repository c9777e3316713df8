"""Every page of the platform. Without `login_not_required` a page asks for a login."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from treblle_platform.request_page.views import shared_request

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="projects:list"), name="home"),
    path("", include("treblle_platform.world.urls")),
    path("account/", include("treblle_platform.profile.urls")),
    path("account/billing/", include("treblle_platform.billing.urls")),
    path("account/data/", include("treblle_platform.privacy.urls")),
    path("account/keys/", include("treblle_platform.keys.urls")),
    path("accounts/", include("treblle_platform.accounts.urls")),
    path("collections/", include("treblle_platform.collections.urls")),
    path("components/", include("treblle_platform.styleguide.urls")),
    path("invitations/", include("treblle_platform.team.invitation_urls")),
    path("webhooks/", include("treblle_platform.billing.webhook_urls")),
    path("mail/", include("treblle_platform.mail.urls")),
    path("projects/", include("treblle_platform.projects.urls")),
    path("traces/", include("treblle_platform.traces.urls")),
    path("search/", include("treblle_platform.palette.urls")),
    path("shared/<str:token>/", shared_request, name="shared"),
    path("staff/", include("treblle_platform.staff.urls")),
    path("projects/<uuid:project_uuid>/", include("treblle_platform.dashboard.urls")),
    path("projects/<uuid:project_uuid>/alerts/", include("treblle_platform.alerts.urls")),
    path("projects/<uuid:project_uuid>/setup/", include("treblle_platform.onboarding.urls")),
    path("projects/<uuid:project_uuid>/requests/", include("treblle_platform.requests.urls")),
    path("projects/<uuid:project_uuid>/endpoints/", include("treblle_platform.endpoints.urls")),
    path("projects/<uuid:project_uuid>/docs/", include("treblle_platform.docs.urls")),
    path("projects/<uuid:project_uuid>/problems/", include("treblle_platform.problems.urls")),
    path("projects/<uuid:project_uuid>/quality/", include("treblle_platform.quality.urls")),
    path("projects/<uuid:project_uuid>/security/", include("treblle_platform.security.urls")),
    path("projects/<uuid:project_uuid>/customers/", include("treblle_platform.customers.urls")),
    path("projects/<uuid:project_uuid>/agents/", include("treblle_platform.agents.urls")),
    path("projects/<uuid:project_uuid>/embed/", include("treblle_platform.embed.urls")),
    path("catalog/", include("treblle_platform.catalog.urls")),
    path("docs/<uuid:project_uuid>/", include("treblle_platform.docs.reference_urls")),
    path("embed/", include("treblle_platform.embed.portal_urls")),
    path(
        "projects/<uuid:project_uuid>/settings/",
        include("treblle_platform.project_settings.urls"),
    ),
    path("projects/<uuid:project_uuid>/team/", include("treblle_platform.team.urls")),
]
handler400 = "treblle_platform.errors.bad_request"
handler403 = "treblle_platform.errors.forbidden"
handler404 = "treblle_platform.errors.not_found"
handler500 = "treblle_platform.errors.server_error"
