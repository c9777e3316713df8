"""`uvicorn bench.hosts.django_insert:application`: a plain Django view that inserts what it is sent.

Synchronous, one row and one commit a request, in the MariaDB at `BENCH_DATABASE_URL`.
"""

import json
import os

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, JsonResponse
from treblle_service.django.settings import database_from_url

settings.configure(
    ALLOWED_HOSTS=["*"],
    # Django's own default, and what it asks for under ASGI: a connection a request.
    DATABASES={
        "default": {**database_from_url(os.environ["BENCH_DATABASE_URL"]), "CONN_MAX_AGE": 0}
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    # Says how long an answer is, as clients that keep their connection need it.
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    ROOT_URLCONF="bench.hosts.django_insert",
    SECRET_KEY="bench",
    USE_TZ=True,
)
django.setup()

from django.db import connection, models  # noqa: E402 - needs the settings
from django.urls import path  # noqa: E402


class Payload(models.Model):
    """What came, as it came."""

    api_key = models.CharField(max_length=64)
    received_at = models.DateTimeField(auto_now_add=True)
    payload = models.TextField()

    class Meta:
        app_label = "bench"
        db_table = "payloads"

    def __str__(self) -> str:
        return f"payload {self.pk}"


def take(request: HttpRequest) -> JsonResponse:
    content = request.body
    json.loads(content)
    row = Payload(api_key=request.headers["x-api-key"], payload=content.decode())
    row.save()
    return JsonResponse({"id": row.pk}, status=202)


urlpatterns = [path("", take)]
application = get_asgi_application()

if __name__ == "__main__":
    with connection.schema_editor() as editor:
        editor.create_model(Payload)
