# SPDX-License-Identifier: Apache-2.0
"""What the corpus session lets pass, and what it does not."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from heliograph_codegen import frontends, ir

ROOT = Path(__file__).resolve().parents[2]

pytest.importorskip("botocore", reason="the corpus is the installed botocore's")


@pytest.fixture(autouse=True, scope="module")
def _tools() -> Iterator[None]:
    sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]
    yield
    sys.path[:2] = []


@pytest.fixture(scope="module")
def model() -> ir.Model:
    operation = {
        "http": "POST /put",
        "input": {"Things": {"type": "Things", "header": "x-things"}, "Name": "string"},
        "output": {"Size": "double", "Text": {"type": "string", "json-value": True}},
    }
    return frontends.load(
        {
            "heliograph": 1,
            "service": "Tiny Things",
            "version": "2020-01-01",
            "protocol": "rest-json",
            "endpoint": {"prefix": "tiny"},
            "operations": {"Put": operation},
            "shapes": {"Things": {"list": "string"}},
        }
    )


def _request(headers: dict[str, str], body: Any = b"") -> Any:
    from corpus.normal import Normal

    return Normal(method="POST", prefix="", path="/put", query={}, headers=headers, body=body)


@pytest.mark.parametrize(
    ("ours", "theirs", "rules"),
    [
        (({"x-things": "a, b"},), ({"x-things": "a,b"},), ["lists in headers"]),
        (({"x-name": "a, b"},), ({"x-name": "a,b"},), None),
        (({"x-name": ""},), ({},), ["empty headers"]),
        (({"content-type": "application/xml"}, "<a/>"), ({}, "<a/>"), ["media types"]),
        (({"content-type": "text/plain"}, "a"), ({"content-type": "text/html"}, "a"), None),
        (({}, {"A": '{"b": 1}'}), ({}, {"A": {"b": 1}}), ["JSON in bodies"]),
        (({}, {"A": '{"b": 1}'}), ({}, {"A": {"b": 2}}), None),
        (({"x-name": "", "x-more": "1"},), ({},), None),
    ],
)
def test_requests_are_evened_by_named_rules_and_no_further(
    model: ir.Model, ours: tuple[Any, ...], theirs: tuple[Any, ...], rules: list[str] | None
) -> None:
    from corpus.rules import evened_requests

    used: list[str] = []
    mine, other = evened_requests(_request(*ours), _request(*theirs), model, model.operations["Put"], used)
    assert (mine == other) is (rules is not None)
    assert rules is None or used == rules


@pytest.mark.parametrize(
    ("ours", "theirs", "rules"),
    [
        ({"Size": "float nan"}, {"Size": "NaN"}, ["special floats"]),
        ({"Size": "float nan"}, {"Size": "nan"}, None),
        ({"Text": {"a": "int 1"}}, {"Text": '{"a": 1}'}, ["JSON of bodies"]),
        ({"Text": "a"}, {}, None),
        ({}, {"Size": {}}, None),
    ],
)
def test_results_are_evened_by_named_rules_and_no_further(
    model: ir.Model, ours: Any, theirs: Any, rules: list[str] | None
) -> None:
    from corpus.rules import evened_results

    used: list[str] = []
    mine, other = evened_results(ours, theirs, model, model.operations["Put"].output, used)
    assert (mine == other) is (rules is not None)
    assert rules is None or used == rules


def _outcome(service: str, refused: str = "", equal: int = 1000, cause: str = "") -> Any:
    from corpus.compare import Tally
    from corpus.worker import SIDES, Making, Outcome

    making = Making("json", refused, operations=10, lines=1000)
    tally = Tally(seen=1000, equal=equal, causes={cause: 1000 - equal} if cause else {})
    return Outcome(service, making, {} if refused else dict.fromkeys(SIDES, tally))


@pytest.mark.parametrize(
    ("outcome", "complaint"),
    [
        (("sqs",), ""),
        (("sdb", "signature version 2"), ""),
        (("sqs", "signature version 2"), "sqs is not made: signature version 2"),
        (("sdb",), "sdb is made; take it out of exceptions.json"),
        (("sqs", "", 999, "unexplained: body"), "1 requests differ for reasons"),
        (("sqs", "", 998), "998 of 1000 are equal, fewer than 99.9%"),
        (("sqs", "", 999), ""),
    ],
)
def test_a_run_says_what_it_may_not_show(outcome: tuple[Any, ...], complaint: str) -> None:
    from corpus import report

    outcomes = [_outcome(*outcome)]
    found = report.figures(outcomes, {}, {})
    said = "\n".join([*report.problems(outcomes, found), *report.limits(found)])
    assert complaint in said
    assert bool(complaint) is bool(said)


@pytest.mark.parametrize(
    ("lines", "ratio", "complaints"),
    [(1000, 1.0, 0), (990, 0.5, 0), (1000, 1.2, 0), (1001, 1.0, 2), (1000, 1.3, 1)],
)
def test_longer_packages_and_slower_imports_are_regressions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: int, ratio: float, complaints: int
) -> None:
    from corpus import report

    monkeypatch.setattr(report, "RECORD", tmp_path / "corpus.json")
    outcome = _outcome("sqs")
    report.write(report.figures([outcome], {}, {"client": 1.0}))
    assert json.loads(report.RECORD.read_text())["lines_per_operation"] == {"json": 100.0, "in all": 100.0}
    now = replace(outcome, made=replace(outcome.made, lines=lines))
    assert len([*report.regressions(report.figures([now], {}, {"client": ratio}))]) == complaints


@pytest.mark.parametrize(("seconds", "complains"), [(20.0, False), (29.0, False), (31.0, True)])
def test_large_packages_that_take_more_than_their_share_are_a_fault(seconds: float, complains: bool) -> None:
    from corpus import report

    small = _outcome("sqs")
    small = replace(small, made=replace(small.made, seconds={"generate": 1.0}))
    large = replace(small, made=replace(small.made, lines=20_000, seconds={"generate": seconds}))
    said = [*report.limits(report.figures([large, *[small] * 9], {}, {}))]
    assert bool(said) is complains


def test_every_exception_has_its_reason() -> None:
    from corpus import report

    assert len(report.EXCEPTIONS) <= report.MOST_EXCEPTIONS
    assert all(reason.endswith(".") for reason in report.EXCEPTIONS.values())
