# SPDX-License-Identifier: Apache-2.0
"""The workshop of generated packages, and a table of what became of the published cases."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from proof.packages import Workshop
from proof.packages import workshop as opened

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


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    empty = tmp_path_factory.mktemp("aws")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_CONFIG_FILE", str(empty / "config"))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(empty / "credentials"))
        yield


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line for each suite and protocol; tests say theirs with ``record_property``."""
    rows: dict[str, Counter[str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            said = dict(getattr(report, "user_properties", ()))
            if "suite" not in said or report.when != "call":
                continue
            column = "excepted" if hasattr(report, "wasxfail") and report.skipped else report.outcome
            rows.setdefault(said["suite"], Counter())["refused" if column == "skipped" else column] += 1
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
