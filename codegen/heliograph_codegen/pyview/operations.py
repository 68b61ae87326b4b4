# SPDX-License-Identifier: Apache-2.0
"""Operations: what each sends, and what it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import LiteralString

from heliograph_codegen import ir
from heliograph_codegen.customisations import runtime_name
from heliograph_codegen.features import AUTHS
from heliograph_codegen.ir import Kind, Location
from heliograph_codegen.pyview import docs
from heliograph_codegen.pyview.codec import Bindings, path_expression
from heliograph_codegen.pyview.codec.body import BodyCodec
from heliograph_codegen.pyview.error_codes import ErrorCodes
from heliograph_codegen.pyview.events import Events
from heliograph_codegen.pyview.messages import at, gives_way, is_header, is_in_body
from heliograph_codegen.pyview.methods import Methods
from heliograph_codegen.pyview.scope import Scope
from heliograph_codegen.pyview.views import (
    ArgumentView,
    BodyView,
    OperationView,
    ReadView,
    WriteView,
    has_kinds,
)
from heliograph_codegen.text import Code, Ident, Lit, code, join, py_literal, py_str


class Operations:
    """The operations of one package.

    Args:
        scope: The names.
        methods: Their methods.
        errors: What codes stand for.
        codec: Writes and reads their bodies.
        bindings: Writes and reads what stands outside of bodies.
    """

    def __init__(
        self, scope: Scope, methods: Methods, errors: ErrorCodes, codec: BodyCodec, bindings: Bindings
    ) -> None:
        self._scope = scope
        self._model = scope.model
        self._methods = methods
        self._errors = errors
        self._codec = codec
        self._bindings = bindings
        self._events = Events(scope, codec, bindings)

    def view(self, operation: ir.Operation) -> OperationView:
        """What is said of an operation."""
        shape, names = self._scope.input(operation), self._scope.argument_names(operation)
        positional, keywords = self._methods.arguments(operation)
        members = list(shape.members.values()) if shape else []
        places = {each.binding.location for each in members if each.binding}
        body = self._body(operation, members)
        output = self._model.structure(operation.output) if operation.output else None
        reads = self._reads(output, operation) if output else ()
        path = self._codec.request_path(operation)
        return OperationView(
            name=py_str(operation.name),
            method=self._scope.methods[operation.name],
            method_literal=py_str(self._scope.methods[operation.name]),
            constant=self._scope.constants[operation.name],
            positional=tuple(positional),
            keywords=tuple(keywords),
            passed=tuple((py_str(name), own) for name, own in names.items()),
            docstring=self._docstring(operation, [*positional, *keywords]),
            params=tuple((py_str(name), py_str(own)) for name, own in names.items()),
            input=py_literal(operation.input),
            output=py_literal(operation.output),
            output_class=self._scope.output_class(operation),
            output_type=self._output_type(operation, "Any", "Any"),
            returns=self._output_type(operation, "StreamingBody", "EventStream"),
            async_returns=self._output_type(operation, "AsyncStreamingBody", "AsyncEventStream"),
            body_rules=tuple(_body_rules(operation, members)),
            states_length=any(is_header(each, "content-length") for each in members),
            streams=output is not None and self._model.left_open(output) is not None,
            initial_response=self._model.answers_events(operation)
            and self._has_body(self._model.structure(operation.output or "")),
            both_ways=self._model.answers_events(operation)
            and self._model.events_of(operation.input) is not None,
            events=tuple(self._events.received(operation)),
            sent_events=tuple(self._events.sent(operation)),
            unsigned_payload=operation.unsigned_payload,
            errors=tuple(map(py_str, operation.errors)),
            http_method=py_str(operation.method),
            path=path_expression(path, self._labels(operation)),
            has_query=bool(places & {Location.QUERY, Location.QUERY_MAP}) or bool(path.query),
            constant_query=tuple((py_str(key), py_str(value or "")) for key, value in path.query),
            has_headers=bool(places & {Location.HEADER, Location.PREFIX_HEADERS})
            or body.content_type is not None,
            body=body,
            writes=self._writes(members),
            reads=reads,
            has_kinds=has_kinds(reads),
            opened=self._codec.response_body(operation) if output and self._has_body(output) else None,
            open_ended=body.kind == "members" and self._codec.OPEN_ENDED,
            error_classes=tuple(
                (py_str(code), self._scope.exceptions[name])
                for code, name in self._errors.elsewhere(operation).items()
            ),
            token_members=tuple(py_str(each.name) for each in members if each.idempotency_token),
            customisations=tuple(Ident(runtime_name(each)) for each in operation.customisations),
            read_timeout=operation.read_timeout.seconds if operation.read_timeout else None,
            auth=None
            if operation.auth is None or operation.auth == self._model.service.auth
            else offered_auth(operation.auth),
            discovers=operation.endpoint_discovery is not None and operation.endpoint_discovery.required,
            paginator=py_str(operation.name) if operation.paginator else None,
            waiters=tuple(
                py_str(each.name) for each in self._model.waiters if each.operation == operation.name
            ),
            long_polling=operation.long_polling,
        )

    def _output_type(
        self, operation: ir.Operation, body: LiteralString = "", events: LiteralString = ""
    ) -> Code:
        """The output, whose streaming body or stream of events is of these types."""
        output = self._scope.output_class(operation)
        member = self._model.left_open(self._model.structure(operation.output)) if operation.output else None
        if member is None:
            return output
        return code("{}[{}]", output, Code(events if self._model.has_events(member) else body))

    def _body(self, operation: ir.Operation, members: list[ir.Member]) -> BodyView:
        """What the body is made of, and when its content type has to be said."""
        codec = self._codec
        stream = self._model.events_of(operation.input)
        if stream is not None:
            return self._events_body(operation, stream)
        payload = next((each for each in members if at(each, Location.PAYLOAD)), None)
        own_type = next((each for each in members if is_header(each, "content-type")), None)
        has_body = payload is not None or codec.has_body(operation)
        conditions = [code("members.get({}) is None", py_str(own_type.name))] if own_type and has_body else []
        if payload is None:
            kind = Ident("members" if has_body else "none")
            initial = Code("{**unknown}" if codec.OPEN_ENDED else "{}")
            expression = codec.request_body(operation) if has_body else None
            content_type = codec.payload_type()
            if has_body and codec.BODY_MAY_LACK:
                conditions.insert(0, Code("body"))
        else:
            kind, initial, expression = Ident("payload"), Code('b""'), Code("body")
            content_type = self._bindings.payload_type(payload)
            if self._model.shape(payload.target).kind is Kind.STRUCTURE:
                initial = codec.empty_payload(payload)
            if initial == 'b""':
                conditions.insert(0, Code("body"))
        return BodyView(
            kind=kind,
            initial=initial,
            headers=_with_headers(
                operation, None if conditions else codec.headers(operation, has_body=has_body)
            ),
            expression=expression,
            content_type=content_type if conditions else None,
            condition=join(" and ", conditions),
        )

    def _events_body(self, operation: ir.Operation, stream: ir.Member) -> BodyView:
        """A body that is a stream of events."""
        codec = self._codec
        return BodyView(
            kind=Ident("members" if codec.INITIAL_REQUEST else "none"),
            initial=Code("{**unknown}" if codec.OPEN_ENDED else "{}"),
            headers=_with_headers(operation, codec.event_headers(operation)),
            expression=self._events.upload(operation, stream),
            content_type=None,
            condition=Code(""),
        )

    def _has_body(self, output: ir.StructureShape) -> bool:
        return any(is_in_body(self._model, member) for member in output.members.values())

    def _labels(self, operation: ir.Operation) -> dict[str, Code]:
        shape = self._scope.input(operation)
        greedy = {label.name: label.greedy for label in operation.path.labels}
        return {
            each.binding.name: self._bindings.label(each, greedy=greedy[each.binding.name])
            for each in (shape.members.values() if shape else ())
            if each.binding is not None and each.binding.location is Location.LABEL
        }

    def _writes(self, members: Iterable[ir.Member]) -> tuple[WriteView, ...]:
        """Members in the order in which they can be written: maps give way to names that are there before."""
        ordered = sorted(members, key=gives_way)
        return tuple(
            self._codec.body_write(each) if each.binding is None else self._bindings.write(each, each.binding)
            for each in ordered
            if not at(each, Location.LABEL) and not self._model.has_events(each)
        )

    def _reads(self, shape: ir.StructureShape, operation: ir.Operation) -> tuple[ReadView, ...]:
        names = self._scope.member_names(shape)
        return tuple(
            self._events.read(operation, names[each.name])
            if self._model.has_events(each)
            else self._codec.body_read(each, names[each.name])
            if each.binding is None
            else self._bindings.read(each, each.binding, names[each.name])
            for each in shape.members.values()
        )

    def _docstring(self, operation: ir.Operation, arguments: list[ArgumentView]) -> Code:
        shape, names = self._scope.input(operation), self._scope.argument_names(operation)
        about = {
            str(names[each.name]): docs.about(self._model, each)
            for each in (shape.members.values() if shape else ())
        }
        about["params"] = "members by their wire names that were not given as arguments."
        raised = [
            (self._scope.exceptions[name], self._model.shape(name).documentation) for name in operation.errors
        ]
        return docs.written(
            [
                *(docs.paragraphs(operation.documentation) or [f"Call {operation.name}."]),
                docs.section("Arguments", [(str(each.name), about[str(each.name)]) for each in arguments], 8),
                docs.section("Raises", [(str(name), docs.first_sentence(text)) for name, text in raised], 8)
                if raised
                else "",
                f"See {docs.prose(operation.reference)}" if operation.reference else "",
            ],
            8,
        )


def offered_auth(auth: Iterable[ir.Auth]) -> tuple[Lit, ...]:
    """The ways to prove who calls that the runtime knows, in the model's order."""
    return tuple(py_str(each) for each in auth if each in AUTHS)


def _body_rules(operation: ir.Operation, members: Iterable[ir.Member]) -> Iterator[tuple[Ident, Code]]:
    """What an operation asks of its bodies, as arguments of the runtime's record."""
    checksum = operation.checksum or ir.Checksum()
    algorithm = next((each for each in members if each.name == checksum.algorithm_member), None)
    header = algorithm.binding.name.lower() if algorithm is not None and algorithm.binding is not None else ""
    for name, value in (
        ("compressions", operation.compression),
        ("checksum_required", checksum.required),
        ("algorithm_member", checksum.algorithm_member),
        ("algorithm_header", header),
        ("validation_member", checksum.validation_member),
        ("response_algorithms", checksum.response_algorithms),
    ):
        if value:
            yield Ident(name), py_literal(value)


def _with_headers(operation: ir.Operation, headers: Code | None) -> Code | None:
    """The headers of every request: what the codec says, and what the model says."""
    pairs = [code("({}, {})", py_str(name), py_str(value)) for name, value in operation.headers]
    if not pairs:
        return headers
    return code("({},)", join(", ", [*([code("*{}", headers)] if headers else []), *pairs]))
