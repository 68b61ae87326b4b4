# SPDX-License-Identifier: Apache-2.0
"""A model of some of a service's operations, for clients that need no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.wording import quoted, suggestion


def prune(model: ir.Model, operations: Iterable[str]) -> ir.Model:
    """The model with these operations and what they need.

    Their shapes, paginators and waiters stay, as does all that is the service's: endpoint rules, client parameters
    and common errors. Where one of them is answered at an endpoint that has to be asked for, the operation that one
    asks stays too. The result uses all its shapes, and its digest is that of a model written so.

    Args:
        model: A checked model.
        operations: Names in the model, in any order.

    Raises:
        GenerationError: The model has no such operation, or none is named.
    """
    wanted = set(operations)
    unknown = sorted(wanted - model.operations.keys())
    if unknown:
        hint = suggestion(unknown[0], model.operations)
        raise GenerationError(f"the model has no operation {quoted(unknown[0])}{hint}", model.origin)
    if not wanted:
        raise GenerationError("no operation is named; name one, or leave the choice out", model.origin)
    if any(model.operations[name].endpoint_discovery is not None for name in wanted):
        wanted |= {name for name, each in model.operations.items() if each.endpoint_operation}
    kept = replace(
        model,
        operations={name: each for name, each in model.operations.items() if name in wanted},
        waiters=tuple(each for each in model.waiters if each.operation in wanted),
    )
    reached = set(kept.closure())
    return replace(kept, shapes={name: shape for name, shape in model.shapes.items() if name in reached})
