# SPDX-License-Identifier: Apache-2.0
"""The partitions, against the table that botocore carries."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import botocore
import pytest

from heliograph.partitions import PARTITIONS, Partition, partition_of

PUBLISHED: list[dict[str, Any]] = json.loads(
    (Path(botocore.__file__).parent / "data" / "partitions.json").read_text()
)["partitions"]


def outputs(partition: Partition) -> dict[str, Any]:
    return {
        "name": partition.name,
        "dnsSuffix": partition.dns_suffix,
        "dualStackDnsSuffix": partition.dual_stack_dns_suffix,
        "implicitGlobalRegion": partition.global_region,
        "supportsFIPS": partition.supports_fips,
        "supportsDualStack": partition.supports_dual_stack,
    }


def test_partitions_are_those_published_in_their_order() -> None:
    assert [outputs(each) for each in PARTITIONS] == [each["outputs"] for each in PUBLISHED]


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda each: each["id"])
def test_regions_are_those_published(published: dict[str, Any]) -> None:
    partition = next(each for each in PARTITIONS if each.name == published["id"])
    assert partition.regions == set(published["regions"])
    assert all(partition_of(region) is partition for region in published["regions"])


@pytest.mark.parametrize(
    "region",
    [
        *("us-east-9", "eu-new-1", "cn-south-12", "us-gov-north-3", "us-iso-south-1", "us-isob-x-1"),
        *("eu-isoe-north-2", "us-isof-east-9", "eusc-de-west-2", "eusc-fr-west-1", "us-east", "us--1"),
        *("us-east-1a", "us-east-", "mars-north-1", "aws", "", "usa-east-1", "us-a_b-1", "us-gov-1"),
    ],
)
def test_regions_that_are_not_listed_follow_the_published_patterns(region: str) -> None:
    matching = [each["id"] for each in PUBLISHED if re.fullmatch(each["regionRegex"], region)]
    assert partition_of(region).name == (matching or ["aws"])[0]
