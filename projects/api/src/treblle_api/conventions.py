"""How every answer of the API looks, as settings of DRF and drf-spectacular.

Apart from `settings` so that it can be read without an environment.
"""

from typing import Any

UUID_IN_PATH = {"type": "string", "format": "uuid"}

# What pages of other origins may send and see (CORS).
REQUEST_HEADERS = ("authorization", "content-type", "if-none-match", "idempotency-key")
RESPONSE_HEADERS = (
    *("ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After"),
    *("Deprecation", "Sunset", "Link", "Idempotent-Replayed"),
)

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["treblle_api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["treblle_api.access.TokenScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["treblle_api.parsing.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "treblle_api.document.operations.Operation",
    "EXCEPTION_HANDLER": "treblle_api.problems.answer_exception",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    # RFC 3339 in UTC with microseconds, as `treblle_models.summary` writes them.
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%f+00:00",
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Treblle API",
    "DESCRIPTION": (
        "Projects and the requests made to them, for apps and scripts.\n\n"
        "Log in for a token and send it as `Authorization: Bearer <token>`. Lists are pages of"
        " `next`, `previous` and `results`; follow the links as they are. `fields` names the members"
        " an answer shall have, `expand` what it shall show with them. Reads carry an `ETag` for"
        " `If-None-Match`; writes take an `Idempotency-Key`. `RateLimit` says what is left of a"
        " token's requests. Every error is a problem"
        " (RFC 9457, `application/problem+json`). Times are RFC 3339 in UTC, sizes are bytes, load"
        " times milliseconds. Rows are known by `uuid` only. What a user may not see answers 404."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SCHEMA_PATH_PREFIX": "/v1",
    "PATH_CONVERTER_OVERRIDES": {"any_case_uuid": UUID_IN_PATH},
    "ENUM_NAME_OVERRIDES": {
        "TokenScope": "treblle_models.models.AccessToken.Scope",
        "ProjectRole": "treblle_api.access.ROLES",
        "ThreatLevel": "treblle_api.requests.serializers.THREAT_CHOICES",
        "CheckOutcome": "treblle_api.quality.choices.OUTCOME_CHOICES",
        "CheckGroup": "treblle_api.quality.choices.GROUP_CHOICES",
        "Severity": "treblle_api.quality.choices.SEVERITY_CHOICES",
        "Grade": "treblle_api.quality.choices.GRADE_CHOICES",
        "Stage": "treblle_models.models.Stage",
        "AnomalyKind": "treblle_models.models.Anomaly.Kind",
        "ProblemKind": "treblle_models.models.Problem.Kind",
        "ProblemState": "treblle_models.models.Problem.State",
        "EndpointSource": "treblle_models.models.Endpoint.Source",
        "DocumentSource": "treblle_models.models.ApiDocument.Source",
        "AgentKind": "treblle_models.models.Request.AgentKind",
        "Metric": "treblle_api.analytics.serializers.METRICS",
        "AnalyticsGroupBy": "treblle_api.analytics.serializers.GROUPS",
        "Interval": "treblle_api.analytics.serializers.INTERVALS",
        "AlertMetric": "treblle_models.models.AlertRule.Metric",
        "AlertChannelKind": "treblle_models.models.AlertChannel.Kind",
        "EventEnum": "treblle_api.alerts.serializers.EVENTS_OF_ALERTS",
        "DeliveryEvent": "treblle_models.models.AlertDelivery.Event",
        "DeliveryStatus": "treblle_models.models.AlertDelivery.Status",
        "DevicePlatform": "treblle_models.models.NotificationDevice.Platform",
        "Progress": "treblle_models.models.Progress",
        "ErasureSubject": "treblle_models.models.Erasure.Subject",
        "MemberRole": "treblle_models.models.ProjectMember.Role",
        "SecondFactor": "treblle_api.accounts.second_factor.METHODS",
        "DetailsMissing": "treblle_api.requests.serializers.MISSING_CHOICES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "treblle_api.document.problems.describe_problems",
    ],
    "TAGS": [
        {"name": "auth", "description": "Logging in and out, and the sessions that come of it."},
        {"name": "me", "description": "The user: profile, account key, end of the account."},
        {"name": "tokens", "description": "Personal tokens, for scripts."},
        {"name": "projects", "description": "One project is one API."},
        {"name": "members", "description": "Who is in a project, and who is invited."},
        {"name": "invitations", "description": "Invitations to the user."},
        {"name": "requests", "description": "Requests made to a project's API."},
        {"name": "endpoints", "description": "Operations of the API, and corrections of them."},
        {"name": "documents", "description": "The API's OpenAPI documents."},
        {"name": "changes", "description": "Drift: what changed from one version to the next."},
        {"name": "problems", "description": "What fails alike, again and again."},
        {"name": "quality", "description": "Scores, and checks with how they stand."},
        {"name": "security", "description": "Threats and anomalies."},
        {"name": "customers", "description": "Whoever calls the API."},
        {"name": "analytics", "description": "Numbers: series and breakdowns, from roll-ups."},
        {"name": "alerts", "description": "Rules, alerts and their deliveries."},
        {"name": "devices", "description": "Devices that take push messages."},
        {"name": "stream", "description": "Requests as they come."},
        {"name": "collections", "description": "Requests worth keeping."},
    ],
}
