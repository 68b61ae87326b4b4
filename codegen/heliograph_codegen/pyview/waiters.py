# SPDX-License-Identifier: Apache-2.0
"""The methods of ``wait_until``: what they take, and what an answer means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.ir import Matcher, Outcome
from heliograph_codegen.jmespath_python import Attributes, Compiled, compile_path, elements_equal, equals
from heliograph_codegen.pyview import docs
from heliograph_codegen.pyview.names import WAITER_NAMES, distinct, python_names
from heliograph_codegen.pyview.paginators import Method
from heliograph_codegen.pyview.views import AcceptorView, ArgumentView, WaiterView
from heliograph_codegen.text import Code, Ident, Lit, code, py_literal, py_str

_OUTPUT = Ident("output")
_ARGUMENTS = (
    ArgumentView(Ident("delay"), "", Code("float | None"), Code("None")),
    ArgumentView(Ident("max_attempts"), "", Code("int | None"), Code("None")),
)
_SUCCESS_STATUS = range(200, 300)


class Waiters:
    """The waiters of one model.

    Args:
        model: The model.
        attributes: Gives the attributes of a structure by member name.
        method: Gives an operation's method.
    """

    def __init__(
        self,
        model: ir.Model,
        attributes: Callable[[ir.StructureShape], Mapping[str, Ident]],
        method: Callable[[ir.Operation], Method],
    ) -> None:
        self._model = model
        self._access = Attributes(attributes)
        self._method = method
        self._names = python_names(
            [(each.name, each.origin) for each in model.waiters], "waiters", WAITER_NAMES
        )
        self._records = distinct(self._names, [f"_{name.upper()}" for name in self._names.values()])

    def views(self) -> tuple[WaiterView, ...]:
        """One for each waiter."""
        return tuple(map(self._view, self._model.waiters))

    def _view(self, waiter: ir.Waiter) -> WaiterView:
        operation = self._model.operations[waiter.operation]
        method, own = self._method(operation), self._names[waiter.name]
        members = self._model.structure(operation.input).members.values() if operation.input else ()
        names = python_names([(each.name, each.origin) for each in members], operation.name, WAITER_NAMES)
        offered = method.offer(names)
        literals: list[Lit] = []
        acceptors = [self._acceptor(waiter, operation, each, literals) for each in waiter.acceptors]
        runs = tuple(tuple(run) for _, run in groupby(acceptors, key=lambda each: each.in_output))
        ends_with_error = any(map(_accepts_error, waiter.acceptors))
        return WaiterView(
            name=py_str(waiter.name),
            record=self._records[waiter.name],
            decide=Ident(f"_{own}"),
            method=own,
            operation=method.constant,
            output=method.output,
            result=code("{} | None", method.output) if ends_with_error else method.output,
            delay=waiter.delay,
            max_attempts=waiter.max_attempts,
            reads_output=any(each.in_output for each in acceptors),
            acceptors=runs,
            keywords=(*offered.values(), *_ARGUMENTS, method.params),
            passed=tuple((py_str(each.member), each.name) for each in offered.values()),
            docstring=docs.written(_about(waiter, method.name, ends_with_error=ends_with_error), 8),
            literals=tuple(literals),
        )

    def _acceptor(
        self, waiter: ir.Waiter, operation: ir.Operation, acceptor: ir.Acceptor, literals: list[Lit]
    ) -> AcceptorView:
        looked_at = acceptor.path or acceptor.matcher.value
        condition = (
            self._in_output(waiter, operation, acceptor, literals) if acceptor.path else _of_answer(acceptor)
        )
        verdict = py_literal((acceptor.outcome.value, looked_at, acceptor.expected))
        return AcceptorView(bool(acceptor.path), condition, verdict)

    def _in_output(
        self, waiter: ir.Waiter, operation: ir.Operation, acceptor: ir.Acceptor, literals: list[Lit]
    ) -> Code:
        if operation.output is None:
            problem = f"waiter {waiter.name} looks into the output of {operation.name}, which has none"
            raise GenerationError(problem, waiter.origin)
        found = compile_path(
            self._model, acceptor.path, operation.output, _OUTPUT, self._access, waiter.origin
        )
        literals += found.literals
        condition = self._condition(acceptor, found)
        if condition is None:
            problem = (
                f"waiter {waiter.name} expects {acceptor.expected!r} of '{acceptor.path}', which gives"
                f" {found.type.kind.value}; expect a value of that type"
            )
            raise GenerationError(problem, waiter.origin)
        return condition

    def _condition(self, acceptor: ir.Acceptor, found: Compiled) -> Code | None:
        if acceptor.matcher is Matcher.PATH:
            return equals(found, acceptor.expected)
        every = acceptor.matcher is Matcher.PATH_ALL
        return elements_equal(self._model, found, acceptor.expected, all=every)


def _of_answer(acceptor: ir.Acceptor) -> Code:
    """The condition of an acceptor that looks at the status or the error."""
    if acceptor.matcher is Matcher.STATUS:
        return code("answer.status == {}", py_literal(acceptor.expected))
    if isinstance(acceptor.expected, bool):
        return Code("answer.error is not None" if acceptor.expected else "answer.error is None")
    return code("answer.code == {}", py_literal(acceptor.expected))


def _accepts_error(acceptor: ir.Acceptor) -> bool:
    """Whether an error may be what is waited for."""
    if acceptor.outcome is not Outcome.SUCCESS:
        return False
    if acceptor.matcher is Matcher.STATUS:
        return acceptor.expected not in _SUCCESS_STATUS
    return acceptor.matcher is Matcher.ERROR and acceptor.expected is not False


def _about(waiter: ir.Waiter, method: Ident, *, ends_with_error: bool) -> list[str]:
    times = f"every {waiter.delay} s, {waiter.max_attempts} times at most"
    ends = " `None` where an error is what was waited for." if ends_with_error else ""
    return [
        *docs.paragraphs(waiter.documentation),
        f"Calls `{method}` {times}, and gives the last output.{ends}{' Deprecated.' if waiter.deprecated else ''}",
    ]
