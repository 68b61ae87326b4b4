# SPDX-License-Identifier: Apache-2.0
"""Strict type checks of packages: mypy over all, pyright over a choice, each package once until it changes."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from corpus import cache
from corpus.progress import Progress
from corpus.worker import Outcome, package_name

LINES = 120_000
"""Lines of a batch: the types of runtime and library are read once for each."""

Checker = Callable[[Sequence[str], Path], list[str]]


def mypy(outcomes: Sequence[Outcome], folder: Path, workers: int, seconds: dict[str, float]) -> list[str]:
    """Strict mypy over the packages."""
    return _checked("mypy", _mypy, outcomes, folder, workers, seconds)


def pyright(outcomes: Sequence[Outcome], folder: Path, workers: int, seconds: dict[str, float]) -> list[str]:
    """Strict pyright over the packages."""
    return _checked("pyright", _pyright, outcomes, folder, workers, seconds)


def _checked(
    tool: str,
    run: Checker,
    outcomes: Sequence[Outcome],
    folder: Path,
    workers: int,
    seconds: dict[str, float],
) -> list[str]:
    """What the tool has to say: of an earlier run where neither package nor runtime nor tool has changed."""
    kept = cache.Cache(folder / tool, f"{tool} {version(tool)} {cache.sources_digest(cache.RUNTIME)}")
    packages = folder / "packages"
    made = [each for each in outcomes if not each.made.refused]
    keys = {each.service: cache.files_digest(packages / package_name(each.service)) for each in made}
    documents = {name: kept.get(name, key) for name, key in keys.items()}
    missing = [each for each in made if documents[each.service] is None]
    progress = Progress(tool, len(missing))
    start = _cpu()
    with ThreadPoolExecutor(workers) as pool:
        batches = list(_batches(missing))
        for batch, lines in zip(
            batches, pool.map(lambda each: run(_names(each), packages), batches), strict=True
        ):
            for each in batch:
                mine = [line for line in lines if f"{package_name(each.service)}/" in line]
                documents[each.service] = {"problems": mine}
                progress.step(each.service)
            strange = [line for line in lines if not any(f"{name}/" in line for name in _names(batch))]
            if strange:
                return [f"{tool}: {line}" for line in strange]
            for each in batch:
                document = documents[each.service]
                assert document is not None
                kept.put(each.service, keys[each.service], document)
    seconds[tool] = round(_cpu() - start, 1)
    return [f"{tool}: {line}" for document in documents.values() if document for line in document["problems"]]


def _batches(outcomes: Sequence[Outcome]) -> Iterator[list[Outcome]]:
    """Groups of about equal length, the longest packages first."""
    batch: list[Outcome] = []
    lines = 0
    for each in sorted(outcomes, key=lambda outcome: -outcome.made.lines):
        if batch and lines + each.made.lines > LINES:
            yield batch
            batch, lines = [], 0
        batch.append(each)
        lines += each.made.lines
    if batch:
        yield batch


def _names(outcomes: Sequence[Outcome]) -> list[str]:
    return [package_name(each.service) for each in outcomes]


def _mypy(names: Sequence[str], packages: Path) -> list[str]:
    """The runtime is found where it is installed, and so not checked again."""
    command = [sys.executable, "-m", "mypy", "--strict", "--warn-unreachable", "--no-error-summary"]
    command += ["--config-file", "", "--cache-dir", "/dev/null", "--hide-error-context"]
    command += [part for name in names for part in ("-p", name)]
    environment = {"MYPYPATH": str(packages), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=packages)
    return [] if done.returncode == 0 else [*done.stdout.splitlines(), *done.stderr.splitlines()]


def _pyright(names: Sequence[str], packages: Path) -> list[str]:
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "include": [str(packages / name) for name in names],
        "extraPaths": [str(packages)],
    }
    project = packages.parent / f"pyright-{names[0]}.json"
    project.write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "-p", str(project)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    project.unlink()
    if done.returncode == 0:
        return []
    return [line.strip() for line in done.stdout.splitlines() if " - error" in line] or [
        done.stderr or done.stdout
    ]


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
