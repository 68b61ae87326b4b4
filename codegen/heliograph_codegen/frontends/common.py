# SPDX-License-Identifier: Apache-2.0
"""What front-ends do alike."""

from __future__ import annotations

from typing import cast

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError


def sorted_keys(value: ir.Json) -> ir.Json:
    """With sorted keys at every depth: the order in which they were written says nothing."""
    if isinstance(value, dict):
        return {key: sorted_keys(value[key]) for key in sorted(value)}
    return [sorted_keys(item) for item in value] if isinstance(value, list) else value


def endpoint_rules(document: ir.Json, origin: ir.Origin) -> ir.EndpointRules:
    """A rule set, after a look at its outline; what its rules say is checked when they are compiled."""
    if not isinstance(document, dict):
        raise GenerationError("endpoint rules are a mapping with version, parameters and rules", origin)
    for key, kind in (("version", str), ("parameters", dict), ("rules", list)):
        if not isinstance(document.get(key), kind):
            raise GenerationError(f"the endpoint rules lack '{key}', or it is of another type", origin)
    return ir.EndpointRules(cast("dict[str, ir.Json]", sorted_keys(document)))


def default_fault(status: int | None) -> ir.Fault:
    """Who is at fault when the model does not say: the server from 500 on."""
    return ir.Fault.SERVER if status is not None and status >= 500 else ir.Fault.CLIENT
