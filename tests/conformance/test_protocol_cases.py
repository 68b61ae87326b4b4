# SPDX-License-Identifier: Apache-2.0
"""The published protocol cases, through generated clients: what they send, what they read, what they raise.

Botocore's cases stand in its source distribution (HELIOGRAPH_BOTOCORE_SDIST names an unpacked one; the session
``conformance`` fetches it), Smithy's in the folder HELIOGRAPH_SUITES. What a client may do otherwise stands in
``protocol_exceptions.json``, each with its reason; a case there that passes is a failure.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proof import botocore_cases, smithy_cases
from proof.cases import Case
from proof.check import check
from proof.packages import Workshop

SOURCES = (
    ("HELIOGRAPH_BOTOCORE_SDIST", botocore_cases.read_cases, {"botocore": 732, "botocore-legacy": 272}),
    ("HELIOGRAPH_SUITES", smithy_cases.read_cases, {"smithy": 673}),
)
"""The variable that names a folder, who reads it, and how many cases there are in it."""

CASES = [case for name, read, _ in SOURCES if os.environ.get(name) for case in read(Path(os.environ[name]))]
EXCEPTIONS: dict[str, str] = json.loads(
    Path(__file__).with_name("protocol_exceptions.json").read_text(encoding="utf-8")
)
EXCEPTED_AT_MOST = 0.01
"""Share of the cases that may be excepted."""


def _marked(case: Case) -> Any:
    reason = EXCEPTIONS.get(case.id)
    marks = () if reason is None else pytest.mark.xfail(reason=reason, raises=AssertionError, strict=True)
    return pytest.param(case, id=case.id, marks=marks)


@pytest.mark.parametrize("case", [_marked(case) for case in CASES])
def test_case(
    case: Case, workshop: Workshop, run: Callable[[Any], Any], record_property: Callable[[str, object], None]
) -> None:
    record_property("suite", f"{case.suite} {case.protocol}")
    check(case, workshop, run)


@pytest.mark.parametrize(("variable", "counts"), [(name, counts) for name, _, counts in SOURCES])
def test_all_cases_are_there(variable: str, counts: dict[str, int]) -> None:
    if not os.environ.get(variable):
        pytest.skip(f"no cases: set {variable} to the folder that holds them")
    found = Counter(case.suite for case in CASES)
    assert {suite: found[suite] for suite in counts} == counts


def test_exceptions_are_few_and_are_cases() -> None:
    assert len({case.id for case in CASES}) == len(CASES)
    assert all(reason.endswith(".") for reason in EXCEPTIONS.values())
    suites = {case.suite for case in CASES}
    of_these = {name for name in EXCEPTIONS if name.partition("/")[0] in suites}
    assert of_these <= {case.id for case in CASES}
    assert len(of_these) <= EXCEPTED_AT_MOST * len(CASES)
