# SPDX-License-Identifier: Apache-2.0
"""What every format of bodies has to say."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, LiteralString

from heliograph_codegen import ir
from heliograph_codegen.ir import TimestampFormat
from heliograph_codegen.pyview.views import ReadView, WriteView
from heliograph_codegen.text import Code, Ident, Lit, code, py_str

VALUE = Ident("value")
"""The value that a statement has just fetched."""


class BodyCodec(ABC):
    """How the structures of one model stand in bodies.

    The body of a request is put together in a dict called ``body``; that of an answer is looked up through a function
    called ``get``. Both go by names on the wire.

    Args:
        model: The model.
        functions: What stands before the suffix in a structure's functions, by shape.
    """

    WRITTEN: ClassVar[LiteralString]
    """What requests are written in, which ends the names of functions: ``json`` in ``tag_to_json``."""

    READ: ClassVar[LiteralString]
    """What answers are read from: ``json`` in ``tag_from_json``."""

    READ_ERROR: ClassVar[LiteralString]
    """The runtime's function that reads an error answer."""

    ERRORS_BY_SHAPE: ClassVar[bool] = False
    """Whether an error answer names the error's shape, so that two with one code can be told apart."""

    OPEN_ENDED: ClassVar[bool] = False
    """Whether a body has room for members that the model does not know."""

    BODY_MAY_LACK: ClassVar[bool] = False
    """Whether a request has no body where none of its members is given."""

    OPENED: ClassVar[Code]
    """The dict in which the members of ``data``, what a structure's reader is given, are looked up."""

    READ_UNION: ClassVar[LiteralString] = "read_union"
    """The runtime's function that reads a union."""

    def __init__(self, model: ir.Model, functions: Mapping[str, Ident]) -> None:
        self._model = model
        self._functions = functions
        self._replaced = frozenset(
            id(member)
            for shape in model.shapes.values()
            if isinstance(shape, ir.StructureShape)
            for member in shape.members.values()
            if ir.replaced(shape, member)
        )

    # Names

    def writer_name(self, shape: str) -> Ident:
        """The function that writes a structure or union of this name in the model."""
        return Ident(f"{self._functions[shape]}_to_{self.WRITTEN}")

    def reader_name(self, shape: str) -> Ident:
        """The function that reads a structure or union of this name in the model."""
        return Ident(f"{self._functions[shape]}_from_{self.READ}")

    def generated_names(self) -> frozenset[str]:
        """All these functions' names."""
        return frozenset(
            name for shape in self._functions for name in (self.writer_name(shape), self.reader_name(shape))
        )

    def strings(self) -> frozenset[str]:
        """Texts made of several of the model's, which the last look at the files is to expect."""
        return frozenset()

    # Whole messages

    @abstractmethod
    def headers(self, operation: ir.Operation, *, has_body: bool) -> Code | None:
        """The headers that a request always has, as a tuple of pairs; ``has_body`` where members stand in the body."""

    @abstractmethod
    def request_body(self, operation: ir.Operation) -> Code:
        """The bytes that hold the dict ``body``."""

    @abstractmethod
    def response_body(self, operation: ir.Operation) -> Code:
        """The dict in which the members of the answer ``response`` are looked up."""

    @abstractmethod
    def payload(self, member: ir.Member) -> Code:
        """The bytes of a body that is one member: a structure, a union, a document or a collection."""

    @abstractmethod
    def empty_payload(self, member: ir.Member) -> Code:
        """The bytes of a body that is one structure which was not given."""

    @abstractmethod
    def payload_type(self) -> Lit:
        """The content type of such a body."""

    @abstractmethod
    def read_payload(self) -> Code:
        """What an answer holds whose body is one member, for :meth:`read`."""

    # Events that are sent

    INITIAL_REQUEST: ClassVar[bool] = False
    """Whether members beside a stream of events are in a message of their own, HTTP having no place for them."""

    def event_headers(self, operation: ir.Operation) -> Code:
        """The headers that a request always has whose body is a stream of events, as a tuple of pairs."""
        return Ident("EVENTS")

    def event_type(self) -> Lit:
        """The content type of what the format writes into the message of an event."""
        return self.payload_type()

    def event_body(self, event: ir.Member) -> Code:
        """The bytes that hold the dict ``body``, the members of an event that have no other place in it."""
        raise NotImplementedError

    # Members

    @abstractmethod
    def written(self, member: ir.Member) -> Code:
        """The expression that turns ``value`` into what stands in a body."""

    @abstractmethod
    def read(self, member: ir.Member, fetched: Code) -> Code:
        """The expression that turns what stands in a body, or None, into an attribute's value."""

    @abstractmethod
    def union_reader(self, member: ir.Member) -> Code:
        """A function that reads what a union's member holds."""

    def has_body(self, operation: ir.Operation) -> bool:
        """Whether members may stand in the body of a request, so that there is one."""
        shape = self._model.structure(operation.input) if operation.input else None
        return shape is not None and any(each.binding is None for each in shape.members.values())

    def request_path(self, operation: ir.Operation) -> ir.Path:
        """The path that an operation is called at."""
        return operation.path

    def written_name(self, member: ir.Member) -> Lit:
        """The key of a member in the dict ``body``."""
        return py_str(member.wire_name)

    def read_name(self, member: ir.Member) -> Lit:
        """The key by which ``get`` finds a member."""
        return py_str(member.wire_name)

    def body_write(self, member: ir.Member) -> WriteView:
        """How a member gets into the dict ``body``."""
        return WriteView(
            fetch(member), code("body[{}] = {}", self.written_name(member), self.written(member))
        )

    def body_read(self, member: ir.Member, name: Ident) -> ReadView:
        """How a member gets out of the body whose ``get`` is at hand; one that has given up its place never does."""
        fetched = Code("None") if id(member) in self._replaced else code("get({})", self.read_name(member))
        value = self.read(member, VALUE if member.required else fetched)
        return ReadView(name, value, fetched, member.required)

    # Unions

    def union_branches(self, shape: ir.StructureShape) -> tuple[tuple[Lit, Lit, Code], ...]:
        """Key in the body, name and the expression that writes it, for each member."""
        return tuple(
            (self.written_name(member), py_str(member.name), self.written(member))
            for member in shape.members.values()
        )

    def union_readers(self, shape: ir.StructureShape) -> tuple[tuple[Lit, Code], ...]:
        """Key in the body, and function that reads it, for each member."""
        return tuple((self.read_name(member), self.union_reader(member)) for member in shape.members.values())


def fetch(member: ir.Member) -> Code:
    """The value of a member of the input ``members``, or None."""
    name = py_str(member.name)
    return code("required(members, {})" if member.required else "members.get({})", name)


def timestamp_format(shape: ir.AnyShape, place: ir.Member | ir.Entry) -> TimestampFormat | None:
    """The format that the model names for a timestamp in that place; None for the protocol's own."""
    own = shape.timestamp_format if isinstance(shape, ir.SimpleShape) else None
    return place.timestamp_format or own
