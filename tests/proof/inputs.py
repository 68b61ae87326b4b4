# SPDX-License-Identifier: Apache-2.0
"""Inputs that a client accepts, from the model alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, Location

SIMPLEST: Mapping[Kind, Any] = {
    Kind.BOOLEAN: False,
    Kind.INTEGER: 1,
    Kind.LONG: 1,
    Kind.BIG_INTEGER: 1,
    Kind.FLOAT: 1.5,
    Kind.DOUBLE: 1.5,
    Kind.BIG_DECIMAL: Decimal("1.5"),
    Kind.STRING: "text",
    Kind.BLOB: b"bytes",
    Kind.TIMESTAMP: datetime(2026, 11, 25, tzinfo=UTC),
    Kind.DOCUMENT: {},
}


def smallest(model: ir.Model, target: str) -> Any:
    """A value of the shape with nothing in it that could be left out."""
    shape = model.shape(target)
    match shape:
        case ir.StructureShape(event_stream=True):
            return []
        case ir.StructureShape():
            members = [member for member in shape.members.values() if _is_needed(member)]
            if shape.kind is Kind.UNION:
                members = list(shape.members.values())[:1]
            return {member.name: smallest(model, member.target) for member in members}
        case ir.ListShape():
            return []
        case ir.MapShape():
            return {}
        case ir.EnumShape():
            return shape.values[0].value if shape.values else "text"
        case _:
            return SIMPLEST[shape.kind]


def _is_needed(member: ir.Member) -> bool:
    is_label = member.binding is not None and member.binding.location is Location.LABEL
    return member.required or is_label or member.host_label
