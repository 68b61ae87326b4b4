# SPDX-License-Identifier: Apache-2.0
"""Tests of a changed module: only those that enter the changed function, the likeliest to fail first, until one does.

Everything runs in children of this process, which has imported what is dear and not ours (pytest, hypothesis, botocore,
httpx); a child imports the runtime, the changed module among it, and the tests.
"""

from __future__ import annotations

import ast
import gc
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, settings

from mutants.changes import Mutant

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "runtime" / "heliograph"
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
PATIENCE = 5.0
"""Seconds that a test may take beyond :data:`SLOWER` times what it takes without a change."""
START = 60.0
"""Seconds that importing may take, and whatever else is no test."""
SLOWER = 10
BROKEN = 9
"""The exit status of a child that could not even start the tests."""
NOTICED = 1
"""That of one whose tests failed."""
NO_TESTS = int(pytest.ExitCode.NO_TESTS_COLLECTED)
STARTS = ("os.fork", "os.posix_spawn", "subprocess.Popen")
"""Audit events of tests whose children may enter any function."""

Function = tuple[str, int]
"""Module and first line."""


class Known(NamedTuple):
    """What a run without any change tells.

    Attributes:
        seconds: that each test takes, by its id.
        entered: the functions each test enters; ``None`` for a test that starts processes.
        always: the functions that are entered while tests are imported.
        foreign: the names of imported modules that are not ours.
    """

    seconds: dict[str, float]
    entered: dict[str, set[Function] | None]
    always: set[Function]
    foreign: list[str]

    def reaching(self, function: Function) -> list[str]:
        """The tests that may notice a change of a function."""
        everyone = not function[1] or function in self.always
        return [
            test
            for test, entered in self.entered.items()
            if everyone or entered is None or function in entered
        ]


class Observer:
    """A pytest plugin that finds out what :class:`Known` tells."""

    def __init__(self, runtime: Path) -> None:
        self._prefix = f"{runtime}{os.sep}"
        self._entered: set[Function] = set()
        self._starts = False
        self.known = Known({}, {}, set(), [])
        sys.addaudithook(self._audit)
        sys.settrace(self._trace)
        threading.settrace(self._trace)

    def _audit(self, event: str, arguments: object) -> None:
        self._starts = self._starts or event in STARTS

    def _trace(self, frame: FrameType, event: str, argument: object) -> None:
        name = frame.f_code.co_filename
        if name.startswith(self._prefix):
            module = name[len(self._prefix) :].removesuffix(".py").replace(os.sep, "/")
            self._entered.add((module, frame.f_code.co_firstlineno))

    def pytest_collection_finish(self) -> None:
        self.known.always.update(self._entered)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._entered, self._starts = set(), False
        sys.settrace(self._trace)  # some tests, and hypothesis, set another
        start = time.perf_counter()
        result = yield
        self.known.seconds[item.nodeid] = time.perf_counter() - start
        self.known.entered[item.nodeid] = None if self._starts else self._entered
        return result


class Chosen:
    """A pytest plugin that runs some tests, in an order, each for a limited time."""

    def __init__(self, tests: Sequence[str], seconds: dict[str, float], note: Path) -> None:
        self._tests, self._seconds, self._note = tests, seconds, note

    def pytest_collection(self) -> None:
        settings.register_profile(
            "mutants", settings.get_profile("busy"), phases=[Phase.explicit, Phase.generate], database=None
        )
        settings.load_profile("mutants")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        found = {item.nodeid: item for item in items}
        items[:] = [found[test] for test in self._tests if test in found]  # a change may take a case away

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            os._exit(NOTICED)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os._exit(NOTICED)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._note.write_text(item.nodeid, "utf-8")
        limit(PATIENCE + SLOWER * self._seconds[item.nodeid])
        result = yield
        limit(START)
        return result

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        os._exit(int(session.exitstatus))  # nobody reads a summary


def limit(seconds: float) -> None:
    """End this process where it goes on for longer without another limit."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def in_child(work: Callable[[], int]) -> int:
    """Do something in a child of this process, whose exit status is what it returns; the child's id."""
    child = os.fork()
    if child == 0:
        status = BROKEN
        try:
            os.setsid()
            status = work()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return child


def ended(child: int, status: int) -> int:
    """End what a child has left behind; its exit status, or the signal it died of as a negative number."""
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(status)


class Place:
    """A copy of the runtime that one child at a time imports."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runtime = folder / "heliograph"
        self.note = folder / "test"
        self.output = folder / "output"
        shutil.copytree(RUNTIME, self.runtime, ignore=shutil.ignore_patterns("__pycache__"))

    def enter(self) -> None:
        """Import the runtime from here, in this process and those it starts; say everything in a file."""
        for number in (1, 2):
            os.dup2(os.open(self.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.chdir(ROOT)
        places = [str(self.folder), *(str(ROOT / name) for name in ("generated", "local", "codegen"))]
        sys.path[:0] = places
        os.environ["PYTHONPATH"] = os.pathsep.join(places)
        assert not [name for name in sys.modules if name.partition(".")[0] == "heliograph"]

    def said(self) -> str:
        """The end of what was printed."""
        return self.output.read_text("utf-8", "replace")[-5000:] if self.output.exists() else ""

    def write(self, module: str, source: str) -> None:
        """Change a module."""
        path = self.runtime / f"{module}.py"
        path.write_text(source, "utf-8")
        for stale in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            stale.unlink()


class Outcome(NamedTuple):
    """How a trial ended.

    Attributes:
        mutant: what was tried.
        test: the one that noticed; empty where none did.
        by_time: whether it noticed by not ending.
    """

    mutant: Mutant
    test: str
    by_time: bool


class Trials:
    """Trials of the modules that the same tests watch.

    Arguments:
        tests: the files.
        workers: how many children run at a time.
        folder: for copies of the runtime.
    """

    def __init__(self, tests: Sequence[str], workers: int, folder: Path) -> None:
        self._tests = tests
        self._places = [Place(Path(tempfile.mkdtemp(dir=folder))) for _ in range(workers)]
        self._kills: defaultdict[Function, Counter[str]] = defaultdict(Counter)
        self.known = self._observed()
        for name in self.known.foreign:
            import_module(name)
        gc.freeze()  # what was imported for all is not searched for garbage by each

    def _observed(self) -> Known:
        """Run the tests without any change."""
        place = self._places[0]

        def observe() -> int:
            place.enter()
            sys.dont_write_bytecode = False  # the trials read what is compiled here
            observer = Observer(place.runtime)
            status = pytest.main([*OPTIONS, *self._tests], plugins=[observer])
            place.note.write_bytes(pickle.dumps(observer.known._replace(foreign=_foreign(place.folder))))
            return status

        if ended(*os.waitpid(in_child(observe), 0)):
            raise SystemExit(f"they fail without any change: {' '.join(self._tests)}: {place.said()}")
        for other in self._places[1:]:  # with what Python compiled
            shutil.copytree(place.runtime, other.runtime, dirs_exist_ok=True)
        known = pickle.loads(place.note.read_bytes())
        assert isinstance(known, Known)
        return known

    def run(self, module: str, mutants: Iterable[Mutant]) -> Iterator[Outcome]:
        """Try each change of a module, after none at all with the tests in another order."""
        original = (RUNTIME / f"{module}.py").read_text("utf-8")
        self._check(module, original)
        running: dict[int, tuple[Place, Mutant]] = {}
        try:
            yield from self._outcomes(module, iter(mutants), running)
        finally:
            for child in running:
                with suppress(ProcessLookupError):
                    os.killpg(child, signal.SIGKILL)
        for place in self._places:
            place.write(module, original)

    def _outcomes(
        self, module: str, waiting: Iterator[Mutant], running: dict[int, tuple[Place, Mutant]]
    ) -> Iterator[Outcome]:
        free = list(self._places)
        while True:
            while free and (mutant := next(waiting, None)) is not None:
                order = self._order((module, mutant.first_line))
                if not order:
                    yield Outcome(mutant, "", False)
                    continue
                place = free.pop()
                place.write(module, mutant.source)
                running[self._start(place, order)] = place, mutant
            if not running:
                break
            child, raw = os.wait()
            status = ended(child, raw)
            place, mutant = running.pop(child)
            free.append(place)
            if status not in (0, NOTICED, NO_TESTS) and status >= 0:
                raise SystemExit(f"{module}.py:{mutant.line} {mutant.what}: {place.said()}")
            test = "" if status in (0, NO_TESTS) else place.note.read_text("utf-8")
            if test:
                self._kills[module, mutant.first_line][test] += 1
            yield Outcome(mutant, test, status == -signal.SIGALRM)

    def _check(self, module: str, original: str) -> None:
        """See that the tests of a module do not notice what is no change."""
        place = self._places[0]
        place.write(module, ast.unparse(ast.parse(original)))
        child = self._start(place, self._order((module, 0))[::-1])
        if ended(*os.waitpid(child, 0)):
            raise SystemExit(
                f"{module}: noticed without any change: {place.note.read_text()}: {place.said()}"
            )

    def _order(self, function: Function) -> list[str]:
        """The tests that may notice, those first that have noticed changes of the same function."""
        kills, seconds = self._kills[function], self.known.seconds
        return sorted(self.known.reaching(function), key=lambda test: (-kills[test], seconds[test]))

    def _start(self, place: Place, order: list[str]) -> int:
        """Start a child that runs tests against what stands in a place."""
        place.note.write_text("import", "utf-8")

        def attempt() -> int:
            limit(START)
            place.enter()
            sys.dont_write_bytecode = True
            os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
            files = dict.fromkeys(test.partition("::")[0] for test in order)
            return pytest.main([*OPTIONS, *files], plugins=[Chosen(order, self.known.seconds, place.note)])

        return in_child(attempt)


def _foreign(folder: Path) -> list[str]:
    """The imported modules that are neither ours nor tests."""
    own = ("codegen", "generated", "local", "runtime", "tests", "tools")
    ours = (str(folder), *(str(ROOT / name) for name in own))

    def is_foreign(name: str, module: Any) -> bool:
        path = getattr(module, "__file__", None) or ""
        spec = getattr(module, "__spec__", None)
        return bool(path) and spec is not None and spec.name == name and not path.startswith(ours)

    return [name for name, module in list(sys.modules.items()) if is_foreign(name, module)]
