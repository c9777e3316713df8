"""Objects in an S3 bucket, through boto3."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.handlers import convert_body_to_file_like_object

from treblle_service.store.interface import NotFound, StoreUnavailable

CONNECT_TIMEOUT_S = 3
READ_TIMEOUT_S = 10
ATTEMPTS = 3


class S3Store:
    """One bucket, every key under a prefix. A put is durable when S3 has answered it."""

    def __init__(self, bucket: str, prefix: str = "", *, endpoint: str | None = None) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        config = Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            retries={"max_attempts": ATTEMPTS, "mode": "standard"},
            max_pool_connections=32,
            # botocore puts its own together anew for each call, an eighth of what a call costs.
            user_agent="treblle-service",
        )
        self._s3: Any = boto3.client("s3", endpoint_url=endpoint, config=config)
        # As a file, which this would make of it, a body would wait for the store's word to go on
        # (Expect: 100-continue): a round trip more, and the answer to it read byte by byte.
        self._s3.meta.events.unregister(
            "before-parameter-build.s3.PutObject", convert_body_to_file_like_object
        )

    def put(self, key: str, data: bytes) -> None:
        self._call(key, self._s3.put_object, Key=self._prefix + key, Body=data)

    def get(self, key: str) -> bytes:
        return self._read(key, {})

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        return self._read(key, {"Range": f"bytes={offset}-{offset + length - 1}"})

    def delete(self, key: str) -> None:
        self._call(key, self._s3.delete_object, Key=self._prefix + key)

    def keys(self, prefix: str = "", start_after: str = "") -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket,
            Prefix=self._prefix + prefix,
            StartAfter=self._prefix + start_after if start_after else "",
        )
        try:
            for page in pages:
                for item in page.get("Contents", ()):
                    yield item["Key"].removeprefix(self._prefix)
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailable(f"cannot list s3://{self._bucket}: {error}") from error

    def check(self) -> None:
        try:
            self._s3.head_bucket(Bucket=self._bucket)
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailable(f"s3://{self._bucket}: {error}") from error

    def _read(self, key: str, extra: dict[str, str]) -> bytes:
        try:
            answer = self._call(key, self._s3.get_object, Key=self._prefix + key, **extra)
            data: bytes = answer["Body"].read()
        except BotoCoreError as error:
            raise StoreUnavailable(f"cannot read s3://{self._bucket}/{key}: {error}") from error
        return data

    def _call(self, key: str, method: Callable[..., Any], **arguments: Any) -> Any:
        try:
            return method(Bucket=self._bucket, **arguments)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                raise NotFound(key) from None
            raise StoreUnavailable(f"s3://{self._bucket}/{key}: {error}") from error
        except BotoCoreError as error:
            raise StoreUnavailable(f"s3://{self._bucket}/{key}: {error}") from error
