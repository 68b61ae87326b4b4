# SPDX-License-Identifier: Apache-2.0
"""Random values of a model's shapes: valid, seeded, with the oddities that services meet."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, Location, Protocol

DEPTH = 4
"""Structures below this depth have their required members alone."""
OPTIONAL = 0.6
"""How often an optional member is there."""

_WORDS = (
    "",
    "a",
    "two words",
    "ümläut ✓",
    'quo"ted',
    "a,b",
    "a/b?c=d&e",
    "50%",
    "<tag>&amp;",
    " padded ",
    "line\nbreak",
)
_PLAIN = ("a", "b-1", "Two", "x.y_z", "10")
_FIRST = datetime(2020, 2, 29, 12, 0, 0, tzinfo=UTC)
_SPECIAL = (float("nan"), float("inf"), float("-inf"))


class Values:
    """Values for one operation.

    Args:
        model: The model.
        seed: Equal seeds give equal values.
        heights: What :func:`heights` says of the model.
        is_answer: They come from the service: what it fills in is there, what only a request has is not.
    """

    def __init__(
        self, model: ir.Model, seed: str, heights: Mapping[str, int], *, is_answer: bool = False
    ) -> None:
        self._model = model
        self._random = random.Random(seed)
        self._is_answer = is_answer
        self._heights = heights

    def structure(self, name: str) -> dict[str, Any]:
        """A value of an input, an output or an error."""
        return {
            member.name: self._bound(member)
            for member in self._model.structure(name).members.values()
            if self._is_there(member, 0)
        }

    def _is_there(self, member: ir.Member, depth: int) -> bool:
        if member.required or member.idempotency_token or member.host_label or self._model.has_events(member):
            return True
        if member.binding is not None and member.binding.location is Location.LABEL:
            return True
        if self._height(member.target) > 20:
            return False  # a value of it has no end
        return depth < DEPTH and self._random.random() < OPTIONAL

    def _bound(self, member: ir.Member) -> Any:
        """A member of the message: what does not stand in the body is of plainer text."""
        if member.host_label:
            return self._random.choice(("a", "b-1", "10"))
        if member.binding is not None and member.binding.name.lower() == "content-encoding":
            return "identity"
        is_plain = member.binding is not None and member.binding.location is not Location.PAYLOAD
        return self._member(member, 0, is_plain=is_plain)

    def _member(self, member: ir.Member, depth: int, *, is_plain: bool) -> Any:
        if member.json_value:
            return self._document()
        if self._model.has_events(member):
            return [self._event(self._model.structure(member.target)) for _ in range(2)]
        form = member.timestamp_format
        return self._value(member.target, depth, is_plain=is_plain, form=form, entry=None)

    def _value(
        self,
        target: str,
        depth: int,
        *,
        is_plain: bool,
        form: ir.TimestampFormat | None,
        entry: ir.Entry | None,
    ) -> Any:
        if entry is not None and entry.json_value:
            return self._document()
        shape = self._model.shape(target)
        match shape:
            case ir.StructureShape(kind=Kind.UNION):
                return self._union(shape, depth)
            case ir.StructureShape():
                return {
                    member.name: self._member(member, depth + 1, is_plain=False)
                    for member in shape.members.values()
                    if self._is_there(member, depth + 1)
                }
            case ir.ListShape():
                count = self._count(shape.element, depth, is_plain=is_plain)
                return [
                    self._value(shape.element, depth + 1, is_plain=is_plain, form=form, entry=shape.entry)
                    for _ in range(count)
                ]
            case ir.MapShape():
                keys = self._keys(shape, self._count(shape.value, depth, is_plain=is_plain))
                return {
                    key: self._value(
                        shape.value, depth + 1, is_plain=is_plain, form=form, entry=shape.value_entry
                    )
                    for key in keys
                }
            case ir.EnumShape() if shape.values:
                return self._random.choice(shape.values).value
            case _:
                return self._simple(shape, is_plain=is_plain)

    def _count(self, target: str, depth: int, *, is_plain: bool) -> int:
        if self._height(target) > 20 or depth > DEPTH + 2:
            return 0
        return self._random.choice((1, 2) if is_plain else (0, 1, 2))

    def _keys(self, shape: ir.MapShape, count: int) -> list[str]:
        key = self._model.shape(shape.key)
        known = [str(each.value) for each in key.values] if isinstance(key, ir.EnumShape) else list(_PLAIN)
        return self._random.sample(known, min(count, len(known)))

    def _union(self, shape: ir.StructureShape, depth: int) -> dict[str, Any]:
        members = list(shape.members.values())
        if depth >= DEPTH:
            chosen = min(members, key=lambda each: self._height(each.target))
        else:
            chosen = self._random.choice(
                [each for each in members if self._height(each.target) <= 20] or members
            )
        return {chosen.name: self._member(chosen, depth + 1, is_plain=False)}

    def _event(self, stream: ir.StructureShape) -> dict[str, Any]:
        """One event of a stream; those that are errors end it, and are no part of a good answer."""
        good = [each for each in stream.members.values() if not self._model.structure(each.target).error]
        chosen = self._random.choice(good)
        return {chosen.name: self._member(chosen, 1, is_plain=False)}

    def _simple(self, shape: ir.AnyShape, *, is_plain: bool) -> Any:
        choose = self._random.choice
        match shape.kind:
            case Kind.BOOLEAN:
                return choose((True, False))
            case Kind.INTEGER | Kind.INT_ENUM:
                return choose((0, 1, -7, 2**31 - 1))
            case Kind.LONG | Kind.BIG_INTEGER:
                return choose((0, 1, -7, 2**53 + 1))
            case Kind.FLOAT | Kind.DOUBLE:
                return self._floating(is_plain=is_plain)
            case Kind.BIG_DECIMAL:
                return Decimal("1.5")
            case Kind.BLOB:
                return choose((b"bytes", b"\x00\xff\xfe", "ü".encode()))
            case Kind.TIMESTAMP:
                return _FIRST + timedelta(hours=self._random.randrange(10_000))
            case Kind.DOCUMENT:
                return self._document()
            case _:
                return choose(_PLAIN if is_plain else _WORDS)

    def _floating(self, *, is_plain: bool) -> float:
        if (
            self._model.service.protocol not in (Protocol.QUERY, Protocol.EC2)
            and self._random.random() < 0.05
        ):
            return self._random.choice(_SPECIAL)
        return self._random.choice((0.0, 1.0, 1.5, -0.25, 3.141592653589793))

    def _document(self) -> Any:
        return self._random.choice(
            ({}, {"key": ["text", 1, 1.5, True, None]}, ["list", {"inner": {}}], {"nested": {"a": {"b": 1}}})
        )

    def _height(self, target: str) -> int:
        return self._heights.get(target, 0)


def heights(model: ir.Model) -> Mapping[str, int]:
    """How deep the smallest value of each structure is; absent for those whose smallest value has no structure."""
    found: dict[str, int] = {}
    waiting = {name: shape for name, shape in model.shapes.items() if isinstance(shape, ir.StructureShape)}
    height = 0

    def ends(member: ir.Member) -> bool:
        return member.target not in waiting

    while waiting:
        height += 1
        ready = [
            name
            for name, shape in waiting.items()
            if (
                any(map(ends, shape.members.values())) or not shape.members
                if shape.kind is Kind.UNION
                else all(ends(each) for each in shape.members.values() if each.required)
            )
        ]
        if not ready:
            return found | dict.fromkeys(waiting, 1000)
        found |= dict.fromkeys(ready, height)
        waiting = {name: shape for name, shape in waiting.items() if name not in found}
    return found
