# SPDX-License-Identifier: Apache-2.0
"""The scan of a test run can find what it looks for."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any, cast

import pytest

import canary

SECRETS = ["key cAnArY-1", "wJalrXUtnFEMI/K7MDENG/bPx", "q=wJalrXUtnFEMI%2FK7MDENG%2F"]


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_in_a_log_is_found(text: str) -> None:
    scan = canary.Canary()
    scan.emit(logging.LogRecord("library", logging.DEBUG, "file", 1, "sent %s", (text,), None))
    assert (scan.scanned, scan.found) == (1, ["outside of tests: log library"])


def test_a_secret_in_an_exception_of_a_log_is_found() -> None:
    scan = canary.Canary()
    try:
        raise ValueError(SECRETS[0])
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
        scan.emit(logging.LogRecord("library", logging.DEBUG, "file", 1, "failed", (), info))
    assert len(scan.found) == 1


def test_a_secret_in_output_and_in_a_warning_is_found() -> None:
    scan = canary.Canary()
    scan.pytest_runtest_logstart("test_x")
    report = SimpleNamespace(
        sections=[("Captured stdout call", SECRETS[0]), ("Captured stderr call", "nothing")]
    )
    scan.pytest_runtest_logreport(cast(Any, report))
    scan.pytest_warning_recorded(SimpleNamespace(message=UserWarning(SECRETS[1])), "test_x")
    assert (scan.scanned, scan.found) == (
        3,
        ["test_x: Captured stdout call", "test_x: warning in test_x"],
    )


def test_this_run_is_scanned(request: pytest.FixtureRequest) -> None:
    scan = cast(Any, request.config.pluginmanager.get_plugin("canary"))
    before = scan.scanned
    logging.getLogger("heliograph.http").debug("nothing")
    assert scan.scanned == before + 1
