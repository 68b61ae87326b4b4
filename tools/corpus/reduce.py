# SPDX-License-Identifier: Apache-2.0
"""A model without what the generator refuses, so that one thing it cannot make hides nothing else."""

from __future__ import annotations

from dataclasses import replace

from heliograph_codegen import features, ir
from heliograph_codegen.prune import prune


def reduced(model: ir.Model) -> tuple[ir.Model | None, list[str]]:
    """The largest part of the model that can be made, None if there is none, and what was left out."""
    refused = [use for use in features.uses(model) if use.feature not in features.MADE]
    kinds = {use.feature for use in refused}
    left_out = sorted(kinds)
    service = model.service
    if features.Feature.ENDPOINT_RULES in kinds:
        service = replace(service, endpoint_rules=None)
    if features.Feature.ENDPOINT_PARAMS in kinds:
        service = replace(service, client_params=())
    operations = {name: _plain(operation, kinds) for name, operation in model.operations.items()}
    waiters = () if features.Feature.WAITERS in kinds else model.waiters
    model = replace(model, service=service, operations=operations, waiters=waiters)
    wrong = {use.origin for use in features.uses(model) if use.feature not in features.MADE}
    kept = [
        name
        for name, operation in model.operations.items()
        if operation.origin not in wrong
        and wrong.isdisjoint(_origins(model, operation))
        and not features.AUTHS.isdisjoint(operation.auth or service.auth)
    ]
    if not kept or features.AUTHS.isdisjoint(service.auth):
        return None, [*left_out, f"the auth {', '.join(service.auth)}"]
    if len(kept) < len(model.operations):
        left_out.append(f"{len(model.operations) - len(kept)} operations")
    return prune(model, kept), left_out


def _plain(operation: ir.Operation, kinds: set[features.Feature]) -> ir.Operation:
    if features.Feature.PAGINATORS in kinds:
        operation = replace(operation, paginator=None)
    if features.Feature.ENDPOINT_PARAMS in kinds:
        operation = replace(operation, static_params=(), input_params=())
    return operation


def _origins(model: ir.Model, operation: ir.Operation) -> set[ir.Origin]:
    """Where the shapes of an operation stand, and their members."""
    found: set[ir.Origin] = set()
    for name in model.closure(ir.used_by(operation)):
        shape = model.shapes[name]
        found.add(shape.origin)
        if isinstance(shape, ir.StructureShape):
            found |= {member.origin for member in shape.members.values()}
    return found
