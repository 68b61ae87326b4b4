# SPDX-License-Identifier: Apache-2.0
"""Values for the generated tests: one for each member, each unlike the others, the same in every run."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.ir import Kind, Location, TimestampFormat
from heliograph_codegen.pyview.names import words
from heliograph_codegen.text import Code, code, join, py_literal, py_str

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_FIRST_MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

TOKEN = "token-of-the-test"
"""What the clients of the generated tests make for idempotency tokens."""


SOURCE_NAMES = frozenset({"Decimal", "UTC", "datetime", "float", "fromtimestamp"})
"""Names that the source of a sample uses."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A value: as Python has it, and as JSON has it."""

    python: Any
    wire: Any


class Samples:
    """Values for one row of tests after another.

    Args:
        model: The model.
    """

    def __init__(self, model: ir.Model) -> None:
        self._model = model
        self._heights = _heights(model)
        self._count = 0

    def restart(self) -> Samples:
        """Begin another row, whose values do not depend on those before."""
        self._count = 0
        return self

    # Values of our own

    def members(
        self, shape: ir.StructureShape, *, full: bool, _open: tuple[str, ...] = ()
    ) -> dict[str, Sample]:
        """A value for each member of a structure, or for each required one, by model name."""
        found: dict[str, Sample] = {}
        for member in shape.members.values():
            if member.required or (full and not self._returns_to(member.target, (*_open, shape.name))):
                found[member.name] = self._of(member.target, member, (*_open, shape.name), full=full)
        return found

    def _returns_to(self, target: str, opened: tuple[str, ...]) -> bool:
        return target in self._model.shapes and not set(self._model.closure([target])).isdisjoint(opened)

    def _of(self, target: str, member: ir.Member, opened: tuple[str, ...], *, full: bool) -> Sample:
        shape = self._model.shape(target)
        match shape:
            case ir.EnumShape():
                value = shape.values[0].value
                return Sample(value, value)
            case ir.ListShape() if self._returns_to(shape.element, opened):
                return Sample([], [])
            case ir.ListShape():
                item = self._of(shape.element, member, opened, full=full)
                return Sample([item.python], [item.wire])
            case ir.MapShape() if self._returns_to(shape.value, opened):
                return Sample({}, {})
            case ir.MapShape():
                item = self._of(shape.value, member, opened, full=full)
                return Sample({"some-key": item.python}, {"some-key": item.wire})
            case ir.StructureShape(kind=Kind.UNION):
                chosen = min(shape.members.values(), key=lambda each: self._heights.get(each.target, 0))
                item = self._of(chosen.target, chosen, (*opened, shape.name), full=full)
                return Sample({chosen.name: item.python}, {chosen.wire_name: item.wire})
            case ir.StructureShape():
                return _together(shape, self.members(shape, full=full, _open=opened))
            case _:
                return self._simple(shape, member)

    def _simple(self, shape: ir.AnyShape, member: ir.Member) -> Sample:
        self._count += 1
        match shape.kind:
            case Kind.BOOLEAN:
                return Sample(True, True)
            case Kind.INTEGER | Kind.LONG | Kind.BIG_INTEGER:
                number = self._number(shape, member)
                return Sample(number, number)
            case Kind.FLOAT | Kind.DOUBLE:
                half = _floating(self._number(shape, member), member.origin) + 0.5
                return Sample(half, half)
            case Kind.BIG_DECIMAL:
                number = self._number(shape, member)
                return Sample(Decimal(number), number)
            case Kind.BLOB:
                return _blob(f"bytes of {member.name}")
            case Kind.TIMESTAMP:
                return _timestamp(_FIRST_MOMENT + timedelta(hours=self._count), shape, member)
            case Kind.DOCUMENT:
                document = {"document": [self._count]}
                return Sample(document, document)
            case _:
                text = self._text(shape, member)
                return Sample(text, text)

    def _number(self, shape: ir.AnyShape, member: ir.Member) -> int:
        bounds = member.constraints.range or shape.constraints.range or ir.Bounds()
        least = int(bounds.least or 0)
        most = int(bounds.most) if bounds.most is not None else least + 1000
        return min(least + self._count, most)

    def _text(self, shape: ir.AnyShape, member: ir.Member) -> str:
        if member.binding is not None and member.binding.name.lower() == "content-encoding":
            return "identity"  # any other one would have to hold
        length = member.constraints.length or shape.constraints.length or ir.Bounds()
        text = f"{'-'.join(word.lower() for word in words(member.name)) or 'text'}-{self._count}"
        text = text.ljust(min(int(length.least or 0), 200), "x")
        return text if length.most is None else text[: int(length.most)]

    # Values of the model's examples

    def example(self, shape: ir.StructureShape, values: Mapping[str, ir.Json]) -> dict[str, Sample]:
        """The values of an example, which the model has in JSON, by model name."""
        return {
            name: self._from_json(shape.members[name].target, shape.members[name], value)
            for name, value in values.items()
            if value is not None
        }

    def _from_json(self, target: str, member: ir.Member, value: Any) -> Sample:
        shape = self._model.shape(target)
        match shape:
            case ir.ListShape():
                items = [self._from_json(shape.element, member, item) for item in value]
                return Sample([item.python for item in items], [item.wire for item in items])
            case ir.MapShape():
                pairs = {key: self._from_json(shape.value, member, item) for key, item in value.items()}
                return Sample({k: v.python for k, v in pairs.items()}, {k: v.wire for k, v in pairs.items()})
            case ir.StructureShape():
                return _together(shape, self.example(shape, value))
            case _ if shape.kind is Kind.BLOB:
                return _blob(value)
            case _ if shape.kind is Kind.TIMESTAMP:
                return _timestamp(_moment(value, member.origin), shape, member)
            case _ if shape.kind is Kind.BIG_DECIMAL:
                return _decimal(value, member.origin)
            case _ if shape.kind in (Kind.FLOAT, Kind.DOUBLE):
                return Sample(_floating(value, member.origin), value)
            case _:
                return Sample(value, value)


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


def _together(shape: ir.StructureShape, members: Mapping[str, Sample]) -> Sample:
    wire = {shape.members[name].wire_name: sample.wire for name, sample in members.items()}
    return Sample({name: sample.python for name, sample in members.items()}, wire)


def _blob(text: str) -> Sample:
    value = text.encode()
    return Sample(value, base64.b64encode(value).decode())


def _timestamp(moment: datetime, shape: ir.AnyShape, member: ir.Member) -> Sample:
    own = shape.timestamp_format if isinstance(shape, ir.SimpleShape) else None
    return Sample(moment, timestamp(moment, member.timestamp_format or own or TimestampFormat.EPOCH_SECONDS))


def _moment(value: str | float, origin: ir.Origin) -> datetime:
    """The moment that an example gives as seconds since 1970 or in either text form, to the second."""
    try:
        if not isinstance(value, str):
            moment = datetime.fromtimestamp(value, UTC)
        elif value[:1].isdecimal():
            moment = datetime.fromisoformat(value)
        else:
            moment = parsedate_to_datetime(value)
        return moment.replace(microsecond=0, tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ArithmeticError, OSError, ValueError) as error:
        problem = "an example gives it no timestamp; write seconds since 1970 or 2026-01-02T03:04:05Z"
        raise GenerationError(problem, origin) from error


def _floating(value: str | float, origin: ir.Origin) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise GenerationError(
            "its range or an example holds a number too large for a float", origin
        ) from error


def _decimal(value: str | float, origin: ir.Origin) -> Sample:
    try:
        number = Decimal(str(value))
    except ArithmeticError as error:
        raise GenerationError("an example gives it no number; write a decimal one", origin) from error
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise GenerationError("an example gives it a number that JSON cannot carry; use another", origin)
    return Sample(number, int(number) if number == number.to_integral_value() else float(number))


def timestamp(moment: datetime, form: TimestampFormat) -> str | int:
    """A moment in whole seconds as a service writes it."""
    match form:
        case TimestampFormat.EPOCH_SECONDS:
            return int(moment.timestamp())
        case TimestampFormat.HTTP_DATE:
            return format_datetime(moment, usegmt=True)
        case TimestampFormat.DATE_TIME:
            return f"{moment.replace(tzinfo=None).isoformat()}Z"


def is_comparable(value: Any) -> bool:
    """Whether a sample equals itself: NaN does not."""
    if isinstance(value, dict):
        return all(map(is_comparable, cast("dict[str, object]", value).values()))
    if isinstance(value, list):
        return all(map(is_comparable, cast("list[object]", value)))
    return not (isinstance(value, float) and math.isnan(value))


class Message:
    """Where the samples of one structure stand in an HTTP message.

    Attributes:
        labels: Texts of path labels.
        query: Names and values of the query.
        headers: By lower-case name.
        body: None for an empty one, bytes for a bare payload, anything else for JSON.
    """

    def __init__(
        self,
        model: ir.Model,
        shape: ir.StructureShape | None,
        samples: Mapping[str, Sample],
        *,
        is_request: bool = False,
    ) -> None:
        self._model = model
        self._is_request = is_request
        self.labels: dict[str, str] = {}
        self.query: list[tuple[str, str]] = []
        self.headers: dict[str, str] = {}
        members = shape.members.values() if shape else ()
        payload = next((each for each in members if at(each, Location.PAYLOAD)), None)
        in_body = [each for each in members if each.binding is None]
        self.body: Any = {each.wire_name: samples[each.name].wire for each in in_body if each.name in samples}
        if payload is not None:
            self.body = self._payload(payload, samples.get(payload.name))
        elif not in_body:
            self.body = None
        for member in sorted(members, key=gives_way):
            if member.binding is not None and member.name in samples:
                self._place(member, member.binding, samples[member.name].python)

    def _payload(self, member: ir.Member, sample: Sample | None) -> Any:
        kind = self._model.shape(member.target).kind
        if sample is None:
            return {} if kind is Kind.STRUCTURE and self._is_request else None
        if kind in (Kind.STRING, Kind.ENUM):
            return str(sample.python).encode()
        return sample.python if kind is Kind.BLOB else sample.wire

    def _place(self, member: ir.Member, binding: ir.Binding, python: Any) -> None:
        match binding.location:
            case Location.LABEL:
                self.labels[binding.name] = self._texts(member, python, TimestampFormat.DATE_TIME)[0]
            case Location.QUERY:
                texts = self._texts(member, python, TimestampFormat.DATE_TIME)
                self.query += [(binding.name, text) for text in texts]
            case Location.QUERY_MAP:
                taken = {key for key, _ in self.query}
                for key, item in python.items():
                    items = cast("list[str]", item if isinstance(item, list) else [item])
                    self.query += [(key, one) for one in items if key not in taken]
            case Location.HEADER:
                self.headers[binding.name.lower()] = self._header(member, python)
            case Location.PREFIX_HEADERS:
                for key, item in python.items():
                    self.headers.setdefault((binding.name + key).lower(), item)
            case Location.STATUS | Location.PAYLOAD:
                pass

    def _header(self, member: ir.Member, python: Any) -> str:
        texts = self._texts(member, python, TimestampFormat.HTTP_DATE)
        if isinstance(python, list) and not any(isinstance(item, datetime) for item in cast("Any", python)):
            texts = [_quoted(text) for text in texts]
        return ", ".join(texts).strip(" \t")

    def _texts(self, member: ir.Member, python: Any, default: TimestampFormat) -> list[str]:
        shape = self._model.shape(member.target)
        if isinstance(shape, ir.ListShape):
            return [_as_text(self._model.shape(shape.element), member, item, default) for item in python]
        return [_as_text(shape, member, python, default)]

    def target(self, path: ir.Path) -> str:
        """Path and query, percent-encoded."""
        parts = [
            quote(self.labels[part.name], safe="/" if part.greedy else "")
            if isinstance(part, ir.Label)
            else part
            for part in path.parts
        ]
        constant = [(key, value or "") for key, value in path.query]
        pairs = [f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in constant + self.query]
        return "".join(parts) + ("?" + "&".join(pairs) if pairs else "")


def at(member: ir.Member, location: Location) -> bool:
    """Whether a member stands at that place."""
    return member.binding is not None and member.binding.location is location


def is_header(member: ir.Member, name: str) -> bool:
    """Whether a member is that header; the name is in lower case."""
    return at(member, Location.HEADER) and member.binding is not None and member.binding.name.lower() == name


def gives_way(member: ir.Member) -> bool:
    """Whether a member gives way to those with a name of their own in the same place, so that it comes last."""
    return at(member, Location.QUERY_MAP) or at(member, Location.PREFIX_HEADERS)


def _as_text(shape: ir.AnyShape, member: ir.Member, python: Any, default: TimestampFormat) -> str:
    """A simple value as it stands in a header, a query or a path."""
    if isinstance(python, datetime):
        own = shape.timestamp_format if isinstance(shape, ir.SimpleShape) else None
        return str(timestamp(python, member.timestamp_format or own or default))
    if isinstance(python, bool):
        return "true" if python else "false"
    if isinstance(python, float) and math.isinf(python):
        return "Infinity" if python > 0 else "-Infinity"
    return str(python)


def _quoted(item: str) -> str:
    """An item of a list in a header, as RFC 9110, section 5.6.4, has it where it holds a comma or a quote."""
    if "," not in item and '"' not in item:
        return item
    return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'


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
