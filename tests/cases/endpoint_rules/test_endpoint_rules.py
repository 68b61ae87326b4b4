# SPDX-License-Identifier: Apache-2.0
"""A service with endpoint rules of its own: hosts, headers, whose name signs, and what rules refuse."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ANONYMOUS, ConfigError, EndpointError
from heliograph.sigv4 import canonical_path


def scope(request: Any) -> str:
    """Region and service of the signature."""
    return str(request.headers["authorization"].partition("/")[2].partition("/aws4_request")[0][9:])


@pytest.mark.parametrize(
    ("options", "url", "signed_for"),
    [
        ({}, "https://tiny.eu-west-1.test/ping/a", "eu-west-1/tiny"),
        ({"endpoint_url": "https://mine.test/base/"}, "https://mine.test/base/ping/a", "eu-west-1/tiny"),
        ({"endpoint_url": "https://mine.test/base"}, "https://mine.test/base/ping/a", "eu-west-1/tiny"),
        (
            {"endpoint_params": {"Where": "here"}},
            "https://here.tiny.test/base/ping/a",
            "eu-central-1/other",
        ),
        (
            {"endpoint_params": {"Where": "here"}, "region": None},
            "https://here.tiny.test/base/ping/a",
            "eu-central-1/other",
        ),
    ],
)
def test_calls_go_where_the_rules_say(case: Any, options: dict[str, Any], url: str, signed_for: str) -> None:
    case.client(**{"endpoint_url": None, **options}).ping(id="a")
    assert str(case.sent.url) == url
    assert scope(case.sent) == signed_for


def test_headers_of_the_rules_are_sent_and_signed(case: Any) -> None:
    case.client(endpoint_url=None, endpoint_params={"Where": "here"}).ping(id="a")
    assert case.sent.headers["x-where"] == "here,always"
    assert "host;x-amz-date;x-where" in case.sent.headers["authorization"]


def test_the_rules_say_how_often_a_path_is_encoded(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    signed: list[tuple[str, bool]] = []

    def note(path: str, *, normalize: bool, double_encode: bool) -> str:
        signed.append((path, double_encode))
        return canonical_path(path, normalize=normalize, double_encode=double_encode)

    monkeypatch.setattr("heliograph.target.canonical_path", note)
    case.client(endpoint_url=None, endpoint_params={"Where": "here"}).ping(id="a b")
    case.client(endpoint_url=None).ping(id="a b")
    assert signed == [("/base/ping/a%20b", False), ("/ping/a%20b", True)]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"use_fips": True}, "Tiny Things has no FIPS hosts"),
        ({"region": None, "credentials": ANONYMOUS}, "Tiny Things needs a region"),
        ({"endpoint_params": {"Where": "x@evil.test/"}}, "cannot be part of a host name"),
        ({"endpoint_params": {"Where": 7}}, "cannot use these parameters"),
        ({"region": "express"}, "wants sigv4-s3express, which heliograph cannot make"),
    ],
)
def test_what_the_rules_refuse_is_an_endpoint_error(case: Any, options: dict[str, Any], text: str) -> None:
    with pytest.raises(EndpointError, match=text):
        case.client(**{"endpoint_url": None, **options}).ping(id="a")
    assert not case.requests


def test_an_error_for_want_of_a_region_says_how_to_give_one(case: Any) -> None:
    with pytest.raises(EndpointError) as raised:
        case.client(endpoint_url=None, region=None).ping(id="a")
    assert raised.value.__notes__ == [
        "No region is known: pass region=, or set AWS_REGION, or region in the profile."
    ]


def test_a_parameter_that_the_rules_do_not_have_is_refused(case: Any) -> None:
    with pytest.raises(ConfigError, match="no Wher; they have Endpoint, Region, UseFIPS, Where"):
        case.client(endpoint_params={"Wher": "here"}).ping(id="a")


def test_an_endpoint_that_is_none_is_refused_before_the_rules_see_it(case: Any) -> None:
    with pytest.raises(ConfigError, match="endpoint_url"):
        case.client(endpoint_url="https://user@mine.test").ping(id="a")


def test_presigning_goes_by_the_same_rules(case: Any) -> None:
    presigned = case.client(endpoint_url=None, endpoint_params={"Where": "here"}).presign("Ping", {"Id": "a"})
    assert presigned.url.startswith("https://here.tiny.test/base/ping/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&")
    assert "%2Feu-central-1%2Fother%2Faws4_request" in presigned.url
    assert presigned.headers == {"x-where": "here,always"}


def test_the_functions_answer_without_a_client(case: Any) -> None:
    endpoint = case.package.resolve_endpoint(Where="here")
    assert (endpoint.url, endpoint.headers) == (
        "https://here.tiny.test/base/",
        {"X-Where": ["here", "always"]},
    )
    for built_ins in ({"AWS::Region": "eu-west-1", "AWS::UseDualStack": True}, {"Region": "eu-west-1"}):
        assert (
            case.package.endpoint_for("Ping", {"Id": "a"}, **built_ins).url == "https://tiny.eu-west-1.test"
        )
