# SPDX-License-Identifier: Apache-2.0
"""Searches everything that a test run says for the secrets that its tests use.

Scanned are every log record of every library (with its exception), every warning, all output that a test captured, and
the errors: what ended a failing test, and what ``pytest.raises`` caught, each with its causes, its notes and the locals
of every frame of ours, once for each kind of error and place. A find makes the run fail. How many texts were scanned
is printed at the end.

The secrets are planted: the variables of :data:`PLANTED` are set for the whole run, and tests call their secrets by one
of :data:`MARKS`.
"""

from __future__ import annotations

import base64
import logging
import os
import time
from collections.abc import Iterator
from traceback import walk_tb
from typing import Any
from urllib.parse import quote

import pytest
from _pytest import raises

MARKS = ("cAnArY", "wJalrXUtnFEMI/K7MDENG", "example-secret", "example-token")
"""What secrets of tests hold: our own mark, the beginning of the secret key in AWS's examples, and those of ours."""
FORMS = tuple(
    {
        form
        for mark in MARKS
        for form in (mark, quote(mark, safe=""), base64.b64encode(mark.encode()).decode()[:-2])
    }
)
PLANTED = {
    "AWS_ACCESS_KEY_ID": "AKIDPLANTED",
    "AWS_SECRET_ACCESS_KEY": "cAnArY+planted/secret",
    "AWS_SESSION_TOKEN": "cAnArY+planted/token==",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "cAnArY-planted-agent",
}
"""What the environment of a run holds, where it does not hold something else already."""
LIBRARIES = ("heliograph", "heliograph_local", "httpx", "httpcore", "asyncio", "aiohttp")
"""Loggers that are heard at every level."""
FORMATTER = logging.Formatter("%(name)s %(message)s")
OURS = ("heliograph", "heliograph_local", "kinesis_video_signaling")
"""Packages whose frames and errors are looked into; so are those that tests generate, ``case_...``."""
LONGEST = 100_000
"""Characters of one local, or of one error, that are looked at."""


class Canary(logging.Handler):
    """Scans, counts, and remembers in which test something was found.

    Attributes:
        scanned: how many texts were looked at.
        errors: how many of them were errors with their locals.
        seconds: how long that took.
        found: test and place of each text that holds a secret.
    """

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.scanned = 0
        self.errors = 0
        self.seconds = 0.0
        self.found: list[str] = []
        self.test = "outside of tests"
        self._places: set[tuple[type[BaseException], str, int]] = set()

    def scan(self, text: str, where: str) -> None:
        """Look at one text."""
        self.scanned += 1
        if any(form in text for form in FORMS):
            self.found.append(f"{self.test}: {where}")

    def scan_error(self, error: BaseException) -> None:
        """Look at one error, if none of its kind came from that place yet."""
        place = (type(error), *_innermost(error))
        if place in self._places:
            return
        self._places.add(place)
        start = time.perf_counter()
        self.errors += 1
        for text, where in shown(error):
            self.scan(text, where)
        self.seconds += time.perf_counter() - start

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one log record."""
        start = time.perf_counter()
        self.scan(FORMATTER.format(record), f"log {record.name}")
        self.seconds += time.perf_counter() - start

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.test = nodeid

    def pytest_exception_interact(self, call: pytest.CallInfo[Any]) -> None:
        if call.excinfo is not None:
            self.scan_error(call.excinfo.value)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for title, text in report.sections:
            self.scan(text, title)

    def pytest_warning_recorded(self, warning_message: Any, nodeid: str) -> None:
        self.scan(str(warning_message.message), f"warning in {nodeid}")

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["canary"] = [self.scanned, self.errors, self.seconds, self.found]
        elif self.found and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        scanned, errors, seconds, found = getattr(node, "workeroutput", {}).get("canary", (0, 0, 0, []))
        self.scanned += scanned
        self.errors += errors
        self.seconds += seconds
        self.found += found

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        terminalreporter.write_line(
            f"secrets: {self.scanned} texts scanned ({self.errors} errors with their locals among them, "
            f"{self.seconds:.1f} s), {len(self.found)} with a secret of a test"
        )
        for place in sorted({*self.found}):
            terminalreporter.write_line(f"SECRET SHOWN  {place}", red=True)


def shown(error: BaseException) -> Iterator[tuple[str, str]]:
    """All that tools which print locals would show of an error and of what led to it, and where it stands."""
    chain: list[BaseException | None] = [error]
    seen: set[int] = set()
    for link in chain:
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        name = type(link).__name__
        if _is_ours(type(link).__module__):  # others quote what the test wrote
            yield _cut(f"{link!r} {link} {getattr(link, '__notes__', '')}"), f"text of {name}"
        for frame, line in walk_tb(link.__traceback__):
            module = frame.f_globals.get("__name__", "")
            if _is_ours(module):
                place = f"{module}:{line} {frame.f_code.co_qualname}"
                for local, value in frame.f_locals.items():
                    yield _repr(value), f"local {local} of {place}, in {name}"
        chain += [link.__cause__, link.__context__, *getattr(link, "exceptions", ())]


def _is_ours(module: str) -> bool:
    top = module.partition(".")[0]
    return top in OURS or top.startswith("case_")


def _innermost(error: BaseException) -> tuple[str, int]:
    """Where one of our frames raised it, or let it pass."""
    place = ("", 0)
    for frame, line in walk_tb(error.__traceback__):
        module = frame.f_globals.get("__name__", "")
        if _is_ours(module):
            place = (module, line)
    return place


def _repr(value: object) -> str:
    is_plain = type(value) in (bytes, bytearray, str)  # a subclass may show less than it holds
    if is_plain and isinstance(value, (bytes, bytearray, str)):
        value = value[:LONGEST]
    try:
        return _cut(repr(value))
    except Exception as error:  # as tools do: a repr that fails is not what is shown
        return f"<no repr: {type(error).__name__}>"


def _cut(text: str) -> str:
    return text[:LONGEST]


def install(config: pytest.Config) -> None:
    """Scan this run."""
    for name, value in PLANTED.items():
        os.environ.setdefault(name, value)
    canary = Canary()
    config.pluginmanager.register(canary, "canary")
    logging.getLogger().addHandler(canary)
    config.add_cleanup(lambda: logging.getLogger().removeHandler(canary))
    for library in LIBRARIES:
        logging.getLogger(library).setLevel(logging.DEBUG)
    _watch_raises(config, canary)


def _watch_raises(config: pytest.Config, canary: Canary) -> None:
    """Look at each error that a test expects."""
    leave = raises.RaisesExc.__exit__

    def watched(self: Any, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> bool:
        if error is not None:
            canary.scan_error(error)
        return leave(self, kind, error, trace)

    patch = pytest.MonkeyPatch()  # pytest has no hook for errors that are expected
    patch.setattr(raises.RaisesExc, "__exit__", watched)
    config.add_cleanup(patch.undo)
