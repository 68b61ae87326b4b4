# SPDX-License-Identifier: Apache-2.0
"""JSON bodies: restJson1, awsJson1_0 and awsJson1_1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, TimestampFormat
from heliograph_codegen.pyview.codec.body import VALUE, BodyCodec, timestamp_format
from heliograph_codegen.text import Code, Ident, Lit, code, py_str

WRITERS: Mapping[Kind, Ident] = {
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
_TIMESTAMPS: Mapping[TimestampFormat, Ident] = {
    TimestampFormat.EPOCH_SECONDS: Ident("epoch_seconds"),
    TimestampFormat.HTTP_DATE: Ident("http_date_text"),
    TimestampFormat.DATE_TIME: Ident("date_time_text"),
}
READERS: Mapping[Kind, Ident] = {
    Kind.FLOAT: Ident("read_floating"),
    Kind.DOUBLE: Ident("read_floating"),
    Kind.BIG_DECIMAL: Ident("read_decimal"),
    Kind.BLOB: Ident("read_blob"),
    Kind.TIMESTAMP: Ident("read_timestamp"),
}

JSON_TYPE = "application/json"

DEFAULT_VERSION = "1.0"
"""What awsJson is where a model does not say it."""

STRINGS: frozenset[str | bytes] = frozenset(
    {
        JSON_TYPE,
        "content-type",
        "true",
        "x-amz-target",
        "x-amzn-query-mode",
        b"{}",
    }
)

RUNTIME_NAMES = frozenset(
    """
    JSON as_is blob boolean date_time_text decimal document each each_value epoch_seconds exact_json_object
    exact_json_value floating http_date_text integer json_body json_object json_text json_value members_of nested
    one_member optional read_blob read_decimal read_error read_floating read_json_error read_json_text read_list
    read_map read_scalars read_sparse_list read_sparse_map read_timestamp read_union required text
    """.split()
)


class JsonCodec(BodyCodec):
    """JSON with the operation's name in a header: awsJson1_0 and awsJson1_1."""

    WRITTEN = READ = "json"
    READ_ERROR = "read_json_error"
    ERRORS_BY_SHAPE = True
    OPEN_ENDED = True
    OPENED = Code("data")

    WRITERS: ClassVar[Mapping[Kind, Ident]] = WRITERS
    """The function of (value, name) that writes a simple value."""

    READERS: ClassVar[Mapping[Kind, Ident]] = READERS
    """The function that reads a simple value; none for what is read already."""

    def __init__(self, model: ir.Model, functions: Mapping[str, Ident]) -> None:
        super().__init__(model, functions)
        kinds = {
            model.shape(target).kind for name in model.closure() for target in ir.targets(model.shapes[name])
        }
        self._is_exact = Kind.BIG_DECIMAL in kinds
        """Whether numbers in answers have to be read with all their digits."""

    # Whole messages

    def has_body(self, operation: ir.Operation) -> bool:
        return True  # without members it is an empty object

    def headers(self, operation: ir.Operation, *, has_body: bool) -> Code | None:
        return code(
            '(("content-type", {}), ("x-amz-target", {}){})',
            py_str(self._type()),
            py_str(self._target(operation)),
            Code(', ("x-amzn-query-mode", "true")') if self._model.service.query_compatible else Code(""),
        )

    def strings(self) -> frozenset[str]:
        return frozenset({self._type(), *map(self._target, self._model.operations.values())})

    def _type(self) -> str:
        return f"application/x-amz-json-{self._model.service.json_version or DEFAULT_VERSION}"

    def _target(self, operation: ir.Operation) -> str:
        return f"{self._model.service.target_prefix}.{operation.name}"

    def request_body(self, operation: ir.Operation) -> Code:
        return Code("json_body(body)")

    def response_body(self, operation: ir.Operation) -> Code:
        return Code("exact_json_object(response)" if self._is_exact else "json_object(response)")

    def payload(self, member: ir.Member) -> Code:
        return code("json_body({})", self.written(member))

    def empty_payload(self, member: ir.Member) -> Code:
        return Code('b"{}"')

    def payload_type(self) -> Lit:
        return py_str(JSON_TYPE)

    INITIAL_REQUEST = True

    def event_headers(self, operation: ir.Operation) -> Code:
        return code('(*EVENTS, ("x-amz-target", {}))', py_str(self._target(operation)))

    def event_type(self) -> Lit:
        return py_str(self._type())

    def event_body(self, event: ir.Member) -> Code:
        return Code("json_body(body)")

    def read_payload(self) -> Code:
        return Code("exact_json_value(response)" if self._is_exact else "json_value(response)")

    # What is written

    def writer(self, target: str, place: ir.Member | ir.Entry) -> Code:
        """A function of (value, name) that writes a value of this shape; ``place`` is what holds it."""
        shape = self._model.shape(target)
        match shape:
            case ir.ListShape() | ir.MapShape():
                return code("lambda value, name: {}", self._written(target, place, Ident("name")))
            case ir.StructureShape():
                return self.writer_name(shape.name)
            case _ if place.json_value:
                return Ident("json_text")
            case _ if shape.kind is Kind.TIMESTAMP:
                return self.timestamp_writer(timestamp_format(shape, place))
            case _:
                return self.WRITERS[shape.kind]

    def timestamp_writer(self, form: TimestampFormat | None) -> Ident:
        """The function that writes a timestamp for which the model names this format."""
        return _TIMESTAMPS[form or TimestampFormat.EPOCH_SECONDS]

    def written(self, member: ir.Member) -> Code:
        name = py_str(member.name)
        if isinstance(self._model.shape(member.target), ir.StructureShape):
            return code("nested({}, value, {})", self.writer(member.target, member), name)
        return self._written(member.target, member, name)

    def _written(self, target: str, place: ir.Member | ir.Entry, name: Code) -> Code:
        """The expression that writes ``value``."""
        match self._model.shape(target):
            case ir.ListShape() as shape:
                writer = self._entry_writer(shape.element, shape.entry, is_sparse=shape.sparse)
                return code("each({}, value, {})", writer, name)
            case ir.MapShape() as shape:
                writer = self._entry_writer(shape.value, shape.value_entry, is_sparse=shape.sparse)
                return code("each_value({}, value, {})", writer, name)
            case _:
                return code("{}(value, {})", self.writer(target, place), name)

    def _entry_writer(self, target: str, entry: ir.Entry, *, is_sparse: bool) -> Code:
        if not is_sparse:
            return self.writer(target, entry)
        written = self._written(target, entry, Ident("name"))
        return code("lambda value, name: None if value is None else {}", written)

    # What is read

    def reader(self, target: str, place: ir.Member | ir.Entry) -> Code | None:
        """A function that reads a value of this shape; None where it is read already."""
        match self._model.shape(target):
            case ir.ListShape() as shape if shape.sparse or self.reader(shape.element, shape.entry):
                return code("lambda value: {}", self._read(target, place, VALUE))
            case ir.ListShape():
                return Ident("read_scalars")
            case ir.MapShape():
                return code("lambda value: {}", self._read(target, place, VALUE))
            case ir.StructureShape() as shape:
                return self.reader_name(shape.name)
            case _ if place.json_value:
                return Ident("read_json_text")
            case shape:
                return self.READERS.get(shape.kind)

    def read(self, member: ir.Member, fetched: Code) -> Code:
        return self._read(member.target, member, fetched)

    def _read(self, target: str, place: ir.Member | ir.Entry, fetched: Code) -> Code:
        match self._model.shape(target):
            case ir.ListShape() as shape:
                inner = self.reader(shape.element, shape.entry)
                if shape.sparse:
                    return code("read_sparse_list({}, {})", fetched, inner or Ident("as_is"))
                if inner is None:
                    return code("read_scalars({})", fetched)
                return code("read_list({}, {})", fetched, inner)
            case ir.MapShape() as shape:
                inner = self.reader(shape.value, shape.value_entry) or Ident("as_is")
                function = Ident("read_sparse_map" if shape.sparse else "read_map")
                return code("{}({}, {})", function, fetched, inner)
            case ir.StructureShape() as shape:
                return code("optional({}, {})", self.reader_name(shape.name), fetched)
            case _:
                reader = self.reader(target, place)
                return fetched if reader is None else code("{}({})", reader, fetched)

    def union_reader(self, member: ir.Member) -> Code:
        return self.reader(member.target, member) or Ident("as_is")


class RestJsonCodec(JsonCodec):
    """JSON with the operation in method and path: restJson1."""

    READ_ERROR = "read_error"
    INITIAL_REQUEST = False

    def event_headers(self, operation: ir.Operation) -> Code:
        return BodyCodec.event_headers(self, operation)

    def event_type(self) -> Lit:
        return py_str(JSON_TYPE)

    def has_body(self, operation: ir.Operation) -> bool:
        return BodyCodec.has_body(self, operation)

    def headers(self, operation: ir.Operation, *, has_body: bool) -> Code | None:
        return Code("JSON") if has_body else None

    def strings(self) -> frozenset[str]:
        return BodyCodec.strings(self)
