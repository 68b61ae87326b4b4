# SPDX-License-Identifier: Apache-2.0
"""Bodies of the protocols whose paths name service and operation: Smithy RPC v2 in CBOR and in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, LiteralString

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, TimestampFormat
from heliograph_codegen.pyview.codec.json import READERS, WRITERS, JsonCodec
from heliograph_codegen.pyview.messages import EVENT_STREAM_TYPE
from heliograph_codegen.text import Code, Ident, Lit, code, py_str

RUNTIME_NAMES = frozenset(
    """
    CBOR NO_CBOR NO_RPC_JSON RPC_JSON binary cbor_body cbor_decimal cbor_floating cbor_object decimal_text integer_text
    read_cbor_decimal read_cbor_error read_cbor_floating read_cbor_timestamp read_whole timestamp
    """.split()
)


class RpcV2Codec(JsonCodec):
    """What both have in common: an operation without input sends no body."""

    FORMAT: ClassVar[LiteralString]
    """The name of the format in media types."""

    WITH_BODY: ClassVar[Ident]
    """The headers of a request with a body."""

    WITHOUT_BODY: ClassVar[Ident]
    """The headers of a request without a body."""

    def has_body(self, operation: ir.Operation) -> bool:
        return operation.input is not None

    def headers(self, operation: ir.Operation, *, has_body: bool) -> Code | None:
        headers: Code = self.WITH_BODY if has_body else self.WITHOUT_BODY
        if self._model.answers_events(operation):
            content_type = code(', ("content-type", {})', self.event_type()) if has_body else Code("")
            headers = code("({}{})", self._of_stream(EVENT_STREAM_TYPE), content_type)
        if not self._model.service.query_compatible:
            return headers
        return code('(*{}, ("x-amzn-query-mode", "true"))', headers)

    def event_headers(self, operation: ir.Operation) -> Code:
        answers = self._model.answers_events(operation)
        accept = self._of_stream(EVENT_STREAM_TYPE if answers else f"application/{self.FORMAT}")
        return code("({}, *EVENTS)", accept)

    def _of_stream(self, accept: str) -> Code:
        return code('("accept", {}), ("smithy-protocol", {})', py_str(accept), py_str(self._protocol))

    @property
    def _protocol(self) -> str:
        return f"rpc-v2-{self.FORMAT}"

    def event_type(self) -> Lit:
        return py_str(f"application/{self.FORMAT}")

    def request_path(self, operation: ir.Operation) -> ir.Path:
        return ir.Path((f"/service/{self._model.service.target_prefix}/operation/{operation.name}",))

    def strings(self) -> frozenset[str]:
        paths = [self.request_path(each) for each in self._model.operations.values()]
        events = {
            "accept",
            "smithy-protocol",
            self._protocol,
            f"application/{self.FORMAT}",
            EVENT_STREAM_TYPE,
        }
        return frozenset(part for path in paths for part in path.parts if isinstance(part, str)) | events


class CborCodec(RpcV2Codec):
    """Smithy RPC v2 CBOR: values are CBOR's own, but for those that a service may write in several ways."""

    WRITTEN = READ = "cbor"
    READ_ERROR = "read_cbor_error"
    FORMAT = "cbor"
    WITH_BODY = Ident("CBOR")
    WITHOUT_BODY = Ident("NO_CBOR")
    WRITERS: ClassVar[Mapping[Kind, Ident]] = {
        **WRITERS,
        Kind.BLOB: Ident("binary"),
        Kind.FLOAT: Ident("cbor_floating"),
        Kind.DOUBLE: Ident("cbor_floating"),
        Kind.BIG_DECIMAL: Ident("cbor_decimal"),
    }
    READERS: ClassVar[Mapping[Kind, Ident]] = {
        Kind.FLOAT: Ident("read_cbor_floating"),
        Kind.DOUBLE: Ident("read_cbor_floating"),
        Kind.BIG_DECIMAL: Ident("read_cbor_decimal"),
        Kind.TIMESTAMP: Ident("read_cbor_timestamp"),
    }

    def request_body(self, operation: ir.Operation) -> Code:
        return Code("cbor_body(body)")

    def response_body(self, operation: ir.Operation) -> Code:
        return Code("cbor_object(response)")

    def payload(self, member: ir.Member) -> Code:
        return code("cbor_body({})", self.written(member))

    def empty_payload(self, member: ir.Member) -> Code:
        return Code("cbor_body({})")

    def read_payload(self) -> Code:
        return Code("cbor_object(response)")

    def event_body(self, event: ir.Member) -> Code:
        return Code("cbor_body(body)")

    def timestamp_writer(self, form: TimestampFormat | None) -> Ident:
        return Ident("timestamp")  # as a tag says which, whatever the model says


class RpcJsonCodec(RpcV2Codec):
    """Smithy RPC v2 JSON: numbers of any size are strings."""

    FORMAT = "json"
    WITH_BODY = Ident("RPC_JSON")
    WITHOUT_BODY = Ident("NO_RPC_JSON")
    WRITERS: ClassVar[Mapping[Kind, Ident]] = {
        **WRITERS,
        Kind.BIG_INTEGER: Ident("integer_text"),
        Kind.BIG_DECIMAL: Ident("decimal_text"),
    }
    READERS: ClassVar[Mapping[Kind, Ident]] = {**READERS, Kind.BIG_INTEGER: Ident("read_whole")}
