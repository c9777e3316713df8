"""A SingleStore server, only where `SINGLESTORE_URL` names one: none can be run without a licence.

`SINGLESTORE_URL=singlestore://user:password@host:3306/any` runs the suite of the data layer on it a
third time, in a database of the run's own. Without it, nothing of this is collected.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from uuid import uuid4

URL = os.environ.get("SINGLESTORE_URL", "")
ENGINES = ("singlestore",) if URL else ()


@contextmanager
def new_database() -> Iterator[str]:
    """Make a database on the server, named by nobody else; drop it when the block ends."""
    name = f"test_{uuid4().hex}"
    execute(f"CREATE DATABASE {name} COLLATE utf8mb4_bin")
    try:
        yield f"{URL.rpartition('/')[0]}/{name}"
    finally:
        execute(f"DROP DATABASE {name}")


def execute(statement: str) -> None:
    from singlestoredb.connection import connect
    from treblle_service.django.settings import database_from_url

    settings = database_from_url(URL)
    connection = connect(
        host=settings["HOST"],
        port=int(settings["PORT"] or 3306),
        user=settings["USER"],
        password=settings["PASSWORD"],
    )
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(statement)
