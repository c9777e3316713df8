"""S3 and SQS as moto serves them: real HTTP, real boto3, buckets and queues made for each test."""

import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from embedded.ports import free_port
from tests.services.servers import Servers

REGION = "eu-central-1"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    # Neither a file of the developer's nor the metadata service of a cloud has a say.
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}
# Amazon SQS default: a message received and not removed comes again after this long.
VISIBILITY_TIMEOUT_S = 30


@pytest.fixture(scope="session")
def aws_environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.delenv("AWS_PROFILE", raising=False)
        yield


@pytest.fixture(scope="session")
def moto_url(aws_environment: None, servers: Servers) -> str:
    """The endpoint of a server that speaks the protocols of S3 and SQS."""
    return start_moto(servers)


def start_moto(servers: Servers) -> str:
    port = free_port()
    program = Path(sys.executable).with_name("moto_server")
    servers.start("moto", (program, "-H", "127.0.0.1", "-p", str(port)), port=port)
    return f"http://127.0.0.1:{port}"


@pytest.fixture
def s3_bucket_url(moto_url: str) -> str:
    """`s3://bucket?endpoint=…` of an empty bucket, as `treblle_service.store` opens it."""
    name = f"bucket-{uuid.uuid4().hex}"
    client = boto3.client("s3", endpoint_url=moto_url)
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    client.close()
    return f"s3://{name}?endpoint={moto_url}"


@pytest.fixture
def sqs_queue_url(moto_url: str) -> str:
    """`sqs://…?endpoint=…` of an empty queue, as `treblle_service.events` opens it."""
    return make_queue(moto_url, VISIBILITY_TIMEOUT_S)


@pytest.fixture
def impatient_sqs_queue_url(moto_url: str) -> str:
    """The same, but what is received and not removed comes again after a second."""
    return make_queue(moto_url, 1)


def make_queue(moto_url: str, visibility_timeout_s: int) -> str:
    name = f"queue-{uuid.uuid4().hex}"
    client = boto3.client("sqs", endpoint_url=moto_url)
    attributes = {"VisibilityTimeout": str(visibility_timeout_s)}
    path = client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    client.close()
    account_and_name = "/".join(path.rsplit("/", 2)[1:])
    return f"sqs://sqs.{REGION}.amazonaws.com/{account_and_name}?endpoint={moto_url}"
