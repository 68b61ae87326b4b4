# SPDX-License-Identifier: Apache-2.0
"""Copies between regions: the region copied to is given a URL with which it asks the other one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest


def form(text: str) -> dict[str, str]:
    return dict(parse_qsl(text))


def client(case: Any) -> Any:
    return case.client(
        content=b"<CopyDBSnapshotResponse/>",
        endpoint_url=None,
        clock=lambda: datetime(2026, 11, 25, 12, tzinfo=UTC),
    )


def test_rds_is_given_a_url_of_the_region_copied_from(case: Any) -> None:
    client(case).copy_db_snapshot(
        source_db_snapshot_identifier="arn:aws:rds:us-west-2:111122223333:snapshot:s",
        source_region="us-west-2",
    )
    assert case.sent.url.host == "rds.eu-west-1.amazonaws.com"
    sent = form(case.sent.content.decode())
    assert "SourceRegion" not in sent
    url = urlsplit(sent["PreSignedUrl"])
    assert url.netloc == "rds.us-west-2.amazonaws.com"
    asked = form(url.query)
    assert asked["Action"] == "CopyDBSnapshot"
    assert asked["DestinationRegion"] == "eu-west-1"
    assert asked["SourceDBSnapshotIdentifier"] == "arn:aws:rds:us-west-2:111122223333:snapshot:s"
    assert "/us-west-2/rds/" in asked["X-Amz-Credential"]
    assert "SourceRegion" not in asked


def test_ec2_keeps_both_regions(case: Any) -> None:
    client(case).copy_snapshot(source_snapshot_id="snap-1", source_region="us-west-2")
    sent = form(case.sent.content.decode())
    assert (sent["SourceRegion"], sent["DestinationRegion"]) == ("us-west-2", "eu-west-1")
    asked = form(urlsplit(sent["PresignedUrl"]).query)
    assert (asked["SourceRegion"], asked["DestinationRegion"]) == ("us-west-2", "eu-west-1")
    assert "PresignedUrl" not in asked


@pytest.mark.parametrize(
    ("arguments", "url"),
    [
        ({}, None),
        ({"source_region": "us-west-2", "pre_signed_url": "https://own.example/"}, "https://own.example/"),
    ],
)
def test_a_copy_within_a_region_and_a_url_of_the_callers_stay_as_they_are(
    case: Any, arguments: dict[str, str], url: str | None
) -> None:
    client(case).copy_db_snapshot(source_db_snapshot_identifier="s", **arguments)
    assert form(case.sent.content.decode()).get("PreSignedUrl") == url
