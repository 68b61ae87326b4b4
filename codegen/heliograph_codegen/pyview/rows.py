# SPDX-License-Identifier: Apache-2.0
"""The rows of the generated tests: requests, answers, errors, hosts."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind
from heliograph_codegen.pyview.samples import Message, Sample, Samples, literal, python_code
from heliograph_codegen.pyview.views import CaseView, EndpointCaseView, ErrorCaseView
from heliograph_codegen.text import Code, Ident, py_literal, py_str


class Rows:
    """The rows of one model.

    Args:
        model: The model.
        classes: Class names by shape name.
        methods: Method names by operation name.
        arguments: Gives an operation's argument names by member name.
    """

    def __init__(
        self,
        model: ir.Model,
        classes: Mapping[str, Ident],
        methods: Mapping[str, Ident],
        arguments: Callable[[ir.Operation], Mapping[str, Ident]],
    ) -> None:
        self._model = model
        self._classes = classes
        self._methods = methods
        self._arguments = arguments

    def cases(self) -> tuple[CaseView, ...]:
        """For each operation the smallest call and the fullest, and the model's own examples."""
        found: list[CaseView] = []
        for operation in self._model.operations.values():
            found.append(self._sampled(operation, "smallest", full=False))
            found.append(self._sampled(operation, "fullest", full=True))
            for number, example in enumerate(operation.examples, 1):
                if example.error is None:
                    found.append(self._example(operation, example, f"example {number}"))
        return tuple(found)

    def _sampled(self, operation: ir.Operation, what: str, *, full: bool) -> CaseView:
        samples = Samples(self._model)
        given = samples.members(self._model.structure(operation.input), full=full) if operation.input else {}
        got = samples.members(self._model.structure(operation.output), full=full) if operation.output else {}
        return self._case(operation, what, given, got)

    def _example(self, operation: ir.Operation, example: ir.Example, what: str) -> CaseView:
        given = self._samples(operation.input, example.input)
        return self._case(operation, what, given, self._samples(operation.output, example.output or {}))

    def _samples(self, shape: str | None, values: Mapping[str, ir.Json]) -> dict[str, Sample]:
        if shape is None:
            return {}
        members = self._model.structure(shape).members
        return {name: self._from_json(members[name].target, value) for name, value in values.items()}

    def _from_json(self, target: str, value: Any) -> Sample:
        """An example's value, which the model has in JSON, in both forms."""
        shape = self._model.shape(target)
        match shape:
            case ir.ListShape():
                items = [self._from_json(shape.element, item) for item in value]
                return Sample([item.python for item in items], [item.wire for item in items])
            case ir.MapShape():
                pairs = {key: self._from_json(shape.value, item) for key, item in value.items()}
                return Sample({k: v.python for k, v in pairs.items()}, {k: v.wire for k, v in pairs.items()})
            case ir.StructureShape():
                inner = self._samples(shape.name, value)
                wire = {shape.members[name].wire_name: each.wire for name, each in inner.items()}
                return Sample({name: each.python for name, each in inner.items()}, wire)
            case _ if shape.kind is Kind.BLOB:
                return Sample(str(value).encode(), base64.b64encode(str(value).encode()).decode())
            case _:
                return Sample(value, value)

    def _case(
        self, operation: ir.Operation, what: str, given: Mapping[str, Sample], got: Mapping[str, Sample]
    ) -> CaseView:
        names = self._arguments(operation)
        shape = self._model.structure(operation.input) if operation.input else None
        request = Message(self._model, shape, given)
        answer = Message(
            self._model, self._model.structure(operation.output) if operation.output else None, got
        )
        body: Any = request.payload
        if (
            body is None
            and shape is not None
            and any(each.binding is None for each in shape.members.values())
        ):
            body = request.json
        return CaseView(
            id=py_str(f"{operation.name}, {what}"),
            operation=py_str(operation.name),
            arguments=python_code({str(names[name]): sample.python for name, sample in given.items()}),
            http_method=py_str(operation.method),
            target=py_str(request.target(operation.path)),
            headers=literal(request.headers),
            body=literal(body),
            status=operation.status,
            answer=literal(
                answer.payload if answer.payload is not None else json.dumps(answer.json).encode()
            ),
            answer_headers=literal(answer.headers),
            result=python_code(
                {
                    name: operation.status if sample.python is None else sample.python
                    for name, sample in got.items()
                }
            ),
        )

    def error_cases(self) -> tuple[ErrorCaseView, ...]:
        """Each operation with each of its modelled errors."""
        found: list[ErrorCaseView] = []
        for operation in self._model.operations.values():
            for name in operation.errors:
                shape = self._model.structure(name)
                assert shape.error is not None
                samples = Samples(self._model).members(shape, full=True)
                message = Message(self._model, shape, samples)
                found.append(
                    ErrorCaseView(
                        operation=py_str(operation.name),
                        error=self._classes[name],
                        code=py_str(shape.error.code),
                        status=shape.error.status or 400,
                        body=literal(message.json),
                        members=python_code({key: sample.python for key, sample in samples.items()}),
                    )
                )
        return tuple(found)

    def endpoint_cases(self) -> tuple[EndpointCaseView, ...]:
        """A host of each form that AWS's standard rules have."""
        endpoint = self._model.service.endpoint
        if endpoint is None:
            return ()
        rows: list[tuple[Mapping[str, str | bool], str, str]] = [
            ({"Region": "eu-west-1"}, "eu-west-1.amazonaws.com", ""),
            ({"Region": "eu-west-1", "UseFIPS": True}, "eu-west-1.amazonaws.com", "-fips"),
            ({"Region": "eu-west-1", "UseDualStack": True}, "eu-west-1.api.aws", ""),
            ({"Region": "us-west-2", "UseFIPS": True, "UseDualStack": True}, "us-west-2.api.aws", "-fips"),
            ({"Region": "cn-north-1"}, "cn-north-1.amazonaws.com.cn", ""),
        ]
        return tuple(
            EndpointCaseView(self._keywords(parameters), py_str(f"https://{endpoint.prefix}{fips}.{rest}"))
            for parameters, rest, fips in rows
        )

    @staticmethod
    def _keywords(parameters: Mapping[str, str | bool]) -> Code:
        return py_literal(dict(parameters))
