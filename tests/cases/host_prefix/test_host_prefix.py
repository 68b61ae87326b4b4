# SPDX-License-Identifier: Apache-2.0
"""What operations put in front of the host."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError
from proof.hosts import HOSTILE


@pytest.mark.parametrize(
    ("method", "members", "options", "host"),
    [
        ("ping", {}, {}, "tiny.eu-west-1.amazonaws.com"),
        ("get_data", {}, {}, "data-tiny.eu-west-1.amazonaws.com"),
        ("get_own", {"account": "1234"}, {}, "1234.own.tiny.eu-west-1.amazonaws.com"),
        ("get_data", {}, {"endpoint_url": "https://mine.test:8443/base"}, "data-mine.test:8443"),
        ("get_data", {}, {"endpoint_url": "https://127.0.0.1:8443"}, "127.0.0.1:8443"),
        ("get_data", {}, {"endpoint_url": "https://[::1]"}, "[::1]"),
        ("get_data", {}, {"inject_host_prefix": False}, "tiny.eu-west-1.amazonaws.com"),
        ("get_own", {"account": "1234"}, {"inject_host_prefix": False}, "tiny.eu-west-1.amazonaws.com"),
    ],
)
def test_the_prefix_is_part_of_the_host_that_is_signed(
    case: Any, method: str, members: dict[str, Any], options: dict[str, Any], host: str
) -> None:
    getattr(case.client(**{"endpoint_url": None, **options}), method)(**members)
    assert case.sent.headers["host"] == case.sent.url.netloc.decode() == host


def test_it_can_be_switched_off_in_the_environment(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DISABLE_HOST_PREFIX_INJECTION", "true")
    case.client(endpoint_url=None).get_data()
    assert case.sent.url.host == "tiny.eu-west-1.amazonaws.com"
    case.client(endpoint_url=None, inject_host_prefix=True).get_data()
    assert case.sent.url.host == "data-tiny.eu-west-1.amazonaws.com"


def test_the_member_is_sent_in_its_place_too(case: Any) -> None:
    case.client().get_own(account="1234")
    assert case.sent_json == {"Account": "1234"}


@pytest.mark.parametrize("account", HOSTILE, ids=ascii)
def test_a_member_that_is_no_label_is_refused(case: Any, account: str) -> None:
    with pytest.raises(ParamError, match="Account: it becomes part of a host name"):
        case.client().get_own(account=account)
    assert not case.requests


def test_presigned_urls_have_it(case: Any) -> None:
    presigned = case.client(endpoint_url=None).presign("GetData")
    assert presigned.url.startswith("https://data-tiny.eu-west-1.amazonaws.com/data?")
