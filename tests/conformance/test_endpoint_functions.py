# SPDX-License-Identifier: Apache-2.0
"""The published cases of the rule language's functions: rule sets are compiled, and the source is run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[[dict[str, Any]], Callable[[dict[str, Any]], dict[str, Any]]]

CASES = {
    "account-id": 4,
    "array-index": 3,
    "aws-region": 2,
    "default-values": 4,
    "eventbridge": 3,
    "fns": 4,
    "headers": 1,
    "is-virtual-hostable-s3-bucket": 15,
    "local-region-override": 2,
    "parse-arn": 14,
    "parse-url": 14,
    "partition-fn": 5,
    "smithy-coalesce": 3,
    "smithy-default-values": 1,
    "smithy-endpoint-bindings": 5,
    "smithy-endpoints-string-array": 3,
    "smithy-get-attr": 1,
    "smithy-headers": 1,
    "smithy-ite": 1,
    "smithy-parse-url": 10,
    "smithy-split": 21,
    "smithy-substring": 10,
    "smithy-url-encode": 5,
    "smithy-valid-hostlabel": 5,
    "substring": 18,
    "uri-encode": 7,
    "valid-hostlabel": 5,
}
"""How many cases each file has; none is left out, and none is of older partition data."""


def test_every_file_is_run(suites: Path) -> None:
    assert {path.stem for path in (suites / "endpoints/functions").glob("*.json")} == set(CASES)
    assert sum(CASES.values()) == 167


@pytest.mark.parametrize("name", CASES)
def test_cases(
    suites: Path, endpoint_rules: Run, name: str, record_property: Callable[[str, object], None]
) -> None:
    record_property("suite", "endpoints/functions")
    record_property("cases", CASES[name])
    published = json.loads((suites / f"endpoints/functions/{name}.json").read_text())
    outcome = endpoint_rules(published["ruleSet"])
    cases = published["testCases"]
    assert len(cases) == CASES[name]
    assert not any(case.get("stale_partition") for case in cases)
    assert {case["case_id"]: outcome(case["params"]) for case in cases} == {
        case["case_id"]: case["expect"] for case in cases
    }
