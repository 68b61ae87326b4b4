# SPDX-License-Identifier: Apache-2.0
"""Values of published cases, which are plain JSON, as Python has them, and any value in a form to compare."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _json_value(value: Any) -> Any:
    """What a string that holds JSON says; cases give either it or the string."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


_SCALARS: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.FLOAT: float,
    Kind.DOUBLE: float,
    Kind.BIG_DECIMAL: lambda value: Decimal(str(value)),
    Kind.BLOB: lambda value: value.encode() if isinstance(value, str) else value,
    Kind.TIMESTAMP: lambda value: EPOCH + timedelta(seconds=value),
}
"""Where JSON has another form; blobs are text there, timestamps seconds, special floats words."""


def from_case(model: ir.Model, target: str, value: Any) -> Any:
    """A case's value of the shape ``target``, as a caller gives it and as an answer has it.

    Names that the shape does not have stay as they are: what the client makes of them is its own affair.
    """
    if value is None:
        return None
    shape = model.shape(target)
    match shape:
        case ir.StructureShape(event_stream=True) if isinstance(value, list):
            return [from_case(model, target, event) for event in value]
        case ir.StructureShape():
            return {
                name: _member(model, shape.members[name], item) if name in shape.members else item
                for name, item in value.items()
            }
        case ir.ListShape():
            return [_entry(model, shape.element, shape.entry, item) for item in value]
        case ir.MapShape():
            return {key: _entry(model, shape.value, shape.value_entry, item) for key, item in value.items()}
        case _:
            convert = _SCALARS.get(shape.kind)
            return value if convert is None else convert(value)


def _member(model: ir.Model, member: ir.Member, value: Any) -> Any:
    return _json_value(value) if member.json_value else from_case(model, member.target, value)


def _entry(model: ir.Model, target: str, entry: ir.Entry, value: Any) -> Any:
    return _json_value(value) if entry.json_value else from_case(model, target, value)


def shown(value: Any) -> Any:
    """A value in a form in which equal means equal: kinds of numbers told apart, NaN equal to itself, streams read."""
    if isinstance(value, Mapping):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shown(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, str):
        return value
    if hasattr(value, "read"):
        return shown(value.read())
    return f"{type(value).__name__} {value!r}"
