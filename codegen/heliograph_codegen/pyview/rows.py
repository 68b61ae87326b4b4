# SPDX-License-Identifier: Apache-2.0
"""The rows of the generated tests: requests, answers, errors, hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from heliograph_codegen.ir import Location
from heliograph_codegen.pyview.samples import (
    TOKEN,
    Message,
    Sample,
    Samples,
    at,
    is_comparable,
    is_header,
    python_code,
)
from heliograph_codegen.pyview.views import CaseView, EndpointCaseView, ErrorCaseView
from heliograph_codegen.text import Code, Ident, code, py_literal, py_str

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from heliograph_codegen import ir

_HOSTS: tuple[tuple[dict[str, str | bool], str, str], ...] = (
    ({"Region": "eu-west-1"}, "", "eu-west-1.amazonaws.com"),
    ({"Region": "eu-west-1", "UseFIPS": True}, "-fips", "eu-west-1.amazonaws.com"),
    ({"Region": "eu-west-1", "UseDualStack": True}, "", "eu-west-1.api.aws"),
    ({"Region": "us-west-2", "UseFIPS": True, "UseDualStack": True}, "-fips", "us-west-2.api.aws"),
    ({"Region": "cn-north-1"}, "", "cn-north-1.amazonaws.com.cn"),
)
"""Parameters of AWS's standard rules, what they put after the service's prefix, and the rest of the host."""

_CODE_HEADER = "x-amzn-errortype"
"""Where an error answer says what it is; some models have it as a member too."""


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

    def cases(self) -> tuple[CaseView, ...]:
        """For each operation the smallest call and the fullest, and the model's own examples."""
        return tuple(row for operation in self._model.operations.values() for row in self._cases(operation))

    def _cases(self, operation: ir.Operation) -> Iterator[CaseView]:
        given, got = self._structure(operation.input), self._structure(operation.output)
        for what, full in (("smallest", False), ("fullest", True)):
            samples = self._samples.restart()
            sent = samples.members(given, full=full) if given else {}
            answered = samples.members(got, full=full) if got else {}
            yield self._case(operation, what, sent, answered)
        for number, example in enumerate(operation.examples, 1):
            if example.error is None:
                sent = self._samples.example(given, example.input) if given else {}
                answered = self._samples.example(got, example.output or {}) if got else {}
                if is_comparable([each.python for each in (*sent.values(), *answered.values())]):
                    yield self._case(operation, f"example {number}", sent, answered)

    def _structure(self, name: str | None) -> ir.StructureShape | None:
        return None if name is None else self._model.structure(name)

    def _case(
        self, operation: ir.Operation, what: str, given: Mapping[str, Sample], got: Mapping[str, Sample]
    ) -> CaseView:
        names = self._arguments(operation)
        shape, answered = self._structure(operation.input), self._structure(operation.output)
        tokens = [each.name for each in shape.members.values() if each.idempotency_token] if shape else []
        given, got = _with_length(shape, given), _with_length(answered, _with_body(answered, got))
        sent = dict.fromkeys(tokens, Sample(TOKEN, TOKEN)) | {**given}
        request = Message(self._model, shape, sent, is_request=True)
        answer = Message(self._model, answered, got)
        return CaseView(
            id=py_str(f"{operation.name}, {what}"),
            operation=py_str(operation.name),
            arguments=python_code({str(names[name]): sample.python for name, sample in given.items()}),
            http_method=py_str(operation.method),
            target=py_str(request.target(operation.path)),
            headers=py_literal(request.headers),
            body=py_literal(request.body),
            answer=_answer(operation.status, answer),
            result=python_code(_result(answered, got, operation.status)),
        )

    def error_cases(self) -> tuple[ErrorCaseView, ...]:
        """Each operation with each of its modelled errors."""
        return tuple(
            self._error_case(operation, self._model.structure(name))
            for operation in self._model.operations.values()
            for name in operation.errors
        )

    def _error_case(self, operation: ir.Operation, shape: ir.StructureShape) -> ErrorCaseView:
        assert shape.error is not None
        samples = self._samples.restart().members(shape, full=True)
        for member in shape.members.values():
            if member.binding is not None and member.binding.name.lower() == _CODE_HEADER:
                samples[member.name] = Sample(shape.error.code, shape.error.code)
        message = Message(self._model, shape, samples)
        message.headers[_CODE_HEADER] = shape.error.code
        status = shape.error.status or 400
        return ErrorCaseView(
            operation=py_str(operation.name),
            error=self._classes[shape.name],
            code=py_str(shape.error.code),
            answer=_answer(status, message),
            members=python_code(_result(shape, samples, status)),
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


def _with_body(shape: ir.StructureShape | None, samples: Mapping[str, Sample]) -> Mapping[str, Sample]:
    """The samples of an answer, whose streaming body is there though it is empty."""
    members = shape.members.values() if shape else ()
    return {each.name: Sample(b"", b"") for each in members if each.streaming} | {**samples}


def _with_length(shape: ir.StructureShape | None, samples: Mapping[str, Sample]) -> Mapping[str, Sample]:
    """The samples, in which the header that says how long the body is says so."""
    members = shape.members.values() if shape else ()
    body = next((each.name for each in members if each.streaming), "")
    size = len(samples[body].python) if body in samples else 0
    return {
        name: Sample(size, size) if shape and is_header(shape.members[name], "content-length") else sample
        for name, sample in samples.items()
    }


def _answer(status: int, message: Message) -> Code:
    """An answer as respx takes it."""
    body: tuple[str, Any] = ("content", message.body or b"")
    if message.body is not None and not isinstance(message.body, bytes):
        body = ("json", message.body)
    headers = ("headers", message.headers)
    return code(
        "{}",
        py_literal({"status_code": status, **dict([headers] if message.headers else []), body[0]: body[1]}),
    )


def _result(shape: ir.StructureShape | None, samples: Mapping[str, Sample], status: int) -> dict[str, Any]:
    """What ``to_dict`` gives of a message made of the samples."""
    members = shape.members.values() if shape else ()
    in_status = {each.name: status for each in members if at(each, Location.STATUS)}
    return {name: sample.python for name, sample in samples.items()} | in_status
