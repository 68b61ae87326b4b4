# SPDX-License-Identifier: Apache-2.0
"""A model as the protocol sees it that its clients will speak.

A service may speak several protocols, and its model says what each of them needs. What plays no part in the chosen one
goes here, once, so that nothing behind it need ask.
"""

from __future__ import annotations

from dataclasses import replace

from heliograph_codegen import ir


def spoken(model: ir.Model) -> ir.Model:
    """The model without what its protocol does not know.

    Where operations have no method and path of their own, every request is a POST and every member stands in the
    body, whatever it is bound to elsewhere (Smithy, "HTTP binding traits" of the RPC protocols). The errors that
    any operation may answer with become errors of each.
    """
    operations = {name: _with_errors(each, model.service.errors) for name, each in model.operations.items()}
    if model.service.protocol.is_rest:
        return replace(model, operations=operations)
    return replace(
        model,
        operations={
            name: replace(each, method="POST", path=ir.Path(), status=200)
            for name, each in operations.items()
        },
        shapes={name: _without_bindings(each) for name, each in model.shapes.items()},
    )


def _with_errors(operation: ir.Operation, errors: tuple[str, ...]) -> ir.Operation:
    return (
        replace(operation, errors=tuple(dict.fromkeys((*operation.errors, *errors)))) if errors else operation
    )


def _without_bindings(shape: ir.AnyShape) -> ir.AnyShape:
    if not isinstance(shape, ir.StructureShape) or all(
        each.binding is None for each in shape.members.values()
    ):
        return shape
    return replace(shape, members={name: replace(each, binding=None) for name, each in shape.members.items()})
