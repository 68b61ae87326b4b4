# SPDX-License-Identifier: Apache-2.0
"""Measure this library against its peers, interleaved, and say which budgets it keeps.

    python benchmarks/run.py [--quick] [--rounds N] [--only ROW,...] [--json FILE]
                             [--environments FOLDER] [--python PEER=PATH ...]

benchmarks/README.md explains the rows.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from environments import HERE, PEERS, environments
from processes import Server
from report import Result, machine, table
from rows import OURS, ROWS, Bench, NotMeasuredError, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


def main(arguments: list[str] | None = None) -> None:
    options = parsed(arguments)
    rows = [row for row in ROWS if row.name in options.only]
    wanted = {OURS, *(peer for row in rows for peer in row.peers if peer in options.peers)}
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        places = environments(wanted, options.environments or scratch, dict(options.python))
        server = stack.enter_context(closing(Server(scratch)))
        before = machine()
        results: list[Result] = []
        for row in rows:
            rounds = options.rounds or (2 if options.quick else row.rounds)
            with ExitStack() as opened:
                try:
                    bench = Bench(places, server, 0.05 if options.quick else 1.0, opened)
                    results.append(measured(row, bench, rounds))
                except NotMeasuredError as reason:
                    say(f"{row.name}: not measured, {reason}")
        data = {
            "machine": before,
            "load_at_end": machine()["load"],
            "versions": {name: place.versions() for name, place in places.items()},
            "rows": [result.as_data() for result in results],
        }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    print(table(results))
    print(f"\n{', '.join(f'{name}: {value}' for name, value in before.items())}")
    say(f"written to {options.json}")


def measured(row: Row, bench: Bench, rounds: int) -> Result:
    """A row's figures. Peers take turns, each second round in reverse order, so that none always comes first."""
    peers = [peer for peer in (*row.peers, OURS) if peer in bench.environments]
    measures = {peer: row.prepare(bench, peer) for peer in peers}
    figures: dict[str, list[float]] = {peer: [] for peer in peers}
    for number in range(rounds):
        say(f"{row.name}: {number + 1} of {rounds}", end="\r")
        for peer in reversed(peers) if number % 2 else peers:
            figures[peer].append(measures[peer]())
    say("")
    return Result(row, figures)


def say(text: str, end: str = "\n") -> None:
    """Progress, away from the table."""
    print(text, end=end, file=sys.stderr, flush=True)


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    rows = [row.name for row in ROWS]
    results = HERE / "results" / time.strftime("%Y%m%d-%H%M%S.json")
    parser = argparse.ArgumentParser(description="Measure against boto3, aiobotocore, capo and plain httpx.")
    add = parser.add_argument
    add("--quick", action="store_true", help="few repetitions: to see that it works")
    add("--rounds", type=int, help="how often the peers take turns")
    add("--only", type=chosen(rows), default=set(rows), metavar="ROW,...", help=", ".join(rows))
    add("--peers", type=chosen(PEERS), default=set(PEERS), metavar="PEER,...", help=", ".join(PEERS))
    add("--json", type=Path, default=results, metavar="FILE", help="where the figures go")
    add(
        "--environments",
        type=folder,
        metavar="FOLDER",
        help="keep the peers' virtualenvs, and use them again",
    )
    add("--python", type=interpreter, action="append", default=[], metavar="PEER=PATH",
        help="an interpreter that has the peer already")  # fmt: skip
    return parser.parse_args(arguments)


def chosen(names: Collection[str]) -> Callable[[str], set[str]]:
    """The type of an argument that takes some of these names."""

    def some(text: str) -> set[str]:
        given = set(text.split(","))
        unknown = ", ".join(given.difference(names))
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown}: choose from {', '.join(names)}")
        return given

    return some


def folder(text: str) -> Path:
    """The type of an argument that names a folder; processes started elsewhere use it too."""
    return Path(text).absolute()


def interpreter(text: str) -> tuple[str, Path]:
    """A peer and its interpreter."""
    name, _, path = text.partition("=")
    if name not in PEERS or not Path(path).exists():
        raise argparse.ArgumentTypeError(f"{text}: give PEER=PATH, with a peer of {', '.join(PEERS)}")
    return name, Path(path).absolute()


if __name__ == "__main__":
    main()
