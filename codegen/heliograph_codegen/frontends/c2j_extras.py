# SPDX-License-Identifier: Apache-2.0
"""What stands beside a C2J model: paginators, waiters and examples."""

from __future__ import annotations

from typing import Final, cast

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import grammar
from heliograph_codegen.frontends.c2j_docs import prose
from heliograph_codegen.frontends.c2j_nodes import Keys, Node, Notes
from heliograph_codegen.frontends.common import sorted_keys
from heliograph_codegen.ir import Matcher

_WAITER = Keys(
    "a waiter",
    frozenset("operation delay maxAttempts acceptors description documentation deprecated".split()),
)
_ACCEPTOR = Keys("an acceptor", frozenset("state matcher expected argument".split()))
_MATCHERS: Final = {
    "path": Matcher.PATH,
    "pathAll": Matcher.PATH_ALL,
    "pathAny": Matcher.PATH_ANY,
    "status": Matcher.STATUS,
    "error": Matcher.ERROR,
}
_OUTCOMES: Final = {outcome.value: outcome for outcome in ir.Outcome}
_NUMBERS: Final = range(1, 86_401)


def paginator_of(root: Node, operation: str) -> ir.Paginator | None:
    """The paginator of an operation; None where it has none."""
    paginators = root.part("pagination")
    node = None if paginators is None else paginators.part(operation, f"the paginator of {operation}")
    if node is None:
        return None
    return ir.Paginator(
        input_tokens=node.texts("input_token", grammar.PATH),
        output_tokens=node.texts("output_token", grammar.PATH),
        results=node.texts("result_key", grammar.PATH),
        limit=node.text("limit_key", grammar.PATH),
        more=node.text("more_results", grammar.PATH),
        constant=node.texts("non_aggregate_keys", grammar.PATH),
    )


def waiters_of(root: Node, notes: Notes) -> tuple[ir.Waiter, ...]:
    """The waiters, sorted by name."""
    return tuple(
        _waiter(name, node, notes) for name, node in sorted(root.parts("waiters", "waiter"), key=_first)
    )


def _first(entry: tuple[str, Node]) -> str:
    return entry[0]


def _waiter(name: str, node: Node, notes: Notes) -> ir.Waiter:
    node.check(_WAITER, notes)
    if not grammar.NAME.fullmatch(name):
        raise GenerationError(f"'{name}' is no name of a waiter", node.origin)
    return ir.Waiter(
        name=name,
        operation=node.text("operation"),
        delay=_number(node, "delay"),
        max_attempts=_number(node, "maxAttempts"),
        acceptors=tuple(
            _acceptor(each, notes) for each in node.part_items("acceptors", f"an acceptor of {name}")
        ),
        documentation=prose(node.text("documentation") or node.text("description")),
        deprecated=ir.Deprecated() if node.flag("deprecated") else None,
        origin=node.origin,
    )


def _number(node: Node, key: str) -> int:
    found = node.integer(key, _NUMBERS)
    if found is None:
        raise GenerationError(f"{node.what} lacks '{key}'; add it", node.origin)
    return found


def _acceptor(node: Node, notes: Notes) -> ir.Acceptor:
    node.check(_ACCEPTOR, notes)
    matcher = _MATCHERS.get(node.choice("matcher", _MATCHERS))
    outcome = _OUTCOMES.get(node.choice("state", _OUTCOMES))
    expected = node.value.get("expected")
    if matcher is None or outcome is None or not isinstance(expected, bool | int | str):
        raise GenerationError(f"{node.what} lacks matcher, state or expected", node.origin)
    path = node.text("argument", grammar.PATH)
    if (matcher in ir.IN_OUTPUT) != bool(path):
        raise GenerationError(
            f"{node.what} has no argument, or one that its matcher does not take", node.origin
        )
    return ir.Acceptor(outcome=outcome, matcher=matcher, expected=expected, path=path)


def examples_of(examples: dict[str, ir.Json], operation: ir.Operation, file: str) -> tuple[ir.Example, ...]:
    """The examples of an operation, as they were published: their values may not fit the shapes."""
    root = Node({"examples": examples}, file, "", "the examples").part("examples")
    if root is None or operation.name not in root:
        return ()
    return tuple(
        _example(node, operation)
        for node in root.part_items(operation.name, f"an example of {operation.name}")
    )


def _example(node: Node, operation: ir.Operation) -> ir.Example:
    return ir.Example(
        title=prose(node.text("title") or node.text("id")) or operation.name,
        documentation=prose(node.text("description")),
        input=_values(node, "input"),
        output=_values(node, "output"),
        origin=node.origin,
    )


def _values(node: Node, key: str) -> dict[str, ir.Json]:
    inner = node.part(key)
    return {} if inner is None else cast("dict[str, ir.Json]", sorted_keys(dict(inner.value)))
