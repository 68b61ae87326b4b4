# SPDX-License-Identifier: Apache-2.0
"""Values for the generated tests: one for each member, each unlike the others, the same in every run."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.ir import Kind
from heliograph_codegen.moments import moment
from heliograph_codegen.pyview.names import words
from heliograph_codegen.text import Code, code, join, py_literal, py_str

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_FIRST_MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

TOKEN = "token-of-the-test"
"""What the clients of the generated tests make for idempotency tokens."""


_FOR_RULES: Mapping[str, str] = {
    "AccountId": "123456789012",
    "AccessPointName": "example-access-point",
    "Bucket": "amzn-s3-demo-bucket",
    "ChannelARN": "arn:aws:kinesis:eu-west-1:123456789012:channel/example",
    "ConsumerARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/example/consumer/reader:1",
    "Endpoint": "https://endpoint-of-a-call.test",
    "EventBusArn": "arn:aws:events:eu-west-1:123456789012:event-busv2/example",
    "KvsARN": "arn:aws:cloudfront::123456789012:key-value-store/example",
    "OutpostId": "op-01234567890123456",
    "QueueARN": "arn:aws:kinesis:eu-west-1:123456789012:queue/example",
    "ResourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/example",
    "SpaceId": "sp-0123456789ab",
    "StreamARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/example",
    "StreamId": "abcdefghij0123456789-abc",
}
"""By parameter of the endpoint rules: a value of the form that published rules want, since they refuse others."""

_ELSEWHERE = frozenset({"EndpointId"})
"""Parameters that lead to endpoints with signatures of their own."""

SOURCE_NAMES = frozenset({"Decimal", "UTC", "datetime", "float", "fromtimestamp"})
"""Names that the source of a sample uses."""


class Samples:
    """Values for one row of tests after another, as Python has them.

    Args:
        model: The model.
    """

    def __init__(self, model: ir.Model) -> None:
        self._model = model
        self._heights = _heights(model)
        self._closures: dict[str, frozenset[str]] = {}
        self._count = 0
        self._filled: set[str] = set()

    def restart(self) -> Samples:
        """Begin another row, whose values do not depend on those before."""
        self._count = 0
        return self

    # Values of our own

    def members(self, shape: ir.StructureShape, *, full: bool, _open: tuple[str, ...] = ()) -> dict[str, Any]:
        """A value for each member of a structure, or for each required one, by model name.

        A full one fills each structure below it once, and has the required members alone where it meets it again:
        there are models of which it would be millions of values otherwise.
        """
        found: dict[str, Any] = {}
        if not _open:
            self._filled.clear()
        full = full and shape.name not in self._filled
        self._filled.add(shape.name)
        for member in shape.members.values():
            if member.context_param in _ELSEWHERE and not member.required:
                continue
            wanted = full and not ir.replaced(shape, member)
            if member.required or (wanted and not self._returns_to(member.target, (*_open, shape.name))):
                found[member.name] = self._of(member.target, member, (*_open, shape.name), full=full)
        return found

    def _returns_to(self, target: str, opened: tuple[str, ...]) -> bool:
        if target not in self._model.shapes:
            return False
        reached = self._closures.get(target)
        if reached is None:
            reached = self._closures[target] = frozenset(self._model.closure([target]))
        return not reached.isdisjoint(opened)

    def _of(
        self,
        target: str,
        member: ir.Member,
        opened: tuple[str, ...],
        *,
        full: bool,
        entry: ir.Entry | None = None,
    ) -> Any:
        """A value of that shape, for a member, or for an entry of what the member holds."""
        shape = self._model.shape(target)
        match shape:
            case ir.EnumShape():
                return shape.values[0].value
            case ir.ListShape() if self._returns_to(shape.element, opened):
                return []
            case ir.ListShape():
                item = self._of(shape.element, member, opened, full=full, entry=shape.entry)
                return [item, None] if shape.sparse else [item]
            case ir.MapShape() if self._returns_to(shape.value, opened):
                return {}
            case ir.MapShape():
                item = self._of(shape.value, member, opened, full=full, entry=shape.value_entry)
                return {"some-key": item, "without-value": None} if shape.sparse else {"some-key": item}
            case ir.StructureShape(kind=Kind.UNION):
                chosen = min(shape.members.values(), key=lambda each: self._heights.get(each.target, 0))
                return {chosen.name: self._of(chosen.target, chosen, (*opened, shape.name), full=full)}
            case ir.StructureShape():
                return self.members(shape, full=full, _open=opened)
            case _ if (entry or member).json_value:
                self._count += 1
                return {"json": [self._count]}
            case _:
                return self._simple(shape, member)

    def _simple(self, shape: ir.AnyShape, member: ir.Member) -> Any:
        self._count += 1
        match shape.kind:
            case Kind.BOOLEAN:
                return True
            case Kind.INTEGER | Kind.LONG | Kind.BIG_INTEGER:
                return self._number(shape, member)
            case Kind.FLOAT | Kind.DOUBLE:
                return _floating(self._number(shape, member), member.origin) + 0.5
            case Kind.BIG_DECIMAL:
                return Decimal(self._number(shape, member))
            case Kind.BLOB:
                return f"bytes of {member.name}".encode()
            case Kind.TIMESTAMP:
                return _FIRST_MOMENT + timedelta(hours=self._count)
            case Kind.DOCUMENT:
                return {"document": [self._count]}
            case _:
                return self._text(shape, member)

    def _number(self, shape: ir.AnyShape, member: ir.Member) -> int:
        bounds = member.constraints.range or shape.constraints.range or ir.Bounds()
        least = int(bounds.least or 0)
        most = int(bounds.most) if bounds.most is not None else least + 1000
        return min(least + self._count, most)

    def _text(self, shape: ir.AnyShape, member: ir.Member) -> str:
        if member.binding is not None and member.binding.name.lower() == "content-encoding":
            return "identity"  # any other one would have to hold
        if member.context_param in _FOR_RULES:
            return _FOR_RULES[member.context_param]
        length = member.constraints.length or shape.constraints.length or ir.Bounds()
        text = f"{'-'.join(word.lower() for word in words(member.name)) or 'text'}-{self._count}"
        text = text.ljust(min(int(length.least or 0), 200), "x")
        return text if length.most is None else text[: int(length.most)]

    # Values of the model's examples

    def example(self, shape: ir.StructureShape, values: Mapping[str, ir.Json]) -> dict[str, Any]:
        """The values of an example, which the model has in JSON, by model name."""
        return {
            name: self._from_json(shape.members[name].target, shape.members[name], value)
            for name, value in values.items()
            if value is not None and not ir.replaced(shape, shape.members[name])
        }

    def _from_json(self, target: str, member: ir.Member, value: Any) -> Any:
        shape = self._model.shape(target)
        match shape:
            case _ if value is None:
                return None
            case ir.ListShape():
                return [self._from_json(shape.element, member, item) for item in value]
            case ir.MapShape():
                return {key: self._from_json(shape.value, member, item) for key, item in value.items()}
            case ir.StructureShape():
                return self.example(shape, value)
            case _ if shape.kind is Kind.BLOB:
                return value.encode()
            case _ if shape.kind is Kind.TIMESTAMP:
                return _moment(value, member.origin)
            case _ if shape.kind is Kind.BIG_DECIMAL:
                return _decimal(value, member.origin)
            case _ if shape.kind in (Kind.FLOAT, Kind.DOUBLE):
                return _floating(value, member.origin)
            case _:
                return value


def _heights(model: ir.Model) -> Mapping[str, int]:
    """How deep the smallest value of each structure and union is: what a union holds must come to an end."""
    found: dict[str, int] = {}
    waiting = {name: shape for name, shape in model.shapes.items() if isinstance(shape, ir.StructureShape)}
    height = 0
    while waiting:
        height += 1
        ready = [name for name, shape in waiting.items() if _ends(shape, waiting)]
        found |= dict.fromkeys(ready, height)
        waiting = {name: shape for name, shape in waiting.items() if name not in found}
    return found


def _ends(shape: ir.StructureShape, endless: Collection[str]) -> bool:
    """Whether a structure can do without values of those shapes."""
    if shape.kind is Kind.UNION:
        return any(each.target not in endless for each in shape.members.values())
    return all(each.target not in endless for each in shape.members.values() if each.required)


def _moment(value: str | float, origin: ir.Origin) -> datetime:
    found = moment(value)
    if found is None:
        problem = "an example gives it no timestamp; write seconds since 1970 or 2026-01-02T03:04:05Z"
        raise GenerationError(problem, origin)
    return found


def _floating(value: str | float, origin: ir.Origin) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise GenerationError(
            "its range or an example holds a number too large for a float", origin
        ) from error


def _decimal(value: str | float, origin: ir.Origin) -> Decimal:
    try:
        number = Decimal(str(value))
    except ArithmeticError as error:
        raise GenerationError("an example gives it no number; write a decimal one", origin) from error
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise GenerationError("an example gives it a number that JSON cannot carry; use another", origin)
    return number


def is_comparable(value: Any) -> bool:
    """Whether a sample equals itself: NaN does not."""
    if isinstance(value, dict):
        return all(map(is_comparable, cast("dict[str, object]", value).values()))
    if isinstance(value, list):
        return all(map(is_comparable, cast("list[object]", value)))
    return not (isinstance(value, float) and math.isnan(value))


def python_code(value: Any) -> Code:
    """The source of a sample's Python value."""
    if isinstance(value, dict):
        items: Iterable[tuple[str, object]] = cast("dict[str, object]", value).items()
        return code(
            "{{{}}}", join(", ", [code("{}: {}", py_str(key), python_code(item)) for key, item in items])
        )
    if isinstance(value, list):
        return code("[{}]", join(", ", [python_code(item) for item in cast("list[object]", value)]))
    if isinstance(value, datetime):
        return code("datetime.fromtimestamp({}, UTC)", int(value.timestamp()))
    if isinstance(value, Decimal):
        return code("Decimal({})", py_str(str(value)))
    if isinstance(value, float) and not math.isfinite(value):
        return code("float({})", py_str(str(value)))
    return py_literal(value)
