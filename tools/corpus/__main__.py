# SPDX-License-Identifier: Apache-2.0
"""``python tools/corpus``: see ``--help``; the session ``corpus`` runs it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]

from corpus import cache, importing, report, services, typed  # noqa: E402  found through the lines above
from corpus.progress import Progress  # noqa: E402
from corpus.worker import Outcome, Task, compare, make  # noqa: E402
from heliograph_codegen.frontends import c2j_files  # noqa: E402


def main() -> int:
    """Run it; the exit status is 0 when every service was made and every difference is explained."""
    parser = argparse.ArgumentParser(prog="corpus", description=__doc__)
    parser.add_argument("services", nargs="*", help="names in botocore; all if none is named")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "build" / "corpus", help="where packages are kept"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--samples", type=int, default=1, help="random calls of each operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full", action="store_true", help="pyright over all packages")
    parser.add_argument("--no-types", action="store_true", help="leave the type checkers out")
    parser.add_argument("--write", action="store_true", help="record the figures in benchmarks/")
    arguments = parser.parse_args()
    names = arguments.services or list(c2j_files.services())
    seconds: dict[str, float] = {}
    outcomes = made(names, arguments, seconds)
    problems = importing.imports(outcomes, arguments.folder)
    if not arguments.no_types:
        problems += typed.mypy(outcomes, arguments.folder, arguments.workers, seconds)
        looked_at = outcomes if arguments.full else services.chosen(outcomes, arguments.seed)
        problems += typed.pyright(looked_at, arguments.folder, arguments.workers, seconds)
    largest = "ec2" if "ec2" in names else ""
    ratios = importing.import_ratios(largest, arguments.folder) if largest else {}
    found = report.figures(outcomes, seconds, ratios)
    print(report.text(outcomes, found))
    problems += report.problems(outcomes, found)
    if not arguments.services:
        problems += report.limits(found)
    if arguments.write:
        report.write(found)
    elif not arguments.services:
        problems += report.regressions(found)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def made(names: list[str], arguments: argparse.Namespace, seconds: dict[str, float]) -> list[Outcome]:
    """What became of each service, in the order of the names; from the cache where nothing has changed.

    Packages are made first, all of them, so that the time of it is the generator's own.
    """
    arguments.folder.mkdir(parents=True, exist_ok=True)
    task = Task.here(arguments.folder, arguments.seed, arguments.samples)
    largest_first = sorted(names, key=cache.model_size, reverse=True)
    with ProcessPoolExecutor(arguments.workers) as pool:
        start = time.monotonic()
        packages = {name: pool.submit(make, name, task) for name in largest_first}
        makings = _followed("made", packages)
        if not any(making.was_made for making in makings.values()):
            seconds[f"made by {arguments.workers} processes, by the clock"] = round(
                time.monotonic() - start, 1
            )
        calls = {name: pool.submit(compare, name, makings[name], task) for name in largest_first}
        outcomes = _followed("compared", calls)
    return [outcomes[name] for name in names]


def _followed(title: str, waiting: Mapping[str, Future[T]]) -> dict[str, T]:
    """The results of work, with a word of progress for each."""
    progress = Progress(title, len(waiting))
    names = {future: name for name, future in waiting.items()}
    for done in as_completed(names):
        progress.step(names[done])
    return {name: future.result() for name, future in waiting.items()}


if __name__ == "__main__":
    sys.exit(main())
