# SPDX-License-Identifier: Apache-2.0
"""What rules know of the two models: which shapes belong together, who uses them, which names callers see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import Final

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind


class Use(Flag):
    """Who makes values of a shape."""

    GIVEN = auto()
    """Callers do."""
    READ = auto()
    """The service does."""


_PYTHON: Final[Mapping[Kind, str]] = {
    Kind.INTEGER: "int",
    Kind.LONG: "int",
    Kind.BIG_INTEGER: "int",
    Kind.INT_ENUM: "int",
    Kind.FLOAT: "float",
    Kind.DOUBLE: "float",
    Kind.STRING: "str",
    Kind.ENUM: "str",
}
"""Kinds that are one type for callers, and are written alike; other kinds are each for itself."""


def python_sort(shape: ir.AnyShape) -> str:
    """What callers see values as."""
    return _PYTHON.get(shape.kind, shape.kind.value)


def wire_sort(shape: ir.AnyShape) -> str:
    """What the service sees values as."""
    return "structure" if shape.kind is Kind.UNION else python_sort(shape)


def public(model: ir.Model) -> frozenset[str]:
    """The shapes that the package has a class or alias for: structures but mere inputs, enumerations, errors."""
    operations = model.operations.values()
    inner = {target for shape in model.shapes.values() for target in ir.targets(shape)}
    inputs = {each.input for each in operations} - inner - {each.output for each in operations}
    return frozenset(
        name
        for name, shape in model.shapes.items()
        if isinstance(shape, ir.EnumShape) or (shape.kind is Kind.STRUCTURE and name not in inputs)
    )


@dataclass(slots=True)
class Context:
    """Two models side by side.

    Attributes:
        operations: Old and new operations that belong together.
        shapes: Old and new names of the shapes that belong together, with their uses. Two belong together
            when the same way leads to them, whatever they are called.
        old_public, new_public: Shapes with a class or alias.
        renamed: Old and new names of classes and aliases that are the same but for their names.
    """

    old: ir.Model
    new: ir.Model
    operations: list[tuple[ir.Operation, ir.Operation]]
    shapes: dict[tuple[str, str], Use] = field(default_factory=dict[tuple[str, str], Use])
    old_public: frozenset[str] = frozenset()
    new_public: frozenset[str] = frozenset()
    renamed: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        self.old_public, self.new_public = public(self.old), public(self.new)
        waiting = list(self._ends())
        while waiting:
            old, new, use = waiting.pop()
            known = self.shapes.get((old, new))
            if known is not None and use in known:
                continue
            self.shapes[old, new] = use if known is None else known | use
            waiting.extend((*each, use) for each in self._inner(self.old.shape(old), self.new.shape(new)))
        self.shapes = dict(sorted(self.shapes.items()))
        self.renamed = self._renamed()

    def _ends(self) -> Iterator[tuple[str, str, Use]]:
        """Inputs and outputs of operations, and errors, which are known by name."""
        for old, new in self.operations:
            if old.input is not None and new.input is not None:
                yield old.input, new.input, Use.GIVEN
            if old.output is not None and new.output is not None:
                yield old.output, new.output, Use.READ
        for name in sorted(errors(self.old) & errors(self.new)):
            yield name, name, Use.READ

    def _inner(self, old: ir.AnyShape, new: ir.AnyShape) -> Iterator[tuple[str, str]]:
        match old, new:
            case ir.StructureShape(), ir.StructureShape() if python_sort(old) == python_sort(new):
                for one, other in matched(old, new):
                    if one is not None and other is not None:
                        yield one.target, other.target
            case ir.ListShape(), ir.ListShape():
                yield old.element, new.element
            case ir.MapShape(), ir.MapShape():
                yield old.key, new.key
                yield old.value, new.value
            case _:
                pass

    def _renamed(self) -> dict[str, str]:
        return {
            old: new
            for old, new in self.shapes
            if old != new
            and old in self.old_public - self.new_public
            and new in self.new_public - self.old_public
            and python_sort(self.old.shape(old)) == python_sort(self.new.shape(new))
        }


def errors(model: ir.Model) -> set[str]:
    """The errors that operations or the service list."""
    listed = {name for each in model.operations.values() for name in each.errors}
    return listed.union(model.service.errors)


def matched(
    old: ir.StructureShape, new: ir.StructureShape
) -> list[tuple[ir.Member | None, ir.Member | None]]:
    """Members that belong together: by name, else by their place on the wire; None where there is no other."""
    before = [each for each in old.members.values() if each.name not in new.members]
    after = {_place(each): each for each in new.members.values() if each.name not in old.members}
    found: list[tuple[ir.Member | None, ir.Member | None]] = [
        (each, new.members[each.name]) for each in old.members.values() if each.name in new.members
    ]
    found += [(each, after.pop(_place(each), None)) for each in before]
    return found + [(None, each) for each in after.values()]


def _place(member: ir.Member) -> tuple[ir.Binding | None, str]:
    return member.binding, "" if member.binding is not None and member.binding.name else member.wire_name
