# SPDX-License-Identifier: Apache-2.0
"""The scan of a test run can find what it looks for."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any, cast

import pytest

import canary
from heliograph import HeliographError

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


def raised(leak: Callable[[str], object]) -> BaseException:
    """What a function of ours, as far as the scan can see, ends in."""
    with pytest.raises((HeliographError, ExceptionGroup)) as caught:
        leak(SECRETS[0])
    return caught.value


def in_a_local(secret: str) -> None:
    raise HeliographError("no")


def in_the_text(secret: str) -> None:
    told, secret = secret, ""
    raise HeliographError(told)


def in_a_note(secret: str) -> None:
    error = HeliographError("no")
    error.add_note(secret)
    raise error


def in_a_cause(secret: str) -> None:
    try:
        in_a_local(secret)
    except HeliographError as error:
        raise HeliographError("outer") from error


def in_a_group(secret: str) -> None:
    raise ExceptionGroup("several", [HeliographError(secret)])


def as_if_ours(function: Callable[[str], object]) -> Callable[[str], object]:
    """The same function, of a module of ours."""
    names = {**function.__globals__, "__name__": "case_leak"}
    names["in_a_local"] = FunctionType(in_a_local.__code__, names)
    return FunctionType(function.__code__, names)


@pytest.mark.parametrize("leak", [in_a_local, in_the_text, in_a_note, in_a_cause, in_a_group])
def test_a_secret_in_an_error_is_found(
    leak: Callable[[str], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = canary.Canary()
    with monkeypatch.context() as patch:
        patch.setattr(canary.Canary, "scan_error", lambda self, error: None)  # this run's own
        error = raised(as_if_ours(leak))
    scan.scan_error(error)
    assert scan.errors == 1
    assert scan.found
    scan.scan_error(error)
    assert scan.errors == 1, "once for each kind and place"


def test_a_secret_in_a_test_s_own_frame_is_nobody_s_fault() -> None:
    scan = canary.Canary()
    scan.scan_error(raised(in_a_local))
    assert (scan.errors, scan.found) == (1, [])


LEAKS = """
import logging, warnings
import pytest
from case_leak import leak

SECRET = "cAnArY-1"

def test_log(): logging.getLogger("httpcore").debug("sent %s", SECRET)
def test_log_of_an_error():
    try: raise ValueError(SECRET)
    except ValueError: logging.getLogger("heliograph.http").exception("failed")
def test_warning(): warnings.warn(SECRET)
def test_output(capsys): print(SECRET, flush=True)
def test_output_of_a_process():
    import subprocess, sys
    subprocess.run([sys.executable, "-c", "print('cAn' + 'ArY')"], check=True)
def test_failing(): leak(ValueError, SECRET)
def test_expected():
    with pytest.raises(KeyError): leak(KeyError, SECRET)
def test_environment():
    import os
    print(os.environ["AWS_SECRET_ACCESS_KEY"])
def test_nothing(): print("nothing")
"""


def test_each_way_out_of_a_run_is_watched(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import canary\ndef pytest_configure(config): canary.install(config)\n"
    )
    (tmp_path / "case_leak.py").write_text("def leak(kind, secret): raise kind('no')\n")
    (tmp_path / "test_leaks.py").write_text(LEAKS)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    paths = os.pathsep.join([str(Path(canary.__file__).parent), str(tmp_path)])
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_leaks.py"],
        cwd=tmp_path, env={**environment, "PYTHONPATH": paths}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = set(re.findall(r"^SECRET SHOWN  test_leaks.py::test_(\w+):", run.stdout, re.MULTILINE))
    assert run.returncode == 1
    assert told == set(re.findall(r"^def test_(\w+)", LEAKS, re.MULTILINE)) - {"nothing"}
    assert re.search(r"^secrets: \d+ texts scanned \(2 errors with their locals", run.stdout, re.MULTILINE)


def test_what_is_planted_is_marked() -> None:
    secrets = {name: value for name, value in canary.PLANTED.items() if name != "AWS_ACCESS_KEY_ID"}
    assert [name for name, value in secrets.items() if canary.MARKS[0] not in value] == []


def test_this_run_is_scanned(request: pytest.FixtureRequest) -> None:
    scan = cast(Any, request.config.pluginmanager.get_plugin("canary"))
    before = scan.scanned
    logging.getLogger("heliograph.http").debug("nothing")
    assert scan.scanned == before + 1
