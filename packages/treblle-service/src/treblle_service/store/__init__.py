"""Object stores behind one small interface: a local folder or an S3 bucket, chosen by URL."""

from treblle_service.store.interface import NotFound, ObjectStore, StoreUnavailable, open_store

__all__ = ["NotFound", "ObjectStore", "StoreUnavailable", "open_store"]
