"""Words in texts."""

from treblle_models.singlestore.singlestore_index import SingleStoreIndex
from treblle_models.singlestore.table import KeyKind


class FullTextIndex(SingleStoreIndex):
    """`FULLTEXT USING VERSION 2 `items_words` (`title`, `body`)`: one a table, columnstore only."""

    kind = KeyKind.FULL_TEXT
