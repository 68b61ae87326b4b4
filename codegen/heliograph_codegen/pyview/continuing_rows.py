# SPDX-License-Identifier: Apache-2.0
"""The rows of the generated tests of paginators and waiters: answers that lead on, and answers that end a wait.

An answer is made of the paths themselves, so only of those that find something and do no more. An acceptor of a waiter
whose answer an earlier acceptor could take has no row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from heliograph_codegen import ir
from heliograph_codegen.ir import Matcher
from heliograph_codegen.jmespath import holding, member_path, parse
from heliograph_codegen.jmespath_python import Kind, Type, WireNames, compile_path, element_of
from heliograph_codegen.pyview.bodies import bodies_of
from heliograph_codegen.pyview.messages import Message
from heliograph_codegen.pyview.rows import Rows, result_of
from heliograph_codegen.pyview.samples import Samples, python_code
from heliograph_codegen.pyview.views import (
    ArgumentView,
    PaginatorView,
    PagingCaseView,
    WaiterView,
    WaitingCaseView,
)
from heliograph_codegen.text import Code, Ident, code, join, py_str

_ELEMENTS: Mapping[Kind, list[Any]] = {Kind.STRUCTURE: [{}, {}], Kind.STRING: ["first", "second"]}
"""What a list of a page holds, where it is easily said."""

_TOKENS: Mapping[Kind, Any] = {Kind.STRING: "token-of-a-page", Kind.NUMBER: 7}
_SUCCESS = range(200, 300)
_FAILED = 400
"""The status of answers with an error, where the acceptor names none."""


class ContinuingRows:
    """The rows of one model's paginators and waiters.

    Args:
        model: The model.
        rows: Its other rows.
    """

    def __init__(self, model: ir.Model, rows: Rows) -> None:
        self._model = model
        self._rows = rows
        self._samples = Samples(model)
        self._bodies = bodies_of(model)

    # Paginators

    def paging_cases(self, views: tuple[PaginatorView, ...]) -> tuple[PagingCaseView, ...]:
        """For each paginator two pages, where a page that leads on is easily made up."""
        paginated = [each for each in self._model.operations.values() if each.paginator is not None]
        return tuple(filter(None, map(self._paging_case, views, paginated)))

    def _paging_case(self, view: PaginatorView, operation: ir.Operation) -> PagingCaseView | None:
        paginator = operation.paginator
        first = None if paginator is None else self._first_page(operation, paginator)
        if paginator is None or first is None:
            return None
        pages: list[dict[str, Any]] = [first, {}]
        size = {
            str(each.name): 1 for each in view.keywords if each.name == "page_size" and each.default is None
        }
        return PagingCaseView(
            operation=view.name,
            arguments=python_code(self._arguments(operation, view.keywords) | size),
            answers=code("[{}]", join(", ", [self._answer(operation, page) for page in pages])),
            results=python_code([self._result(operation, page) for page in pages]),
            items=len(_at(first, paginator.results[0])) if view.results else len(pages),
        )

    def _first_page(self, operation: ir.Operation, paginator: ir.Paginator) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        for path in paginator.output_tokens:
            token = _TOKENS.get(self._type(operation, path).kind)
            if token is None or not _put(found, path, token):
                return None
        if paginator.more and not _put(found, paginator.more, True):
            return None
        for path in paginator.results[:1]:
            type = self._type(operation, path)
            if type.kind is Kind.LIST:
                _put(found, path, _ELEMENTS.get(element_of(self._model, type).kind, []))
        return found

    def _type(self, operation: ir.Operation, path: str) -> Type:
        return compile_path(self._model, path, operation.output or "", Ident("page"), WireNames()).type

    # Waiters

    def waiting_cases(self, views: tuple[WaiterView, ...]) -> tuple[WaitingCaseView, ...]:
        """For each acceptor of each waiter an answer that fits it, where one is easily made up."""
        return tuple(
            row
            for view, waiter in zip(views, self._model.waiters, strict=True)
            for row in self._waiting_cases(view, waiter)
        )

    def _waiting_cases(self, view: WaiterView, waiter: ir.Waiter) -> Iterator[WaitingCaseView]:
        operation = self._model.operations[waiter.operation]
        arguments = python_code(self._arguments(operation, view.keywords))
        for number, acceptor in enumerate(waiter.acceptors):
            if any(_may_take(each, acceptor) for each in waiter.acceptors[:number]):
                continue
            fitting = self._fitting(operation, acceptor)
            if fitting is not None:
                outcome = py_str(acceptor.outcome.value)
                yield WaitingCaseView(py_str(view.method), arguments, fitting[0], outcome, fitting[1])

    def _fitting(self, operation: ir.Operation, acceptor: ir.Acceptor) -> tuple[Code, Code] | None:
        """An answer that fits an acceptor, and what is made of it."""
        page: dict[str, Any] = {}
        if acceptor.path:
            is_list = acceptor.matcher is not Matcher.PATH and member_path(parse(acceptor.path)) is not None
            if not _put(page, acceptor.path, [acceptor.expected] if is_list else acceptor.expected):
                return None
        elif not _is_good(acceptor):
            is_status = acceptor.matcher is Matcher.STATUS
            status = int(acceptor.expected) if is_status else _FAILED
            error = "Teapot" if is_status or acceptor.expected is True else str(acceptor.expected)
            body = self._bodies.unknown_error(error, "short")
            return self._rows.answer(status, Message(self._model, None, {}), body), Code("None")
        return self._answer(operation, page), python_code(self._result(operation, page))

    # Both

    def _arguments(self, operation: ir.Operation, keywords: tuple[ArgumentView, ...]) -> dict[str, Any]:
        shape = self._bodies.structure(operation.input)
        values = self._samples.restart().members(shape, full=False) if shape else {}
        return {str(each.name): values[each.member] for each in keywords if each.member in values}

    def _answer(self, operation: ir.Operation, page: Mapping[str, Any]) -> Code:
        message = Message(self._model, self._bodies.structure(operation.output), page)
        return self._rows.answer(operation.status, message, self._bodies.answer(operation, page))

    def _result(self, operation: ir.Operation, page: Mapping[str, Any]) -> dict[str, Any]:
        return result_of(self._bodies.structure(operation.output), page, operation.status)


def _is_good(acceptor: ir.Acceptor) -> bool:
    """Whether an acceptor takes answers that are no errors."""
    if acceptor.matcher is Matcher.STATUS:
        return acceptor.expected in _SUCCESS
    return bool(acceptor.path) or acceptor.expected is False


def _may_take(earlier: ir.Acceptor, acceptor: ir.Acceptor) -> bool:
    """Whether an earlier acceptor may take the answer that is made for this one."""
    if _is_good(earlier) != _is_good(acceptor):
        return False
    if earlier.path:
        same = (earlier.path, earlier.expected) == (acceptor.path, acceptor.expected)
        return same or holding(parse(earlier.path), 0) is None
    if earlier.matcher is Matcher.STATUS and acceptor.matcher is not Matcher.STATUS:
        return earlier.expected in (*_SUCCESS, _FAILED)
    return isinstance(earlier.expected, bool) or earlier.expected == acceptor.expected


def _put(page: dict[str, Any], path: str, value: Any) -> bool:
    """Put a value where the path finds it; False where that cannot be, or something else is there."""
    document = holding(parse(path), value)
    return isinstance(document, dict) and _joined(page, cast("dict[str, Any]", document))


def _joined(page: dict[str, Any], more: Mapping[str, Any]) -> bool:
    for key, value in more.items():
        if key not in page:
            page[key] = value
            continue
        first = page[key]
        if not (isinstance(first, dict) and isinstance(value, dict)):
            return False
        if not _joined(cast("dict[str, Any]", first), cast("dict[str, Any]", value)):
            return False
    return True


def _at(page: Mapping[str, Any], path: str) -> Any:
    """What a path of members leads to; nothing where it ends before."""
    found: Any = page
    for name in member_path(parse(path)) or ():
        found = found.get(name, {})
    return found
