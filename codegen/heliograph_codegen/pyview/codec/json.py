# SPDX-License-Identifier: Apache-2.0
"""JSON bodies: restJson1, awsJson1_0 and awsJson1_1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, TimestampFormat
from heliograph_codegen.pyview.codec.body import BodyCodec, timestamp_format
from heliograph_codegen.text import Code, Ident, Lit, code, py_str

_WRITERS: Mapping[Kind, Ident] = {
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
_READERS: Mapping[Kind, Ident] = {
    Kind.FLOAT: Ident("read_floating"),
    Kind.DOUBLE: Ident("read_floating"),
    Kind.BIG_DECIMAL: Ident("read_decimal"),
    Kind.BLOB: Ident("read_blob"),
    Kind.TIMESTAMP: Ident("read_timestamp"),
}

JSON_TYPE = "application/json"
STRINGS: frozenset[str | bytes] = frozenset(
    {
        JSON_TYPE,
        "application/x-amz-json-1.0",
        "application/x-amz-json-1.1",
        "content-type",
        "x-amz-target",
        b"{}",
    }
)

RUNTIME_NAMES = frozenset(
    """
    JSON as_is blob boolean date_time_text decimal document each each_value epoch_seconds floating http_date_text
    integer json_body json_object json_value members_of nested one_member optional read_blob read_decimal read_error
    read_floating read_json_error read_list read_map read_scalars read_timestamp read_union required text
    """.split()
)


class JsonCodec(BodyCodec):
    """JSON with the operation's name in a header: awsJson1_0 and awsJson1_1."""

    WRITTEN = READ = "json"
    READ_ERROR = "read_json_error"
    OPEN_ENDED = True
    OPENED = Code("data")

    WRITERS: ClassVar[Mapping[Kind, Ident]] = _WRITERS
    """The function of (value, name) that writes a simple value."""

    READERS: ClassVar[Mapping[Kind, Ident]] = _READERS
    """The function that reads a simple value; none for what is read already."""

    # Whole messages

    def has_body(self, operation: ir.Operation) -> bool:
        return True  # without members it is an empty object

    def headers(self, operation: ir.Operation, *, has_body: bool) -> Code | None:
        service = self._model.service
        return code(
            '(("content-type", {}), ("x-amz-target", {}))',
            py_str(f"application/x-amz-json-{service.json_version}"),
            py_str(self._target(operation)),
        )

    def strings(self) -> frozenset[str]:
        return frozenset(map(self._target, self._model.operations.values()))

    def _target(self, operation: ir.Operation) -> str:
        return f"{self._model.service.target_prefix}.{operation.name}"

    def request_body(self, operation: ir.Operation) -> Code:
        return Code("json_body(body)")

    def response_body(self, operation: ir.Operation) -> Code:
        return Code("json_object(response)")

    def payload(self, member: ir.Member) -> Code:
        return code("json_body({})", self.written(member))

    def empty_payload(self, member: ir.Member) -> Code:
        return Code('b"{}"')

    def payload_type(self) -> Lit:
        return py_str(JSON_TYPE)

    def read_payload(self) -> Code:
        return Code("json_value(response)")

    # What is written

    def writer(self, target: str, member: ir.Member | None) -> Code:
        """A function of (value, name) that writes a value of this shape."""
        shape = self._model.shape(target)
        match shape:
            case ir.ListShape():
                return code("lambda value, name: each({}, value, name)", self.writer(shape.element, None))
            case ir.MapShape():
                return code("lambda value, name: each_value({}, value, name)", self.writer(shape.value, None))
            case ir.StructureShape():
                return self.writer_name(shape.name)
            case _ if shape.kind is Kind.TIMESTAMP:
                return self.timestamp_writer(timestamp_format(shape, member))
            case _:
                return self.WRITERS[shape.kind]

    def timestamp_writer(self, form: TimestampFormat | None) -> Ident:
        """The function that writes a timestamp for which the model names this format."""
        return _TIMESTAMPS[form or TimestampFormat.EPOCH_SECONDS]

    def written(self, member: ir.Member) -> Code:
        shape = self._model.shape(member.target)
        name = py_str(member.name)
        match shape:
            case ir.ListShape():
                return code("each({}, value, {})", self.writer(shape.element, member), name)
            case ir.MapShape():
                return code("each_value({}, value, {})", self.writer(shape.value, member), name)
            case ir.StructureShape():
                return code("nested({}, value, {})", self.writer(member.target, member), name)
            case _:
                return code("{}(value, {})", self.writer(member.target, member), name)

    # What is read

    def reader(self, target: str) -> Code | None:
        """A function that reads a value of this shape; None where it is read already."""
        shape = self._model.shape(target)
        match shape:
            case ir.ListShape():
                inner = self.reader(shape.element)
                return (
                    Ident("read_scalars")
                    if inner is None
                    else code("lambda value: read_list(value, {})", inner)
                )
            case ir.MapShape():
                return code("lambda value: read_map(value, {})", self.reader(shape.value) or Ident("as_is"))
            case ir.StructureShape():
                return self.reader_name(shape.name)
            case _:
                return self.READERS.get(shape.kind)

    def read(self, member: ir.Member, fetched: Code) -> Code:
        shape = self._model.shape(member.target)
        match shape:
            case ir.ListShape():
                inner = self.reader(shape.element)
                return (
                    code("read_scalars({})", fetched)
                    if inner is None
                    else code("read_list({}, {})", fetched, inner)
                )
            case ir.MapShape():
                return code("read_map({}, {})", fetched, self.reader(shape.value) or Ident("as_is"))
            case ir.StructureShape():
                return code("optional({}, {})", self.reader_name(shape.name), fetched)
            case _:
                reader = self.reader(member.target)
                return fetched if reader is None else code("{}({})", reader, fetched)

    def union_reader(self, member: ir.Member) -> Code:
        return self.reader(member.target) or Ident("as_is")


class RestJsonCodec(JsonCodec):
    """JSON with the operation in method and path: restJson1."""

    READ_ERROR = "read_error"

    def has_body(self, operation: ir.Operation) -> bool:
        return BodyCodec.has_body(self, operation)

    def headers(self, operation: ir.Operation, *, has_body: bool) -> Code | None:
        return Code("JSON") if has_body else None

    def strings(self) -> frozenset[str]:
        return BodyCodec.strings(self)
