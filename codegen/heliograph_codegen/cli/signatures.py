# SPDX-License-Identifier: Apache-2.0
"""How methods of a model's client are called, without making the client."""

from __future__ import annotations

from typing import NamedTuple

from heliograph_codegen import ir
from heliograph_codegen.customisations import filled
from heliograph_codegen.pyview.annotations import Annotations
from heliograph_codegen.pyview.names import (
    ARGUMENT_NAMES,
    CLASS_NAMES,
    CLIENT_NAMES,
    STRUCTURE_NAMES,
    class_names,
    python_names,
)

_INDENT = "    "


class Value(NamedTuple):
    """What callers give or read.

    Attributes:
        name: In Python.
        annotation: Its type, without None.
        needed: It must be given, or is always there.
        member: What it is in the model.
    """

    name: str
    annotation: str
    needed: bool
    member: ir.Member


class Signatures:
    """The names and types that callers of one model see.

    Attributes:
        methods: The method of each operation.
    """

    def __init__(self, model: ir.Model) -> None:
        self._model = model
        named = [each for each in model.shapes.values() if isinstance(each, ir.StructureShape | ir.EnumShape)]
        self._classes = class_names((each.name, each.origin, CLASS_NAMES) for each in named)
        self._annotations = Annotations(model, self._classes)
        operations = model.operations.values()
        self.methods = python_names(
            [(each.name, each.origin) for each in operations], "operations", CLIENT_NAMES
        )

    def signature(self, operation: ir.Operation) -> list[str]:
        """The lines of a call: what may be given by position, then what must be given, then the rest."""
        taken = {each.member.name: each for each in self.taken(operation)}

        def argument(name: str) -> str:
            if name == ir.PARAMS:
                return "params: Mapping[str, Any] | None = None"
            given = taken[name]
            return f"{given.name}: {given.annotation}{'' if given.needed else ' | None = None'}"

        keywords = [name for name in taken if name not in operation.positional]
        if ir.PARAMS not in operation.positional:
            keywords.append(ir.PARAMS)
        arguments = [*operation.positional, *(["*"] if keywords else []), *keywords]
        output = "NoOutput" if operation.output is None else self._classes[operation.output]
        lines = [f"{_INDENT}{each if each == '*' else argument(each)}," for each in arguments]
        return [f"client.{self.methods[operation.name]}(", *lines, f") -> {output}"]

    def taken(self, operation: ir.Operation) -> list[Value]:
        """What an operation takes, what must be given first."""
        if operation.input is None:
            return []
        members = self._model.structure(operation.input).members.values()
        names = python_names([(each.name, each.origin) for each in members], operation.name, ARGUMENT_NAMES)
        may_lack = filled(operation)
        values = [
            Value(
                names[each.name],
                self._annotations.given(each),
                each.required and not each.idempotency_token and each.name not in may_lack,
                each,
            )
            for each in members
        ]
        return sorted(values, key=lambda each: not each.needed)

    def answered(self, operation: ir.Operation) -> list[Value]:
        """What an operation answers, what is always there first."""
        if operation.output is None:
            return []
        shape = self._model.structure(operation.output)
        members = shape.members.values()
        names = python_names([(each.name, each.origin) for each in members], shape.name, STRUCTURE_NAMES)
        values = [
            Value(names[each.name], self._annotations.held(each), each.required, each) for each in members
        ]
        return sorted(values, key=lambda each: not each.needed)
