# SPDX-License-Identifier: Apache-2.0
"""The published endpoint cases of the Kinesis Video family: rule sets are compiled, and the source is run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from heliograph.endpoints import standard_endpoint
from heliograph.errors import EndpointError

Run = Callable[[dict[str, Any]], Callable[[dict[str, Any]], dict[str, Any]]]

CASES = {
    "kinesis-video": (40, 4),
    "kinesis-video-archived-media": (40, 4),
    "kinesis-video-media": (40, 4),
    "kinesis-video-signaling": (40, 4),
    "kinesis-video-webrtc-storage": (25, 4),
}
"""How many cases each file has, and how many of them were recorded with older partition data."""


def test_every_file_is_run(suites: Path) -> None:
    assert {path.stem for path in (suites / "endpoints").glob("*.json")} == set(CASES)
    assert sum(total for total, _ in CASES.values()) == 185
    assert sum(stale for _, stale in CASES.values()) == 20


def current_cases(published: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The cases that hold with today's partitions."""
    cases = published["testCases"]
    current = [case for case in cases if not case.get("stale_partition")]
    assert (len(cases), len(cases) - len(current)) == CASES[name]
    return current


@pytest.mark.parametrize("name", CASES)
def test_cases(
    suites: Path, endpoint_rules: Run, name: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("suite", f"endpoints/{name}")
    record_property("cases", CASES[name][0] - CASES[name][1])
    published = json.loads((suites / f"endpoints/{name}.json").read_text())
    outcome = endpoint_rules(published["ruleSet"])
    cases = current_cases(published, name)
    assert {case["case_id"]: outcome(case.get("params", {})) for case in cases} == {
        case["case_id"]: case["expect"] for case in cases
    }


@pytest.mark.parametrize("name", [name for name in CASES if not name.endswith("storage")])
def test_the_standard_endpoint_answers_the_same_cases(suites: Path, name: str) -> None:
    published = json.loads((suites / f"endpoints/{name}.json").read_text())
    for case in current_cases(published, name):
        if "endpoint" in case["expect"]:
            endpoint = standard_endpoint("kinesisvideo", **case.get("params", {}))
            assert {"url": endpoint.url} == case["expect"]["endpoint"], case["case_id"]
        else:
            with pytest.raises(EndpointError):
                standard_endpoint("kinesisvideo", **case.get("params", {}))
