# SPDX-License-Identifier: Apache-2.0
"""The published cases of Smithy's three timestamp formats, both ways.

``datetime`` holds the years 1 to 9999, to the microsecond. Published moments before year 1 must be refused
when read, and cannot even be built to be written. Finer fractions are cut.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from heliograph import timestamps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Case = dict[str, Any]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KINDS: dict[str, timestamps.Kind] = {
    "epoch_seconds": "epoch-seconds",
    "http_date": "http-date",
    "date_time": "date-time",
}
COUNTS = {
    "format_epoch_seconds": (86, 27),
    "format_http_date": (86, 29),
    "format_date_time": (86, 29),
    "parse_epoch_seconds": (86, 27),
    "parse_http_date": (59, 0),
    "parse_date_time": (59, 0),
}
"""How many cases of each kind there are, and how many of them lie outside of what ``datetime`` holds."""


@pytest.fixture(scope="module")
def cases(suites: Path) -> list[Case]:
    published: list[Case] = json.loads((suites / "timestamps/date-time-formats.json").read_text())["cases"]
    return published


def moment(case: Case) -> datetime:
    """What the canonical seconds and nanoseconds of a case stand for.

    For epoch seconds these are the two parts of one decimal number, which the file's own description warns of
    adding up where it is negative: before 1970 the fraction leads further back. For the two formats of the
    calendar the fraction always leads forward.
    """
    seconds, microseconds = int(case["canonical_seconds"]), case["canonical_nanos"] // 1000
    if seconds < 0 and case["kind"].endswith("epoch_seconds"):
        microseconds = -microseconds
    return EPOCH + timedelta(seconds=seconds, microseconds=microseconds)


def holdable(case: Case) -> bool:
    try:
        moment(case)
    except OverflowError:
        return False
    return True


def of_action(cases: list[Case], action: str) -> Iterator[tuple[Case, timestamps.Kind]]:
    for case in cases:
        name, _, kind = case["kind"].partition("_")
        if name == action:
            yield case, KINDS[kind]


def test_every_published_case_is_accounted_for(cases: list[Case]) -> None:
    counts = {
        kind: (
            sum(case["kind"] == kind for case in cases),
            sum(case["kind"] == kind and not holdable(case) for case in cases),
        )
        for kind in COUNTS
    }
    assert counts == COUNTS
    assert sum(total for total, _ in COUNTS.values()) == len(cases)


def test_moments_are_written_as_published(
    cases: list[Case], record_property: Callable[[str, object], None]
) -> None:
    record_property("suite", "timestamps, written")
    record_property("cases", sum(holdable(case) for case, _ in of_action(cases, "format")))
    for case, kind in of_action(cases, "format"):
        if holdable(case):
            assert not case["error"], case["case_id"]
            assert timestamps.format(moment(case), kind) == case["smithy_format_value"], case["case_id"]


def test_moments_are_read_as_published(
    cases: list[Case], record_property: Callable[[str, object], None]
) -> None:
    record_property("suite", "timestamps, read")
    record_property("cases", sum(1 for _ in of_action(cases, "parse")))
    for case, kind in of_action(cases, "parse"):
        assert not case["error"], case["case_id"]
        text = case["smithy_format_value"]
        if holdable(case):
            assert timestamps.parse(text, kind) == moment(case), case["case_id"]
        else:
            with pytest.raises(ValueError, match="outside of the years 1 to 9999"):
                timestamps.parse(text, kind)


def test_numbers_are_read_and_written_to_the_microsecond_where_a_float_can_tell(cases: list[Case]) -> None:
    for case, kind in of_action(cases, "parse"):
        if kind == "epoch-seconds" and holdable(case):
            number = json.loads(case["smithy_format_value"])
            exact = abs(number) < 2**32
            limit = timedelta(0) if exact else timedelta(microseconds=31)
            assert abs(timestamps.parse_any(number) - moment(case)) <= limit, case["case_id"]
            assert timestamps.to_epoch(moment(case)) == number, case["case_id"]
