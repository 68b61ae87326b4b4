# SPDX-License-Identifier: Apache-2.0
"""Which names, strings, docstrings and numbers a package may hold: what the last look at its files is told.

Names are those that became identifiers; strings of a package are those of the model, not what the view made of them,
so that a text that took a wrong turn on its way is found.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any

from heliograph_codegen import ir
from heliograph_codegen.jmespath_python import EXPRESSION_NAMES
from heliograph_codegen.pyview import docs
from heliograph_codegen.pyview.annotations import ANNOTATION_NAMES
from heliograph_codegen.pyview.codec import LOCAL_NAMES, RUNTIME_NAMES, STRINGS, codec_of
from heliograph_codegen.pyview.samples import SOURCE_NAMES
from heliograph_codegen.pyview.views import PackageView
from heliograph_codegen.text import Code, Ident
from heliograph_codegen.verify import Vocabulary


def package_vocabulary(model: ir.Model, view: PackageView) -> Vocabulary:
    """The vocabulary of a package's own modules."""
    names = frozenset(str(value) for value in _walk(view) if isinstance(value, Ident))
    values = [*_walk(model)]
    texts = {value for value in values if isinstance(value, str)}
    strings: set[str | bytes] = {*texts, *(text.lower() for text in texts)}
    strings |= {docs.prose(model.service.per_resource), *STRINGS, *names, *_packages(view)}
    strings |= codec_of(model, {}).strings()
    values += _constants(lit for each in view.paginators for lit in each.literals)
    values += _constants(lit for each in view.waiters for lit in each.literals)
    strings |= {value for value in values if isinstance(value, str)}
    numbers = {value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)}
    numbers |= {model.service.retries.base / 1000} if model.service.retries else set()
    own = Vocabulary(
        names=names
        | RUNTIME_NAMES
        | LOCAL_NAMES
        | EXPRESSION_NAMES
        | ANNOTATION_NAMES
        | set(_packages(view))
        | _functions(view),
        strings=frozenset(strings),
        docstrings=frozenset(_docstrings(view)),
        numbers=frozenset(numbers),
    )
    return own | view.endpoints.vocabulary


def test_vocabulary(view: PackageView) -> Vocabulary:
    """The vocabulary of the test module: its rows hold values made for it."""
    rows = (view.cases, view.error_cases, view.endpoint_cases, view.malformed_operations, view.test_token)
    continuing = (view.paging_cases, view.waiting_cases)
    around = (*view.test_imports, *view.test_runtime, view.read_body, view.unknown_error, view.cut_short)
    constants = _constants(each for each in _walk((rows, continuing, around)) if isinstance(each, Code))
    return Vocabulary(
        names=SOURCE_NAMES
        | {str(each.error) for each in view.error_cases}
        | {
            name
            for method, attribute in view.streams + view.event_streams
            for name in (_text(method), str(attribute))
        }
        | set(_packages(view))
        | _names(around),
        strings=frozenset(value for value in constants if isinstance(value, (str, bytes))),
        numbers=frozenset(value for value in constants if isinstance(value, (int, float))),
    )


def _packages(view: PackageView) -> list[str]:
    return view.package.split(".")


def _functions(view: PackageView) -> frozenset[str]:
    """The functions that the templates name after operations."""
    return frozenset([f"_{each.method}_{part}" for each in view.operations for part in ("request", "output")])


def _docstrings(view: PackageView) -> Iterator[str]:
    documented = (view.structures, view.errors, view.operations, view.paginators, view.waiters)
    written = {each.docstring for views in documented for each in views}
    written |= {view.module_docstring, view.client_docstring, view.async_client_docstring}
    yield from map(str, _constants(written))
    yield "\n".join(
        [
            "The errors the service answers with.",
            "",
            f"    {view.base_error}",
            *(f"      {each.name}" for each in view.errors),
        ]
    )


def _text(docstring: Code) -> str:
    return str(ast.literal_eval(docstring))


def _constants(codes: Iterable[Code]) -> list[object]:
    """The values of the literals in expressions."""
    tree = ast.parse("\n".join(codes))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]


def _names(codes: Iterable[Code]) -> frozenset[str]:
    """The names in expressions and imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse("\n".join(codes))):
        match node:
            case (
                ast.Name(id=name)
                | ast.Attribute(attr=name)
                | ast.alias(name=name)
                | ast.keyword(arg=str(name))
            ):
                found.add(name)
            case _:
                pass
    return frozenset(found)


def _walk(value: object) -> Iterator[object]:
    """Every value inside of dataclasses, mappings and sequences, in any order."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind not in _INSIDE:
            _INSIDE[kind] = _inside_of(kind)
        inside = _INSIDE[kind]
        if inside is None:
            yield value
        else:
            waiting.extend(inside(value))


_INSIDE: dict[type[Any], Callable[[Any], Iterable[object]] | None] = {}


def _inside_of(kind: type[Any]) -> Callable[[Any], Iterable[object]] | None:
    """What gives the values inside of a value of this type; None where it is one itself."""
    if issubclass(kind, (str, int)):
        return None
    if issubclass(kind, (tuple, list)):
        return iter
    if issubclass(kind, Mapping):
        return lambda mapping: (*mapping.keys(), *mapping.values())
    if is_dataclass(kind):
        names = [each.name for each in fields(kind)]
        if len(names) > 1:
            return attrgetter(*names)
        return lambda record: [getattr(record, name) for name in names]
    return None
