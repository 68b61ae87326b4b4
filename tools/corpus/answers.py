# SPDX-License-Identifier: Apache-2.0
"""Answers of a service, from values and the model alone: what a server of each protocol would write."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from heliograph import cbor, timestamps
from heliograph.eventstream import Integer, Message, encode
from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, Location, Protocol, TimestampFormat

_BODY_FORMAT = {Protocol.REST_XML: "date-time", Protocol.QUERY: "date-time", Protocol.EC2: "date-time"}
_MEDIA = {
    Protocol.JSON: "application/x-amz-json-1.1",
    Protocol.REST_JSON: "application/json",
    Protocol.CBOR: "application/cbor",
}

MESSAGES = ("message", "errormessage")
"""Members that hold an error's message, in lower case."""


@dataclass(frozen=True)
class Written:
    """An answer as it arrives."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Writer:
    """Writes the answers of one model."""

    def __init__(self, model: ir.Model) -> None:
        self._model = model
        self._protocol = model.service.protocol

    def answer(self, operation: ir.Operation, values: Mapping[str, Any]) -> Written:
        """The answer that has these members of the operation's output."""
        headers = {"content-type": _MEDIA.get(self._protocol, "text/xml"), "x-amzn-requestid": "request-1"}
        if self._protocol is Protocol.CBOR:
            headers["smithy-protocol"] = "rpc-v2-cbor"
        shape = self._model.structure(operation.output) if operation.output else None
        members = [] if shape is None else [each for each in shape.members.values() if each.name in values]
        status = operation.status
        in_body: list[ir.Member] = []
        events: list[dict[str, Any]] | None = None
        for member in members:
            value = values[member.name]
            match member.binding.location if member.binding and self._protocol.is_rest else None:
                case None if self._model.has_events(member):
                    events = value
                case None:
                    in_body.append(member)
                case Location.STATUS:
                    status = 200
                case Location.HEADER:
                    assert member.binding is not None
                    headers[member.binding.name.lower()] = self._header(member, value)
                case Location.PREFIX_HEADERS:
                    assert member.binding is not None
                    headers |= {f"{member.binding.name}{key}".lower(): text for key, text in value.items()}
                case Location.PAYLOAD if self._model.has_events(member):
                    events = value
                case Location.PAYLOAD:
                    return Written(status, headers, self._payload(member, value))
                case _:
                    pass
        body = self._body(operation, shape, in_body, values)
        if events is not None:
            assert shape is not None
            headers["content-type"] = "application/vnd.amazon.eventstream"
            first = [] if self._protocol.is_rest else [_message("initial-response", body)]
            body = b"".join(encode(each) for each in (*first, *self._events(shape, events)))
        return Written(status, headers, body)

    def _events(self, shape: ir.StructureShape, events: Iterable[Mapping[str, Any]]) -> Iterator[Message]:
        """The messages of a stream: of each event the name, its members in headers, and its payload."""
        stream = self._model.left_open(shape)
        assert stream is not None
        union = self._model.structure(stream.target)
        for event in events:
            ((name, values),) = event.items()
            kind = self._model.structure(union.members[name].target)
            held, headers, payload = dict(values), {}, None
            for member in kind.members.values():
                if member.name in held and member.event_part is ir.EventPart.HEADER:
                    headers[member.wire_name] = _event_header(held.pop(member.name))
                elif member.name in held and member.event_part is ir.EventPart.PAYLOAD:
                    payload = self._payload(member, held.pop(member.name))
            if payload is None:
                payload = self._event_payload(kind, held)
            yield _message(union.members[name].wire_name, payload, headers)

    def _event_payload(self, shape: ir.StructureShape, values: Mapping[str, Any]) -> bytes:
        if self._protocol is Protocol.CBOR:
            return cbor.dumps(self._cbor(shape.name, values))
        if self._protocol is Protocol.REST_XML:
            root = Element(shape.name)
            self._fill(root, shape.name, values, None)
            return ElementTree.tostring(root)
        return json.dumps(self._json(shape.name, values, None)).encode()

    def error(self, shape: ir.StructureShape, values: Mapping[str, Any]) -> Written:
        """The answer that is this error."""
        assert shape.error is not None
        code = shape.error.code
        status = shape.error.status or 400
        headers = {"content-type": _MEDIA.get(self._protocol, "text/xml"), "x-amzn-requestid": "request-1"}
        in_body: dict[str, Any] = {}
        for member in shape.members.values():
            if member.name not in values:
                continue
            binding = member.binding if self._protocol.is_rest else None
            if binding is None:
                in_body[member.name] = values[member.name]
            elif binding.location is Location.HEADER:
                headers[binding.name.lower()] = self._header(member, values[member.name])
        match self._protocol:
            case Protocol.CBOR:
                headers["smithy-protocol"] = "rpc-v2-cbor"
                body = cbor.dumps({"__type": f"service#{code}", **self._cbor(shape.name, in_body)})
            case Protocol.JSON:
                if self._model.service.query_compatible:
                    headers["x-amzn-query-error"] = f"{code};Sender"
                    code = shape.name  # the old code is in the header alone
                body = json.dumps(
                    {"__type": f"service#{code}", **self._json(shape.name, in_body, None)}
                ).encode()
            case Protocol.REST_JSON:
                headers["x-amzn-errortype"] = f"{code}:http://service.test/"
                body = json.dumps(self._json(shape.name, in_body, None)).encode()
            case _:
                body = self._xml_error(code, shape, in_body)
        return Written(status, headers, body)

    def _xml_error(self, code: str, shape: ir.StructureShape, values: Mapping[str, Any]) -> bytes:
        root = Element("Response" if self._protocol is Protocol.EC2 else "ErrorResponse")
        outer = SubElement(root, "Errors") if self._protocol is Protocol.EC2 else root
        error = SubElement(outer, "Error")
        SubElement(error, "Code").text = code
        self._fill(
            error, shape.name, {name: each for name, each in values.items() if name.lower() != "code"}, None
        )
        for child in error:
            if child.tag.lower() in MESSAGES:
                child.tag = "Message"  # as services write it, whatever their models say
        return ElementTree.tostring(root)

    # Headers

    def _header(self, member: ir.Member, value: Any) -> str:
        if member.json_value:
            return base64.b64encode(json.dumps(value).encode()).decode()
        shape = self._model.shape(member.target)
        if isinstance(shape, ir.ListShape):
            return ", ".join(
                self._text(shape.element, member.timestamp_format, item, "http-date") for item in value
            )
        return self._text(member.target, member.timestamp_format, value, "http-date")

    def _text(self, target: str, form: TimestampFormat | None, value: Any, default: str) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, datetime):
            return str(timestamps.format(value, self._form(target, form, default)))
        if isinstance(value, bytes):
            return base64.b64encode(value).decode()
        if isinstance(value, float):
            return _floating(value)
        return str(value)

    def _form(self, target: str, form: TimestampFormat | None, default: str) -> Any:
        shape = self._model.shape(target)
        own = shape.timestamp_format if isinstance(shape, ir.SimpleShape) else None
        return form or own or default

    # Bodies

    def _payload(self, member: ir.Member, value: Any) -> bytes:
        if isinstance(value, bytes):
            return value
        if isinstance(value, str):
            return value.encode()
        if self._protocol is Protocol.REST_JSON:
            return json.dumps(self._json(member.target, value, None)).encode()
        root = Element(member.wire_name)
        self._fill(root, member.target, value, None)
        return ElementTree.tostring(root)

    def _body(
        self,
        operation: ir.Operation,
        shape: ir.StructureShape | None,
        members: Iterable[ir.Member],
        values: Mapping[str, Any],
    ) -> bytes:
        held = {member.name: values[member.name] for member in members}
        match self._protocol:
            case Protocol.JSON | Protocol.REST_JSON:
                return b"{}" if shape is None else json.dumps(self._json(shape.name, held, None)).encode()
            case Protocol.CBOR:
                return b"" if shape is None else cbor.dumps(self._cbor(shape.name, held))
            case Protocol.REST_XML:
                if shape is None or not any(each.binding is None for each in shape.members.values()):
                    return b""
                root = Element(shape.name)
                self._fill(root, shape.name, held, None)
                return ElementTree.tostring(root)
            case _:
                root = Element(f"{operation.name}Response")
                wrapper = root if not operation.result_wrapper else SubElement(root, operation.result_wrapper)
                if shape is not None:
                    self._fill(wrapper, shape.name, held, None)
                return ElementTree.tostring(root)

    # JSON and CBOR

    def _json(self, target: str, value: Any, form: TimestampFormat | None) -> Any:
        shape = self._model.shape(target)
        match shape:
            case ir.StructureShape():
                return {
                    member.wire_name: json.dumps(value[member.name])
                    if member.json_value
                    else self._json(member.target, value[member.name], member.timestamp_format)
                    for member in shape.members.values()
                    if member.name in value
                }
            case ir.ListShape():
                if shape.entry.json_value:
                    return [json.dumps(item) for item in value]
                return [
                    self._json(shape.element, item, shape.entry.timestamp_format or form) for item in value
                ]
            case ir.MapShape():
                form = shape.value_entry.timestamp_format or form
                return {key: self._json(shape.value, item, form) for key, item in value.items()}
            case _ if shape.kind is Kind.DOCUMENT:
                return value
            case _ if isinstance(value, datetime):
                text = timestamps.format(value, self._form(target, form, "epoch-seconds"))
                return (
                    json.loads(text) if self._form(target, form, "epoch-seconds") == "epoch-seconds" else text
                )
            case _ if isinstance(value, bytes):
                return base64.b64encode(value).decode()
            case _ if isinstance(value, float) and not math.isfinite(value):
                return _floating(value)
            case _ if shape.kind is Kind.BIG_DECIMAL:
                return float(value)
            case _:
                return value

    def _cbor(self, target: str, value: Any) -> Any:
        shape = self._model.shape(target)
        match shape:
            case ir.StructureShape():
                return {
                    member.wire_name: self._cbor(member.target, value[member.name])
                    for member in shape.members.values()
                    if member.name in value
                }
            case ir.ListShape():
                return [self._cbor(shape.element, item) for item in value]
            case ir.MapShape():
                return {key: self._cbor(shape.value, item) for key, item in value.items()}
            case _:
                return value

    # XML

    def _fill(self, element: Element, target: str, value: Any, form: TimestampFormat | None) -> None:
        shape = self._model.shape(target)
        match shape:
            case ir.StructureShape():
                for member in shape.members.values():
                    if member.name in value:
                        self._member(element, member, value[member.name])
            case ir.ListShape():
                for item in value:
                    child = SubElement(element, shape.entry.name or "member")
                    self._fill(child, shape.element, item, shape.entry.timestamp_format or form)
            case ir.MapShape():
                for key, item in value.items():
                    self._entry(SubElement(element, "entry"), shape, key, item, form)
            case _:
                element.text = self._text(target, form, value, _BODY_FORMAT[self._protocol])

    def _member(self, element: Element, member: ir.Member, value: Any) -> None:
        shape = self._model.shape(member.target)
        form = member.timestamp_format
        if member.xml_attribute:
            element.set(
                member.wire_name.rpartition(":")[2], self._text(member.target, form, value, "date-time")
            )
        elif member.flattened and isinstance(shape, ir.ListShape):
            for item in value:
                child = SubElement(element, member.wire_name)
                self._fill(child, shape.element, item, shape.entry.timestamp_format or form)
        elif member.flattened and isinstance(shape, ir.MapShape):
            for key, item in value.items():
                self._entry(SubElement(element, member.wire_name), shape, key, item, form)
        else:
            self._fill(SubElement(element, member.wire_name), member.target, value, form)

    def _entry(
        self, element: Element, shape: ir.MapShape, key: str, value: Any, form: TimestampFormat | None
    ) -> None:
        SubElement(element, shape.key_entry.name or "key").text = key
        child = SubElement(element, shape.value_entry.name or "value")
        self._fill(child, shape.value, value, shape.value_entry.timestamp_format or form)


def _floating(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _message(name: str, payload: bytes, headers: Mapping[str, Any] | None = None) -> Message:
    return Message({":message-type": "event", ":event-type": name, **(headers or {})}, payload)


def _event_header(value: Any) -> Any:
    return Integer(value) if type(value) is int else value
