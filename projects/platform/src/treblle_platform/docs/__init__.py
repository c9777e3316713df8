"""An API's OpenAPI documents: to read, to download, to upload, and what changed in them."""
