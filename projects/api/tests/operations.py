"""Every operation of the API: who may do it, and with what body it is tried."""

EVERYONE = ("stranger", "invited", "viewer", "member", "owner")
PUBLIC = {
    ("openapi-json", "GET"),
    ("openapi-yaml", "GET"),
    ("document-viewer", "GET"),
    ("login", "POST"),
    ("login-code", "POST"),
    ("refresh", "POST"),
}


def own(status):
    """Everyone may, for what is their own."""
    return dict.fromkeys(EVERYONE, status)


def seen(status):
    return {"stranger": 404, "invited": 404} | dict.fromkeys(("viewer", "member", "owner"), status)


def written(status):
    return seen(status) | {"viewer": 403}


def owned(status):
    return written(status) | {"member": 403}


FORBIDDEN = own(403)
# Of a collection that is the owner's own.
MINE = own(404) | {"owner": 200}
# Status by person, with a token that may only read and with one that may write.
EXPECTED = {
    ("logout", "POST"): (own(204), own(204)),
    ("sessions", "GET"): (own(200), own(200)),
    ("sessions", "DELETE"): (FORBIDDEN, own(204)),
    ("session", "DELETE"): (FORBIDDEN, own(404)),
    ("me", "GET"): (own(200), own(200)),
    ("me", "PATCH"): (FORBIDDEN, own(200)),
    ("api-key", "GET"): (FORBIDDEN, own(200)),
    ("api-key-rotation", "POST"): (FORBIDDEN, own(200)),
    ("account-erasure", "POST"): (FORBIDDEN, own(400)),
    ("tokens", "GET"): (own(200), own(200)),
    ("tokens", "POST"): (FORBIDDEN, own(201)),
    ("token", "GET"): (own(404), own(404)),
    ("token", "DELETE"): (FORBIDDEN, own(404)),
    ("projects", "GET"): (own(200), own(200)),
    ("projects", "POST"): (FORBIDDEN, own(201)),
    ("project", "GET"): (seen(200), seen(200)),
    ("project", "PATCH"): (FORBIDDEN, written(200)),
    ("project", "DELETE"): (FORBIDDEN, owned(202)),
    ("project-keys", "GET"): (FORBIDDEN, written(200)),
    ("environments", "GET"): (seen(200), seen(200)),
    ("members", "GET"): (seen(200), seen(200)),
    ("member", "GET"): (seen(200), seen(200)),
    ("member", "PATCH"): (FORBIDDEN, owned(200)),
    ("member", "DELETE"): (FORBIDDEN, owned(204) | {"viewer": 204}),
    ("project-invitations", "GET"): (seen(200), seen(200)),
    ("project-invitations", "POST"): (FORBIDDEN, owned(201)),
    ("project-invitation", "DELETE"): (FORBIDDEN, owned(204)),
    ("invitations", "GET"): (own(200), own(200)),
    ("invitation", "DELETE"): (FORBIDDEN, own(404) | {"invited": 204}),
    ("acceptance", "POST"): (FORBIDDEN, own(404) | {"invited": 204}),
    ("requests", "GET"): (seen(200), seen(200)),
    ("requests-export", "GET"): (seen(200), seen(200)),
    ("request", "GET"): (seen(200), seen(200)),
    ("endpoints", "GET"): (seen(200), seen(200)),
    ("endpoint", "GET"): (seen(200), seen(200)),
    ("endpoint", "PATCH"): (FORBIDDEN, written(200)),
    ("endpoints-merge", "POST"): (FORBIDDEN, written(200)),
    ("documents", "GET"): (seen(200), seen(200)),
    ("documents", "POST"): (FORBIDDEN, written(201)),
    ("document-json", "GET"): (seen(200), seen(200)),
    ("document-yaml", "GET"): (seen(200), seen(200)),
    ("changes", "GET"): (seen(200), seen(200)),
    ("problems", "GET"): (seen(200), seen(200)),
    ("problem", "GET"): (seen(200), seen(200)),
    ("problem", "PATCH"): (FORBIDDEN, written(200)),
    ("quality", "GET"): (seen(200), seen(200)),
    ("checks", "GET"): (seen(200), seen(200)),
    ("check", "GET"): (seen(200), seen(200)),
    ("check", "PATCH"): (FORBIDDEN, written(200)),
    ("security", "GET"): (seen(200), seen(200)),
    ("anomalies", "GET"): (seen(200), seen(200)),
    ("customers", "GET"): (seen(200), seen(200)),
    ("customer", "GET"): (seen(200), seen(200)),
    ("customer", "PATCH"): (FORBIDDEN, written(200)),
    ("analytics", "GET"): (seen(200), seen(200)),
    ("alert-rules", "GET"): (seen(200), seen(200)),
    ("alert-rules", "POST"): (FORBIDDEN, written(201)),
    ("alert-rule", "GET"): (seen(200), seen(200)),
    ("alert-rule", "PATCH"): (FORBIDDEN, written(200)),
    ("alert-rule", "DELETE"): (FORBIDDEN, written(204)),
    ("alert-channels", "GET"): (seen(200), seen(200)),
    ("alert-channels", "POST"): (FORBIDDEN, written(201)),
    ("alert-channel", "GET"): (seen(200), seen(200)),
    ("alert-channel", "PATCH"): (FORBIDDEN, written(200)),
    ("alert-channel", "DELETE"): (FORBIDDEN, written(204)),
    ("alert-channel-test", "POST"): (FORBIDDEN, written(202)),
    ("alert-channel-deliveries", "GET"): (seen(200), seen(200)),
    ("alerts", "GET"): (seen(200), seen(200)),
    ("alert", "GET"): (seen(200), seen(200)),
    ("alert-closing", "POST"): (FORBIDDEN, written(200)),
    ("alert-deliveries", "GET"): (seen(200), seen(200)),
    ("devices", "GET"): (own(200), own(200)),
    ("devices", "POST"): (FORBIDDEN, own(201)),
    ("device", "DELETE"): (FORBIDDEN, own(404) | {"owner": 204}),
    ("device-test", "POST"): (FORBIDDEN, MINE),
    ("stream", "GET"): (seen(200), seen(200)),
    ("collections", "GET"): (own(200), own(200)),
    ("collections", "POST"): (FORBIDDEN, own(201)),
    ("collection", "GET"): (MINE, MINE),
    ("collection", "PATCH"): (FORBIDDEN, MINE),
    ("collection", "DELETE"): (FORBIDDEN, MINE | {"owner": 204}),
    ("collection-items", "GET"): (MINE, MINE),
    ("collection-items", "POST"): (FORBIDDEN, MINE | {"owner": 201}),
    ("collection-item", "DELETE"): (FORBIDDEN, MINE | {"owner": 204}),
}
BODIES = {
    ("me", "PATCH"): {"name": "Another"},
    ("api-key-rotation", "POST"): {},
    ("account-erasure", "POST"): {"password": "wrong"},
    ("tokens", "POST"): {"name": "Another"},
    ("projects", "POST"): {"name": "Another"},
    ("project", "PATCH"): {"name": "Another"},
    ("member", "PATCH"): {"role": "member"},
    ("endpoint", "PATCH"): {"name": "Another"},
    ("endpoints-merge", "POST"): lambda rows: {
        "endpoints": [str(rows["endpoint_uuid"])],
        "template": "/users/{user}",
    },
    ("problem", "PATCH"): {"state": "resolved"},
    ("check", "PATCH"): {"is_enabled": False},
    ("customer", "PATCH"): {"name": "Another"},
    ("collections", "POST"): {"name": "Another"},
    ("alert-rules", "POST"): {"name": "Slow", "metric": "p95_ms", "threshold": 500},
    ("alert-rule", "PATCH"): {"is_enabled": False},
    ("alert-channels", "POST"): {"kind": "email", "target": "owner@example.com"},
    ("alert-channel", "PATCH"): {"is_enabled": False},
    ("documents", "POST"): {
        "openapi": "3.1.0",
        "info": {"title": "A", "version": "1"},
        "paths": {},
    },
    ("devices", "POST"): {"platform": "apns", "push_token": "another"},
    ("collection", "PATCH"): {"name": "Another"},
    ("collection-items", "POST"): lambda rows: {
        "project": str(rows["project_uuid"]),
        "request": str(rows["request_uuid"]),
    },
    ("project-invitations", "POST"): {"email": "new@example.com", "role": "viewer"},
}
