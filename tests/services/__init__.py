"""Real servers for tests, each private, on a free port, started at its first use.

pytest loads the modules of this folder as plugins (see `conftest.py` at the root). A server that
is missing fails the test with what to install; nothing is ever skipped.
"""

# Each before those that import it: pytest rewrites the assertions of what is not yet imported.
PLUGINS = [
    "tests.services.servers",
    "tests.services.aws",
    "tests.services.browser",
    "tests.services.mariadb",
    "tests.services.sqlite",
    "tests.services.valkey",
    "tests.services.databases",
]
