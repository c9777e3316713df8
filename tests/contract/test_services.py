"""The servers that tests are given are real, and do not stand in each other's way."""

import asyncio

import boto3
import pytest
from django.contrib.contenttypes.models import ContentType


def test_a_page_is_shown_by_chromium(page) -> None:
    page.set_content("<h1>Hello</h1>")
    assert page.locator("h1").inner_text() == "Hello"


def test_a_browser_test_may_query_the_database(page, db) -> None:
    page.set_content("<h1>Hello</h1>")
    assert ContentType.objects.exists()


@pytest.mark.parametrize("turn", [1, 2])
async def test_coroutines_run_beside_browser_tests_in_any_order(turn: int) -> None:
    await asyncio.sleep(0)
    assert asyncio.get_running_loop().is_running()


def test_valkey_is_empty_for_each_test(valkey) -> None:
    assert valkey.dbsize() == 0
    valkey.set("left", "behind")


def test_valkey_is_empty_for_the_next_test_too(valkey) -> None:
    assert valkey.dbsize() == 0
    valkey.set("left", "behind")


def test_a_bucket_is_made_for_each_test(s3_bucket_url: str, moto_url: str) -> None:
    name = s3_bucket_url.removeprefix("s3://").split("?")[0]
    client = boto3.client("s3", endpoint_url=moto_url)
    assert client.list_objects_v2(Bucket=name)["KeyCount"] == 0
    client.close()
