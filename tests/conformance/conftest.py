# SPDX-License-Identifier: Apache-2.0
"""The workshop of generated packages, and a table of what became of the published cases."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from proof.packages import Workshop
from proof.packages import workshop as opened
from proof.suites import Published

_COLUMNS = ("passed", "failed", "excepted", "refused")


@pytest.fixture(scope="session")
def workshop() -> Iterator[Workshop]:
    """Packages of published models, each made once."""
    with opened() as made:
        yield made


@pytest.fixture(scope="session")
def run() -> Iterator[Callable[[Any], Any]]:
    """Runs a coroutine on one loop that all tests share."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture(scope="session")
def botocore_sdist() -> Path:
    """The folder of botocore's unpacked source distribution, where the environment names one."""
    folder = os.environ.get("HELIOGRAPH_BOTOCORE_SDIST")
    if not folder:
        pytest.skip("no cases: set HELIOGRAPH_BOTOCORE_SDIST to the folder of botocore's source distribution")
    return Path(folder)


@pytest.fixture
def published(subtests: pytest.Subtests) -> Published:
    """Counts the cases that a test goes through: ``with published(suite, case_id): ...``."""

    def case(suite: str, case_id: str, *, excepted: bool = False) -> AbstractContextManager[None]:
        return subtests.test(case_id, suite=suite, excepted=excepted)

    return case


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    empty = tmp_path_factory.mktemp("aws")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_CONFIG_FILE", str(empty / "config"))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(empty / "credentials"))
        yield


def _row(report: Any) -> tuple[str, str, int] | None:
    """The suite of a report, the column it counts in and how many cases it is about; ``None`` where that is none."""
    if getattr(report, "when", "") != "call":
        return None
    if (context := getattr(report, "context", None)) is not None:
        said = {
            name: text.strip("\"'") for name, text in context.kwargs.items()
        }  # a worker quotes them once more
        if "suite" not in said:
            return None
        return (
            said["suite"],
            "excepted" if said["excepted"] == "True" and report.passed else report.outcome,
            1,
        )
    about = dict(getattr(report, "user_properties", ()))
    if "suite" not in about:
        return None
    outcome = "refused" if report.skipped else report.outcome
    if hasattr(report, "wasxfail") and report.skipped:
        outcome = "excepted"
    return about["suite"], outcome, about.get("cases", 1)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line for each suite and protocol; tests say theirs with ``published``, or with ``record_property``, which
    may say beside the ``suite`` of how many ``cases`` it is.
    """
    rows: dict[str, Counter[str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if (row := _row(report)) is not None:
                suite, column, cases = row
                rows.setdefault(suite, Counter())[column] += cases
    if not rows:
        return
    terminalreporter.section("published cases")
    width = max(map(len, rows))
    terminalreporter.write_line(f"{'':{width}}" + "".join(f"{name:>10}" for name in _COLUMNS))
    for suite in sorted(rows):
        figures = "".join(f"{rows[suite][name]:>10}" for name in _COLUMNS)
        terminalreporter.write_line(f"{suite:{width}}{figures}")
    total = sum(rows.values(), Counter())
    terminalreporter.write_line(f"{'in all':{width}}" + "".join(f"{total[name]:>10}" for name in _COLUMNS))
