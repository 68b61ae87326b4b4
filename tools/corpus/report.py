# SPDX-License-Identifier: Apache-2.0
"""The figures of a run: for people, for the record, and against the record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.causes import KNOWN, UNKNOWN
from corpus.compare import Tally
from corpus.worker import SIDES, Outcome

RECORD = Path(__file__).resolve().parents[2] / "benchmarks" / "corpus.json"


def _sides(outcome: Outcome) -> list[tuple[str, Tally]]:
    return [(side, outcome.tallies[side]) for side in SIDES if side in outcome.tallies]


def unexplained(outcomes: Sequence[Outcome]) -> int:
    """Differences without a known cause."""
    return sum(
        count
        for outcome in outcomes
        for _, compared in _sides(outcome)
        for cause, count in compared.causes.items()
        if cause.startswith(UNKNOWN)
    )


def figures(outcomes: Sequence[Outcome], seconds: Mapping[str, float]) -> dict[str, Any]:
    """What is recorded."""
    protocols: dict[str, Counter[str]] = {}
    for each in outcomes:
        row = protocols.setdefault(each.made.protocol, Counter())
        row["services"] += 1
        row["refused"] += bool(each.made.refused)
        row["operations"] += each.made.operations
        row["lines"] += each.made.lines
        for side, compared in _sides(each):
            row[side] += compared.seen
            row[f"{side}_equal"] += compared.equal
    stages: Counter[str] = Counter()
    for each in outcomes:
        stages.update(each.made.seconds)
        stages["compare"] += each.seconds  # type: ignore[assignment]
    return {
        "protocols": {name: dict(protocols[name]) for name in sorted(protocols)},
        "lines_per_operation": {
            name: round(row["lines"] / row["operations"], 1)
            for name, row in sorted(protocols.items())
            if row["operations"]
        },
        "cpu_seconds": {name: round(stages[name], 1) for name in stages},
        "seconds": dict(seconds),
    }


def text(outcomes: Sequence[Outcome], found: Mapping[str, Any], problems: Sequence[str]) -> str:
    """The tables."""
    columns = (
        "services",
        "refused",
        "operations",
        "lines",
        "requests",
        "requests_equal",
        "results",
        "results_equal",
        "errors",
        "errors_equal",
    )
    rows: dict[str, Mapping[str, int]] = dict(found["protocols"])
    total: Counter[str] = Counter()
    for row in rows.values():
        total.update(row)
    lines = ["", f"{'':20}" + "".join(f"{name:>15}" for name in columns)]
    for name, row in [*rows.items(), ("in all", total)]:
        lines.append(f"{name:20}" + "".join(f"{row.get(column, 0):>15}" for column in columns))
    causes: Counter[str] = Counter()
    where: dict[str, list[str]] = {}
    refusals: Counter[str] = Counter()
    for outcome in outcomes:
        if outcome.made.refused:
            refusals[outcome.made.refused.partition("; ")[0][:120]] += 1
        for side, compared in _sides(outcome):
            for cause, count in compared.causes.items():
                causes[f"{side}: {cause}"] += count
                where.setdefault(f"{side}: {cause}", []).extend(compared.examples[cause])
    lines += ["", "differences by cause"]
    for cause, count in causes.most_common():
        lines += [f"{count:>8} {cause}", *(f"{'':9}{each}" for each in where[cause][:3])]
    lines += ["", "explained: " + ", ".join(cause.name for cause in KNOWN), "", "refused"]
    lines += [f"{count:>8} {reason}" for reason, count in refusals.most_common()]
    lines += ["", f"CPU seconds {found['cpu_seconds']}, seconds {found['seconds']}, problems {len(problems)}"]
    return "\n".join(lines)


def write(found: Mapping[str, Any]) -> None:
    """Record the figures."""
    RECORD.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def regressions(found: Mapping[str, Any], *, is_whole: bool) -> list[str]:
    """Where a whole run differs from the record in what does not depend on the machine."""
    if not is_whole or not RECORD.is_file():
        return []
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))["lines_per_operation"]
    return [
        f"{name}: {lines} lines per operation, recorded are {recorded.get(name)}; look, then run with --write"
        for name, lines in found["lines_per_operation"].items()
        if lines != recorded.get(name)
    ]
