# SPDX-License-Identifier: Apache-2.0
"""Bodies of the generated tests of awsQuery and ec2Query: forms that are answered in XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from heliograph_codegen import ir
from heliograph_codegen.pyview.bodies.body import Answer
from heliograph_codegen.pyview.bodies.xml import XmlBodies, element, simple_text
from heliograph_codegen.text import Code

_REQUEST = "request-of-the-test"


class QueryBodies(XmlBodies):
    """Bodies of awsQuery."""

    IMPORTS = (Code("from urllib.parse import parse_qsl"),)
    READ = Code("dict(parse_qsl(content.decode(), keep_blank_values=True))")

    def headers(self, operation: ir.Operation, body: Any) -> dict[str, str]:
        return {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}

    def request(self, operation: ir.Operation, values: Mapping[str, Any]) -> Any:
        shape = self.structure(operation.input)
        pairs = self._structure("", shape, values) if shape else ()
        return {"Action": operation.name, "Version": self._model.service.version, **dict(pairs)}

    def answer(self, operation: ir.Operation, values: Mapping[str, Any]) -> Answer:
        shape = self.structure(operation.output)
        members = self._inside(shape, values) if shape else ""
        if operation.result_wrapper:
            members = element(operation.result_wrapper, members)
        metadata = element("ResponseMetadata", element("RequestId", _REQUEST))
        return Answer({}, element(f"{operation.name}Response", members + metadata).encode())

    # Forms

    def _structure(
        self, prefix: str, shape: ir.StructureShape, values: Mapping[str, Any]
    ) -> Iterator[tuple[str, str]]:
        """The pairs of a structure's members, whose keys begin with ``prefix``."""
        for name, value in values.items():
            member = shape.members[name]
            key = prefix + self._key(member)
            yield from self._value(key, member.target, value, member, flat=member.flattened)

    def _value(
        self, key: str, target: str, value: Any, place: ir.Member | ir.Entry, *, flat: bool = False
    ) -> Iterator[tuple[str, str]]:
        """The pairs of a value; ``place`` says how it is written."""
        shape = self._model.shape(target)
        match shape:
            case ir.ListShape():
                if not value:
                    yield from self._empty_list(key)
                start = key if flat else self._list_key(key, shape)
                for number, item in enumerate(value, 1):
                    yield from self._value(f"{start}.{number}", shape.element, item, shape.entry)
            case ir.MapShape():
                start = key if flat else f"{key}.entry"
                for number, (name, item) in enumerate(value.items(), 1):
                    yield f"{start}.{number}.{shape.key_entry.name or 'key'}", name
                    inner = f"{start}.{number}.{shape.value_entry.name or 'value'}"
                    yield from self._value(inner, shape.value, item, shape.value_entry)
            case ir.StructureShape():
                yield from self._structure(f"{key}.", shape, value)
            case _:
                yield key, simple_text(shape, value, place)

    def _key(self, member: ir.Member) -> str:
        return member.wire_name

    def _list_key(self, key: str, shape: ir.ListShape) -> str:
        return f"{key}.{shape.entry.name or 'member'}"

    def _empty_list(self, key: str) -> Iterator[tuple[str, str]]:
        yield key, ""


class Ec2Bodies(QueryBodies):
    """Bodies of ec2Query."""

    def answer(self, operation: ir.Operation, values: Mapping[str, Any]) -> Answer:
        shape = self.structure(operation.output)
        members = self._inside(shape, values) if shape else ""
        return Answer(
            {}, element(f"{operation.name}Response", element("requestId", _REQUEST) + members).encode()
        )

    def error(self, shape: ir.StructureShape, values: Mapping[str, Any]) -> Answer:
        assert shape.error is not None
        return _answer(element("Code", shape.error.code) + self._inside(shape, values))

    def unknown_error(self, code: str, message: str) -> Answer:
        return _answer(element("Code", code) + element("Message", message))

    def _key(self, member: ir.Member) -> str:
        return member.query_name or f"{member.wire_name[0].upper()}{member.wire_name[1:]}"

    def _list_key(self, key: str, shape: ir.ListShape) -> str:
        return key

    def _empty_list(self, key: str) -> Iterator[tuple[str, str]]:
        return iter(())


def _answer(error: str) -> Answer:
    errors = element("Errors", element("Error", error))
    return Answer({}, element("Response", errors + element("RequestID", _REQUEST)).encode())
