# SPDX-License-Identifier: Apache-2.0
"""Watches every test that runs an event loop for calls of ours that block it; one makes the test fail.

What counts is a call made on the thread of a running loop: opening or listing files, changing them, connecting a
blocking socket, looking up a name, reading certificates, starting a program, sleeping. It is ours where the innermost
frame that belongs to the project is one of the runtime or of a generated package; what a test does itself, or a
function of the test that the runtime calls, is the test's own.

Three things are left out. Importing a module reads files, once in a process. ``asyncio`` starts programs on the thread
of its loop, whoever asks. And a synchronous client that is used where a loop runs blocks it, as its user wants.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
BLOCKING = frozenset(
    "open os.listdir os.scandir os.mkdir os.remove os.rename os.rmdir os.link os.symlink os.truncate os.chmod os.utime"
    " socket.connect socket.getaddrinfo socket.gethostbyname socket.gethostbyaddr socket.getnameinfo"
    " subprocess.Popen os.system os.exec os.fork os.posix_spawn time.sleep ssl.load_verify_locations"
    " ssl.load_default_certs".split()
)
"""Audit events that stand for a wait; where the standard library has none, this module raises it."""
OURS, THEIRS, NOBODYS = "ours", "a test's", ""


class LoopWatch:
    """What was seen, and in how many tests a loop ran."""

    def __init__(self) -> None:
        self.watched = 0
        self.found: list[str] = []
        self._ran = False

    def loop_runs(self) -> None:
        """A loop begins to run in this test."""
        self._ran = True

    def look(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Look at a call that may block."""
        if asyncio._get_running_loop() is None:
            return
        if event == "open" and isinstance(arguments[0], int):  # a descriptor that is open already
            return
        if event == "socket.connect" and arguments[0].gettimeout() == 0:
            return
        place = caller(sys._getframe(2))
        if place is not None:
            self.found.append(f"{event} at {place}")

    def _checked(self) -> Iterator[None]:
        self.found.clear()
        yield
        found, self.found[:] = self.found[:], []
        if found:
            pytest.fail("the event loop was blocked: " + "; ".join(found), pytrace=False)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Iterator[None]:
        self._ran = False
        yield from self._checked()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        yield from self._checked()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Iterator[None]:
        yield from self._checked()
        self.watched += self._ran

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["loopwatch"] = self.watched

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.watched += getattr(node, "workeroutput", {}).get("loopwatch", 0)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        terminalreporter.write_line(
            f"event loops: {self.watched} tests ran one and were watched for what blocks it"
        )


def caller(frame: FrameType | None) -> str | None:
    """Where code of ours made a call, given the frame it was made in; ``None`` where it did not, or may."""
    place: str | None = None
    while frame is not None:
        code = frame.f_code
        owner = owner_of(code.co_filename)
        if place is None and code.co_filename != __file__:
            if owner == THEIRS or code.co_filename in IMPORTING or _starts_a_program_for_asyncio(frame):
                return None
            if owner == OURS:
                place = f"{Path(code.co_filename).name}:{frame.f_lineno} in {code.co_qualname}"
        if owner == OURS and code.co_qualname in SYNCHRONOUS:
            return None
        frame = frame.f_back
    return place


IMPORTING = frozenset({"<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>"})
SYNCHRONOUS = frozenset({"drive"})
"""Functions of ours in which a call is the user's own wish to wait."""


@cache
def owner_of(filename: str) -> str:
    """Whose code a file holds."""
    path = Path(filename)
    if path.is_relative_to(ROOT / "tests"):
        return THEIRS
    if any(path.is_relative_to(ROOT / folder) for folder in ("runtime", "generated", "local")):
        return OURS
    if any((folder / "manifest.json").is_file() for folder in list(path.parents)[:2]):  # a package of a test
        return OURS
    return NOBODYS


def _starts_a_program_for_asyncio(frame: FrameType) -> bool:
    return frame.f_globals.get("__name__") == "asyncio.unix_events" and frame.f_code.co_name == "_start"


def install(config: pytest.Config) -> None:
    """Watch this run."""
    watch = LoopWatch()
    config.pluginmanager.register(watch, "loopwatch")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in BLOCKING:
            watch.look(event, arguments)

    sys.addaudithook(hook)  # it cannot be taken back, and need not be
    for name in ("load_verify_locations", "load_default_certs"):
        setattr(ssl.SSLContext, name, _audited(getattr(ssl.SSLContext, name), f"ssl.{name}"))
    if sys.version_info < (3, 13):
        time.sleep = _audited(time.sleep, "time.sleep")
    run_forever = asyncio.BaseEventLoop.run_forever

    def watched_run_forever(loop: asyncio.BaseEventLoop) -> None:
        watch.loop_runs()
        run_forever(loop)

    asyncio.BaseEventLoop.run_forever = watched_run_forever  # type: ignore[method-assign]  # to know of each loop


def _audited(real: Callable[..., Any], event: str) -> Callable[..., Any]:
    def audited(*arguments: Any, **options: Any) -> Any:
        sys.audit(event)
        return real(*arguments, **options)

    return audited
