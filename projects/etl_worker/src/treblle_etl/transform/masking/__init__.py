"""What must be hidden is hidden here, before anything lasts or is shown (`docs/masking.md`).

By name (`names`), at any depth, and by form (`forms`), wherever it stands: headers, query,
bodies, URLs, messages of errors, metadata. One `Masker` a project does both.
"""

from treblle_etl.transform.masking.masker import Masker, Shown, masker_for
from treblle_etl.transform.masking.tree import MASK, TOO_DEEP, TOO_LARGE

__all__ = ["MASK", "TOO_DEEP", "TOO_LARGE", "Masker", "Shown", "masker_for"]
