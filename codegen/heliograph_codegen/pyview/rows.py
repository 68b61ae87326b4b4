# SPDX-License-Identifier: Apache-2.0
"""The rows of the generated tests: requests, answers, errors, hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heliograph_codegen import customisations, ir
from heliograph_codegen.ir import Location
from heliograph_codegen.pyview.bodies import Answer, bodies_of
from heliograph_codegen.pyview.messages import EVENT_STREAM_TYPE, Message, at, is_header
from heliograph_codegen.pyview.samples import TOKEN, Samples, is_comparable, python_code
from heliograph_codegen.pyview.views import CaseView, EndpointCaseView, ErrorCaseView
from heliograph_codegen.text import Code, Ident, code, join, py_literal, py_str

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_HOSTS: tuple[tuple[dict[str, str | bool], str, str], ...] = (
    ({"Region": "eu-west-1"}, "", "eu-west-1.amazonaws.com"),
    ({"Region": "eu-west-1", "UseFIPS": True}, "-fips", "eu-west-1.amazonaws.com"),
    ({"Region": "eu-west-1", "UseDualStack": True}, "", "eu-west-1.api.aws"),
    ({"Region": "us-west-2", "UseFIPS": True, "UseDualStack": True}, "-fips", "us-west-2.api.aws"),
    ({"Region": "cn-north-1"}, "", "cn-north-1.amazonaws.com.cn"),
)
"""Parameters of AWS's standard rules, what they put after the service's prefix, and the rest of the host."""

_SIGNATURES = frozenset([ir.Auth.SIGV4, ir.Auth.SIGV4A])

BEARER_TOKEN = "example-token"
"""What the tests' client has for a bearer token."""


class Rows:
    """The rows of one model.

    Args:
        model: The model.
        classes: Class names by shape name.
        arguments: Gives an operation's argument names by member name.
    """

    def __init__(
        self,
        model: ir.Model,
        classes: Mapping[str, Ident],
        arguments: Callable[[ir.Operation], Mapping[str, Ident]],
    ) -> None:
        self._model = model
        self._classes = classes
        self._arguments = arguments
        self._samples = Samples(model)
        self._bodies = bodies_of(model)

    def cases(self) -> tuple[CaseView, ...]:
        """For each operation the smallest call and the fullest, and the model's own examples."""
        return tuple(row for operation in self._model.operations.values() for row in self._cases(operation))

    def _cases(self, operation: ir.Operation) -> Iterator[CaseView]:
        given, got = self._bodies.structure(operation.input), self._bodies.structure(operation.output)
        for what, full in (("smallest", False), ("fullest", True)):
            samples = self._samples.restart()
            sent = self._with_events(given, samples.members(given, full=full), full=full) if given else {}
            answered = samples.members(got, full=full) if got else {}
            yield self._case(operation, what, sent, answered)
        for number, example in enumerate(operation.examples, 1):
            if example.error is None:
                sent = self._samples.example(given, example.input) if given else {}
                answered = self._samples.example(got, example.output or {}) if got else {}
                if is_comparable([*sent.values(), *answered.values()]) and _has_labels(given, sent):
                    yield self._case(operation, f"example {number}", sent, answered)

    def _case(
        self, operation: ir.Operation, what: str, given: Mapping[str, Any], got: Mapping[str, Any]
    ) -> CaseView:
        names = self._arguments(operation)
        changed = {name for each in customisations.of(operation) for name in each.changes}
        shape, answered = self._bodies.structure(operation.input), self._bodies.structure(operation.output)
        tokens = [each.name for each in shape.members.values() if each.idempotency_token] if shape else []
        given = {name: value for name, value in given.items() if name not in changed}
        given = _with_length(shape, self._with_algorithm(operation, given))
        got = _with_length(answered, _with_body(answered, got))
        streamed = self._model.events_of(operation.output)
        if answered and streamed:  # what stands beside it in messages of its own is left out too
            got = {name: value for name, value in got.items() if answered.members[name].binding is not None}
            got.pop(streamed.name, None)
        uploaded = self._model.events_of(operation.input)
        events: list[Mapping[str, Any]] = given.get(uploaded.name, []) if uploaded else []
        sent = dict.fromkeys(tokens, TOKEN) | customisations.filled(operation) | {**given}
        if uploaded:
            sent.pop(uploaded.name, None)
        request = Message(self._model, shape, sent)
        body = self._bodies.request(operation, sent)
        headers = self._bodies.headers(operation, body) | request.headers
        if uploaded:
            body = [*([] if body is None else [body]), *self._payloads(uploaded, events)]
            headers["content-type"] = EVENT_STREAM_TYPE
        if streamed and "accept" in headers:
            headers["accept"] = EVENT_STREAM_TYPE
        return CaseView(
            id=py_str(f"{operation.name}, {what}"),
            operation=py_str(operation.name),
            arguments=python_code({str(names[name]): value for name, value in given.items()}),
            http_method=py_str(operation.method),
            target=py_str(request.target(self._bodies.path(operation))),
            headers=py_literal({**headers, **self._proof(operation)}),
            body=python_code(body),
            answer=self.answer(
                operation.status,
                Message(self._model, answered, got),
                self._bodies.answer(operation, got)._replace(body=None)
                if streamed
                else self._bodies.answer(operation, got),
            ),
            result=python_code(
                ({streamed.name: []} if streamed else {}) | result_of(answered, got, operation.status)
            ),
        )

    def _with_events(self, shape: ir.StructureShape, values: dict[str, Any], *, full: bool) -> dict[str, Any]:
        """The values, in which a stream holds each of its events once, or none."""
        stream = self._model.events_of(shape.name)
        if stream is None:
            return values
        events = self._model.structure(stream.target).members.values() if full else ()
        sent = [
            {event.name: self._samples.members(self._model.structure(event.target), full=True)}
            for event in events
        ]
        return {**values, stream.name: sent}

    def _payloads(self, stream: ir.Member, events: list[Mapping[str, Any]]) -> list[Any]:
        """What the messages of events hold; None for nothing."""
        members = self._model.structure(stream.target).members
        return [
            self._bodies.event(self._model.structure(members[name].target), values)
            for event in events
            for name, values in event.items()
        ]

    def _with_algorithm(self, operation: ir.Operation, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values, in which the algorithm of a checksum is one that can be computed."""
        member = operation.checksum.algorithm_member if operation.checksum else ""
        return {**values, member: "CRC32"} if member in values else values

    @property
    def with_token(self) -> bool:
        """Whether some operation takes a bearer token alone, so that the tests' client has one."""
        return any(
            ir.Auth.BEARER in offered and not _SIGNATURES.intersection(offered) for offered in self._offered()
        )

    @property
    def all_signed(self) -> bool:
        """Whether every request of the tests is signed."""
        return not any(map(self._proof, self._model.operations.values()))

    def _offered(self) -> Iterator[tuple[ir.Auth, ...]]:
        return (each.auth or self._model.service.auth for each in self._model.operations.values())

    def _proof(self, operation: ir.Operation) -> dict[str, str | None]:
        """What the header ``authorization`` holds, where that is no signature."""
        offered = operation.auth or self._model.service.auth
        if ir.Auth.BEARER in offered and self.with_token:
            return {"authorization": f"Bearer {BEARER_TOKEN}"}
        return {} if _SIGNATURES.intersection(offered) else {"authorization": None}

    def error_cases(self) -> tuple[ErrorCaseView, ...]:
        """Each operation with each of its modelled errors."""
        return tuple(
            self._error_case(operation, self._model.structure(name))
            for operation in self._model.operations.values()
            for name in operation.errors
        )

    def _error_case(self, operation: ir.Operation, shape: ir.StructureShape) -> ErrorCaseView:
        assert shape.error is not None
        values = self._samples.restart().members(shape, full=True)
        answer = self._bodies.error(shape, values)
        for member in shape.members.values():
            if member.binding is not None and member.binding.name.lower() in answer.headers:
                values[member.name] = answer.headers[member.binding.name.lower()]
        status = shape.error.status or 400
        return ErrorCaseView(
            operation=py_str(operation.name),
            error=self._classes[shape.name],
            code=py_str(self._bodies.error_code(shape)),
            answer=self.answer(status, Message(self._model, shape, values), answer),
            members=python_code(result_of(shape, values, status)),
        )

    def unknown_error(self) -> Code:
        """An answer with an error that no model knows."""
        return self.answer(418, Message(self._model, None, {}), self._bodies.unknown_error("Teapot", "short"))

    def answer(self, status: int, message: Message, answer: Answer) -> Code:
        """An answer as respx takes it."""
        headers = message.headers | answer.headers
        key, body = self._bodies.given(answer.body)
        return code(
            "{{{}}}",
            join(
                ", ",
                [
                    code('"status_code": {}', status),
                    *([code('"headers": {}', py_literal(headers))] if headers else []),
                    code("{}: {}", py_str(key), body),
                ],
            ),
        )

    def endpoint_cases(self) -> tuple[EndpointCaseView, ...]:
        """A host of each form that AWS's standard rules have."""
        endpoint = self._model.service.endpoint
        if endpoint is None:
            return ()
        return tuple(
            EndpointCaseView(py_literal(parameters), py_str(f"https://{endpoint.prefix}{after}.{rest}"))
            for parameters, after, rest in _HOSTS
        )


def _with_body(shape: ir.StructureShape | None, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of an answer, whose streaming body is there though it is empty."""
    members = shape.members.values() if shape else ()
    return {each.name: b"" for each in members if each.streaming} | {**values}


def _with_length(shape: ir.StructureShape | None, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values, in which the header that says how long the streaming body is says so."""
    members = shape.members.values() if shape else ()
    body = next((each.name for each in members if each.streaming), None)
    if shape is None or body is None:
        return values
    size = len(values.get(body, b""))
    return {
        name: size if is_header(shape.members[name], "content-length") else value
        for name, value in values.items()
    }


def _has_labels(shape: ir.StructureShape | None, values: Mapping[str, Any]) -> bool:
    """Whether an example fills in the labels of the path; some in published models are empty, and refused."""
    members = shape.members.values() if shape else ()
    return all(values.get(each.name) != "" for each in members if at(each, Location.LABEL))


def result_of(shape: ir.StructureShape | None, values: Mapping[str, Any], status: int) -> dict[str, Any]:
    """What ``to_dict`` gives of a message made of the values."""
    members = shape.members.values() if shape else ()
    always: dict[str, Any] = {each.name: {} for each in members if at(each, Location.PREFIX_HEADERS)}
    in_status = {each.name: status for each in members if at(each, Location.STATUS)}
    return always | {**values} | in_status
