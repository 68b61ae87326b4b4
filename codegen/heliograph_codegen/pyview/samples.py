# SPDX-License-Identifier: Apache-2.0
"""Values for the generated tests: one for each member, each unlike the others, the same in every run."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any, cast
from urllib.parse import quote

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, Location, TimestampFormat
from heliograph_codegen.pyview.names import words
from heliograph_codegen.text import Code, Lit, code, join, py_literal, py_str

_FIRST_MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sample:
    """A value: as Python has it, and as JSON has it."""

    python: Any
    wire: Any


class Samples:
    """The values of one row of tests."""

    def __init__(self, model: ir.Model) -> None:
        self._model = model
        self._count = 0

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
        return (
            bool(set(self._model.closure([target])) & set(opened)) if target in self._model.shapes else False
        )

    def _of(self, target: str, member: ir.Member, opened: tuple[str, ...], *, full: bool) -> Sample:
        shape = self._model.shape(target)
        match shape:
            case ir.EnumShape():
                value = shape.values[0].value
                return Sample(value, value)
            case ir.ListShape():
                item = self._of(shape.element, member, opened, full=full)
                return Sample([item.python], [item.wire])
            case ir.MapShape():
                item = self._of(shape.value, member, opened, full=full)
                return Sample({"some-key": item.python}, {"some-key": item.wire})
            case ir.StructureShape(kind=Kind.UNION):
                first = next(iter(shape.members.values()))
                item = self._of(first.target, first, (*opened, shape.name), full=full)
                return Sample({first.name: item.python}, {first.wire_name: item.wire})
            case ir.StructureShape():
                inner = self.members(shape, full=full, _open=opened)
                wire = {shape.members[name].wire_name: sample.wire for name, sample in inner.items()}
                return Sample({name: sample.python for name, sample in inner.items()}, wire)
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
                half = self._number(shape, member) + 0.5
                return Sample(half, half)
            case Kind.BIG_DECIMAL:
                number = self._number(shape, member)
                return Sample(Decimal(number), number)
            case Kind.BLOB:
                value = f"bytes of {member.name}".encode()
                return Sample(value, base64.b64encode(value).decode())
            case Kind.TIMESTAMP:
                moment = _FIRST_MOMENT + timedelta(hours=self._count)
                own = shape.timestamp_format if isinstance(shape, ir.SimpleShape) else None
                return Sample(
                    moment, timestamp(moment, member.timestamp_format or own or TimestampFormat.EPOCH_SECONDS)
                )
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
        length = member.constraints.length or shape.constraints.length or ir.Bounds()
        text = f"{'-'.join(word.lower() for word in words(member.name)) or 'text'}-{self._count}"
        text = text.ljust(min(int(length.least or 0), 200), "x")
        return text if length.most is None else text[: int(length.most)]


def timestamp(moment: datetime, form: TimestampFormat) -> str | int:
    """A moment in whole seconds as a service writes it."""
    match form:
        case TimestampFormat.EPOCH_SECONDS:
            return int(moment.timestamp())
        case TimestampFormat.HTTP_DATE:
            return format_datetime(moment, usegmt=True)
        case TimestampFormat.DATE_TIME:
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def as_text(model: ir.Model, target: str, member: ir.Member, python: Any, default: TimestampFormat) -> str:
    """A simple value as it stands in a header, a query or a path."""
    if isinstance(python, datetime):
        shape = model.shape(target)
        own = shape.timestamp_format if isinstance(shape, ir.SimpleShape) else None
        return str(timestamp(python, member.timestamp_format or own or default))
    if isinstance(python, bool):
        return "true" if python else "false"
    return str(python)


class Message:
    """Where the samples of one structure stand in an HTTP message."""

    def __init__(
        self, model: ir.Model, shape: ir.StructureShape | None, samples: Mapping[str, Sample]
    ) -> None:
        self._model = model
        self.labels: dict[str, str] = {}
        self.query: list[tuple[str, str]] = []
        self.headers: dict[str, str] = {}
        self.status: int | None = None
        self.json: dict[str, Any] = {}
        self.payload: bytes | None = None
        for name, sample in samples.items():
            assert shape is not None
            self._place(shape.members[name], sample)

    def _place(self, member: ir.Member, sample: Sample) -> None:
        binding = member.binding
        if binding is None:
            self.json[member.wire_name] = sample.wire
            return
        match binding.location:
            case Location.LABEL:
                text = self._texts(member, sample, TimestampFormat.DATE_TIME)[0]
                self.labels[binding.name] = quote(text, safe="-_.~")
            case Location.QUERY:
                texts = self._texts(member, sample, TimestampFormat.DATE_TIME)
                self.query += [(binding.name, text) for text in texts]
            case Location.QUERY_MAP:
                for key, item in sample.python.items():
                    items = cast("list[str]", item if isinstance(item, list) else [item])
                    self.query += [(key, one) for one in items]
            case Location.HEADER:
                self.headers[binding.name.lower()] = ", ".join(
                    self._texts(member, sample, TimestampFormat.HTTP_DATE)
                )
            case Location.PREFIX_HEADERS:
                for key, item in sample.python.items():
                    self.headers[(binding.name + key).lower()] = item
            case Location.STATUS:
                self.status = 200
            case Location.PAYLOAD:
                self.payload = _payload(sample)

    def _texts(self, member: ir.Member, sample: Sample, default: TimestampFormat) -> list[str]:
        shape = self._model.shape(member.target)
        if isinstance(shape, ir.ListShape):
            return [as_text(self._model, shape.element, member, item, default) for item in sample.python]
        return [as_text(self._model, member.target, member, sample.python, default)]

    def target(self, path: ir.Path) -> str:
        """Path and query, percent-encoded."""
        parts = [self.labels[part.name] if isinstance(part, ir.Label) else part for part in path.parts]
        constant = [(key, value or "") for key, value in path.query]
        pairs = [
            f"{quote(key, safe='-_.~')}={quote(value, safe='-_.~')}" for key, value in constant + self.query
        ]
        return "".join(parts) + ("?" + "&".join(pairs) if pairs else "")


def _payload(sample: Sample) -> bytes:
    if isinstance(sample.python, bytes):
        return sample.python
    if isinstance(sample.python, str):
        return sample.python.encode()
    return json.dumps(sample.wire).encode()


def python_code(value: Any) -> Code:
    """The source of a sample's Python value."""
    if isinstance(value, dict):
        value = cast("dict[str, Any]", value)
        pairs = [code("{}: {}", py_literal(key), python_code(item)) for key, item in value.items()]
        return code("{{{}}}", join(", ", pairs))
    if isinstance(value, list):
        return code("[{}]", join(", ", [python_code(item) for item in cast("list[object]", value)]))
    if isinstance(value, datetime):
        return code("datetime.fromtimestamp({}, timezone.utc)", int(value.timestamp()))
    if isinstance(value, Decimal):
        return code("Decimal({})", py_str(str(value)))
    return py_literal(value)


def literal(value: Any) -> Lit:
    """The source of a plain value."""
    return py_literal(value)
