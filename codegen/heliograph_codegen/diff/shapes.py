# SPDX-License-Identifier: Apache-2.0
"""Rules for shapes: the names callers import, and what structures, lists, enumerations and errors hold."""

from __future__ import annotations

from collections.abc import Iterator

from heliograph_codegen import ir
from heliograph_codegen.diff.changes import Change, Pair, come, gone, name
from heliograph_codegen.diff.common import constraints, deprecation, documentation, secrecy
from heliograph_codegen.diff.context import Context, Use, python_sort
from heliograph_codegen.diff.members import entry, members


def changes(context: Context) -> Iterator[Change]:
    """All that rules say of shapes."""
    yield from _classes(context)
    for (old_name, new_name), use in context.shapes.items():
        old, new = context.old.shape(old_name), context.new.shape(new_name)
        if old == new and old_name in ir.SIMPLE_SHAPES:
            continue
        if python_sort(old) == python_sort(new):
            named = old if new_name in ir.SIMPLE_SHAPES else new
            pair = Pair(named.name, f"{_word(named)} {name(named.name)}", old, new)
            yield from _shape(context, pair, use)


def _word(shape: ir.AnyShape) -> str:
    is_error = isinstance(shape, ir.StructureShape) and shape.error is not None
    return "error" if is_error else "enumeration" if isinstance(shape, ir.EnumShape) else shape.kind.value


# --- Classes ---


def _classes(context: Context) -> Iterator[Change]:
    """Names that callers import."""
    renamed = context.renamed
    for each in sorted(context.old_public - context.new_public):
        shape = context.old.shape(each)
        what = f"{_word(shape)} {name(each)}"
        if each in renamed:
            other = renamed[each]
            pair = Pair(other, what, shape, context.new.shape(other))
            yield pair.found("SOURCE-CLASS-RENAMED", f"is called {name(other)}")
        else:
            yield gone("SOURCE-CLASS-REMOVED", each, f"{what} is gone", shape)


# --- What all shapes have ---


def _shape(context: Context, pair: Pair[ir.AnyShape], use: Use) -> Iterator[Change]:
    yield from documentation(pair, "documentation")
    yield from deprecation(pair)
    yield from secrecy(pair)
    yield from constraints(pair, use)
    match pair.old, pair.new:
        case ir.StructureShape() as old, ir.StructureShape() as new:
            same = Pair(pair.subject, pair.what, old, new)
            yield from same.attribute("event_stream", "SOURCE-EVENT-STREAM-CHANGED", "the stream of events")
            yield from _error(same)
            yield from members(context, same, use)
        case ir.SimpleShape() as old, ir.SimpleShape() as new:
            same_value = Pair(pair.subject, pair.what, old, new)
            yield from same_value.attribute("media_type", "WIRE-MEDIA-TYPE", "the media type")
        case ir.EnumShape() as old, ir.EnumShape() as new:
            yield from _values(Pair(pair.subject, pair.what, old, new))
        case ir.ListShape() as old, ir.ListShape() as new:
            same_list = Pair(pair.subject, pair.what, old, new)
            yield from same_list.attribute("sparse", "SOURCE-SPARSE-CHANGED", "null as an entry")
            yield from entry(context, pair, "the element", (old.element, new.element), (old.entry, new.entry))
        case ir.MapShape() as old, ir.MapShape() as new:
            same_map = Pair(pair.subject, pair.what, old, new)
            yield from same_map.attribute("sparse", "SOURCE-SPARSE-CHANGED", "null as a value")
            keys, values = (old.key_entry, new.key_entry), (old.value_entry, new.value_entry)
            yield from entry(context, pair, "the key", (old.key, new.key), keys)
            yield from entry(context, pair, "the value", (old.value, new.value), values)
        case _:
            pass


# --- Enumerations and errors ---


def _values(pair: Pair[ir.EnumShape]) -> Iterator[Change]:
    old = {each.value: each for each in pair.old.values}
    new = {each.value: each for each in pair.new.values}
    for value, each in old.items():
        if value not in new:
            text = f"{pair.what} no longer has {name(value)}"
            yield gone("WIRE-ENUM-VALUE-REMOVED", pair.subject, text, each)
    for value, each in new.items():
        before = old.get(value)
        if before is None:
            yield come("ADDED-ENUM-VALUE", pair.subject, f"{pair.what} has {name(value)}", each)
            continue
        inner = Pair(pair.subject, f"value {name(value)} of {pair.what}", before, each)
        yield from inner.attribute("name", "NOTE-ENUM-VALUE-NAME", "the name")
        if before.documentation != each.documentation:
            yield inner.found("NOTE-DOCUMENTATION", "has another text (documentation)")


def _error(pair: Pair[ir.StructureShape]) -> Iterator[Change]:
    old, new = pair.old.error, pair.new.error
    if old is None or new is None:
        return
    if old.code != new.code:
        yield pair.valued("WIRE-ERROR-CODE", "the code", old.code, new.code)
    if old.status != new.status:
        yield pair.valued("WIRE-ERROR-STATUS", "the HTTP status", old.status, new.status)
    if old.fault is not new.fault:
        yield pair.valued("NOTE-FAULT", "the fault", old.fault, new.fault)
    retries = [
        None if each.retryable is None else "throttling" if each.retryable.throttling else "transient"
        for each in (old, new)
    ]
    if retries[0] != retries[1]:
        yield pair.valued("WIRE-RETRYABLE", "the retrying", *retries)
    elif old.retryable != new.retryable:
        yield pair.found("NOTE-DOCUMENTATION", "has another reason for being retried")
