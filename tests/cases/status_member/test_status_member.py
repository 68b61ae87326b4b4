# SPDX-License-Identifier: Apache-2.0
"""The HTTP status as a member, and other statuses of success."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("status", [200, 201, 202])
def test_reads_the_status(case: Any, status: int) -> None:
    got = case.client(status, json={"Name": "n"}).make()
    assert (got.replied, got.response.status_code, got.name) == (status, status, "n")
    assert got.to_dict() == {"Replied": status, "Name": "n"}


def test_a_required_status_is_always_there(case: Any) -> None:
    got = case.client(200, json={"Name": "n"}).mark()
    assert (got.replied, got.name) == (200, "n")


def test_no_content_is_success(case: Any) -> None:
    got = case.client(204).drop()
    assert (got.to_dict(), got.response.status_code) == ({}, 204)
