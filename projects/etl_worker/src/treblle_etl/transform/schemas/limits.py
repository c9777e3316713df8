"""How much of a body is looked at, and how much is remembered of all of them."""

from typing import Final

# --- One body
# Levels; what lies deeper is not looked at.
MAX_DEPTH: Final = 32
# Values looked at; an object or array beyond them is known to be there, not what is in it.
MAX_VISITS: Final = 4_000
# Items of one array, or entries of one large map, taken evenly from all of them.
MAX_ITEMS: Final = 32

# --- What is remembered
# Named properties of one object; with more it is a map.
MAX_PROPERTIES: Final = 256
# Properties with opaque names (ids, dates, …) of one object; with more they are entries of a map.
MAX_OPAQUE_PROPERTIES: Final = 8
# Different values of one string, so that an enumeration can be told, and their length in characters.
MAX_VALUES: Final = 48
MAX_VALUE_LENGTH: Final = 48
# Longer names of properties, in characters, are opaque.
MAX_NAME_LENGTH: Final = 128
# Identities of objects kept to estimate how many there were.
MAX_IDENTITIES: Final = 16
# Size of a schema in cells: a node costs some, a value or an identity one. About 1 MB at most.
MAX_CELLS: Final = 16_384
NODE_CELLS: Final = 8
