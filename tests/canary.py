# SPDX-License-Identifier: Apache-2.0
"""Searches everything that a test run says for the secrets that its tests use.

Every log record of every library (with its exception), every warning and all output that a test captured is scanned; a
find makes the run fail. How many texts were scanned is printed at the end. Canaries are secrets that stand nowhere
else: a test that wants its secret looked for calls it by one of :data:`MARKS`.
"""

from __future__ import annotations

import base64
import logging
from typing import Any
from urllib.parse import quote

import pytest

MARKS = ("cAnArY", "wJalrXUtnFEMI/K7MDENG")
"""What secrets of tests hold: our own mark, and the beginning of the secret key in AWS's examples."""
FORMS = tuple(
    {
        form
        for mark in MARKS
        for form in (mark, quote(mark, safe=""), base64.b64encode(mark.encode()).decode()[:-2])
    }
)
FORMATTER = logging.Formatter("%(name)s %(message)s")


class Canary(logging.Handler):
    """Scans, counts, and remembers in which test something was found."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.scanned = 0
        self.found: list[str] = []
        self.test = "outside of tests"

    def scan(self, text: str, where: str) -> None:
        """Look at one text."""
        self.scanned += 1
        if any(form in text for form in FORMS):
            self.found.append(f"{self.test}: {where}")

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one log record."""
        self.scan(FORMATTER.format(record), f"log {record.name}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.test = nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for title, text in report.sections:
            self.scan(text, title)

    def pytest_warning_recorded(self, warning_message: Any, nodeid: str) -> None:
        self.scan(str(warning_message.message), f"warning in {nodeid}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["canary"] = [self.scanned, self.found]
        elif self.found and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        scanned, found = getattr(node, "workeroutput", {}).get("canary", (0, []))
        self.scanned += scanned
        self.found += found

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        terminalreporter.write_line(
            f"secrets: {self.scanned} texts scanned, {len(self.found)} with a secret of a test"
        )
        for place in sorted({*self.found}):
            terminalreporter.write_line(f"SECRET SHOWN  {place}", red=True)


def install(config: pytest.Config) -> None:
    """Scan this run."""
    canary = Canary()
    config.pluginmanager.register(canary, "canary")
    logging.getLogger().addHandler(canary)
    logging.getLogger("heliograph").setLevel(logging.DEBUG)
    config.add_cleanup(lambda: logging.getLogger().removeHandler(canary))
