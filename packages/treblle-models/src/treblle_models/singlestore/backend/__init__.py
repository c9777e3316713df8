"""`ENGINE = "treblle_models.singlestore.backend"`: the official `django-singlestore`, completed.

Keys inside CREATE TABLE, aware datetimes, computed columns, and an update that leaves the shard key
alone. Needs the extra `treblle-models[singlestore]`.
"""

from django.core.exceptions import ImproperlyConfigured

try:
    import django_singlestore  # noqa: F401 (it registers its lookups; ours come after)
except ModuleNotFoundError as error:
    raise ImproperlyConfigured(
        "SingleStore needs the official backend: pip install 'treblle-models[singlestore]'"
    ) from error

from treblle_models.singlestore.backend import json_lookups

json_lookups.register()
