# SPDX-License-Identifier: Apache-2.0
"""The endpoint tests that AWS publishes for Kinesis Video Signaling, through the generated package."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import kinesis_video_signaling as package

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from heliograph.endpoints import ResolvedEndpoint

    Resolve = Callable[[dict[str, Any]], ResolvedEndpoint]

BUILT_INS = {
    "Region": "AWS::Region",
    "UseFIPS": "AWS::UseFIPS",
    "UseDualStack": "AWS::UseDualStack",
    "Endpoint": "SDK::Endpoint",
}


def by_parameters(parameters: dict[str, Any]) -> ResolvedEndpoint:
    return package.resolve_endpoint(**parameters)


def by_built_ins(parameters: dict[str, Any]) -> ResolvedEndpoint:
    named = {BUILT_INS[name]: value for name, value in parameters.items()}
    return package.endpoint_for("GetIceServerConfig", {}, **named)


@pytest.fixture(scope="module")
def published(suites: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((suites / "endpoints/kinesis-video-signaling.json").read_text())
    return loaded


def outcome(resolve: Resolve, parameters: dict[str, Any]) -> dict[str, Any]:
    """What came of the parameters, as the cases put it."""
    try:
        endpoint = resolve(parameters)
    except package.EndpointError:
        return {"error": True}
    said = {"url": endpoint.url, "properties": endpoint.properties, "headers": endpoint.headers}
    return {"endpoint": {name: value for name, value in said.items() if value}}


@pytest.mark.parametrize("resolve", [by_parameters, by_built_ins], ids=["parameters", "built-ins"])
def test_published_cases(published: dict[str, Any], resolve: Resolve) -> None:
    """All but those recorded with partition data that AWS has changed since."""
    holding = [case for case in published["testCases"] if not case.get("stale_partition")]
    assert len(holding) == 36
    wrong = {}
    for case in holding:
        expected = {"error": True} if "error" in case["expect"] else case["expect"]
        got = outcome(resolve, case.get("params", {}))
        if got != expected:
            wrong[case["case_id"]] = (case["documentation"], got, expected)
    assert wrong == {}


def test_the_stale_cases_are_stale(published: dict[str, Any]) -> None:
    """They say that a partition has no dual-stack hosts, which it has today: else they would not be left out."""
    stale = [case for case in published["testCases"] if case.get("stale_partition")]
    assert len(stale) == 4
    for case in stale:
        assert "error" in case["expect"]
        assert case.get("params", {})["UseDualStack"]
        assert "endpoint" in outcome(by_parameters, case.get("params", {})), case["documentation"]
