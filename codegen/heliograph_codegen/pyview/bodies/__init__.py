# SPDX-License-Identifier: Apache-2.0
"""What stands in the bodies of the generated tests' messages, one module for each format.

It is written from the values and the protocol's rules alone, without a look at the codec: a second opinion.
"""

from __future__ import annotations

from collections.abc import Mapping

from heliograph_codegen import ir
from heliograph_codegen.pyview.bodies.body import Answer, Bodies
from heliograph_codegen.pyview.bodies.json import JsonBodies, RestJsonBodies
from heliograph_codegen.pyview.bodies.query import Ec2Bodies, QueryBodies
from heliograph_codegen.pyview.bodies.rpc_v2 import CborBodies, RpcJsonBodies
from heliograph_codegen.pyview.bodies.xml import XmlBodies

__all__ = ["CALLS", "IMPORTS", "Answer", "Bodies", "bodies_of"]

IMPORTS = frozenset({"asyncio", "json", "operator", "typing", "urllib.parse", "xml.etree.ElementTree"})
"""Modules that test modules import, besides those of every policy."""

CALLS = frozenset({"Credentials", "Decimal", "cbor.dumps", "datetime.fromtimestamp", "float"})
"""What the rows of test modules call when they are imported."""

_BODIES: Mapping[ir.Protocol, type[Bodies]] = {
    ir.Protocol.REST_JSON: RestJsonBodies,
    ir.Protocol.JSON: JsonBodies,
    ir.Protocol.REST_XML: XmlBodies,
    ir.Protocol.QUERY: QueryBodies,
    ir.Protocol.EC2: Ec2Bodies,
    ir.Protocol.CBOR: CborBodies,
    ir.Protocol.RPC_JSON: RpcJsonBodies,
}


def bodies_of(model: ir.Model) -> Bodies:
    """The bodies of the protocol that a model's service speaks."""
    return _BODIES[model.service.protocol](model)
