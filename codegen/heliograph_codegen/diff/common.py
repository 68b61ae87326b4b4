# SPDX-License-Identifier: Apache-2.0
"""Rules for what several sorts of nodes have: texts, deprecations, secrets, sizes, auth, errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from heliograph_codegen import ir
from heliograph_codegen.diff.changes import Change, Pair, name
from heliograph_codegen.diff.context import Use


class _Described(Protocol):
    @property
    def deprecated(self) -> ir.Deprecated | None: ...

    @property
    def origin(self) -> ir.Origin: ...


def documentation(pair: Pair[_Described], *attributes: str) -> Iterator[Change]:
    """Texts for the reader; all of one thing are one change."""
    differing = [each for each in attributes if getattr(pair.old, each) != getattr(pair.new, each)]
    if differing:
        words = " and ".join(each.replace("_", "-") for each in differing)
        yield pair.found("NOTE-DOCUMENTATION", f"has another text ({words})")


def deprecation(pair: Pair[_Described]) -> Iterator[Change]:
    """Something is deprecated, is no longer, or says something else of it."""
    old, new = pair.old.deprecated, pair.new.deprecated
    if old is None and new is not None:
        why = f": {name(new.message)}" if new.message else ""
        yield pair.found("ADDED-DEPRECATION", f"is deprecated{why}")
    elif old is not None and new is None:
        yield pair.found("NOTE-DEPRECATION", "is no longer deprecated")
    elif old != new:
        yield pair.found("NOTE-DEPRECATION", "says something else of its deprecation")


def auth_changes(
    pair: Pair[_Described], old: tuple[ir.Auth, ...] | None, new: tuple[ir.Auth, ...] | None
) -> Iterator[Change]:
    """Ways to prove who calls: the first is the preferred one."""
    if old == new:
        return
    is_more = old is not None and new is not None and new[: len(old)] == old
    yield pair.valued("ADDED-AUTH" if is_more else "WIRE-AUTH", "the auth", old, new)


def error_changes(pair: Pair[_Described], old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Errors that an operation, or the service for all of them, lists."""
    for error in sorted(set(old) - set(new)):
        yield pair.found("SOURCE-ERROR-UNLISTED", f"no longer lists the error {name(error)}")
    for error in sorted(set(new) - set(old)):
        yield pair.found("ADDED-ERROR", f"lists the error {name(error)}")


class _Constrained(Protocol):
    @property
    def constraints(self) -> ir.Constraints: ...

    @property
    def sensitive(self) -> ir.Sensitive | None: ...

    @property
    def origin(self) -> ir.Origin: ...


def secrecy(pair: Pair[_Constrained]) -> Iterator[Change]:
    """Values are marked as secrets, or are no longer."""
    old, new = pair.old.sensitive, pair.new.sensitive
    if old is not None and new is None:
        yield pair.found("SOURCE-SECRET-UNMARKED", "is no longer redacted")
    elif old is None and new is not None:
        yield pair.found("NOTE-SECRET-MARKED", "is redacted")
    elif old != new:
        yield pair.found("NOTE-DOCUMENTATION", "has another reason for being a secret")


def constraints(pair: Pair[_Constrained], use: Use) -> Iterator[Change]:
    """Sizes and patterns: what callers give may be refused where they are narrower."""
    old, new = pair.old.constraints, pair.new.constraints
    for words, before, after in (("the length", old.length, new.length), ("the range", old.range, new.range)):
        if before != after:
            refuses = Use.GIVEN in use and _is_narrower(before, after)
            yield pair.valued(_constraint(refuses), words, before, after)
    if old.pattern != new.pattern:
        refuses = Use.GIVEN in use and bool(new.pattern)
        yield pair.valued(_constraint(refuses), "the pattern", old.pattern, new.pattern)


def _constraint(refuses: bool) -> str:
    return "WIRE-CONSTRAINT-NARROWED" if refuses else "NOTE-CONSTRAINT"


def _is_narrower(old: ir.Bounds | None, new: ir.Bounds | None) -> bool:
    """Whether something was within the old bounds and is not within the new ones."""
    old, new = old or ir.Bounds(), new or ir.Bounds()
    below = new.least is not None and (old.least is None or new.least > old.least)
    above = new.most is not None and (old.most is None or new.most < old.most)
    return below or above
