# SPDX-License-Identifier: Apache-2.0
"""What was measured, as a table and as data."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from statistics import median
from typing import Any

from rows import OURS, Row, Unit


class Result:
    """The figures of one row, by peer, in the order in which they were taken."""

    def __init__(self, row: Row, figures: dict[str, list[float]]) -> None:
        self.row = row
        self.figures = figures
        self.base = next(iter(figures))
        """The peer whose figure counts as 1."""

    def ratio(self, peer: str) -> float:
        """A peer's figure as a share of the base's: the median over pairs of neighbours in time."""
        pairs = zip(self.figures[peer], self.figures[self.base], strict=True)
        return median(own / base for own, base in pairs)

    @property
    def over(self) -> float | None:
        """By which factor our figure goes beyond the budget, 1 or less where it keeps it; ``None`` without the peer.

        A figure of its own is the least one: whatever disturbs a measurement can only add to it.
        """
        row = self.row
        if row.absolute:
            return min(self.figures[OURS]) / row.budget
        if self.base != row.peers[0]:
            return None
        return row.budget / self.ratio(OURS) if row.more_is_better else self.ratio(OURS) / row.budget

    @property
    def verdict(self) -> str:
        """Whether the budget is kept, in words."""
        if self.over is None:
            return "-"
        return "kept" if self.over <= 1 else f"**missed by {self.over - 1:.0%}**"

    def as_data(self) -> dict[str, Any]:
        row = self.row
        return {
            "name": row.name,
            "work": row.work,
            "unit": row.unit,
            "budget": row.budget,
            "budget_is": row.unit if row.absolute else f"of {row.peers[0]}",
            "base": self.base,
            "over": self.over,
            "figures": {
                peer: {"min": min(values), "median": median(values), "all": values}
                for peer, values in self.figures.items()
            },
            "ratios": {peer: self.ratio(peer) for peer in self.figures},
        }


def table(results: list[Result]) -> str:
    """The table, as Markdown. The peer's column shows its median, others show their share of it."""
    lines = [
        "| row | work | peer = 1 | plain httpx | capo | **ours** | budget | |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for result in results:
        row = result.row
        cells = [
            row.name,
            row.work,
            f"{result.base}: {_shown(median(result.figures[result.base]), row.unit)}",
            _share(result, "httpx"),
            _share(result, "capo"),
            f"**{_share(result, OURS)}**",
            f"< {_shown(row.budget, row.unit)}" if row.absolute else f"{row.budget:.3g}",
            result.verdict,
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _share(result: Result, peer: str) -> str:
    if peer not in result.figures:
        return "-"
    figures = result.figures[peer]
    figure = min(figures) if result.row.absolute else median(figures)
    return f"{result.ratio(peer):.3g} ({_shown(figure, result.row.unit)})"


def _shown(figure: float, unit: Unit) -> str:
    if unit == "calls/s":
        return f"{figure:.0f}/s"
    if unit == "B":
        return f"{figure / 1e6:.2f} MB"
    for factor, name in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if figure * factor >= 1 or name == "µs":
            return f"{figure * factor:.3g} {name}"
    raise AssertionError("unreachable")


def machine() -> dict[str, Any]:
    """What it was measured on."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "kernel": platform.release(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "load": os.getloadavg()[0],
    }


def _cpu_model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if sys.platform == "linux" and cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
