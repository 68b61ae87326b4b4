# SPDX-License-Identifier: Apache-2.0
"""What published models get wrong, put right: secrets that are not marked, errors that may be retried.

The corrections of a service stand in ``corrections/<service-id>.yaml`` beside this package, in the words of the YAML
dialect, each with its reason. Every front-end of published models passes through here; a model that somebody wrote in
YAML is taken as it is.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends.document import Fields, Node, read
from heliograph_codegen.frontends.yaml_model import Record, keys, read_timeout_of, retryable_of, sensitive_of
from heliograph_codegen.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heliograph_codegen.frontends.c2j_nodes import Warn

FOLDER: Final = Path(__file__).parent.parent / "corrections"


def correct(model: ir.Model, warn: Warn | None = None, folder: Path = FOLDER) -> ir.Model:
    """The model with what is known to be wrong in it put right.

    Args:
        model: A published model.
        warn: Takes a line for each correction whose place the model does not have: it is of another version.
        folder: Where the corrections are.

    Raises:
        GenerationError: the file of corrections itself is wrong.
    """
    file = folder / f"{model.service.id.lower().replace(' ', '-')}.yaml"
    if not file.is_file():
        return model
    run = _Run(model, warn)
    run.correct(read(file, DEFAULT_LIMITS))
    return replace(model, operations=run.operations, shapes=run.shapes)


class _Run:
    """One file of corrections laid over one model."""

    def __init__(self, model: ir.Model, warn: Warn | None) -> None:
        self.operations = dict(model.operations)
        self.shapes = dict(model.shapes)
        self._warn = warn

    def correct(self, node: Node) -> None:
        record = Record.of(
            node, "the corrections", keys("heliograph service operations shapes"), ("heliograph", "service")
        )
        for name, each in _entries(record, "operations"):
            operation = self.operations.get(name)
            if operation is None:
                self._missing(f"operation {name}", each)
            else:
                self.operations[name] = _operation(operation, each)
        for name, each in _entries(record, "shapes"):
            shape = self.shapes.get(name)
            if shape is None:
                self._missing(f"shape {name}", each)
            else:
                self.shapes[name] = self._shape(shape, each)

    def _shape(self, shape: ir.AnyShape, node: Node) -> ir.AnyShape:
        record = Record.of(node, f"the correction of {shape.name}", keys("sensitive retryable members"))
        if "sensitive" in record:
            shape = replace(shape, sensitive=sensitive_of(record))
        if not isinstance(shape, ir.StructureShape):
            return shape
        if "retryable" in record and shape.error is not None:
            retryable = retryable_of(record)
            _needs_reason(retryable is not None and retryable.reason, record)
            shape = replace(shape, error=replace(shape.error, retryable=retryable))
        members = dict(shape.members)
        for name, each in _entries(record, "members"):
            if name in members:
                inner = Record.of(
                    each, f"the correction of {shape.name}.{name}", keys("sensitive"), ("sensitive",)
                )
                members[name] = replace(members[name], sensitive=sensitive_of(inner))
            else:
                self._missing(f"member {name} of {shape.name}", each)
        return replace(shape, members=members)

    def _missing(self, what: str, node: Node) -> None:
        if self._warn is not None:
            self._warn(str(GenerationError(f"the model has no {what}, which is corrected here", node.origin)))


def _operation(operation: ir.Operation, node: Node) -> ir.Operation:
    record = Record.of(node, f"the correction of {operation.name}", keys("read-timeout"), ("read-timeout",))
    timeout = read_timeout_of(record)
    _needs_reason(timeout is not None and timeout.reason, record)
    return replace(operation, read_timeout=timeout)


def _needs_reason(reason: str | bool, record: Record) -> None:
    if not reason:
        raise GenerationError(f"{record.what} has no reason; add it", record.fields.origin)


def _entries(record: Record, key: str) -> Iterator[tuple[str, Node]]:
    fields: Fields | None = record.mapping(key)
    yield from fields.entries.items() if fields is not None else ()
