# SPDX-License-Identifier: Apache-2.0
"""The expressions that write a member into a request and read it out of an answer, for rest-json.

Each is one call of a function of the runtime, or of the generated function of a structure.
"""

from __future__ import annotations

from collections.abc import Mapping

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, Location, TimestampFormat
from heliograph_codegen.pyview.views import ReadView, WriteView
from heliograph_codegen.text import Code, Ident, Lit, code, join, py_str

_JSON_WRITERS: Mapping[Kind, Ident] = {
    Kind.BOOLEAN: Ident("boolean"),
    Kind.INTEGER: Ident("integer"),
    Kind.LONG: Ident("integer"),
    Kind.BIG_INTEGER: Ident("integer"),
    Kind.INT_ENUM: Ident("integer"),
    Kind.FLOAT: Ident("floating"),
    Kind.DOUBLE: Ident("floating"),
    Kind.BIG_DECIMAL: Ident("decimal"),
    Kind.STRING: Ident("text"),
    Kind.ENUM: Ident("text"),
    Kind.BLOB: Ident("blob"),
    Kind.DOCUMENT: Ident("document"),
}
_JSON_TIMESTAMPS: Mapping[TimestampFormat, Ident] = {
    TimestampFormat.EPOCH_SECONDS: Ident("epoch_seconds"),
    TimestampFormat.HTTP_DATE: Ident("http_date_text"),
    TimestampFormat.DATE_TIME: Ident("date_time_text"),
}
_JSON_READERS: Mapping[Kind, Ident] = {
    Kind.FLOAT: Ident("read_floating"),
    Kind.DOUBLE: Ident("read_floating"),
    Kind.BIG_DECIMAL: Ident("read_decimal"),
    Kind.BLOB: Ident("read_blob"),
    Kind.TIMESTAMP: Ident("read_timestamp"),
}
_TEXT_STEMS: Mapping[Kind, str] = {
    Kind.BOOLEAN: "boolean",
    Kind.INTEGER: "integer",
    Kind.LONG: "integer",
    Kind.BIG_INTEGER: "integer",
    Kind.INT_ENUM: "integer",
    Kind.FLOAT: "floating",
    Kind.DOUBLE: "floating",
    Kind.BIG_DECIMAL: "decimal",
}
_TEXT_TIMESTAMPS: Mapping[TimestampFormat, str] = {
    TimestampFormat.EPOCH_SECONDS: "epoch",
    TimestampFormat.HTTP_DATE: "http_date",
    TimestampFormat.DATE_TIME: "date_time",
}
_VALUE = Ident("value")

JSON_TYPE = "application/json"
CONTENT_TYPES = frozenset({JSON_TYPE, "application/octet-stream", "text/plain"})
"""What the bodies of requests are."""

RUNTIME_NAMES = frozenset(
    """
    ABSENT_LIST ABSENT_MAP JSON NoOutput Output Structure add_header add_prefix_headers add_query_map
    as_is blob blob_payload boolean boolean_text date_time_text decimal decimal_text document each
    each_value epoch_seconds epoch_text floating floating_text greedy_label header_list http_date_text
    integer integer_text json_body json_object json_value label members_of nested one_member optional
    query_string read_blob read_blob_payload read_boolean_text read_date_time_text read_decimal
    read_decimal_text read_epoch_text read_floating read_floating_text read_header_list
    read_http_date_list read_http_date_text read_integer_text read_list read_map read_prefix_headers
    read_scalars read_text_payload read_timestamp read_union required text text_payload
    """.split()
)
"""Names of ``heliograph.generated`` that expressions use; a test holds them against it."""

LOCAL_NAMES = frozenset(
    {"append", "body", "get", "headers", "item", "members", "name", "query", "quote", "value"}
)
"""Arguments and variables that expressions use."""


class Codec:
    """The expressions of one model.

    Args:
        model: The model.
        functions: What stands before ``_to_json`` and ``_from_json`` in a structure's functions, by shape.
    """

    def __init__(self, model: ir.Model, functions: Mapping[str, Ident]) -> None:
        self._model = model
        self._functions = functions

    # Bodies

    def _writer(self, target: str, member: ir.Member | None) -> Code:
        """A function of (value, name) that writes a value of this shape into JSON."""
        shape = self._model.shape(target)
        match shape:
            case ir.ListShape():
                return code("lambda value, name: each({}, value, name)", self._writer(shape.element, None))
            case ir.MapShape():
                return code(
                    "lambda value, name: each_value({}, value, name)", self._writer(shape.value, None)
                )
            case ir.StructureShape():
                return Ident(f"{self._functions[shape.name]}_to_json")
            case _ if shape.kind is Kind.TIMESTAMP:
                return _JSON_TIMESTAMPS[_format(shape, member) or TimestampFormat.EPOCH_SECONDS]
            case _:
                return _JSON_WRITERS[shape.kind]

    def written(self, member: ir.Member) -> Code:
        """The expression that turns ``value`` into what stands in a JSON body."""
        shape = self._model.shape(member.target)
        name = py_str(member.name)
        match shape:
            case ir.ListShape():
                return code("each({}, value, {})", self._writer(shape.element, member), name)
            case ir.MapShape():
                return code("each_value({}, value, {})", self._writer(shape.value, member), name)
            case ir.StructureShape():
                return code("nested({}, value, {})", self._writer(member.target, member), name)
            case _:
                return code("{}(value, {})", self._writer(member.target, member), name)

    def _reader(self, target: str) -> Code | None:
        """A function that reads a value of this shape out of JSON; None where JSON has already read it."""
        shape = self._model.shape(target)
        match shape:
            case ir.ListShape():
                inner = self._reader(shape.element)
                return (
                    Ident("read_scalars")
                    if inner is None
                    else code("lambda value: read_list(value, {})", inner)
                )
            case ir.MapShape():
                return code("lambda value: read_map(value, {})", self._reader(shape.value) or Ident("as_is"))
            case ir.StructureShape():
                return Ident(f"{self._functions[shape.name]}_from_json")
            case _:
                return _JSON_READERS.get(shape.kind)

    def read(self, target: str, fetched: Code) -> Code:
        """The expression that turns what stands in a JSON body, or None, into an attribute's value."""
        shape = self._model.shape(target)
        match shape:
            case ir.ListShape():
                inner = self._reader(shape.element)
                return (
                    code("read_scalars({})", fetched)
                    if inner is None
                    else code("read_list({}, {})", fetched, inner)
                )
            case ir.MapShape():
                return code("read_map({}, {})", fetched, self._reader(shape.value) or Ident("as_is"))
            case ir.StructureShape():
                return code("optional({}_from_json, {})", self._functions[shape.name], fetched)
            case _:
                reader = self._reader(target)
                return fetched if reader is None else code("{}({})", reader, fetched)

    def body_write(self, member: ir.Member) -> WriteView:
        """How a member gets into a JSON object called ``body``."""
        return WriteView(
            _fetch(member), code("body[{}] = {}", py_str(member.wire_name), self.written(member))
        )

    def body_read(self, member: ir.Member, name: Ident) -> ReadView:
        """How a member gets out of a JSON object whose ``get`` is at hand."""
        fetch = code("get({})", py_str(member.wire_name))
        value = self.read(member.target, _VALUE if member.required else fetch)
        return ReadView(name, value, fetch, member.required)

    # Headers, queries, paths, payloads

    def _text_function(self, target: str, member: ir.Member | None, default: TimestampFormat) -> Ident:
        """The function of the runtime that writes a simple value as text."""
        shape = self._model.shape(target)
        if shape.kind is Kind.TIMESTAMP:
            return Ident(f"{_TEXT_TIMESTAMPS[_format(shape, member) or default]}_text")
        stem = _TEXT_STEMS.get(shape.kind)
        return Ident("text") if stem is None else Ident(f"{stem}_text")

    def label(self, member: ir.Member, *, greedy: bool) -> Code:
        """The expression that gives a label's text, percent-encoded."""
        name = py_str(member.name)
        function = self._text_function(member.target, member, TimestampFormat.DATE_TIME)
        value = code("{}(required(members, {}), {})", function, name, name)
        return code("greedy_label({}, {})" if greedy else "label({}, {})", value, name)

    def bound_write(self, member: ir.Member, binding: ir.Binding) -> WriteView:
        """How a member gets into the query, the headers or, as the whole of it, the body."""
        return WriteView(_fetch(member), self._bound_statement(member, binding))

    def _bound_statement(self, member: ir.Member, binding: ir.Binding) -> Code:
        name, place = py_str(member.name), py_str(binding.name)
        shape = self._model.shape(member.target)
        match binding.location:
            case Location.QUERY if isinstance(shape, ir.ListShape):
                function = self._text_function(shape.element, member, TimestampFormat.DATE_TIME)
                return code("query += [({}, item) for item in each({}, value, {})]", place, function, name)
            case Location.QUERY:
                function = self._text_function(member.target, member, TimestampFormat.DATE_TIME)
                return code("query.append(({}, {}(value, {})))", place, function, name)
            case Location.QUERY_MAP:
                return code("add_query_map(query, value, {})", name)
            case Location.PREFIX_HEADERS:
                return code("add_prefix_headers(headers, {}, value, {})", place, name)
            case Location.HEADER if isinstance(shape, ir.ListShape):
                function = self._text_function(shape.element, member, TimestampFormat.HTTP_DATE)
                quote = Code("False") if function == "http_date_text" else Code("True")
                value = code("header_list(each({}, value, {}), quote={})", function, name, quote)
                return code("add_header(headers, {}, {}, {})", place, value, name)
            case Location.HEADER:
                function = self._text_function(member.target, member, TimestampFormat.HTTP_DATE)
                return code("add_header(headers, {}, {}(value, {}), {})", place, function, name, name)
            case _:
                return code("body = {}", self._payload(member))

    def _payload(self, member: ir.Member) -> Code:
        kind = self._model.shape(member.target).kind
        if kind in (Kind.STRING, Kind.ENUM):
            return code("text_payload(value, {})", py_str(member.name))
        if kind is Kind.BLOB:
            return code("blob_payload(value, {})", py_str(member.name))
        return code("json_body({})", self.written(member))

    def payload_type(self, member: ir.Member) -> Lit:
        """The content type of a body that is one member."""
        match self._model.shape(member.target).kind:
            case Kind.STRING | Kind.ENUM:
                return py_str("text/plain")
            case Kind.BLOB:
                return py_str("application/octet-stream")
            case _:
                return py_str(JSON_TYPE)

    def error_read(self, member: ir.Member, binding: ir.Binding, name: Ident) -> ReadView:
        """How a member of an error gets out of the status or the headers, which the error already holds."""
        fetch = self._bound_fetch(member, binding, Code("self.headers"), Code("self.status_code"))
        inner = _VALUE if member.required else fetch
        return ReadView(name, self._bound_value(member, binding, inner), fetch, member.required)

    def bound_read(self, member: ir.Member, binding: ir.Binding, name: Ident) -> ReadView:
        """How a member gets out of the status, the headers or, as the whole of it, the body."""
        fetch = self._bound_fetch(member, binding, Code("response.headers"), Code("response.status"))
        inner = _VALUE if member.required else fetch
        return ReadView(name, self._bound_value(member, binding, inner), fetch, member.required)

    def _bound_fetch(self, member: ir.Member, binding: ir.Binding, headers: Code, status: Code) -> Code:
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
                        return Code("json_value(response)")

    def _bound_value(self, member: ir.Member, binding: ir.Binding, fetched: Code) -> Code:
        shape = self._model.shape(member.target)
        if binding.location is Location.PAYLOAD:
            return (
                fetched
                if shape.kind in (Kind.STRING, Kind.ENUM, Kind.BLOB)
                else self.read(member.target, fetched)
            )
        if binding.location is not Location.HEADER:
            return fetched
        if isinstance(shape, ir.ListShape):
            function = self._text_function(shape.element, member, TimestampFormat.HTTP_DATE)
            if function == "http_date_text":
                return code("read_http_date_list({})", fetched)
            reader = Ident("as_is") if function == "text" else Ident(f"read_{function}")
            return code("read_header_list({}, {})", fetched, reader)
        function = self._text_function(member.target, member, TimestampFormat.HTTP_DATE)
        return fetched if function == "text" else code("read_{}({})", function, fetched)

    # Unions

    def union_branches(self, shape: ir.StructureShape) -> tuple[tuple[Lit, Lit, Code], ...]:
        """Wire name, name and the expression that writes it, for each member."""
        return tuple(
            (py_str(member.wire_name), py_str(member.name), self.written(member))
            for member in shape.members.values()
        )

    def union_readers(self, shape: ir.StructureShape) -> tuple[tuple[Lit, Code], ...]:
        """Wire name, and function that reads it, for each member."""
        return tuple(
            (py_str(member.wire_name), self._reader(member.target) or Ident("as_is"))
            for member in shape.members.values()
        )


def path_expression(path: ir.Path, labels: Mapping[str, Code]) -> Code:
    """The path as one expression; a path without labels is a literal."""
    parts = [labels[part.name] if isinstance(part, ir.Label) else py_str(part) for part in path.parts]
    return join(" + ", parts)


def _fetch(member: ir.Member) -> Code:
    name = py_str(member.name)
    return code("required(members, {})" if member.required else "members.get({})", name)


def _format(shape: ir.AnyShape, member: ir.Member | None) -> TimestampFormat | None:
    own = shape.timestamp_format if isinstance(shape, ir.SimpleShape) else None
    return (member.timestamp_format if member is not None else None) or own
