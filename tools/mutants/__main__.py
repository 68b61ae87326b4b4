# SPDX-License-Identifier: Apache-2.0
"""Change the runtime in small ways, one at a time, and see whether its tests notice.

    python tools/mutants                        # every module of the table
    python tools/mutants retries --share 1/4    # every fourth change of one module
    python tools/mutants credentials/           # every module whose name begins so

Survivors are listed with their line; the exit status is 1 where fewer than ``--least`` percent of the changes of a
module were noticed. What is changed, and what not, says tools/mutants/changes.py; which tests have to notice, and which
changes no caller can tell from the original, tools/mutants/table.py.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools")]

from mutants.changes import Mutant, mutants  # noqa: E402  found through the line above
from mutants.table import EQUAL, MODULES  # noqa: E402
from mutants.trials import RUNTIME, Trials  # noqa: E402


class Score(NamedTuple):
    """What became of the changes of a module."""

    module: str
    made: int
    noticed: int
    by_time: int
    equal: int
    survivors: list[Mutant]

    @property
    def percent(self) -> float:
        return 100 * self.noticed / max(self.made, 1)


def score(module: str, trials: Trials, step: int) -> Score:
    """Try every ``step``-th change of a module."""
    found = list(mutants((RUNTIME / f"{module}.py").read_text("utf-8")))
    chosen = [each for each in found[::step] if (module, each.function, each.what) not in EQUAL]
    noticed = by_time = 0
    survivors: list[Mutant] = []
    for outcome in trials.run(module, chosen):
        if outcome.test:
            noticed += 1
            by_time += outcome.by_time
        else:
            survivors.append(outcome.mutant)
            print(f"survived  {named(module, outcome.mutant)}", flush=True)
    survivors.sort()
    print(f"{module}: {noticed} of {len(chosen)} noticed", file=sys.stderr, flush=True)
    return Score(module, len(chosen), noticed, by_time, len(found[::step]) - len(chosen), survivors)


def named(module: str, mutant: Mutant) -> str:
    """A change in one line."""
    return f"{module}.py:{mutant.line}  {mutant.function}  {mutant.what}"


def stale(modules: list[str]) -> list[tuple[str, str, str]]:
    """Entries of the table of equal changes that are no changes."""
    known = {
        (module, each.function, each.what)
        for module in modules
        for each in mutants((RUNTIME / f"{module}.py").read_text("utf-8"))
    }
    return [each for each in EQUAL if each[0] in modules and each not in known]


def table(scores: list[Score]) -> str:
    """The scores as a table of Markdown."""
    lines = [
        "| module | made | noticed | of them by time | equal | percent |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for each in scores:
        lines.append(
            f"| {each.module} | {each.made} | {each.noticed} | {each.by_time} | {each.equal} | {each.percent:.1f} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(
        prog="mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="*", help="their names, or how they begin; all by default")
    parser.add_argument("--share", default="1/1", help="1/N tries every N-th change")
    parser.add_argument("--least", type=float, default=0, help="percent that must be noticed in each module")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    modules = [each for each in MODULES if not options.modules or each.startswith(tuple(options.modules))]
    if not modules:
        parser.error(f"no such module in the table; it has {', '.join(MODULES)}")
    if wrong := stale(modules):
        parser.error(f"the table of equal changes has some that are none: {wrong}")
    step = int(options.share.partition("/")[2])
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for module in modules:
        groups[MODULES[module]].append(module)
    start = time.monotonic()
    scores: list[Score] = []
    with tempfile.TemporaryDirectory() as folder:
        for tests, members in groups.items():
            trials = Trials(tests, options.workers, Path(folder))
            scores += [score(module, trials, step) for module in members]
    print(table(scores))
    made, noticed = sum(each.made for each in scores), sum(each.noticed for each in scores)
    print(f"together: {noticed} of {made} ({100 * noticed / max(made, 1):.1f} %)")
    print(f"took {time.monotonic() - start:.0f} s", file=sys.stderr)
    return int(any(each.percent < options.least for each in scores))


if __name__ == "__main__":
    sys.exit(main())
