"""The one index a columnstore takes besides its sort key."""

from treblle_models.singlestore.singlestore_index import SingleStoreIndex
from treblle_models.singlestore.table import KeyKind


class HashIndex(SingleStoreIndex):
    """`KEY `requests_client_ip` (`client_ip`) USING HASH`: finds rows by equality.

    Where other databases should have an index too, use `models.Index`: on a columnstore it
    becomes a hash index by itself.
    """

    kind = KeyKind.HASH
