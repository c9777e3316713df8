"""The event queue as Amazon SQS, through boto3. In AWS S3 itself sends; `send` serves elsewhere."""

import math
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from treblle_service.events.interface import QueueUnavailable, Received

# Limits of the SQS API (Amazon SQS API Reference, ReceiveMessage and DeleteMessageBatch).
MAX_BATCH = 10
MAX_WAIT_S = 20


class SqsQueue:
    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        endpoint = parse_qs(parts.query).get("endpoint", [f"https://{parts.netloc}"])[0]
        self._queue_url = f"{endpoint.rstrip('/')}{parts.path}"
        config = Config(
            connect_timeout=3,
            read_timeout=MAX_WAIT_S + 5,
            retries={"max_attempts": 3, "mode": "standard"},
        )
        self._sqs: Any = boto3.client("sqs", endpoint_url=endpoint, config=config)

    def send(self, body: str) -> None:
        self._call(self._sqs.send_message, MessageBody=body)

    def receive(self, limit: int, wait_s: float) -> list[Received]:
        received: list[Received] = []
        while len(received) < limit:
            answer = self._call(
                self._sqs.receive_message,
                MaxNumberOfMessages=min(MAX_BATCH, limit - len(received)),
                WaitTimeSeconds=0 if received else min(MAX_WAIT_S, math.ceil(wait_s)),
            )
            messages = answer.get("Messages", ())
            received += [Received(m["ReceiptHandle"], m["Body"]) for m in messages]
            if len(messages) < MAX_BATCH:
                break
        return received

    def remove(self, messages: Sequence[Received]) -> None:
        for start in range(0, len(messages), MAX_BATCH):
            batch = messages[start : start + MAX_BATCH]
            entries = [{"Id": str(i), "ReceiptHandle": m.handle} for i, m in enumerate(batch)]
            answer = self._call(self._sqs.delete_message_batch, Entries=entries)
            if answer.get("Failed"):
                raise QueueUnavailable(f"SQS kept {len(answer['Failed'])} messages: removed later")

    def depth(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._call(self._sqs.get_queue_attributes, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)

    def check(self) -> None:
        self.depth()

    def _call(self, method: Callable[..., Any], **arguments: Any) -> Any:
        try:
            return method(QueueUrl=self._queue_url, **arguments)
        except (BotoCoreError, ClientError) as error:
            raise QueueUnavailable(f"SQS: {error}") from error
