# SPDX-License-Identifier: Apache-2.0
"""JSON bodies of the generated tests: restJson1, awsJson1_0 and awsJson1_1."""

from __future__ import annotations

import base64
import json
import math
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, TimestampFormat
from heliograph_codegen.pyview.bodies.body import Answer, Bodies
from heliograph_codegen.pyview.messages import format_of, timestamp
from heliograph_codegen.pyview.samples import python_code
from heliograph_codegen.text import Code

_CODE_HEADER = "x-amzn-errortype"
"""Where an error answer says what it is; some models have it as a member too."""


class JsonValues(Bodies):
    """How values stand in JSON."""

    IMPORTS: ClassVar[tuple[Code, ...]] = (Code("import json"),)
    READ = Code("json.loads(content)")
    CUT_SHORT = b'{"cut": '

    def __init__(self, model: ir.Model) -> None:
        super().__init__(model)
        shapes = [each for each in model.shapes.values() if isinstance(each, ir.StructureShape)]
        self._codes = Counter(each.error.code for each in shapes if each.error is not None)

    def spelled(self, body: Any) -> tuple[str, Code]:
        return "json", python_code(body)

    def members(
        self, shape: ir.StructureShape, values: Mapping[str, Any], *, is_request: bool
    ) -> dict[str, Any]:
        return {
            shape.members[name].wire_name: self._value(shape.members[name].target, value, shape.members[name])
            for name, value in values.items()
        }

    def payload(self, member: ir.Member, value: Any, *, is_request: bool) -> Any:
        return self._value(member.target, value, member)

    def _value(self, target: str, value: Any, place: ir.Member | ir.Entry) -> Any:
        """A value of that shape; ``place`` says how a member, an item or a value is written."""
        shape = self._model.shape(target)
        match shape:
            case _ if value is None:
                return None
            case ir.ListShape():
                return [self._value(shape.element, item, shape.entry) for item in value]
            case ir.MapShape():
                return {key: self._value(shape.value, item, shape.value_entry) for key, item in value.items()}
            case ir.StructureShape():
                return self.members(shape, value, is_request=False)
            case _ if place.json_value:
                return json.dumps(value, separators=(",", ":"))
            case _:
                return self._simple(shape, value, place)

    def _simple(self, shape: ir.AnyShape, value: Any, place: ir.Member | ir.Entry) -> Any:
        match shape.kind:
            case Kind.BLOB:
                return base64.b64encode(value).decode()
            case Kind.TIMESTAMP:
                return self._timestamp(value, format_of(shape, place))
            case Kind.BIG_DECIMAL:
                return _number(value)
            case Kind.FLOAT | Kind.DOUBLE if not math.isfinite(value):
                return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
            case _:
                return value

    def _timestamp(self, moment: datetime, form: TimestampFormat | None) -> str | int:
        return timestamp(moment, form or TimestampFormat.EPOCH_SECONDS)

    def error(self, shape: ir.StructureShape, values: Mapping[str, Any]) -> Answer:
        compatible = self._model.service.query_compatible
        code = self.error_code(shape)
        body: dict[str, Any] = {
            "__type": shape.name if compatible else code,
            **(self._body(shape, values) or {}),
        }
        return Answer({"x-amzn-query-error": f"{code};Sender"} if compatible else {}, body)

    def error_code(self, shape: ir.StructureShape) -> str:
        code = super().error_code(shape)
        is_told = self._model.service.query_compatible or self._codes[code] == 1
        return code if is_told else shape.name

    def unknown_error(self, code: str, message: str) -> Answer:
        return Answer({}, {"__type": f"new#{code}", "message": message})


class JsonBodies(JsonValues):
    """Bodies of awsJson1_0 and awsJson1_1."""

    def headers(self, operation: ir.Operation, body: Any) -> dict[str, str]:
        service = self._model.service
        return {
            "content-type": f"application/x-amz-json-{service.json_version or '1.0'}",
            "x-amz-target": f"{service.target_prefix}.{operation.name}",
            **({"x-amzn-query-mode": "true"} if service.query_compatible else {}),
        }

    def request(self, operation: ir.Operation, values: Mapping[str, Any]) -> Any:
        return super().request(operation, values) or {}


class RestJsonBodies(JsonValues):
    """Bodies of restJson1."""

    def error(self, shape: ir.StructureShape, values: Mapping[str, Any]) -> Answer:
        return Answer({_CODE_HEADER: self.error_code(shape)}, self._body(shape, values))


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
