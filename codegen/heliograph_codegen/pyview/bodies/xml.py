# SPDX-License-Identifier: Apache-2.0
"""XML bodies of the generated tests: restXml, and the answers of awsQuery and ec2Query.

Requests are compared in canonical form, so that how an empty element or a character is spelled does not matter.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import canonicalize
from xml.sax.saxutils import escape, quoteattr

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, Location, TimestampFormat
from heliograph_codegen.pyview.bodies.body import Answer, Bodies
from heliograph_codegen.pyview.messages import at, format_of, timestamp
from heliograph_codegen.pyview.samples import python_code
from heliograph_codegen.text import Code

_REQUEST = "request-of-the-test"


class XmlBodies(Bodies):
    """Bodies of restXml, and answers of every protocol that answers in XML."""

    IMPORTS = (Code("from xml.etree.ElementTree import canonicalize"),)
    READ = Code("canonicalize(content)")
    CUT_SHORT = b"<Cut><Short>"

    def headers(self, operation: ir.Operation, body: Any) -> dict[str, str]:
        return {"content-type": "application/xml"} if isinstance(body, str) else {}

    def spelled(self, body: Any) -> tuple[str, Code]:
        return "content", python_code(str(body).encode())

    def request(self, operation: ir.Operation, values: Mapping[str, Any]) -> Any:
        shape = self.structure(operation.input)
        if shape is None or any(at(each, Location.PAYLOAD) for each in shape.members.values()):
            return super().request(operation, values)
        there = {name: value for name, value in values.items() if shape.members[name].binding is None}
        if not there:
            return None
        attributes = self._attributes(shape, there, operation.input_namespace)
        return canonicalize(
            element(operation.input_element or shape.name, self._inside(shape, there), attributes)
        )

    def members(self, shape: ir.StructureShape, values: Mapping[str, Any], *, is_request: bool) -> bytes:
        return element(
            shape.name, self._inside(shape, values), self._attributes(shape, values, None)
        ).encode()

    def payload(self, member: ir.Member, value: Any, *, is_request: bool) -> Any:
        written = self._member(member, value)
        return canonicalize(written) if is_request else written.encode()

    def _payload(self, member: ir.Member, value: Any, *, is_request: bool) -> Any:
        return None if value is None else super()._payload(member, value, is_request=is_request)

    def error(self, shape: ir.StructureShape, values: Mapping[str, Any]) -> Answer:
        assert shape.error is not None
        return Answer({}, wrapped_error(element("Code", shape.error.code) + self._inside(shape, values)))

    def unknown_error(self, code: str, message: str) -> Answer:
        return Answer({}, wrapped_error(element("Code", code) + element("Message", message)))

    # Elements

    def _inside(self, shape: ir.StructureShape, values: Mapping[str, Any]) -> str:
        """The elements of a structure or union."""
        return "".join(
            self._member(shape.members[name], value)
            for name, value in values.items()
            if shape.members[name].binding is None and not shape.members[name].xml_attribute
        )

    def _attributes(
        self, shape: ir.AnyShape, values: Any, namespace: ir.XmlNamespace | None
    ) -> Iterator[tuple[str, str]]:
        """The attributes of the element that holds a value."""
        if namespace is not None:
            yield f"xmlns:{namespace.prefix}" if namespace.prefix else "xmlns", namespace.uri
        if isinstance(shape, ir.StructureShape):
            for name, value in values.items():
                member = shape.members[name]
                if member.binding is None and member.xml_attribute:
                    yield member.wire_name, simple_text(self._model.shape(member.target), value, member)

    def _member(self, member: ir.Member, value: Any) -> str:
        shape = self._model.shape(member.target)
        if member.flattened and isinstance(shape, ir.ListShape):
            namespace = shape.entry.namespace or member.xml_namespace
            return "".join(
                self._element(member.wire_name, shape.element, item, shape.entry, namespace) for item in value
            )
        if member.flattened and isinstance(shape, ir.MapShape):
            return "".join(self._entries(shape, value, member.wire_name, member.xml_namespace))
        return self._element(member.wire_name, member.target, value, member, member.xml_namespace)

    def _element(
        self,
        name: str,
        target: str,
        value: Any,
        place: ir.Member | ir.Entry,
        namespace: ir.XmlNamespace | None,
    ) -> str:
        """The element that holds a value; ``place`` says how it is written."""
        shape = self._model.shape(target)
        attributes = self._attributes(shape, value, namespace)
        match shape:
            case ir.ListShape():
                item, entry = shape.entry.name or "member", shape.entry
                items = (self._element(item, shape.element, each, entry, entry.namespace) for each in value)
                return element(name, "".join(items), attributes)
            case ir.MapShape():
                return element(name, "".join(self._entries(shape, value, "entry", None)), attributes)
            case ir.StructureShape():
                return element(name, self._inside(shape, value), attributes)
            case _:
                return element(name, escape(simple_text(shape, value, place)), attributes)

    def _entries(
        self, shape: ir.MapShape, values: Mapping[str, Any], name: str, namespace: ir.XmlNamespace | None
    ) -> Iterator[str]:
        key, item = shape.key_entry, shape.value_entry
        attributes = [*self._attributes(shape, values, namespace)]
        for own, value in values.items():
            first = self._element(key.name or "key", shape.key, own, key, key.namespace)
            yield element(
                name,
                first + self._element(item.name or "value", shape.value, value, item, item.namespace),
                attributes,
            )


def element(name: str, content: str, attributes: Iterable[tuple[str, str]] = ()) -> str:
    """An element; what it holds is XML."""
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes)
    return f"<{name}{said}>{content}</{name}>"


def wrapped_error(members: str) -> bytes:
    """The body of an error answer of restXml and awsQuery."""
    error = element("Error", members) + element("RequestId", _REQUEST)
    return element("ErrorResponse", error).encode()


def simple_text(shape: ir.AnyShape, value: Any, place: ir.Member | ir.Entry) -> str:
    """A simple value as it stands in XML and in forms."""
    if shape.kind is Kind.BLOB:
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return str(timestamp(value, format_of(shape, place) or TimestampFormat.DATE_TIME))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return str(value)
