# SPDX-License-Identifier: Apache-2.0
"""What all packages have to pass: import where nothing else is, and both type checkers."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from corpus.worker import Outcome, package_name

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = (
    "httpx",
    "httpcore",
    "asyncio",
    "ssl",
    "logging",
    "concurrent.futures",
    "dataclasses",
    "typing",
    "enum",
    "json",
)
"""What the import of a package must not load."""

_IMPORT = """
import sys
sys.path[:0] = {paths!r}
before = set(sys.modules)
import importlib
for name in {names!r}:
    try:
        package = importlib.import_module(name)
        loaded = {{each for each in {forbidden!r} if each in sys.modules and each not in before}}
        if loaded:
            print(f"{{name}}: its import loads {{', '.join(sorted(loaded))}}")
            before |= loaded
    except Exception as error:
        print(f"{{name}}: {{type(error).__name__}}: {{error}}")
for name in {names!r}:
    try:
        package = importlib.import_module(name)
        for each in package.__all__:
            getattr(package, each)
    except Exception as error:
        print(f"{{name}}: {{type(error).__name__}}: {{error}}")
"""


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.monotonic()
    yield
    seconds[stage] = round(time.monotonic() - start, 1)


def _names(outcomes: Sequence[Outcome]) -> list[str]:
    return [package_name(each.service) for each in outcomes if not each.made.refused]


def imports(outcomes: Sequence[Outcome], folder: Path, seconds: dict[str, float]) -> list[str]:
    """Each package is imported, apart from the settings of this interpreter, and each of its names is there."""
    names = _names(outcomes)
    site = [path for path in sys.path if path.endswith("site-packages")]
    paths = [str(folder / "packages"), str(ROOT / "runtime"), *site]
    script = _IMPORT.format(paths=paths, names=names, forbidden=FORBIDDEN)
    with _timed(seconds, "imports"):
        done = subprocess.run(
            [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False
        )
    return [*done.stdout.splitlines(), *done.stderr.splitlines()]


def mypy(outcomes: Sequence[Outcome], folder: Path, seconds: dict[str, float]) -> list[str]:
    """Strict mypy over all packages, in one run that keeps a cache."""
    command = [sys.executable, "-m", "mypy", "--strict", "--warn-unreachable", "--no-error-summary"]
    command += ["--config-file", "", "--cache-dir", str(folder / "mypy")]
    command += [part for name in _names(outcomes) for part in ("-p", name)]
    environment = {"MYPYPATH": f"{folder / 'packages'}:{ROOT / 'runtime'}", "PATH": "/usr/bin:/bin"}
    with _timed(seconds, "mypy"):
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment, cwd=folder
        )
    return [] if done.returncode == 0 else [*done.stdout.splitlines(), *done.stderr.splitlines()]


def pyright(outcomes: Sequence[Outcome], folder: Path, seconds: dict[str, float]) -> list[str]:
    """Strict pyright over the packages of these services."""
    packages = folder / "packages"
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "include": [str(packages / name) for name in _names(outcomes)],
        "extraPaths": [str(packages), str(ROOT / "runtime")],
    }
    project = folder / "pyrightconfig.json"
    project.write_text(json.dumps(settings), encoding="utf-8")
    with _timed(seconds, "pyright"):
        done = subprocess.run(
            [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "-p", str(project)],
            capture_output=True,
            text=True,
            check=False,
        )
    return [] if done.returncode == 0 else [line for line in done.stdout.splitlines() if " - error" in line]
