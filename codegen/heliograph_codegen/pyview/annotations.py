# SPDX-License-Identifier: Apache-2.0
"""Python's types for a model's shapes."""

from __future__ import annotations

from collections.abc import Mapping

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind
from heliograph_codegen.text import Code, Ident, Lit, code, join, py_literal, py_str

_SIMPLE: Mapping[Kind, Code] = {
    Kind.BOOLEAN: Code("bool"),
    Kind.INTEGER: Code("int"),
    Kind.LONG: Code("int"),
    Kind.BIG_INTEGER: Code("int"),
    Kind.FLOAT: Code("float"),
    Kind.DOUBLE: Code("float"),
    Kind.BIG_DECIMAL: Code("Decimal"),
    Kind.STRING: Code("str"),
    Kind.BLOB: Code("bytes"),
    Kind.TIMESTAMP: Code("datetime"),
    Kind.DOCUMENT: Code("Any"),
}

ANNOTATION_NAMES = frozenset(
    [
        "Any",
        "BodyT",
        "Decimal",
        "EventInput",
        "Literal",
        "Mapping",
        "Sequence",
        "StreamingInput",
        "bool",
        "bytes",
        "datetime",
        "dict",
        "float",
        "int",
        "str",
    ]
)
"""Names that annotations use."""


class Annotations:
    """The annotations of one model's shapes.

    Args:
        model: The model.
        classes: Class and alias names of its structures and enumerations, by shape name.
    """

    def __init__(self, model: ir.Model, classes: Mapping[str, Ident]) -> None:
        self._model = model
        self._classes = classes

    def held(self, member: ir.Member) -> Code:
        """The type of a member's value as an attribute; a streaming body's differs by the client's flavour."""
        if member.streaming or self._model.has_events(member):
            return Code("BodyT")
        return self._of(member.target, member, given=False)

    def given(self, member: ir.Member) -> Code:
        """The type of a member's value as an argument: a structure may be a mapping with wire names."""
        if member.streaming:
            return Code("StreamingInput")
        if self._model.has_events(member):
            return Code("EventInput")
        return self._of(member.target, member, given=True)

    def inside(self, target: str) -> Code:
        """The type of what stands inside of a list or map."""
        shape = self._model.shape(target)
        match shape:
            case ir.ListShape():
                item = self._of(shape.element, shape.entry, given=False)
            case ir.MapShape():
                item = self._of(shape.value, shape.value_entry, given=False)
            case _:
                raise TypeError(f"{target} holds nothing: {shape.kind}")
        return code("{} | None", item) if shape.sparse else item

    def _of(self, target: str, place: ir.Member | ir.Entry, *, given: bool) -> Code:
        shape = self._model.shape(target)
        match shape:
            case ir.ListShape():
                item = self._of(shape.element, shape.entry, given=given)
                return code("Sequence[{} | None]" if shape.sparse else "Sequence[{}]", item)
            case ir.MapShape():
                item = self._of(shape.value, shape.value_entry, given=given)
                return code("Mapping[str, {} | None]" if shape.sparse else "Mapping[str, {}]", item)
            case _ if place.json_value:
                return Code("Any")
            case ir.EnumShape():
                return self._classes[shape.name]
            case ir.StructureShape(kind=Kind.UNION):
                return Code("Mapping[str, Any]") if given else Code("dict[str, Any]")
            case ir.StructureShape():
                name = self._classes[shape.name]
                return code("{} | Mapping[str, Any]", name) if given else name
            case _:
                return _SIMPLE[shape.kind]

    def nested(self, target: str) -> Code:
        """What ``MEMBERS`` says of nesting: a structure's name, or a list or map of such."""
        shape = self._model.shape(target)
        match shape:
            case ir.ListShape():
                inner = self.nested(shape.element)
                return inner if inner == "None" else code('("list", {})', inner)
            case ir.MapShape():
                inner = self.nested(shape.value)
                return inner if inner == "None" else code('("map", {})', inner)
            case ir.StructureShape(kind=Kind.STRUCTURE):
                return py_str(self._classes[shape.name])
            case _:
                return Code("None")

    def absent(self, target: str) -> Code:
        """What an attribute is when the member was not there."""
        match self._model.shape(target):
            case ir.ListShape():
                return Code("ABSENT_LIST")
            case ir.MapShape():
                return Code("ABSENT_MAP")
            case _:
                return Code("None")


def enum_annotation(shape: ir.EnumShape) -> tuple[Code, Code]:
    """The alias of an enumeration, for checkers and at run time: its values are completed, others pass."""
    base = Code("int") if shape.kind is Kind.INT_ENUM else Code("str")
    values: list[Lit] = [py_literal(value.value, value.origin) for value in shape.values]
    return code("Literal[{}] | {}", join(", ", values), base), base
