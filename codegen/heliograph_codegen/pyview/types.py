# SPDX-License-Identifier: Apache-2.0
"""Structures, unions, enumerations and errors, as Python has them."""

from __future__ import annotations

from collections.abc import Mapping

from heliograph_codegen import ir
from heliograph_codegen.ir import Kind
from heliograph_codegen.pyview import docs
from heliograph_codegen.pyview.annotations import Annotations, enum_annotation
from heliograph_codegen.pyview.codec import Bindings
from heliograph_codegen.pyview.codec.body import BodyCodec
from heliograph_codegen.pyview.messages import is_left_open
from heliograph_codegen.pyview.names import ERROR_NAMES, natural_order, python_names
from heliograph_codegen.pyview.scope import Scope
from heliograph_codegen.pyview.views import (
    ArgumentView,
    EnumView,
    ErrorView,
    MemberRow,
    StructureView,
    UnionView,
    has_kinds,
)
from heliograph_codegen.text import Code, Ident, code, py_literal, py_str


class Types:
    """The types of one package.

    Args:
        scope: The names.
        annotations: What they are called in annotations.
        codec: Writes and reads them.
        bindings: Reads what stands in headers.
    """

    def __init__(self, scope: Scope, annotations: Annotations, codec: BodyCodec, bindings: Bindings) -> None:
        self._scope = scope
        self._model = scope.model
        self._annotations = annotations
        self._codec = codec
        self._bindings = bindings

    def structure(self, shape: ir.StructureShape) -> StructureView:
        """The class of a structure."""
        names = self._scope.member_names(shape)
        members = _required_first(shape)
        documented = [(str(names[each.name]), docs.about(self._model, each)) for each in members]
        return StructureView(
            shape=py_str(shape.name),
            name=self._scope.classes[shape.name],
            writer=self._codec.writer_name(shape.name),
            reader=self._codec.reader_name(shape.name),
            base=self._base(shape),
            docstring=docs.written(
                [
                    *(docs.paragraphs(shape.documentation) or [self._default_prose(shape)]),
                    docs.section("Attributes", documented, 4) if documented else "",
                ],
                4,
            ),
            arguments=tuple(
                ArgumentView(
                    names[each.name],
                    each.name,
                    self._attribute_annotation(each),
                    None
                    if each.required or is_left_open(self._model, each)
                    else self._annotations.absent(each.target),
                )
                for each in members
            ),
            slots=tuple(py_str(name) for name in sorted(names.values(), key=natural_order)),
            rows=self._rows(shape, names),
            writes=tuple(map(self._codec.body_write, shape.members.values()))
            if shape.name in self._scope.nested_written
            else None,
            reads=tuple(self._codec.body_read(each, names[each.name]) for each in shape.members.values())
            if shape.name in self._scope.nested_read
            else None,
        )

    def union(self, shape: ir.StructureShape) -> UnionView:
        """The functions of a union, which has no class."""
        return UnionView(
            name=self._scope.classes[shape.name],
            writer=self._codec.writer_name(shape.name),
            reader=self._codec.reader_name(shape.name),
            names=py_literal(tuple(shape.members)),
            branches=self._codec.union_branches(shape) if shape.name in self._scope.written else None,
            readers=self._codec.union_readers(shape) if shape.name in self._scope.read else None,
            renamed=tuple(
                (self._codec.read_name(each), py_str(each.name))
                for each in shape.members.values()
                if self._codec.read_name(each) != py_str(each.name)
            ),
        )

    def enum(self, shape: ir.EnumShape) -> EnumView:
        """The alias of an enumeration."""
        return EnumView(self._scope.classes[shape.name], *enum_annotation(shape))

    def error(self, shape: ir.StructureShape) -> ErrorView:
        """The exception of an error."""
        assert shape.error is not None
        message = next((each.name for each in shape.members.values() if _is_message(self._model, each)), None)
        others = [each for each in shape.members.values() if each.name != message]
        names = python_names([(each.name, each.origin) for each in others], shape.name, ERROR_NAMES)
        rows = self._rows(shape, {**names, message: Ident("message")} if message else names)
        reads = tuple(
            self._codec.body_read(each, names[each.name])
            if each.binding is None
            else self._bindings.error_read(each, each.binding, names[each.name])
            for each in others
        )
        flags = ["retryable"] if shape.error.retryable else []
        flags += ["throttling"] if shape.error.retryable and shape.error.retryable.throttling else []
        documented = [(str(names[each.name]), docs.about(self._model, each)) for each in others]
        return ErrorView(
            name=self._scope.exceptions[shape.name],
            docstring=docs.written(
                [
                    *(docs.paragraphs(shape.documentation) or [f"The service answered {shape.error.code}."]),
                    docs.section("Attributes", documented, 4) if documented else "",
                ],
                4,
            ),
            flags=tuple(map(Ident, flags)),
            rows=rows,
            attributes=tuple(
                ArgumentView(
                    names[each.name],
                    each.name,
                    self._attribute_annotation(each, may_lack=True),
                    self._annotations.absent(each.target),
                )
                for each in others
            ),
            reads_body=any(each.binding is None for each in others),
            reads=reads,
            has_kinds=has_kinds(reads),
        )

    def _base(self, shape: ir.StructureShape) -> Code:
        if shape.name not in self._scope.outputs:
            return Code("Structure")
        return Code("StreamingOutput[BodyT]" if self._model.left_open(shape) else "Output")

    def _default_prose(self, shape: ir.StructureShape) -> str:
        ends = [each.name for each in self._model.operations.values() if each.output == shape.name]
        return f"What {ends[0]} answers." if ends else f"The structure {shape.name}."

    def _attribute_annotation(self, member: ir.Member, *, may_lack: bool = False) -> Code:
        held = self._annotations.held(member)
        is_there = (member.required and not may_lack) or is_left_open(self._model, member)
        return (
            held if is_there or self._annotations.absent(member.target) != "None" else code("{} | None", held)
        )

    def _rows(self, shape: ir.StructureShape, names: Mapping[str, Ident]) -> tuple[MemberRow, ...]:
        return tuple(
            MemberRow(
                names[each.name],
                py_str(names[each.name]),
                py_str(each.name),
                Code(str(self._model.is_secret(each))),
                self._annotations.nested(each.target),
            )
            for each in shape.members.values()
        )


def _required_first(shape: ir.StructureShape) -> list[ir.Member]:
    return sorted(shape.members.values(), key=lambda each: not each.required)


def _is_message(model: ir.Model, member: ir.Member) -> bool:
    """Whether a member of an error is the text that every error has as ``message``."""
    is_text = model.shape(member.target).kind in (Kind.STRING, Kind.ENUM)
    return is_text and member.binding is None and member.name.lower() == member.wire_name.lower() == "message"
