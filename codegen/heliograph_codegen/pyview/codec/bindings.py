# SPDX-License-Identifier: Apache-2.0
"""Members outside of a structured body: headers, queries, paths, the status, bare payloads.

The rules are Smithy's, "HTTP binding traits"; they are the same for every protocol that has them.
"""

from __future__ import annotations

from collections.abc import Mapping

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, Location, TimestampFormat
from heliograph_codegen.pyview.codec.body import VALUE, BodyCodec, fetch, timestamp_format
from heliograph_codegen.pyview.views import ReadView, WriteView
from heliograph_codegen.text import Code, Ident, Lit, code, join, py_str

TEXT_STEMS: Mapping[Kind, str] = {
    Kind.BOOLEAN: "boolean",
    Kind.INTEGER: "integer",
    Kind.LONG: "integer",
    Kind.BIG_INTEGER: "integer",
    Kind.INT_ENUM: "integer",
    Kind.FLOAT: "floating",
    Kind.DOUBLE: "floating",
    Kind.BIG_DECIMAL: "decimal",
}
"""What stands before ``_text`` in the functions that write a simple value as text."""

TEXT_TIMESTAMPS: Mapping[TimestampFormat, str] = {
    TimestampFormat.EPOCH_SECONDS: "epoch",
    TimestampFormat.HTTP_DATE: "http_date",
    TimestampFormat.DATE_TIME: "date_time",
}
"""The same for timestamps."""

EVENT_HEADERS: Mapping[Kind, Ident] = {
    Kind.BOOLEAN: Ident("boolean"),
    Kind.INTEGER: Ident("integer_header"),
    Kind.INT_ENUM: Ident("integer_header"),
    Kind.LONG: Ident("long_header"),
    Kind.BLOB: Ident("binary"),
    Kind.STRING: Ident("text"),
    Kind.ENUM: Ident("text"),
    Kind.TIMESTAMP: Ident("timestamp"),
}
"""The functions of (value, name) that write a member of an event into a header, which has a type of its own."""

SMALL_HEADERS: Mapping[ir.EventPart, Ident] = {
    ir.EventPart.BYTE_HEADER: Ident("byte_header"),
    ir.EventPart.SHORT_HEADER: Ident("short_header"),
}
"""The same where the place says more than the kind."""

STRINGS: frozenset[str | bytes] = frozenset({"application/octet-stream", "text/plain", b""})

RUNTIME_NAMES = frozenset(
    """
    EVENTS add_header add_prefix_headers add_query_map as_is base64_text binary blob_payload boolean boolean_text
    byte_header date_time_text decimal_text each epoch_text error_members event_members event_message event_upload
    exception_message floating_text greedy_label header_list http_date_text initial_request integer_header
    integer_text json_header label long_header query_string read_base64_text read_blob_payload read_boolean_text
    read_date_time_text read_decimal_text read_epoch_text read_event_blob read_event_header read_event_text
    read_events read_floating_text read_header_list read_http_date_list read_http_date_text read_integer_text
    read_json_header read_prefix_headers read_stream read_text_payload required short_header streaming_payload text
    text_payload timestamp
    """.split()
)


class Bindings:
    """The expressions of one model for what stands outside of a structured body.

    Args:
        model: The model.
        body: What its bodies are written in, for payloads that are structured.
    """

    def __init__(self, model: ir.Model, body: BodyCodec) -> None:
        self._model = model
        self._body = body

    def _text_function(self, target: str, place: ir.Member | ir.Entry, default: TimestampFormat) -> Ident:
        """The function of the runtime that writes a simple value as text."""
        shape = self._model.shape(target)
        if place.json_value:
            return Ident("json_header")
        if shape.kind is Kind.TIMESTAMP:
            return Ident(f"{TEXT_TIMESTAMPS[timestamp_format(shape, place) or default]}_text")
        stem = TEXT_STEMS.get(shape.kind)
        return Ident("text") if stem is None else Ident(f"{stem}_text")

    def _header_function(self, member: ir.Member) -> Ident:
        """The function of the runtime that writes a header which is no list."""
        if ir.in_base64(self._model, member):
            return Ident("base64_text")
        return self._text_function(member.target, member, TimestampFormat.HTTP_DATE)

    def label(self, member: ir.Member, *, greedy: bool) -> Code:
        """The expression that gives a label's text, percent-encoded."""
        name = py_str(member.name)
        function = self._text_function(member.target, member, TimestampFormat.DATE_TIME)
        value = code("{}(required(members, {}), {})", function, name, name)
        return code("greedy_label({}, {})" if greedy else "label({}, {})", value, name)

    def write(self, member: ir.Member, binding: ir.Binding) -> WriteView:
        """How a member gets into the query, the headers or, as the whole of it, the body."""
        return WriteView(fetch(member), self._statement(member, binding))

    def _statement(self, member: ir.Member, binding: ir.Binding) -> Code:
        name, place = py_str(member.name), py_str(binding.name)
        shape = self._model.shape(member.target)
        match binding.location:
            case Location.QUERY if isinstance(shape, ir.ListShape):
                function = self._text_function(shape.element, shape.entry, TimestampFormat.DATE_TIME)
                return code("query += [({}, item) for item in each({}, value, {})]", place, function, name)
            case Location.QUERY:
                function = self._text_function(member.target, member, TimestampFormat.DATE_TIME)
                return code("query.append(({}, {}(value, {})))", place, function, name)
            case Location.QUERY_MAP:
                return code("add_query_map(query, value, {})", name)
            case Location.PREFIX_HEADERS:
                return code("add_prefix_headers(headers, {}, value, {})", place, name)
            case Location.HEADER if isinstance(shape, ir.ListShape):
                function = self._text_function(shape.element, shape.entry, TimestampFormat.HTTP_DATE)
                quote = Code("False") if function == "http_date_text" else Code("True")
                value = code("header_list(each({}, value, {}), quote={})", function, name, quote)
                return code("add_header(headers, {}, {}, {})", place, value, name)
            case Location.ENDPOINT:
                return code(
                    "{}(value, {})",
                    self._text_function(member.target, member, TimestampFormat.DATE_TIME),
                    name,
                )
            case Location.HEADER:
                function = self._header_function(member)
                return code("add_header(headers, {}, {}(value, {}), {})", place, function, name, name)
            case _:
                return code("body = {}", self._payload(member))

    def _payload(self, member: ir.Member) -> Code:
        kind = self._model.shape(member.target).kind
        if member.streaming:
            needs = Code(", needs_length=True" if member.requires_length else "")
            return code("streaming_payload(value, {}{})", py_str(member.name), needs)
        if kind in (Kind.STRING, Kind.ENUM):
            return code("text_payload(value, {})", py_str(member.name))
        if kind is Kind.BLOB:
            return code("blob_payload(value, {})", py_str(member.name))
        return self._body.payload(member)

    def payload_type(self, member: ir.Member) -> Lit:
        """The content type of a body that is one member."""
        shape = self._model.shape(member.target)
        if isinstance(shape, ir.SimpleShape) and shape.media_type:
            return py_str(shape.media_type)
        match shape.kind:
            case _ if member.streaming:
                return py_str("application/octet-stream")
            case Kind.STRING | Kind.ENUM:
                return py_str("text/plain")
            case Kind.BLOB:
                return py_str("application/octet-stream")
            case _:
                return self._body.payload_type()

    def error_read(self, member: ir.Member, binding: ir.Binding, name: Ident) -> ReadView:
        """How a member of an error gets out of the status or the headers, which the error already holds."""
        fetch = self._fetch(member, binding, Code("self.headers"), Code("self.status_code"))
        if binding.location is Location.PAYLOAD:
            fetch = Ident("members")
        return self._read_view(member, binding, name, fetch)

    def read(self, member: ir.Member, binding: ir.Binding, name: Ident) -> ReadView:
        """How a member gets out of the status, the headers or, as the whole of it, the body."""
        if member.streaming:
            return ReadView(
                name, Code("read_stream(response)"), Code("read_stream(response)"), required=False
            )
        fetch = self._fetch(member, binding, Code("response.headers"), Code("response.status"))
        return self._read_view(member, binding, name, fetch)

    def _read_view(self, member: ir.Member, binding: ir.Binding, name: Ident, fetch: Code) -> ReadView:
        """A required member is read if it is there, which the status and headers as a map always are."""
        is_asked = member.required and binding.location not in (Location.STATUS, Location.PREFIX_HEADERS)
        return ReadView(name, self._value(member, binding, VALUE if is_asked else fetch), fetch, is_asked)

    def event_read(self, member: ir.Member, name: Ident) -> ReadView:
        """How a member gets out of the message of an event, which is seen as an answer with typed headers."""
        if member.event_part is not None and member.event_part.is_header:
            fetch = code("read_event_header(response, {})", py_str(member.wire_name))
            return ReadView(name, VALUE if member.required else fetch, fetch, member.required)
        if member.event_part is ir.EventPart.PAYLOAD:
            kind = self._model.shape(member.target).kind
            if kind in (Kind.BLOB, Kind.STRING, Kind.ENUM):
                fetch = Code(
                    "read_event_blob(response)" if kind is Kind.BLOB else "read_event_text(response)"
                )
                return ReadView(name, VALUE if member.required else fetch, fetch, member.required)
            return self.read(member, ir.Binding(Location.PAYLOAD), name)
        return self._body.body_read(member, name)

    def event_write(self, member: ir.Member) -> WriteView:
        """How a member gets into the message of an event."""
        if member.event_part is not None and member.event_part.is_header:
            function = (
                SMALL_HEADERS.get(member.event_part) or EVENT_HEADERS[self._model.shape(member.target).kind]
            )
            place = py_str(member.wire_name)
            return WriteView(fetch(member), code("headers[{}] = {}(value, {})", place, function, place))
        if member.event_part is ir.EventPart.PAYLOAD:
            return self.write(member, ir.Binding(Location.PAYLOAD))
        return self._body.body_write(member)

    def event_type(self, member: ir.Member) -> Lit:
        """The content type of an event whose payload is one member."""
        is_plain = self._model.shape(member.target).kind in (Kind.STRING, Kind.ENUM, Kind.BLOB)
        return self.payload_type(member) if is_plain else self._body.event_type()

    def _fetch(self, member: ir.Member, binding: ir.Binding, headers: Code, status: Code) -> Code:
        match binding.location:
            case Location.STATUS:
                return status
            case Location.HEADER:
                return code("{}.get({})", headers, py_str(binding.name.lower()))
            case Location.PREFIX_HEADERS:
                return code("read_prefix_headers({}, {})", headers, py_str(binding.name.lower()))
            case _:
                match self._model.shape(member.target).kind:
                    case Kind.STRING | Kind.ENUM:
                        return Code("read_text_payload(response)")
                    case Kind.BLOB:
                        return Code("read_blob_payload(response)")
                    case _:
                        return self._body.read_payload()

    def _value(self, member: ir.Member, binding: ir.Binding, fetched: Code) -> Code:
        shape = self._model.shape(member.target)
        if binding.location is Location.PAYLOAD:
            return (
                fetched
                if shape.kind in (Kind.STRING, Kind.ENUM, Kind.BLOB)
                else self._body.read(member, fetched)
            )
        if binding.location is not Location.HEADER:
            return fetched
        if isinstance(shape, ir.ListShape):
            function = self._text_function(shape.element, shape.entry, TimestampFormat.HTTP_DATE)
            if function == "http_date_text":
                return code("read_http_date_list({})", fetched)
            reader = Ident("as_is") if function == "text" else Ident(f"read_{function}")
            return code("read_header_list({}, {})", fetched, reader)
        function = self._header_function(member)
        return fetched if function == "text" else code("read_{}({})", function, fetched)


def path_expression(path: ir.Path, labels: Mapping[str, Code]) -> Code:
    """The path as one expression; a path without labels is a literal."""
    parts = [labels[part.name] if isinstance(part, ir.Label) else py_str(part) for part in path.parts]
    return join(" + ", parts)
