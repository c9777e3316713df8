"""One store's objects in another: for a backup outside the first, and the way back."""

from treblle_service.store.interface import NotFound, ObjectStore


def mirror(source: ObjectStore, target: ObjectStore, prefix: str) -> int:
    """Make `target` hold under `prefix` what `source` holds there; how many objects.

    Every object is copied, for an erasure writes one anew under its key and with its length; what
    retention has removed is removed from the copy too. Raises `StoreUnavailable`.
    """
    kept = set()
    for key in source.keys(prefix):
        try:
            content = source.get(key)
        except NotFound:  # removed since it was listed
            continue
        target.put(key, content)
        kept.add(key)
    for key in list(target.keys(prefix)):
        if key not in kept:
            target.delete(key)
    return len(kept)
