"""Clients that `heliograph generate botocore:NAME` makes, against a server that nobody here wrote."""

from __future__ import annotations

import asyncio
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

pytest.importorskip("moto", reason="moto is not installed; `nox -s servers` brings it")

Packages = Callable[..., ModuleType]
EC2 = (
    "CreateVpc",
    "DescribeAvailabilityZones",
    "DescribeImages",
    "DescribeInstances",
    "DescribeRegions",
    "DescribeVpcs",
    "RunInstances",
    "TerminateInstances",
)
"""A few of 830 operations, as somebody would choose who needs no more."""
TABLE: dict[str, Any] = {
    "key_schema": [
        {"AttributeName": "Door", "KeyType": "HASH"},
        {"AttributeName": "Rung", "KeyType": "RANGE"},
    ],
    "attribute_definitions": [
        {"AttributeName": "Door", "AttributeType": "S"},
        {"AttributeName": "Rung", "AttributeType": "N"},
    ],
    "billing_mode": "PAY_PER_REQUEST",
}
FRONT: dict[str, Any] = {
    "key_condition_expression": "Door = :door",
    "expression_attribute_values": {":door": {"S": "front"}},
}


def rung(number: int) -> dict[str, Any]:
    return {"Door": {"S": "front"}, "Rung": {"N": str(number)}, "Clip": {"B": bytes([number])}}


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item as it was put: attribute values as mappings by wire names."""
    return {name: value.to_dict() for name, value in item.items()}


def test_dynamodb(options: dict[str, Any], package_of: Packages) -> None:
    dynamodb, name = package_of("dynamodb"), f"rings-{uuid4()}"
    with dynamodb.Client(**options) as client:
        client.create_table(table_name=name, **TABLE)
        found = client.wait_until.table_exists(table_name=name)
        assert found.table.table_status == "ACTIVE"
        for number in range(25):
            client.put_item(table_name=name, item=rung(number))
        pages = list(client.paginate.query(table_name=name, page_size=10, **FRONT).pages())
        assert [page.count for page in pages] == [10, 10, 5]
        found = client.paginate.query(table_name=name, page_size=10, **FRONT)
        assert [plain(each) for each in found] == [rung(number) for number in range(25)]
        client.delete_table(table_name=name)
        client.wait_until.table_not_exists(table_name=name)
        with pytest.raises(dynamodb.errors.ResourceNotFoundException):
            client.describe_table(table_name=name)


def test_dynamodb_asynchronously(options: dict[str, Any], package_of: Packages) -> None:
    dynamodb, name = package_of("dynamodb"), f"rings-{uuid4()}"

    async def scenario() -> None:
        async with dynamodb.AsyncClient(**options) as client:
            await client.create_table(table_name=name, **TABLE)
            await client.wait_until.table_exists(table_name=name)
            await asyncio.gather(*(client.put_item(table_name=name, item=rung(each)) for each in range(25)))
            found = client.paginate.query(table_name=name, page_size=10, **FRONT)
            assert [plain(each) async for each in found] == [rung(number) for number in range(25)]
            await client.delete_table(table_name=name)
            await client.wait_until.table_not_exists(table_name=name)

    asyncio.run(scenario())


def test_s3(options: dict[str, Any], package_of: Packages) -> None:
    s3, bucket, clip = package_of("s3"), f"clips-{uuid4()}", os.urandom(3 << 20)
    with s3.Client(**options) as client:
        client.create_bucket(bucket=bucket, create_bucket_configuration={"LocationConstraint": "eu-west-1"})
        client.wait_until.bucket_exists(bucket=bucket)
        put = client.put_object(
            bucket=bucket, key="front door/1 + 1?.mp4", body=io.BytesIO(clip), metadata={"door": "front"}
        )
        assert put.e_tag
        got = client.get_object(bucket=bucket, key="front door/1 + 1?.mp4")
        assert (got.content_length, got.metadata) == (len(clip), {"door": "front"})
        assert b"".join(got.body.iter_bytes()) == clip
        for number in range(7):
            client.put_object(bucket=bucket, key=f"rung/{number}", body=b"ring")
        listed = client.paginate.list_objects_v2(bucket=bucket, prefix="rung/", page_size=3)
        assert [each.key for each in listed] == [f"rung/{number}" for number in range(7)]
        keys = [{"Key": each.key} for each in client.paginate.list_objects_v2(bucket=bucket)]
        client.delete_objects(bucket=bucket, delete={"Objects": keys})
        client.delete_bucket(bucket=bucket)
        with pytest.raises(s3.ServiceError) as raised:
            client.get_object(bucket=bucket, key="rung/1")
        assert raised.value.code == "NoSuchBucket"


def test_s3_asynchronously(options: dict[str, Any], package_of: Packages) -> None:
    s3, bucket, clip = package_of("s3"), f"clips-{uuid4()}", os.urandom(3 << 20)

    async def pieces() -> Any:
        for start in range(0, len(clip), 1 << 20):
            yield clip[start : start + (1 << 20)]

    async def scenario() -> None:
        async with s3.AsyncClient(**options) as client:
            await client.create_bucket(
                bucket=bucket, create_bucket_configuration={"LocationConstraint": "eu-west-1"}
            )
            await client.put_object(bucket=bucket, key="a", body=clip)
            got = await client.get_object(bucket=bucket, key="a")
            assert b"".join([each async for each in got.body.iter_bytes()]) == clip
            copied = await client.get_object(bucket=bucket, key="a", range="bytes=0-9")
            assert await copied.body.read() == clip[:10]
            await client.delete_object(bucket=bucket, key="a")
            await client.delete_bucket(bucket=bucket)

    asyncio.run(scenario())


def test_sqs(options: dict[str, Any], package_of: Packages) -> None:
    sqs = package_of("sqs")
    with sqs.Client(**options) as client:
        queue = client.create_queue(queue_name=f"rings-{uuid4()}").queue_url
        client.send_message(queue_url=queue, message_body="ding\u2019s dong")
        received = client.receive_message(queue_url=queue, max_number_of_messages=1, wait_time_seconds=1)
        assert [each.body for each in received.messages] == ["ding\u2019s dong"]
        client.delete_message(queue_url=queue, receipt_handle=received.messages[0].receipt_handle)
        client.delete_queue(queue_url=queue)
        with pytest.raises(sqs.errors.QueueDoesNotExist) as raised:
            client.get_queue_url(queue_name="no-such-queue")
        assert raised.value.code == "AWS.SimpleQueueService.NonExistentQueue"


def test_sqs_asynchronously(options: dict[str, Any], package_of: Packages) -> None:
    sqs = package_of("sqs")

    async def scenario() -> None:
        async with sqs.AsyncClient(**options) as client:
            queue = (await client.create_queue(queue_name=f"rings-{uuid4()}")).queue_url
            await client.send_message(queue_url=queue, message_body="ding")
            received = await client.receive_message(queue_url=queue, wait_time_seconds=1)
            assert [each.body for each in received.messages] == ["ding"]
            await client.delete_queue(queue_url=queue)

    asyncio.run(scenario())


def test_sts(options: dict[str, Any], package_of: Packages) -> None:
    sts = package_of("sts")
    role = {"role_arn": "arn:aws:iam::123456789012:role/door", "role_session_name": "ring"}
    with sts.Client(**options) as client:
        assert client.get_caller_identity().account == "123456789012"
        assumed = client.assume_role(**role)
        assert assumed.assumed_role_user.arn.endswith("assumed-role/door/ring")
        assert assumed.credentials.expiration.tzinfo is not None
        assert assumed.credentials.secret_access_key not in repr(assumed)


def test_sts_asynchronously(options: dict[str, Any], package_of: Packages) -> None:
    sts = package_of("sts")

    async def scenario() -> None:
        async with sts.AsyncClient(**options) as client:
            assert (await client.get_caller_identity()).account == "123456789012"

    asyncio.run(scenario())


def test_ec2(options: dict[str, Any], package_of: Packages) -> None:
    ec2 = package_of("ec2", *EC2)
    with ec2.Client(**options) as client:
        regions = client.describe_regions(filters=[{"Name": "region-name", "Values": ["eu-west-*"]}])
        assert "eu-west-1" in [each.region_name for each in regions.regions]
        made = client.create_vpc(cidr_block="10.0.0.0/16").vpc
        assert client.wait_until.vpc_available(vpc_ids=[made.vpc_id]).vpcs[0].cidr_block == "10.0.0.0/16"
        images = client.describe_images(max_results=3).images
        run = client.run_instances(image_id=images[0].image_id, min_count=3, max_count=3)
        ids = [each.instance_id for each in run.instances]
        seen = [
            instance.instance_id
            for reservation in client.paginate.describe_instances(
                filters=[{"Name": "instance-id", "Values": ids}]
            )
            for instance in reservation.instances
        ]
        assert sorted(seen) == sorted(ids)
        client.terminate_instances(instance_ids=ids)
        with pytest.raises(ec2.ServiceError) as raised:
            client.describe_instances(instance_ids=["i-00000000000000000"])
        assert raised.value.code == "InvalidInstanceID.NotFound"
        assert raised.value.request_id


def test_ec2_asynchronously(options: dict[str, Any], package_of: Packages) -> None:
    ec2 = package_of("ec2", *EC2)

    async def scenario() -> None:
        async with ec2.AsyncClient(**options) as client:
            zones = await client.describe_availability_zones()
            assert {each.region_name for each in zones.availability_zones} == {"eu-west-1"}

    asyncio.run(scenario())


def test_the_example_of_the_readme_runs_as_printed(
    options: dict[str, Any], package_of: Packages, tmp_path: Path
) -> None:
    dynamodb = package_of("dynamodb")
    keys = {"Door": ("HASH", "S"), "At": ("RANGE", "N")}
    table = {
        "key_schema": [{"AttributeName": name, "KeyType": kind} for name, (kind, _) in keys.items()],
        "attribute_definitions": [
            {"AttributeName": name, "AttributeType": kind} for name, (_, kind) in keys.items()
        ],
        "billing_mode": "PAY_PER_REQUEST",
    }
    with dynamodb.Client(**options) as client:
        client.create_table(table_name="rings", **table)
    readme = Path(__file__).resolve().parents[2] / "README.md"
    blocks = re.findall(r"```python\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)
    script = tmp_path / "example.py"
    script.write_text(next(block for block in blocks if "from my_dynamodb" in block), encoding="utf-8")
    settings = {
        "AWS_ENDPOINT_URL": options["endpoint_url"],
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "PYTHONPATH": str(Path(dynamodb.__path__[0]).parent),
    }
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, **settings},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "1764072000\n"
