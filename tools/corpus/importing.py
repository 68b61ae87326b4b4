# SPDX-License-Identifier: Apache-2.0
"""The import of packages: where nothing else is, of every name, and how long the largest takes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
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
REFERENCE = "import httpx"
"""What import times are compared with; its version is that of constraints.txt."""
ROUNDS = 9

_IMPORT = """
import sys
sys.path[:0] = {paths!r}
import importlib
for name in {names!r}:
    before = set(sys.modules)
    try:
        package = importlib.import_module(name)
        loaded = [each for each in {forbidden!r} if each in sys.modules and each not in before]
        if loaded:
            print(f"{{name}}: its import loads {{', '.join(loaded)}}")
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


def imports(outcomes: Sequence[Outcome], folder: Path) -> list[str]:
    """Each package is imported, apart from the settings of this interpreter, and each of its names is there."""
    names = [package_name(each.service) for each in outcomes if not each.made.refused]
    script = _IMPORT.format(paths=_paths(folder), names=names, forbidden=FORBIDDEN)
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False)
    return [*done.stdout.splitlines(), *done.stderr.splitlines()]


def import_ratios(service: str, folder: Path) -> dict[str, float]:
    """CPU time of imports over that of :data:`REFERENCE`, the start of Python subtracted from both.

    Measured in turns in processes of their own; medians, bytecode warm.

    Returns:
        ``package`` for the import of the package alone, ``client`` for its client and all that this stands on.
    """
    name = package_name(service)
    path = f"import sys; sys.path[:0] = {_paths(folder)!r}; "
    statements = {
        "nothing": "pass",
        "reference": REFERENCE,
        "package": f"import {name}",
        "client": f"from {name} import Client",
    }
    found: dict[str, list[float]] = {each: [] for each in statements}
    for turn in range(ROUNDS + 1):
        for each, statement in statements.items():
            used = _cpu_of(path + statement)
            if turn:  # the first writes bytecode
                found[each].append(used)
    times = {each: statistics.median(values) for each, values in found.items()}
    unit = times["reference"] - times["nothing"]
    return {each: round((times[each] - times["nothing"]) / unit, 2) for each in ("package", "client")}


def _cpu_of(script: str) -> float:
    """CPU seconds of a process that runs a script."""
    process = subprocess.Popen([sys.executable, "-I", "-c", script])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the import failed: {script}")
    return used.ru_utime + used.ru_stime


def _paths(folder: Path) -> list[str]:
    site = [path for path in sys.path if path.endswith("site-packages")]
    return [str(folder / "packages"), str(ROOT / "runtime"), *site]
