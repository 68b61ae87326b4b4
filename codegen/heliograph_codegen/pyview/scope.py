# SPDX-License-Identifier: Apache-2.0
"""What of a model becomes Python, and what it is called there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind
from heliograph_codegen.pyview.names import (
    ARGUMENT_NAMES,
    CLASS_NAMES,
    CLIENT_NAMES,
    CONSTANT_NAMES,
    OUTPUT_NAMES,
    STRUCTURE_NAMES,
    class_names,
    class_prefix,
    distinct,
    python_names,
    snake,
)
from heliograph_codegen.text import Ident, identifier, join


class Scope:
    """The names of one package, and the sorts of its shapes.

    Args:
        model: A validated model whose every feature is supported.
        package: The package's import name; dots are allowed.

    Attributes:
        client, async_client, base_error: Class names.
        classes: Class and alias names by shape name; of an error, where it is a member too, that of its value.
        exceptions: Class names of errors by shape name.
        functions: By shape name, what the functions are called after that write and read it.
        methods, constants: The method and the record of each operation, by its name.
        outputs: The shapes that operations answer.
        written, read: The shapes that stand in requests and in answers, errors among these.
        nested_written, nested_read: Those of them that stand inside of another.

    Raises:
        GenerationError: a name cannot become Python's, or two become one.
    """

    def __init__(self, model: ir.Model, package: str) -> None:
        operations = model.operations.values()
        self.model = model
        self.package = join(".", [identifier(part) for part in package.split(".")])
        prefix = class_prefix(model.service.id, model.service.origin)
        self.client = Ident(f"{prefix}Client")
        self.async_client = Ident(f"Async{prefix}Client")
        self.base_error = Ident(f"{prefix}Error")
        self.outputs = {each.output for each in operations}
        self._inputs = {each.input for each in operations}
        self._closure = [model.shapes[name] for name in model.closure()]
        self.written = set(model.closure([each.input for each in operations if each.input]))
        self.read = set(model.closure([each.output for each in operations if each.output]))
        self.read |= set(model.closure([name for each in operations for name in each.errors]))
        self.nested_written = self._targets(self.written)
        self.nested_read = self._targets(self.read)
        self.classes = self._shape_classes()
        self.exceptions = {each.name: self.classes[each.name] for each in self.errors}
        self.classes |= self._details()
        self.functions = distinct(self.classes, map(snake, self.classes.values()))
        self.methods = python_names(
            [(each.name, each.origin) for each in operations], "operations", CLIENT_NAMES
        )
        taken = CONSTANT_NAMES | {str(self.classes[name]) for name in self.outputs if name}
        self.constants = distinct(self.methods, [name.upper() for name in self.methods.values()], taken)

    def _shape_classes(self) -> dict[str, Ident]:
        reserved = {self.client, self.async_client, self.base_error} | CLASS_NAMES
        return class_names(
            (each.name, each.origin, reserved | OUTPUT_NAMES if each.name in self.outputs else reserved)
            for each in self._closure
            if isinstance(each, ir.StructureShape | ir.EnumShape)
        )

    def _targets(self, names: Iterable[str]) -> set[str]:
        """The shapes that stand inside of these."""
        return {
            target for shape in map(self.model.shapes.__getitem__, names)
            if not (isinstance(shape, ir.StructureShape) and shape.event_stream)
            for target in ir.targets(shape)
        }  # fmt: skip

    def _details(self) -> dict[str, Ident]:
        """Classes of errors that are members too: as a value, an error is a structure and not an exception."""
        nested = [name for name in self.exceptions if name in self.nested_written | self.nested_read]
        wanted = [f"{self.exceptions[name]}Details" for name in nested]
        return distinct(nested, wanted, CLASS_NAMES | {*self.classes.values()})

    @cached_property
    def structures(self) -> list[ir.StructureShape]:
        """The structures that have a class: neither an operation's input nor an error alone."""
        return [
            shape
            for shape in self._closure
            if isinstance(shape, ir.StructureShape) and shape.kind is Kind.STRUCTURE
            and not self._is_input(shape) and not self._is_only_raised(shape)
        ]  # fmt: skip

    @cached_property
    def unions(self) -> list[ir.StructureShape]:
        """The unions, which are dicts of one key; streams of events are none."""
        return [
            each
            for each in self._closure
            if isinstance(each, ir.StructureShape) and each.kind is Kind.UNION and not each.event_stream
        ]

    @cached_property
    def enums(self) -> list[ir.EnumShape]:
        """The enumerations."""
        return [each for each in self._closure if isinstance(each, ir.EnumShape)]

    @cached_property
    def errors(self) -> list[ir.StructureShape]:
        """The structures that are raised."""
        return [
            each for each in self._closure if isinstance(each, ir.StructureShape) and each.error is not None
        ]

    def _is_input(self, shape: ir.StructureShape) -> bool:
        """Whether a structure is nothing but an operation's input: its members are arguments, it needs no class."""
        is_more = shape.name in self.read or shape.name in self.nested_written
        return shape.name in self._inputs and not is_more

    def _is_only_raised(self, shape: ir.StructureShape) -> bool:
        """Whether a structure is nothing but an error."""
        is_more = shape.name in self.nested_written or shape.name in self.nested_read
        return shape.error is not None and not is_more

    def input(self, operation: ir.Operation) -> ir.StructureShape | None:
        """The structure that holds an operation's arguments; None where it has none."""
        return self.model.structure(operation.input) if operation.input else None

    def member_names(self, shape: ir.StructureShape) -> dict[str, Ident]:
        """The attributes of a structure by member name."""
        members = shape.members.values()
        return python_names([(each.name, each.origin) for each in members], shape.name, STRUCTURE_NAMES)

    def argument_names(self, operation: ir.Operation) -> dict[str, Ident]:
        """The arguments of an operation by member name."""
        shape = self.input(operation)
        members = shape.members.values() if shape else ()
        return python_names([(each.name, each.origin) for each in members], operation.name, ARGUMENT_NAMES)

    def output_class(self, operation: ir.Operation) -> Ident:
        """The class of what an operation returns."""
        return self.classes[operation.output] if operation.output else Ident("NoOutput")
