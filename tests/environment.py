"""What settings modules of deployables insist on; imported before any of them is read.

In the union they are read, never activated: no test uses these addresses.
"""

import os

PLACEHOLDERS = {
    "INSECURE_HTTP": "1",
    "SECRET_KEY": "only-for-tests",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "DATABASE_URL": "sqlite:////nonexistent/no-test-uses-this.db",
    "BROKER_URL": "memory://",
    "CACHE_URL": "redis://127.0.0.1:1/0",
    "CHANNEL_URL": "redis://127.0.0.1:1/0",
    "EVENTS_URL": "redis://127.0.0.1:1/0",
    "RAW_STORE_URL": "file:///nonexistent/raw",
    "DETAILS_STORE_URL": "file:///nonexistent/details",
    "EMAIL_URL": "memorymail://",
    "INTAKE_URL": "http://intake.test",
    "PLATFORM_URL": "http://platform.test",
    "API_URL": "http://api.test",
    "WEBSITE_URL": "http://website.test",
}
for name, value in PLACEHOLDERS.items():
    os.environ.setdefault(name, value)
