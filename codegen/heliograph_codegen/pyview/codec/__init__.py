# SPDX-License-Identifier: Apache-2.0
"""The expressions that write members into a request and read them out of an answer.

Each is one call of a function of the runtime, or of the generated function of a structure. What stands in a body
depends on the protocol, one module for each format; headers, queries, paths and bare payloads do not
(:mod:`.bindings`).
"""

from __future__ import annotations

from collections.abc import Mapping

from heliograph_codegen import ir
from heliograph_codegen.customisations import CUSTOMISATIONS, runtime_name
from heliograph_codegen.pyview.codec import bindings, json, query, rpc_v2, xml
from heliograph_codegen.pyview.codec.bindings import Bindings, path_expression
from heliograph_codegen.pyview.codec.body import BodyCodec
from heliograph_codegen.pyview.codec.json import JsonCodec, RestJsonCodec
from heliograph_codegen.pyview.codec.query import Ec2Codec, QueryCodec
from heliograph_codegen.pyview.codec.rpc_v2 import CborCodec, RpcJsonCodec
from heliograph_codegen.pyview.codec.xml import RestXmlCodec
from heliograph_codegen.text import Ident

__all__ = [
    "LOCAL_NAMES",
    "RUNTIME_NAMES",
    "STRINGS",
    "Bindings",
    "BodyCodec",
    "codec_of",
    "path_expression",
]

RUNTIME_NAMES = frozenset(
    """
    ABSENT_LIST ABSENT_MAP AsyncEventStream AsyncStreamingBody BodyRules BodyT EventInput EventStream Message NoOutput
    Output StreamingBody StreamingInput StreamingOutput Structure
    """.split()
).union(
    bindings.RUNTIME_NAMES,
    json.RUNTIME_NAMES,
    query.RUNTIME_NAMES,
    rpc_v2.RUNTIME_NAMES,
    xml.RUNTIME_NAMES,
    map(runtime_name, CUSTOMISATIONS),
)
"""Names of ``heliograph.generated`` that expressions use; a test holds them against it."""

LOCAL_NAMES = frozenset(
    "append body get headers item members name needs_length query quote status status_code value".split()
)
"""Arguments and variables that expressions use."""

STRINGS: frozenset[str | bytes] = bindings.STRINGS | json.STRINGS | xml.STRINGS
"""Texts that expressions hold and no model does: content types, names of headers, empty bodies."""

_CODECS: Mapping[ir.Protocol, type[BodyCodec]] = {
    ir.Protocol.REST_JSON: RestJsonCodec,
    ir.Protocol.JSON: JsonCodec,
    ir.Protocol.REST_XML: RestXmlCodec,
    ir.Protocol.QUERY: QueryCodec,
    ir.Protocol.EC2: Ec2Codec,
    ir.Protocol.CBOR: CborCodec,
    ir.Protocol.RPC_JSON: RpcJsonCodec,
}


def codec_of(model: ir.Model, functions: Mapping[str, Ident]) -> BodyCodec:
    """The codec of the protocol that a model's service speaks.

    Args:
        model: The model.
        functions: What stands before ``_to_json``, ``_from_json`` and the like in a structure's functions, by shape.
    """
    return _CODECS[model.service.protocol](model, functions)
