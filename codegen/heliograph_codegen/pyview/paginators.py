# SPDX-License-Identifier: Apache-2.0
"""The methods of ``paginate``: what they take, what a page holds, and how it leads to the next one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.jmespath import member_path, parse
from heliograph_codegen.jmespath_python import Attributes, Compiled, Kind, compile_path
from heliograph_codegen.pyview import docs
from heliograph_codegen.pyview.annotations import Annotations
from heliograph_codegen.pyview.names import PAGINATED_NAMES, python_names
from heliograph_codegen.pyview.views import ArgumentView, PaginatorView
from heliograph_codegen.text import Code, Ident, code, join, py_literal, py_str

_PAGE = Ident("page")
_OPTIONAL_NUMBER = Code("int | None")
_NONE = Code("None")


class Method(NamedTuple):
    """An operation's method, as the clients have it.

    Attributes:
        name: The method.
        constant: The operation's record.
        output: The class of its output.
        offer: Gives the arguments for its members by these names, those that must be given first.
        params: The argument for further members.
    """

    name: Ident
    constant: Ident
    output: Ident
    offer: Callable[[Mapping[str, Ident]], dict[str, ArgumentView]]
    params: ArgumentView


class Paginators:
    """The paginators of one model.

    Args:
        model: The model.
        annotations: Its types.
        attributes: Gives the attributes of a structure by member name.
        method: Gives an operation's method.
    """

    def __init__(
        self,
        model: ir.Model,
        annotations: Annotations,
        attributes: Callable[[ir.StructureShape], Mapping[str, Ident]],
        method: Callable[[ir.Operation], Method],
    ) -> None:
        self._model = model
        self._annotations = annotations
        self._attributes = attributes
        self._method = method

    def views(self) -> tuple[PaginatorView, ...]:
        """One for each operation that has a paginator."""
        return tuple(
            self._view(operation, operation.paginator)
            for operation in self._model.operations.values()
            if operation.paginator is not None
        )

    def _view(self, operation: ir.Operation, paginator: ir.Paginator) -> PaginatorView:
        method = self._method(operation)
        limit = self._limit(operation, paginator)
        names = self._names(operation, paginator)
        more = self._compiled(operation, paginator.more) if paginator.more else None
        tokens = [self._compiled(operation, path, more) for path in paginator.output_tokens]
        results = [self._compiled(operation, path) for path in paginator.results]
        for path in paginator.constant:
            self._compiled(operation, path)  # nothing is made of it; what it names must be there
        sources = [each.source for each in tokens]
        found = code("({},)", sources[0]) if len(sources) == 1 else code("({})", join(", ", sources))
        item, items = self._items(results[0] if results else None, method.output)
        offered = method.offer(names)
        return PaginatorView(
            name=py_str(operation.name),
            record=Ident(f"_{method.constant}"),
            method=method.name,
            operation=method.constant,
            page=method.output,
            item=item,
            tokens=py_literal(paginator.input_tokens),
            next=found if more is None else code("{} if {} else ()", found, more.condition),
            items=items,
            results=py_literal(self._paths(operation, paginator)) if item != method.output else None,
            limit=None if limit is None else py_str(limit.name),
            limit_is_text=limit is not None and self._kind(limit) in (ir.Kind.STRING, ir.Kind.ENUM),
            keywords=(*offered.values(), *_paging_arguments(limit), method.params),
            passed=tuple((py_str(each.member), each.name) for each in offered.values()),
            docstring=docs.written([self._about(operation, paginator, method.name)], 8),
            literals=tuple(
                lit for each in (*tokens, *results, *([more] if more else [])) for lit in each.literals
            ),
        )

    def _kind(self, member: ir.Member) -> ir.Kind:
        return self._model.shape(member.target).kind

    def _limit(self, operation: ir.Operation, paginator: ir.Paginator) -> ir.Member | None:
        if not paginator.limit or operation.input is None:
            return None
        return self._model.structure(operation.input).members[paginator.limit]

    def _names(self, operation: ir.Operation, paginator: ir.Paginator) -> Mapping[str, Ident]:
        """The arguments by member name, without those that page the operation."""
        left = {*paginator.input_tokens, paginator.limit}
        offered = (
            [
                (each.name, each.origin)
                for each in self._model.structure(operation.input).members.values()
                if each.name not in left
            ]
            if operation.input
            else []
        )
        return python_names(offered, operation.name, PAGINATED_NAMES)

    def _compiled(self, operation: ir.Operation, path: str, known: Compiled | None = None) -> Compiled:
        if operation.output is None:
            problem = f"the operation {operation.name} has a paginator and no output; remove the paginator"
            raise GenerationError(problem, operation.origin)
        access = Attributes(self._attributes, known)
        return compile_path(self._model, path, operation.output, _PAGE, access, operation.origin)

    def _items(self, result: Compiled | None, page: Ident) -> tuple[Code, Code]:
        """The type of what an iteration gives, and the expression that finds it in a page."""
        if result is None or result.type.kind not in (Kind.LIST, Kind.MAP):
            return page, code("({},)", _PAGE)
        element = self._annotations.inside(result.type.shape)
        if result.type.kind is Kind.LIST:
            return element, result.collection
        return code("tuple[str, {}]", element), code("[*{}.items()]", _atomic(result))

    def _paths(self, operation: ir.Operation, paginator: ir.Paginator) -> tuple[tuple[str, ...], ...]:
        """The attributes that lead to each result; only members of structures can be cut to what is wanted."""
        return tuple(self._path(operation, path) for path in paginator.results)

    def _path(self, operation: ir.Operation, path: str) -> tuple[str, ...]:
        members = member_path(parse(path, operation.origin))
        names: list[str] = []
        target = operation.output or ""
        for name in members or ():
            shape = self._model.shape(target)
            if not isinstance(shape, ir.StructureShape) or shape.kind is ir.Kind.UNION:
                break
            names.append(str(self._attributes(shape)[name]))
            target = shape.members[name].target
        if members is None or len(names) < len(members):
            problem = f"the result '{path}' of operation {operation.name} is no path of members of structures"
            raise GenerationError(problem, operation.origin)
        return tuple(names)

    def _about(self, operation: ir.Operation, paginator: ir.Paginator, method: Ident) -> str:
        what = f"Iterate over `{paginator.results[0]}`" if paginator.results else "Iterate over the pages"
        size = f" `page_size` is its `{paginator.limit}`." if paginator.limit else ""
        deprecated = " Deprecated." if operation.deprecated else ""
        return f"{what} of all pages of `{method}`, whose arguments these are.{size}{deprecated}"


def _paging_arguments(limit: ir.Member | None) -> list[ArgumentView]:
    if limit is None:
        size = []
    elif limit.required:
        size = [ArgumentView(Ident("page_size"), "", Code("int"), None)]
    else:
        size = [ArgumentView(Ident("page_size"), "", _OPTIONAL_NUMBER, _NONE)]
    return [
        *size,
        ArgumentView(Ident("max_items"), "", _OPTIONAL_NUMBER, _NONE),
        ArgumentView(Ident("starting_token"), "", Code("str | None"), _NONE),
    ]


def _atomic(compiled: Compiled) -> Code:
    """A collection, as something that a dot may follow."""
    return code("({})", compiled.collection) if " " in compiled.collection else compiled.collection
