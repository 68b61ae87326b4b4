# SPDX-License-Identifier: Apache-2.0
"""Where the values of the generated tests stand in HTTP messages, outside of their bodies."""

from __future__ import annotations

import base64
import json
import math
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from heliograph_codegen import ir
from heliograph_codegen.ir import Location, TimestampFormat

if TYPE_CHECKING:
    from collections.abc import Mapping


EVENT_STREAM_TYPE = "application/vnd.amazon.eventstream"
"""The content type of a stream of events."""


class Message:
    """Where the members of one structure stand in an HTTP message.

    Attributes:
        labels: Texts of path labels.
        query: Names and values of the query.
        headers: By lower-case name.

    Args:
        model: The model.
        shape: The structure; None where there is none.
        values: Python values of its members, by model name; absent ones are not there.
    """

    def __init__(self, model: ir.Model, shape: ir.StructureShape | None, values: Mapping[str, Any]) -> None:
        self._model = model
        self.labels: dict[str, str] = {}
        self.query: list[tuple[str, str]] = []
        self.headers: dict[str, str] = {}
        for member in sorted(shape.members.values() if shape else (), key=gives_way):
            if member.binding is not None and member.name in values:
                self._place(member, member.binding, values[member.name])

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
            case _:
                pass

    def _header(self, member: ir.Member, python: Any) -> str:
        if member.json_value:
            return base64.b64encode(json.dumps(python, separators=(",", ":")).encode()).decode()
        if ir.in_base64(self._model, member):
            return base64.b64encode(python.encode()).decode()
        texts = self._texts(member, python, TimestampFormat.HTTP_DATE)
        if isinstance(python, list) and not any(isinstance(item, datetime) for item in cast("Any", python)):
            texts = [_quoted(text) for text in texts]
        return ", ".join(texts).strip(" \t")

    def _texts(self, member: ir.Member, python: Any, default: TimestampFormat) -> list[str]:
        shape = self._model.shape(member.target)
        if isinstance(shape, ir.ListShape):
            element = self._model.shape(shape.element)
            return [_as_text(element, shape.entry, item, default) for item in python]
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


def format_of(shape: ir.AnyShape, place: ir.Member | ir.Entry) -> TimestampFormat | None:
    """The format that the model names for a timestamp in that place; None for the protocol's own."""
    own = shape.timestamp_format if isinstance(shape, ir.SimpleShape) else None
    return place.timestamp_format or own


def timestamp(moment: datetime, form: TimestampFormat) -> str | int:
    """A moment in whole seconds as a service writes it."""
    match form:
        case TimestampFormat.EPOCH_SECONDS:
            return int(moment.timestamp())
        case TimestampFormat.HTTP_DATE:
            return format_datetime(moment, usegmt=True)
        case TimestampFormat.DATE_TIME:
            return f"{moment.replace(tzinfo=None).isoformat()}Z"


def _as_text(shape: ir.AnyShape, place: ir.Member | ir.Entry, python: Any, default: TimestampFormat) -> str:
    """A simple value as it stands in a header, a query or a path."""
    if isinstance(python, datetime):
        return str(timestamp(python, format_of(shape, place) or default))
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


def is_left_open(model: ir.Model, member: ir.Member) -> bool:
    """Whether a member is not read with its message: a streaming body, or a stream of events."""
    return member.streaming or model.has_events(member)


def is_in_body(model: ir.Model, member: ir.Member) -> bool:
    """Whether a member stands in a body beside others."""
    return member.binding is None and not model.has_events(member)
