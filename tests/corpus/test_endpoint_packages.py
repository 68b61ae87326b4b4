# SPDX-License-Identifier: Apache-2.0
"""The published endpoint cases of every AWS service, through packages that are made of its rules alone."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from heliograph_codegen import frontends
from heliograph_codegen.generate import package_of
from proof.packages import Shelf, shelf

SDIST = os.environ.get("HELIOGRAPH_BOTOCORE_SDIST", "")
FOLDERS = sorted(Path(SDIST, "tests/functional/endpoint-rules").iterdir()) if SDIST else []
SMALLEST = (430, 14_500)
"""Services and cases that there are at least, so that an empty folder is no pass."""


def newest(service: str) -> dict[str, Any]:
    path = sorted(Path(SDIST, "botocore", "data", service).glob("*/endpoint-rule-set-1.json*"))[-1]
    data = path.read_bytes()
    rules: dict[str, Any] = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    return rules


def cases(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "endpoint-tests-1.json").read_text())["testCases"]
    return found


def test_all_cases_are_there() -> None:
    if not SDIST:
        pytest.skip("no cases: set HELIOGRAPH_BOTOCORE_SDIST to the folder of botocore's source distribution")
    assert len(FOLDERS) >= SMALLEST[0]
    assert sum(len(cases(folder)) for folder in FOLDERS) >= SMALLEST[1]


@pytest.fixture(scope="module")
def packages() -> Any:
    with shelf() as opened:
        yield opened


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_a_package_of_rules_answers_the_cases(folder: Path, packages: Shelf) -> None:
    model = frontends.load(
        {
            "version": "2.0",
            "metadata": {"protocol": "rest-json", "apiVersion": "2026-01-01", "serviceId": "Rules"},
            "operations": {},
            "shapes": {},
        },
        format="c2j",
        sides=frontends.Sides(endpoint_rules=newest(folder.name)),
    )
    name = "rules_" + folder.name.replace("-", "_").replace(".", "_")
    package = packages.put(package_of(model, name, is_formatted=False))
    wrong = {}
    for number, case in enumerate(cases(folder)):
        got = outcome(package, case.get("params", {}))
        if got != expected(case):
            wrong[number] = (case, got)
    assert wrong == {}


def outcome(package: Any, params: dict[str, Any]) -> dict[str, Any]:
    try:
        endpoint = package.resolve_endpoint(**params)
    except package.EndpointError:
        return {"error": True}
    parts = {"url": endpoint.url, "properties": endpoint.properties, "headers": endpoint.headers}
    return {"endpoint": {name: value for name, value in parts.items() if value}}


def expected(case: dict[str, Any]) -> dict[str, Any]:
    expect: dict[str, Any] = case["expect"]
    if "endpoint" not in expect:
        return {"error": True}  # the text is informative: where the rules are AWS's standard ones it is ours
    return {"endpoint": {name: value for name, value in expect["endpoint"].items() if value}}
