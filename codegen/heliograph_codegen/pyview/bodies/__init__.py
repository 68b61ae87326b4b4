# SPDX-License-Identifier: Apache-2.0
"""What stands in the bodies of the generated tests' messages, one module for each format.

It is written from the values and the protocol's rules alone, without a look at the codec: a second opinion.
"""

from __future__ import annotations

from collections.abc import Mapping

from heliograph_codegen import ir
from heliograph_codegen.pyview.bodies.body import Answer, Bodies
from heliograph_codegen.pyview.bodies.json import JsonBodies, RestJsonBodies

__all__ = ["IMPORTS", "Answer", "Bodies", "bodies_of"]

IMPORTS = frozenset({"asyncio", "json", "operator", "typing"})
"""Modules that test modules import, besides those of every policy."""

_BODIES: Mapping[ir.Protocol, type[Bodies]] = {
    ir.Protocol.REST_JSON: RestJsonBodies,
    ir.Protocol.JSON: JsonBodies,
}


def bodies_of(model: ir.Model) -> Bodies:
    """The bodies of the protocol that a model's service speaks."""
    return _BODIES[model.service.protocol](model)
