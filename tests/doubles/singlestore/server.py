"""The server itself: what it knows and does, whoever speaks to it."""

import re
import threading
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import MySQLdb

from tests.doubles.singlestore.catalogue import Catalogue
from tests.doubles.singlestore.grammar import (
    VARIABLE,
    Control,
    CreateLink,
    CreatePipeline,
    Refused,
    Statement,
    SyncAutoIncrement,
    parse,
)
from tests.doubles.singlestore.loading import Bucket, load

INSERT: Final = re.compile(r"\s*INSERT\s+INTO\s+`(?P<table>\w+)`\s*\((?P<columns>[^)]*)\)", re.I)
EXISTS, UNKNOWN, DUPLICATE, UNKNOWN_ERROR = 1050, 1146, 1062, 1105


def connect(url: str, time_zone: str = "+00:00") -> Any:
    parts = urlsplit(url)
    return MySQLdb.connect(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        database=parts.path.strip("/"),
        charset="utf8mb4",
        autocommit=True,
        init_command=f"SET time_zone = '{time_zone}'",
    )


class SingleStore:
    """The state of the server, and what tests may turn on it."""

    def __init__(self, store_url: str, catalogue_url: str) -> None:
        self.store_url = store_url
        self.database = urlsplit(store_url).path.strip("/")
        self.url = ""
        self.show_query_parameters = True
        self.time_zone = "+00:00"
        # How DECIMALs of a file arrive: "bytes" or "text".
        self.decimals = "bytes"
        # Every statement any client sent: what a process list or a log could show.
        self.statements: list[str] = []
        self._lock = threading.RLock()
        schema = urlsplit(catalogue_url).path.strip("/")
        self.catalogue = Catalogue(connect(catalogue_url), schema, self.database)
        self._loader = connect(store_url)
        self._pipelines: dict[str, CreatePipeline] = {}
        self._links: dict[str, CreateLink] = {}
        # Tables whose counter ignores the ids that were inserted, until it is synced.
        self._unsynced: set[str] = set()
        self._loading: list[threading.Thread] = []

    def run(self, sql: str) -> None:
        """A statement of SingleStore's own. Raises `Refused`."""
        statement = parse(sql)
        with self._lock:
            self._run(statement)

    def _run(self, statement: Statement) -> None:
        match statement:
            case CreateLink():
                self._create_link(statement)
            case CreatePipeline():
                self._create_pipeline(statement)
            case Control(verb="DROP", thing="LINK"):
                self._drop_link(statement.name)
            case Control():
                self._control(statement)
            case SyncAutoIncrement():
                self._check_table(statement.table)
                self._unsynced.discard(statement.table)

    def _create_link(self, link: CreateLink) -> None:
        if link.name in self._links and not link.if_not_exists:
            raise Refused(f"Link {link.name} already exists", EXISTS)
        self._links[link.name] = link
        self.catalogue.add_link(link.name, link.description)

    def _drop_link(self, name: str) -> None:
        if self._links.pop(name, None) is None:
            raise Refused(f"Unknown link {name}", UNKNOWN)
        self.catalogue.drop_link(name)

    def _create_pipeline(self, pipeline: CreatePipeline) -> None:
        if pipeline.name in self._pipelines:
            if pipeline.if_not_exists:
                return
            raise Refused(f"Pipeline {pipeline.name} already exists", EXISTS)
        if pipeline.link not in self._links:
            raise Refused(f"Unknown link {pipeline.link}", UNKNOWN)
        columns = self._check_table(pipeline.table)
        goals = {goal for goal in pipeline.mapping if not goal.startswith("@")}
        unknown = (goals | pipeline.settings.keys()) - columns
        if unknown:
            raise Refused(f"Unknown column {', '.join(sorted(unknown))} in 'field list'", 1054)
        self._check_expressions(pipeline)
        self._pipelines[pipeline.name] = pipeline
        self.catalogue.add_pipeline(pipeline.name)

    def _check_expressions(self, pipeline: CreatePipeline) -> None:
        for expression in pipeline.settings.values():
            try:
                self.catalogue.run(f"SELECT {VARIABLE.sub('NULL', expression)}")
            except MySQLdb.Error as error:
                raise Refused(str(error.args[-1])) from None

    def _check_table(self, table: str) -> set[str]:
        rows = self.catalogue.run(
            "SELECT COLUMN_NAME FROM information_schema.COLUMNS"
            " WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s",
            (self.database, table),
        )
        if not rows:
            raise Refused(f"Table '{self.database}.{table}' doesn't exist", UNKNOWN)
        return {name for (name,) in rows}

    def _control(self, control: Control) -> None:
        pipeline = self._pipelines.get(control.name)
        if pipeline is None:
            if control.verb == "DROP" and control.conditional:
                return
            raise Refused(f"Unknown pipeline {control.name}", UNKNOWN)
        running = self.catalogue.state_of(control.name) == "Running"
        if control.verb == "DROP":
            del self._pipelines[control.name]
            self.catalogue.drop_pipeline(control.name)
        elif running == (control.verb == "START"):
            if not control.conditional:
                raise Refused(f"Pipeline {control.name} is {'' if running else 'not '}running")
        elif control.verb == "STOP":
            self.catalogue.set_state(control.name, "Stopped")
        else:
            self._start(pipeline)

    def _start(self, pipeline: CreatePipeline) -> None:
        self.catalogue.set_state(pipeline.name, "Running")
        thread = threading.Thread(target=self._load_all, args=(pipeline,), daemon=True)
        self._loading.append(thread)
        thread.start()

    def _load_all(self, pipeline: CreatePipeline) -> None:
        bucket = Bucket(self._links[pipeline.link], pipeline.path)
        found = list(bucket.files())
        with self._lock:
            for name, size in found:
                self.catalogue.add_file(pipeline.name, name, size)
            waiting = self.catalogue.unloaded(pipeline.name)
        for name in waiting:
            content = bucket.read(name)
            with self._lock:
                if self.catalogue.state_of(pipeline.name) != "Running":
                    return
                self._load(pipeline, name, content)

    def _load(self, pipeline: CreatePipeline, name: str, content: bytes) -> None:
        """As `pipelines_stop_on_error` is by default: a bad file ends the pipeline."""
        try:
            load(self._loader, pipeline, content, decimals=self.decimals)
        except (MySQLdb.Error, Refused, OSError, ValueError) as error:
            code = error.code if isinstance(error, Refused) else UNKNOWN_ERROR
            self.catalogue.add_error(pipeline.name, name, code, str(error))
            self.catalogue.set_file(pipeline.name, name, "Skipped")
            self.catalogue.set_state(pipeline.name, "Error")
            return
        self._unsynced.add(pipeline.table)
        self.catalogue.set_file(pipeline.name, name, "Loaded")

    def close(self) -> None:
        self.catalogue.close()
        self._loader.close()

    def wait_until_loaded(self) -> None:
        """Return once no pipeline works any more."""
        for thread in self._loading:
            thread.join()

    def check_insert(self, sql: str) -> None:
        """On sharded tables the counter does not see ids that were inserted."""
        found = INSERT.match(sql)
        if not found:
            return
        table = found["table"]
        rows = self.catalogue.run(
            "SELECT COLUMN_NAME FROM information_schema.COLUMNS"
            " WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s AND EXTRA LIKE %s",
            (self.database, table, "%auto_increment%"),
        )
        if not rows:
            return
        if f"`{rows[0][0]}`" in found["columns"]:
            self._unsynced.add(table)
        elif table in self._unsynced:
            raise Refused("Leaf Error: Duplicate entry '1' for key 'PRIMARY'", DUPLICATE)
