"""The move from MySQL to SingleStore: an RDS export in S3, loaded by pipelines, then proved equal.

One module a step of `manage.py singlestore_move`; the checklist is `docs/move-to-singlestore.md`.
"""
