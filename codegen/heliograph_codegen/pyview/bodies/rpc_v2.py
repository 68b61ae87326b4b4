# SPDX-License-Identifier: Apache-2.0
"""Bodies of the generated tests for Smithy RPC v2, in CBOR and in JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind
from heliograph_codegen.pyview.bodies.json import JsonValues
from heliograph_codegen.pyview.samples import python_code
from heliograph_codegen.text import Code, Ident, code


class RpcV2Bodies(JsonValues):
    """What both have in common."""

    FORMAT: ClassVar[str]

    def path(self, operation: ir.Operation) -> ir.Path:
        return ir.Path((f"/service/{self._model.service.target_prefix}/operation/{operation.name}",))

    def headers(self, operation: ir.Operation, body: Any) -> dict[str, str]:
        content_type = f"application/{self.FORMAT}"
        return {
            "smithy-protocol": f"rpc-v2-{self.FORMAT}",
            "accept": content_type,
            **({} if body is None else {"content-type": content_type}),
            **({"x-amzn-query-mode": "true"} if self._model.service.query_compatible else {}),
        }

    def request(self, operation: ir.Operation, values: Any) -> Any:
        return None if operation.input is None else super().request(operation, values) or {}


class CborBodies(RpcV2Bodies):
    """Bodies of Smithy RPC v2 CBOR; rows hold what they say."""

    FORMAT = "cbor"
    IMPORTS = ()
    RUNTIME = (Ident("cbor"),)
    READ = Code("cbor.loads(content)")
    CUT_SHORT = b"\xa1ccut"

    def spelled(self, body: Any) -> tuple[str, Code]:
        return "content", code("cbor.dumps({})", python_code(body))

    def _simple(self, shape: ir.AnyShape, value: Any, place: ir.Member | ir.Entry) -> Any:
        return value


class RpcJsonBodies(RpcV2Bodies):
    """Bodies of Smithy RPC v2 JSON."""

    FORMAT = "json"

    def _simple(self, shape: ir.AnyShape, value: Any, place: ir.Member | ir.Entry) -> Any:
        if shape.kind in (Kind.BIG_INTEGER, Kind.BIG_DECIMAL):
            return str(value)
        return super()._simple(shape, value, place)
