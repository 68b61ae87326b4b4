# SPDX-License-Identifier: Apache-2.0
"""The waiters of a Smithy service (``smithy.waiters#waitable``).

Smithy bounds the whole time of a wait and leaves it to the caller; the IR bounds the number of calls. Models in both
forms mostly allow forty, so that is what a waiter of a Smithy model gets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import grammar
from heliograph_codegen.frontends.smithy_ast import name_of
from heliograph_codegen.frontends.smithy_traits import prose_of
from heliograph_codegen.ir import Matcher
from heliograph_codegen.wording import quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heliograph_codegen.frontends.c2j_nodes import Node, Notes
    from heliograph_codegen.frontends.smithy_ast import Shape

MAX_ATTEMPTS: Final = 40
_MIN_DELAY: Final = 2
"""Smithy's own, in seconds, where a waiter names none."""

_SECONDS: Final = range(1, 86_401)
_WAITER: Final = frozenset("acceptors deprecated documentation maxDelay minDelay tags".split())
_OUTCOMES: Final = {outcome.value: outcome for outcome in ir.Outcome}
_COMPARATORS: Final = {
    "stringEquals": Matcher.PATH,
    "booleanEquals": Matcher.PATH,
    "allStringEquals": Matcher.PATH_ALL,
    "anyStringEquals": Matcher.PATH_ANY,
}
_BOOLEANS: Final = {"true": True, "false": False}


def waiters_of(operation: Shape, codes: Mapping[str, str], notes: Notes) -> Iterator[ir.Waiter]:
    """The waiters that ask an operation.

    Args:
        operation: The operation.
        codes: The code on the wire of each error, by the name of its shape.
        notes: Takes what was passed over.
    """
    for name, node in operation.traits.parts("smithy.waiters#waitable", "waiter"):
        if not grammar.NAME.fullmatch(name):
            raise GenerationError(f"{quoted(name)} is no name of a waiter", node.origin)
        for key in node.value.keys() - _WAITER:
            notes.add(f"the key {quoted(key)} of a waiter is not known and was passed over", node.at(key))
        if "maxDelay" in node:
            notes.add(
                "'maxDelay' of a waiter was passed over: all its delays are the least one",
                node.at("maxDelay"),
            )
        yield ir.Waiter(
            name=name,
            operation=operation.name,
            delay=node.integer("minDelay", _SECONDS) or _MIN_DELAY,
            max_attempts=MAX_ATTEMPTS,
            acceptors=tuple(
                _acceptor(each, codes) for each in node.part_items("acceptors", f"an acceptor of {name}")
            ),
            documentation=prose_of(node.text("documentation")),
            deprecated=ir.Deprecated() if node.flag("deprecated") else None,
            origin=node.origin,
        )


def _acceptor(node: Node, codes: Mapping[str, str]) -> ir.Acceptor:
    outcome = _OUTCOMES.get(node.choice("state", _OUTCOMES))
    matcher = node.part("matcher")
    if outcome is None or matcher is None or len(matcher.value) != 1:
        raise GenerationError(f"{node.what} lacks its state, or its one matcher", node.origin)
    [kind] = matcher.value
    match kind:
        case "success":
            return ir.Acceptor(outcome=outcome, matcher=Matcher.ERROR, expected=not matcher.flag(kind))
        case "errorType":
            said = matcher.text(kind)
            name = name_of(said) or said
            return ir.Acceptor(outcome=outcome, matcher=Matcher.ERROR, expected=codes.get(name, name))
        case "output":
            return _of_output(outcome, matcher)
        case "inputOutput":
            raise GenerationError(
                f"the generator cannot make the matcher 'inputOutput' of {node.what} yet", matcher.at(kind)
            )
        case _:
            known = ("success", "errorType", "output", "inputOutput")
            raise GenerationError(
                f"the matcher {quoted(kind)} of {node.what} is not known{suggestion(kind, known)}",
                matcher.at(kind),
            )


def _of_output(outcome: ir.Outcome, matcher: Node) -> ir.Acceptor:
    node = matcher.part("output")
    found = None if node is None else _COMPARATORS.get(node.choice("comparator", _COMPARATORS))
    if node is None or found is None or not node.text("path") or "expected" not in node:
        raise GenerationError(f"{matcher.what} lacks path, expected or comparator", matcher.origin)
    expected: bool | str = node.text("expected")
    if node.text("comparator") == "booleanEquals":
        expected = _BOOLEANS[node.choice("expected", _BOOLEANS)]
    return ir.Acceptor(
        outcome=outcome, matcher=found, expected=expected, path=node.text("path", grammar.PATH)
    )
