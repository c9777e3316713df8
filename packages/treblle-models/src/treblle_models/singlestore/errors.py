"""What is wrong with a declaration or an operation, by name."""


class SingleStoreError(ValueError):
    """Something SingleStore would refuse."""


class NoFields(SingleStoreError):
    """A key without fields."""


class RepeatedField(SingleStoreError):
    """A field stands twice in one key."""


class DirectionInShardKey(SingleStoreError):
    """A shard key spreads rows by a hash: it has no direction."""


class PlainColumnsOnly(SingleStoreError):
    """An index of SingleStore with a direction, condition, expression or include."""


class NoServer(SingleStoreError):
    """Something needs a server, and this connection writes statements without one."""


class ValuesWouldBeLost(SingleStoreError):
    """A new column type does not hold what the old one holds."""


class RowsCameMeanwhile(SingleStoreError):
    """A table was written to while it was copied."""


class RenameApart(SingleStoreError):
    """A column changes its type and its name in one operation."""
