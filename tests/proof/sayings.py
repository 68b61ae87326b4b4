# SPDX-License-Identifier: Apache-2.0
"""What a model says of one operation, as a flat table: two models are compared line by line.

The shapes of the table stand where they are reached from, so what they are called is one line and not a place. The
format of a timestamp is said once, whether the member says it or its shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from heliograph_codegen import ir

_ENDS = ("input", "output", "errors")
_OF_INPUT = ("input_element", "input_namespace")
_OF_OUTPUT = ("result_wrapper",)
_ELSEWHERE = frozenset(
    ["name", "origin", "target", "members", "element", "key", "value", "entry", "key_entry", "value_entry"]
) | {"timestamp_format"}


def sayings(model: ir.Model, name: str, *, sides: frozenset[str]) -> dict[str, object]:
    """What is said of an operation.

    Args:
        model: A checked model.
        name: The operation's.
        sides: Which of ``input``, ``output`` and ``errors`` to follow.

    Returns:
        By place, such as ``input.Things[].Name/required``, what is not said by default.
    """
    operation = model.operations[name]
    found = {
        f"operation/{key}": value
        for key, value in _of(operation)
        if key not in _ENDS
        and (key not in _OF_INPUT or "input" in sides)
        and (key not in _OF_OUTPUT or "output" in sides)
    }
    for side in sorted(sides & {"input", "output"}):
        target: str | None = getattr(operation, side)
        if target is not None:
            found |= _of_shape(model, side, target, None, frozenset())
    if "errors" in sides:
        found["operation/errors"] = operation.errors
        for error in operation.errors:
            found |= _of_shape(model, f"error {error}", error, None, frozenset())
    return found


def differences(
    one: Mapping[str, object], other: Mapping[str, object]
) -> Iterator[tuple[str, object, object]]:
    """The places where two tables differ, sorted, with what each says; None for nothing."""
    for place in sorted({*one, *other}):
        if one.get(place) != other.get(place):
            yield place, one.get(place), other.get(place)


def _of(node: Any) -> Iterator[tuple[str, object]]:
    """The fields of a node that are not at their default."""
    for each in fields(node):
        value = getattr(node, each.name)
        if each.compare and each.name not in _ELSEWHERE and value != each.default:
            yield each.name, value


def _of_shape(
    model: ir.Model, place: str, name: str, said: ir.TimestampFormat | None, above: frozenset[str]
) -> dict[str, object]:
    shape = model.shape(name)
    found: dict[str, object] = {f"{place}/{key}": value for key, value in _of(shape)}
    found[f"{place}/kind"] = shape.kind
    if name in above:
        return {f"{place}/again": name}
    below = above | {name}
    match shape:
        case ir.StructureShape():
            found[f"{place}/shape"] = name
            for member in shape.members.values():
                found |= {f"{place}.{member.name}:{key}": value for key, value in _of(member)}
                found |= _of_shape(
                    model, f"{place}.{member.name}", member.target, member.timestamp_format, below
                )
        case ir.ListShape():
            found |= _of_entry(model, f"{place}[]", shape.element, shape.entry, below)
        case ir.MapShape():
            found |= _of_entry(model, f"{place}{{key}}", shape.key, shape.key_entry, below)
            found |= _of_entry(model, f"{place}{{value}}", shape.value, shape.value_entry, below)
        case ir.SimpleShape():
            found[f"{place}/timestamp_format"] = said or shape.timestamp_format
        case ir.EnumShape():
            found[f"{place}/values"] = [each.value for each in shape.values]
            found[f"{place}/names"] = [each.name for each in shape.values if each.name] or None
    return found


def _of_entry(
    model: ir.Model, place: str, name: str, entry: ir.Entry, above: frozenset[str]
) -> dict[str, object]:
    found: dict[str, object] = {f"{place}:{key}": value for key, value in _of(entry)}
    if entry.name:
        found[f"{place}:name"] = entry.name
    return found | _of_shape(model, place, name, entry.timestamp_format, above)
