# SPDX-License-Identifier: Apache-2.0
"""Streams of events: what reads them in answers, and writes them in requests."""

from __future__ import annotations

from collections.abc import Iterator

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind
from heliograph_codegen.pyview.codec import Bindings
from heliograph_codegen.pyview.codec.body import BodyCodec, fetch
from heliograph_codegen.pyview.names import snake
from heliograph_codegen.pyview.scope import Scope
from heliograph_codegen.pyview.views import EventView, ReadView, SentEventView, has_kinds
from heliograph_codegen.text import Code, Ident, code, join, py_str


class Events:
    """The events of one package's operations.

    Args:
        scope: The names.
        codec: Writes and reads their bodies.
        bindings: Writes and reads their headers.
    """

    def __init__(self, scope: Scope, codec: BodyCodec, bindings: Bindings) -> None:
        self._scope = scope
        self._model = scope.model
        self._codec = codec
        self._bindings = bindings

    def received(self, operation: ir.Operation) -> Iterator[EventView]:
        """What reads the events of an operation's answer."""
        for event in self._members(operation.output):
            shape = self._model.structure(event.target)
            if shape.error is None:
                names = self._scope.member_names(shape)
                members = [*shape.members.values()]
                reads = tuple(self._bindings.event_read(each, names[each.name]) for each in members)
                yield EventView(
                    function=self._received_function(operation, event),
                    class_name=self._scope.classes[shape.name],
                    opened=self._codec.response_body(operation)
                    if any(each.event_part is None for each in members)
                    else None,
                    reads=reads,
                    has_kinds=has_kinds(reads),
                )

    def read(self, operation: ir.Operation, name: Ident) -> ReadView:
        """How the stream of events gets out of an answer."""
        events, errors = list[Code](), list[Code]()
        for event in self._members(operation.output):
            shape = self._model.structure(event.target)
            is_error = shape.error is not None
            made = (
                self._scope.exceptions[shape.name] if is_error else self._received_function(operation, event)
            )
            (errors if is_error else events).append(code("{}: {}", py_str(event.wire_name), made))
        value = code(
            "read_events(response, {}, {{{}}}, {{{}}}, {}, {})",
            py_str(operation.name),
            join(", ", events),
            join(", ", errors),
            Ident(self._codec.READ_ERROR),
            self._scope.base_error,
        )
        return ReadView(name, value, Code("response"), required=False)

    def sent(self, operation: ir.Operation) -> Iterator[SentEventView]:
        """What writes the events that an operation sends."""
        for event in self._members(operation.input):
            shape = self._model.structure(event.target)
            members = [*shape.members.values()]
            payload = next((each for each in members if each.event_part is ir.EventPart.PAYLOAD), None)
            is_dict = any(each.event_part is None for each in members)
            has_headers = any(each.event_part is not None and each.event_part.is_header for each in members)
            initial, rest = None, Code("")
            if payload is not None:
                is_structure = self._model.shape(payload.target).kind is Kind.STRUCTURE
                initial = self._codec.empty_payload(payload) if is_structure else Code('b""')
                rest = code(", body, {}", self._bindings.event_type(payload))
            elif is_dict:
                initial = Code("{}")
                rest = code(", {}, {}", self._codec.event_body(event), self._codec.event_type())
            is_error = shape.error is not None
            yield SentEventView(
                function=self._sent_function(operation, event),
                members=code(
                    "{}(value, {})",
                    Ident("error_members" if is_error else "event_members"),
                    self._scope.exceptions[shape.name] if is_error else self._scope.classes[shape.name],
                ),
                has_members=bool(members),
                has_headers=has_headers,
                body=initial,
                is_dict=is_dict,
                writes=tuple(map(self._bindings.event_write, members)),
                message=code(
                    "{}({}, {}{})",
                    Ident("exception_message" if is_error else "event_message"),
                    py_str(event.wire_name),
                    Code("headers" if has_headers else "{}"),
                    rest,
                ),
            )

    def upload(self, operation: ir.Operation, stream: ir.Member) -> Code:
        """The body that sends a stream of events."""
        writers = [
            code("{}: {}", py_str(event.name), self._sent_function(operation, event))
            for event in self._members(operation.input)
        ]
        first = Code("")
        if self._codec.INITIAL_REQUEST:
            body, media = self._codec.request_body(operation), self._codec.event_type()
            first = code(", initial_request({}, {})", body, media)
        return code(
            "event_upload({}, {}, {{{}}}{})", fetch(stream), py_str(stream.name), join(", ", writers), first
        )

    def _members(self, structure: str | None) -> list[ir.Member]:
        """The events of an input's or output's stream, errors among them."""
        member = self._model.events_of(structure)
        return [] if member is None else [*self._model.structure(member.target).members.values()]

    def _received_function(self, operation: ir.Operation, event: ir.Member) -> Ident:
        return Ident(f"_{self._scope.methods[operation.name]}_event_{snake(event.name)}")

    def _sent_function(self, operation: ir.Operation, event: ir.Member) -> Ident:
        return Ident(f"_{self._scope.methods[operation.name]}_sends_{snake(event.name)}")
