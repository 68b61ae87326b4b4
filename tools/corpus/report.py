# SPDX-License-Identifier: Apache-2.0
"""The figures of a run: for people, for the record, and against the record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corpus.causes import KNOWN, UNKNOWN
from corpus.compare import Tally
from corpus.rules import described
from corpus.worker import SIDES, Outcome

RECORD = Path(__file__).resolve().parents[2] / "benchmarks" / "corpus.json"
EXCEPTIONS: Mapping[str, str] = json.loads(
    Path(__file__).with_name("exceptions.json").read_text(encoding="utf-8")
)
"""Services that are not made, each with its reason."""
MOST_EXCEPTIONS = 3
EQUAL = 0.999
"""The least share of pairs that are equal."""
SLOWER = 1.25
"""Import times may be so much longer than recorded, since machines differ."""
GROWTH = 1.5
"""A line of the largest packages may take so many times as long as one of others."""


def figures(
    outcomes: Sequence[Outcome], seconds: Mapping[str, float], imports: Mapping[str, float]
) -> dict[str, Any]:
    """What is recorded."""
    protocols: dict[str, Counter[str]] = {}
    for each in outcomes:
        row = protocols.setdefault(each.made.protocol, Counter())
        row["services"] += 1
        row["made"] += not each.made.refused
        row["operations"] += each.made.operations
        row["lines"] += each.made.lines
    protocols = {name: protocols[name] for name in sorted(protocols)}
    total = sum(protocols.values(), Counter())
    stages: Counter[str] = Counter()
    for each in outcomes:
        stages.update({name: round(1000 * used) for name, used in each.made.seconds.items()})
        stages["compare"] += round(1000 * each.seconds)
    return {
        "botocore": version("botocore"),
        "protocols": {name: dict(row) for name, row in protocols.items()},
        "in all": dict(total),
        "lines_per_operation": {
            name: round(row["lines"] / row["operations"], 2)
            for name, row in [*protocols.items(), ("in all", total)]
            if row["operations"]
        },
        "compared": {
            side: _compared([tally for each, tally in _tallies(outcomes) if each == side]) for side in SIDES
        },
        "import_ratios": dict(imports),
        "growth": _growth(outcomes),
        "seconds": {**{name: round(used / 1000, 1) for name, used in stages.items()}, **seconds},
    }


def _growth(outcomes: Sequence[Outcome]) -> float:
    """How much longer a line takes to generate in the largest tenth of the packages than in the middle fifth."""
    made = sorted((each.made for each in outcomes if each.made.lines), key=lambda making: making.lines)
    tenth = len(made) // 10
    if not tenth:
        return 1.0
    middle, largest = (
        sum(each.seconds.get("load", 0.0) + each.seconds.get("generate", 0.0) for each in part)
        / sum(each.lines for each in part)
        for part in (made[4 * tenth : 6 * tenth], made[-tenth:])
    )
    return round(largest / middle, 2) if middle else 1.0


def _tallies(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Tally]]:
    for outcome in outcomes:
        yield from outcome.tallies.items()


def _compared(tallies: Sequence[Tally]) -> dict[str, Any]:
    rules: Counter[str] = Counter()
    causes: Counter[str] = Counter()
    for tally in tallies:
        rules.update(tally.rules)
        causes.update(tally.causes)
    return {
        "seen": sum(tally.seen for tally in tallies),
        "equal": sum(tally.equal for tally in tallies),
        "rules": dict(rules.most_common()),
        "causes": dict(causes.most_common()),
    }


def text(outcomes: Sequence[Outcome], found: Mapping[str, Any]) -> str:
    """The tables."""
    columns = ("services", "made", "operations", "lines")
    lines = ["", f"{'':12}" + "".join(f"{name:>12}" for name in (*columns, "lines/op"))]
    for name, row in [*found["protocols"].items(), ("in all", found["in all"])]:
        share = found["lines_per_operation"].get(name, 0)
        lines.append(
            f"{name:12}" + "".join(f"{row.get(column, 0):>12}" for column in columns) + f"{share:>12}"
        )
    about = {**dict(described()), **{cause.name: cause.reason for cause in KNOWN}}
    for side, row in found["compared"].items():
        share = row["equal"] / row["seen"] if row["seen"] else 1
        lines += ["", f"{side}: {row['equal']} of {row['seen']} equal, {share:.3%}"]
        lines += [f"{count:>8} by rule: {name}. {about[name]}" for name, count in row["rules"].items()]
        for cause, count in row["causes"].items():
            lines.append(f"{count:>8} differ: {cause}. {about.get(cause, '')}")
            lines += [f"{'':9}{each}" for each in _examples(outcomes, side, cause)[:3]]
    lines += [
        "",
        *(f"not made: {each.service}: {each.made.refused}" for each in outcomes if each.made.refused),
    ]
    lines += ["", f"import, {found['import_ratios']} of the reference"] if found["import_ratios"] else []
    lines += [
        "",
        f"a line of the largest tenth takes {found['growth']} times as long as one of the middle fifth",
    ]
    lines += [f"seconds: {found['seconds']}"]
    return "\n".join(lines)


def _examples(outcomes: Sequence[Outcome], side: str, cause: str) -> list[str]:
    return [
        example
        for each, tally in _tallies(outcomes)
        if each == side
        for example in tally.examples.get(cause, [])
    ]


def problems(outcomes: Sequence[Outcome], found: Mapping[str, Any]) -> Iterator[str]:
    """What no run may show: services that are not made, unequal pairs without a cause."""
    if len(EXCEPTIONS) > MOST_EXCEPTIONS:
        yield f"exceptions.json lists {len(EXCEPTIONS)} services; {MOST_EXCEPTIONS} are the most"
    for outcome in outcomes:
        if outcome.made.refused and outcome.service not in EXCEPTIONS:
            yield f"{outcome.service} is not made: {outcome.made.refused}"
        if not outcome.made.refused and outcome.service in EXCEPTIONS:
            yield f"{outcome.service} is made; take it out of exceptions.json"
    for side, row in found["compared"].items():
        unknown = sum(count for cause, count in row["causes"].items() if cause.startswith(UNKNOWN))
        if unknown:
            yield f"{unknown} {side} differ for reasons that causes.json does not know"


def limits(found: Mapping[str, Any]) -> Iterator[str]:
    """Where too few pairs of a whole run are equal, be their causes known, or large packages take too long."""
    if found["growth"] > GROWTH:
        yield f"a line of the largest packages takes {found['growth']} times as long as others, more than {GROWTH}"
    for side, row in found["compared"].items():
        if row["equal"] < EQUAL * row["seen"]:
            yield f"{side}: {row['equal']} of {row['seen']} are equal, fewer than {EQUAL:.1%}"


def write(found: Mapping[str, Any]) -> None:
    """Record the figures."""
    RECORD.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def regressions(found: Mapping[str, Any]) -> Iterator[str]:
    """Where a whole run is worse than the record: longer packages, slower imports."""
    if not RECORD.is_file():
        return
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))
    mend = "; mend it, or record it with --write"
    for name, lines in found["lines_per_operation"].items():
        known = recorded["lines_per_operation"].get(name)
        if known is not None and lines > known:
            yield f"{name}: {lines} lines per operation, recorded are {known}{mend}"
    for name, ratio in found["import_ratios"].items():
        known = recorded["import_ratios"].get(name)
        if known is not None and ratio > SLOWER * known:
            yield f"the import of {name} takes {ratio} of the reference, recorded is {known}{mend}"
