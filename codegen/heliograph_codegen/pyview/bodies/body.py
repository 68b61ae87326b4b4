# SPDX-License-Identifier: Apache-2.0
"""What every format of bodies has to say of the generated tests."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind, Location
from heliograph_codegen.pyview.messages import at
from heliograph_codegen.pyview.samples import python_code
from heliograph_codegen.text import Code, Ident


class Answer(NamedTuple):
    """What an answer has besides its status and the members that are bound to headers."""

    headers: dict[str, str]
    body: Any


class Bodies(ABC):
    """The bodies of one model's messages.

    A body is None where there is none, bytes where it is compared byte by byte, and anything else where it is compared
    with what :attr:`READ` makes of the bytes.

    Args:
        model: The model.
    """

    IMPORTS: ClassVar[tuple[Code, ...]]
    """The imports of the standard library that :attr:`READ` needs, a line each."""

    RUNTIME: ClassVar[tuple[Ident, ...]] = ()
    """What :attr:`READ` and :meth:`spelled` need of ``heliograph``."""

    READ: ClassVar[Code]
    """The expression that reads the bytes ``content`` of a request."""

    CUT_SHORT: ClassVar[bytes]
    """The body of an answer whose end is missing."""

    def __init__(self, model: ir.Model) -> None:
        self._model = model

    # Requests

    def path(self, operation: ir.Operation) -> ir.Path:
        """The path that an operation is called at."""
        return operation.path

    def headers(self, operation: ir.Operation, body: Any) -> dict[str, str]:
        """Headers that a request with this body has besides its members', by lower-case name."""
        return {}

    def request(self, operation: ir.Operation, values: Mapping[str, Any]) -> Any:
        """The body of a request.

        Args:
            operation: The operation.
            values: Python values of its input's members, by model name; absent ones are not there.
        """
        return self._body(self.structure(operation.input), values, is_request=True)

    # Answers

    def answer(self, operation: ir.Operation, values: Mapping[str, Any]) -> Answer:
        """A good answer."""
        return Answer({}, self._body(self.structure(operation.output), values))

    def error_code(self, shape: ir.StructureShape) -> str:
        """The code that an error is known by in the end."""
        assert shape.error is not None
        return shape.error.code

    @abstractmethod
    def error(self, shape: ir.StructureShape, values: Mapping[str, Any]) -> Answer:
        """An answer with that error."""

    @abstractmethod
    def unknown_error(self, code: str, message: str) -> Answer:
        """An answer with an error that the model does not know."""

    @abstractmethod
    def spelled(self, body: Any) -> tuple[str, Code]:
        """The argument by which respx takes a body that is no bytes, and its source."""

    def given(self, body: Any) -> tuple[str, Code]:
        """The argument by which respx takes a body, and its source."""
        if body is None or isinstance(body, bytes):
            return "content", python_code(body or b"")
        return self.spelled(body)

    # Events

    def event(self, shape: ir.StructureShape, values: Mapping[str, Any]) -> Any:
        """What the message of an event holds that a client sends."""
        members = shape.members.values()
        payload = next((each for each in members if each.event_part is ir.EventPart.PAYLOAD), None)
        if payload is not None:
            return self._payload(payload, values.get(payload.name), is_request=True)
        in_body = [each.name for each in members if each.event_part is None]
        there = {name: values[name] for name in in_body if name in values}
        return self.members(shape, there, is_request=True) if in_body else None

    # Bodies

    @abstractmethod
    def members(self, shape: ir.StructureShape, values: Mapping[str, Any], *, is_request: bool) -> Any:
        """The body that holds members of an input, an output or an error."""

    @abstractmethod
    def payload(self, member: ir.Member, value: Any, *, is_request: bool) -> Any:
        """The body that is one member: a structure, a union, a document or a collection."""

    def structure(self, name: str | None) -> ir.StructureShape | None:
        """The structure of that name, where there is a name."""
        return None if name is None else self._model.structure(name)

    def _body(
        self, shape: ir.StructureShape | None, values: Mapping[str, Any], *, is_request: bool = False
    ) -> Any:
        members = shape.members.values() if shape else ()
        payload = next((each for each in members if at(each, Location.PAYLOAD)), None)
        if payload is not None:
            return self._payload(payload, values.get(payload.name), is_request=is_request)
        in_body = [each.name for each in members if each.binding is None]
        if shape is None or not in_body:
            return None
        there = {name: values[name] for name in in_body if name in values}
        return self.members(shape, there, is_request=is_request)

    def _payload(self, member: ir.Member, value: Any, *, is_request: bool) -> Any:
        kind = self._model.shape(member.target).kind
        if value is None:
            empty = kind is Kind.STRUCTURE and is_request
            return self.payload(member, {}, is_request=is_request) if empty else None
        if kind in (Kind.STRING, Kind.ENUM):
            return str(value).encode()
        return value if kind is Kind.BLOB else self.payload(member, value, is_request=is_request)
