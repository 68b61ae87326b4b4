# SPDX-License-Identifier: Apache-2.0
"""Put two models side by side, and ask all rules."""

from __future__ import annotations

from dataclasses import dataclass

from heliograph_codegen import ir
from heliograph_codegen.diff import operations, service, shapes
from heliograph_codegen.diff.catalogue import BUMPS, RULES, Bump, Severity
from heliograph_codegen.diff.changes import Change, Pair
from heliograph_codegen.diff.context import Context

_RANKS = {rule: rank for rank, rule in enumerate(RULES)}
_BUMPS = tuple(Bump)


@dataclass(frozen=True, slots=True)
class Diff:
    """In what two models differ, the gravest first.

    Attributes:
        old, new: The models.
        changes: Empty if, and only if, the models are equal.
    """

    old: ir.Model
    new: ir.Model
    changes: tuple[Change, ...]

    @property
    def bump(self) -> Bump:
        """What of the version of a client of the new model should be raised."""
        return min((BUMPS[each.rule.severity] for each in self.changes), key=_BUMPS.index, default=Bump.NONE)

    def of(self, severity: Severity) -> tuple[Change, ...]:
        """The changes of one severity."""
        return tuple(each for each in self.changes if each.rule.severity is severity)


def diff(old: ir.Model, new: ir.Model) -> Diff:
    """Compare two models of one service, whatever they are written in.

    Args:
        old: The model that there is.
        new: The one that shall replace it.
    """
    if old == new:
        return Diff(old, new, ())
    context = Context(old, new, operations.together(old, new))
    found = [
        *service.changes(context),
        *operations.changes(context),
        *service.waiter_changes(context),
        *shapes.changes(context),
    ]
    if not found:
        found = [Pair("", "the model", old, new).found("NOTE-OTHER", "is written in other shapes")]
    return Diff(old, new, tuple(sorted(found, key=_order)))


def _order(change: Change) -> tuple[int, str, str]:
    return _RANKS[change.rule.id], change.subject, change.text
