"""Pipelines and links as `information_schema` shows them, kept as real tables beside the data.

Columns as the pages "PIPELINES", "PIPELINES_FILES", "PIPELINES_ERRORS" and "SHOW LINKS" name them.
"""

import re
import threading
import time
from typing import Any, Final

VIEWS: Final = {
    "PIPELINES": "DATABASE_NAME varchar(64), PIPELINE_NAME varchar(255), STATE varchar(16)",
    "PIPELINES_FILES": (
        "DATABASE_NAME varchar(64), PIPELINE_NAME varchar(255), SOURCE_TYPE varchar(16),"
        " FILE_NAME varchar(512), FILE_SIZE bigint, FILE_STATE varchar(16)"
    ),
    "PIPELINES_ERRORS": (
        "DATABASE_NAME varchar(64), PIPELINE_NAME varchar(255), ERROR_UNIX_TIMESTAMP double,"
        " ERROR_TYPE varchar(16), ERROR_CODE int, ERROR_MESSAGE text, ERROR_KIND varchar(16),"
        " BATCH_SOURCE_PARTITION_ID varchar(512)"
    ),
    "LINKS": (
        "DATABASE_NAME varchar(64), LINK varchar(255), TYPE varchar(16), DESCRIPTION varchar(255)"
    ),
}
NAMED: Final = re.compile(rf"information_schema\.({'|'.join(VIEWS)})\b", re.IGNORECASE)


class Catalogue:
    """What the server knows of its pipelines. One connection, used by one thread at a time."""

    def __init__(self, connection: Any, schema: str, database: str) -> None:
        self._connection, self.schema, self.database = connection, schema, database
        self._lock = threading.Lock()
        for name, columns in VIEWS.items():
            self.run(f"CREATE TABLE {self.schema}.{name} ({columns})")

    def redirect(self, sql: str) -> str:
        """A question to these views as a question to the tables that hold them."""
        return NAMED.sub(lambda found: f"{self.schema}.{found.group(1).upper()}", sql)

    def run(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock, self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def close(self) -> None:
        self._connection.close()

    def state_of(self, pipeline: str) -> str | None:
        rows = self.run(
            f"SELECT STATE FROM {self.schema}.PIPELINES WHERE PIPELINE_NAME = %s", (pipeline,)
        )
        return rows[0][0] if rows else None

    def set_state(self, pipeline: str, state: str) -> None:
        self.run(
            f"UPDATE {self.schema}.PIPELINES SET STATE = %s WHERE PIPELINE_NAME = %s",
            (state, pipeline),
        )

    def add_pipeline(self, pipeline: str) -> None:
        self.run(
            f"INSERT INTO {self.schema}.PIPELINES VALUES (%s, %s, 'Stopped')",
            (self.database, pipeline),
        )

    def drop_pipeline(self, pipeline: str) -> None:
        for view in ("PIPELINES", "PIPELINES_FILES", "PIPELINES_ERRORS"):
            self.run(f"DELETE FROM {self.schema}.{view} WHERE PIPELINE_NAME = %s", (pipeline,))

    def add_file(self, pipeline: str, name: str, size_bytes: int) -> None:
        """Note a file that was found; one that is known stays as it is."""
        known = self.run(
            f"SELECT 1 FROM {self.schema}.PIPELINES_FILES"
            " WHERE PIPELINE_NAME = %s AND FILE_NAME = %s",
            (pipeline, name),
        )
        if not known:
            self.run(
                f"INSERT INTO {self.schema}.PIPELINES_FILES"
                " VALUES (%s, %s, 'S3', %s, %s, 'Unloaded')",
                (self.database, pipeline, name, size_bytes),
            )

    def unloaded(self, pipeline: str) -> list[str]:
        rows = self.run(
            f"SELECT FILE_NAME FROM {self.schema}.PIPELINES_FILES"
            " WHERE PIPELINE_NAME = %s AND FILE_STATE = 'Unloaded' ORDER BY FILE_NAME",
            (pipeline,),
        )
        return [name for (name,) in rows]

    def set_file(self, pipeline: str, name: str, state: str) -> None:
        self.run(
            f"UPDATE {self.schema}.PIPELINES_FILES SET FILE_STATE = %s"
            " WHERE PIPELINE_NAME = %s AND FILE_NAME = %s",
            (state, pipeline, name),
        )

    def add_error(self, pipeline: str, file: str, code: int, message: str) -> None:
        self.run(
            f"INSERT INTO {self.schema}.PIPELINES_ERRORS"
            " VALUES (%s, %s, %s, 'Error', %s, %s, 'Load', %s)",
            (self.database, pipeline, time.time(), code, message, file),
        )

    def add_link(self, name: str, description: str) -> None:
        self.run(
            f"INSERT INTO {self.schema}.LINKS VALUES (%s, %s, 'S3', %s)",
            (self.database, name, description),
        )

    def drop_link(self, name: str) -> None:
        self.run(f"DELETE FROM {self.schema}.LINKS WHERE LINK = %s", (name,))
