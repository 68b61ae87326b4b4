# SPDX-License-Identifier: Apache-2.0
"""Prefixes of XML names, each of which an element around the name, or the named element itself, has to declare."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.wording import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

_Bound: TypeAlias = frozenset[str]
"""Prefixes that may be used."""

_ALWAYS: _Bound = frozenset(["", "xml"])
"""No prefix, and the one that XML itself declares (Namespaces in XML 1.0, section 3)."""


def check_prefixes(model: ir.Model) -> None:
    """Refuse names in requests whose prefix stands for no namespace: the document would not be well-formed.

    What answers declare is the service's own affair; prefixes there are not looked at.

    Args:
        model: A checked model of a protocol with XML in both directions.

    Raises:
        GenerationError: a name whose prefix nothing declares.
    """
    waiting = [*_roots(model)]
    seen: set[tuple[str, _Bound]] = set()
    while waiting:
        each = waiting.pop()
        name, bound = each
        if each not in seen and name in model.shapes:
            seen.add(each)
            waiting.extend(_inside(model.shapes[name], bound))


def _roots(model: ir.Model) -> Iterator[tuple[str, _Bound]]:
    for operation in model.operations.values():
        if operation.input is not None:
            yield operation.input, _with(_ALWAYS, operation.input_namespace)


def _with(bound: _Bound, namespace: ir.XmlNamespace | None) -> _Bound:
    return bound if namespace is None else bound | {namespace.prefix}


def _inside(shape: ir.AnyShape, bound: _Bound) -> Iterator[tuple[str, _Bound]]:
    """The shapes in a shape, each with what is bound there."""
    match shape:
        case ir.StructureShape():
            for member in shape.members.values():
                inner = _with(bound, member.xml_namespace)
                if member.binding is None or member.binding.location is ir.Location.PAYLOAD:
                    _check(member.wire_name, bound if member.xml_attribute else inner, member.origin)
                    yield member.target, inner
        case ir.ListShape():
            yield _entry(shape.element, shape.entry, bound, shape.origin)
        case ir.MapShape():
            yield _entry(shape.key, shape.key_entry, bound, shape.origin)
            yield _entry(shape.value, shape.value_entry, bound, shape.origin)
        case _:
            pass


def _entry(target: str, entry: ir.Entry, bound: _Bound, origin: ir.Origin) -> tuple[str, _Bound]:
    inner = _with(bound, entry.namespace)
    _check(entry.name, inner, origin)
    return target, inner


def _check(name: str, bound: _Bound, origin: ir.Origin) -> None:
    prefix, colon, _ = name.partition(":")
    if colon and prefix not in bound:
        raise GenerationError(
            f"the prefix of the XML name {quoted(name)} stands for no namespace; declare it with"
            f" 'xml-namespace: {{uri: ..., prefix: {prefix}}}' at the element or one around it",
            origin,
        )
