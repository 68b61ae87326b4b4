# SPDX-License-Identifier: Apache-2.0
"""Smithy models: a JSON AST, version 1.0 or 2.0, in, :class:`~heliograph_codegen.ir.Model` out.

The model is read for one protocol, because Smithy names things per protocol. What a service does not reach is not
looked at: a document may hold several services, and the shapes of their traits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from heliograph_codegen import ir, passes
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import grammar
from heliograph_codegen.frontends.c2j_nodes import Notes, Warn
from heliograph_codegen.frontends.common import (
    endpoint_rules,
    schemes,
    service_id_of,
    with_fitting_examples,
    without_idle_host_labels,
)
from heliograph_codegen.frontends.json_files import read_object
from heliograph_codegen.frontends.smithy_ast import Ast, Shape
from heliograph_codegen.frontends.smithy_operations import Ends, Operations, ends_of
from heliograph_codegen.frontends.smithy_shapes import Shapes, Wire, namespace_of
from heliograph_codegen.frontends.smithy_traits import prose_of
from heliograph_codegen.frontends.smithy_waiters import waiters_of
from heliograph_codegen.frontends.standard_endpoint import standard_prefix
from heliograph_codegen.ir import Protocol
from heliograph_codegen.limits import DEFAULT_LIMITS, Limits
from heliograph_codegen.wording import quoted, suggestion

if TYPE_CHECKING:
    from heliograph_codegen.frontends.c2j_nodes import Node
    from heliograph_codegen.frontends.json_files import Source
    from heliograph_codegen.frontends.smithy_traits import Traits

PROTOCOLS: Final[Mapping[str, Protocol]] = {
    "aws.protocols#awsJson1_0": Protocol.JSON,
    "aws.protocols#awsJson1_1": Protocol.JSON,
    "aws.protocols#restJson1": Protocol.REST_JSON,
    "aws.protocols#restXml": Protocol.REST_XML,
    "smithy.protocols#rpcv2Cbor": Protocol.CBOR,
    "aws.protocols#awsQuery": Protocol.QUERY,
    "aws.protocols#ec2Query": Protocol.EC2,
    "smithy.protocols#rpcv2Json": Protocol.RPC_JSON,
}
"""The protocols by their traits."""

_NAMED_IN_REQUESTS: Final = frozenset([Protocol.JSON, Protocol.CBOR, Protocol.RPC_JSON])
"""Protocols whose requests name the service."""

_SCHEMES: Final = ("aws.auth#sigv4", "aws.auth#sigv4a", "smithy.api#httpBearerAuth")
"""Traits that are ways to sign, in the order in which they are preferred where a service names none."""

_OTHER_SCHEMES: Final = frozenset(
    [
        *("aws.auth#cognitoUserPools", "smithy.api#httpApiKeyAuth", "smithy.api#httpBasicAuth"),
        "smithy.api#httpDigestAuth",
    ]
)
_PARAM_TYPES: Final[Mapping[str, ir.ParamType]] = {
    "string": ir.ParamType.STRING,
    "boolean": ir.ParamType.BOOLEAN,
    "stringArray": ir.ParamType.STRING_ARRAY,
}


def load(
    source: Source,
    *,
    service: str | None = None,
    protocol: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    warn: Warn | None = None,
) -> ir.Model:
    """Read a Smithy model and check that it holds together.

    Args:
        source: The path of a JSON AST, or the parsed document.
        service: The shape id of the service to read, where the model has several.
        protocol: The one to read the model for, where the service speaks several; the preferred one if None.
        limits: The caps.
        warn: Takes a line for each sort of thing that was passed over: unknown traits, bindings without a meaning,
            examples that do not fit.

    Returns:
        A model that holds together (:func:`heliograph_codegen.passes.validate`) and uses all its shapes.

    Raises:
        GenerationError: what is wrong and where, as a JSON pointer.
    """
    file = "" if isinstance(source, Mapping) else str(source)
    notes = Notes()
    ast = Ast(read_object(source, limits), file, limits, notes)
    model = _model(ast, ast.service(service), protocol, notes)
    passes.validate(model, limits)
    if warn is not None:
        notes.tell(warn)
    return model


def is_smithy(document: Mapping[str, object]) -> bool:
    """Whether a parsed document is a Smithy model."""
    return "smithy" in document and "heliograph" not in document


def _model(ast: Ast, shape: Shape, protocol: str | None, notes: Notes) -> ir.Model:
    traits = shape.traits
    listed = _protocols(shape, protocol)
    wire = Wire(
        protocol=listed[0],
        listed=frozenset(listed),
        query_compatible="aws.protocols#awsQueryCompatible" in traits,
        namespace=namespace_of(traits),
    )
    operations = ast.operations(shape)
    ends = {name: ends_of(ast, operation) for name, operation in operations.items()}
    common = [error for error, _ in ast.targets(shape.node, "errors", f"an error of {shape.node.what}")]
    shapes = _shapes(ast, shape, wire, ends, common, notes)
    made = shapes.read()
    reader = Operations(ast, wire, shape, shapes, notes)
    codes = {
        name: each.error.code
        for name, each in made.items()
        if isinstance(each, ir.StructureShape) and each.error is not None
    }
    waiters = [waiter for each in operations.values() for waiter in waiters_of(each, codes, notes)]
    model = ir.Model(
        service=_service(shape, listed, tuple(sorted(set(map(shapes.name, common)))), notes),
        operations={name: reader.read(each, ends[name]) for name, each in operations.items()},
        shapes=made,
        waiters=tuple(sorted(waiters, key=lambda each: each.name)),
        origin=ast.root.origin,
    )
    examples = {name: reader.examples(each) for name, each in operations.items()}
    return with_fitting_examples(without_idle_host_labels(model, notes), examples, notes)


def _shapes(
    ast: Ast, service: Shape, wire: Wire, ends: Mapping[str, Ends], common: list[str], notes: Notes
) -> Shapes:
    return Shapes(
        ast=ast,
        wire=wire,
        renames=_renames(service),
        inputs=frozenset(each.input for each in ends.values() if each.input is not None),
        outputs=frozenset(each.output for each in ends.values() if each.output is not None),
        errors=frozenset(common).union(*(each.errors for each in ends.values())),
        notes=notes,
    )


def _renames(service: Shape) -> dict[str, str]:
    node = service.node.part("rename")
    return {} if node is None else {shape: node.text(shape, grammar.NAME) for shape in node.value}


# --- The service ---


def _protocols(shape: Shape, chosen: str | None) -> tuple[Protocol, ...]:
    """Those that the service speaks and we know, the preferred one first; the chosen one alone."""
    known = {PROTOCOLS[trait] for trait in shape.traits if trait in PROTOCOLS}
    if not known:
        raise GenerationError(
            f"{shape.node.what} has no protocol that is known; known are: {', '.join(PROTOCOLS)}",
            shape.node.origin,
        )
    if chosen is not None:
        if chosen not in {protocol.value for protocol in known}:
            hint = suggestion(chosen, [protocol.value for protocol in known])
            raise GenerationError(f"the model does not speak {quoted(chosen)}{hint}", shape.node.origin)
        known = {Protocol(chosen)}
    return tuple(protocol for protocol in Protocol if protocol in known)


def _service(
    shape: Shape, protocols: tuple[Protocol, ...], errors: tuple[str, ...], notes: Notes
) -> ir.Service:
    traits, node = shape.traits, shape.node
    details = traits.part("aws.api#service")
    identity = _identity(shape, details, notes)
    version = node.text("version", grammar.VERSION)
    if not version:
        notes.add("the service has no version; '0' stands for it", node.origin)
    auth = _auth(shape)
    prefix = "" if details is None else details.text("endpointPrefix", grammar.SIGNING)
    rules = _rules(traits)
    standard = None if rules is None else standard_prefix(rules)
    has_names = bool(_NAMED_IN_REQUESTS.intersection(protocols))
    return ir.Service(
        id=identity,
        version=version or "0",
        protocols=protocols,
        signing_name=""
        if auth == (ir.Auth.NONE,)
        else _signing_name(traits) or prefix or identity.lower().replace(" ", ""),
        auth=auth,
        endpoint=None if standard is None else ir.StandardEndpoint(standard),
        documentation=traits.prose(),
        target_prefix=shape.name if has_names else "",
        json_version=_json_version(traits) if Protocol.JSON in protocols else "",
        endpoint_rules=None
        if rules is None or standard is not None
        else endpoint_rules(dict(rules), traits.at("smithy.rules#endpointRuleSet")),
        client_params=_client_params(traits),
        errors=errors,
        query_compatible="aws.protocols#awsQueryCompatible" in traits,
        http2=_http2(traits, protocols[0]),
        deprecated=traits.deprecated(),
        origin=node.origin,
    )


def _identity(shape: Shape, details: Node | None, notes: Notes) -> str:
    """The service id; where there is none, words made from the shape's name."""
    given = "" if details is None else details.text("sdkId")
    if grammar.SERVICE_ID.fullmatch(given):
        return given
    made = service_id_of(given or shape.name)
    notes.add(f"the service has no usable 'sdkId'; {quoted(made)} stands for it", shape.node.origin)
    return made


def _auth(shape: Shape) -> tuple[ir.Auth, ...]:
    """What the service lists, or else the schemes it has; none where it has none."""
    traits = shape.traits
    if "auth" in traits:
        return schemes(traits.texts("auth"), shape.node.what, traits.at("auth")) or (ir.Auth.NONE,)
    found = tuple(scheme for scheme in _SCHEMES if scheme in traits)
    other = next((scheme for scheme in sorted(_OTHER_SCHEMES) if scheme in traits), None)
    if not found and other is not None:
        found = (other,)  # which is refused by name
    return schemes(found, shape.node.what, traits.at(other or "auth")) or (ir.Auth.NONE,)


def _signing_name(traits: Traits) -> str:
    for scheme in _SCHEMES[:2]:
        node = traits.part(scheme)
        if node is not None:
            return node.text("name", grammar.SIGNING)
    return ""


def _json_version(traits: Traits) -> str:
    return "1.0" if "aws.protocols#awsJson1_0" in traits else "1.1"


def _http2(traits: Traits, protocol: Protocol) -> ir.Http2 | None:
    """What the protocol's trait says of HTTP versions."""
    trait = next(trait for trait in traits if PROTOCOLS.get(trait) is protocol)
    node = traits.part(trait)
    if node is None:
        return None
    plain, streams = node.texts("http"), node.texts("eventStreamHttp")
    if "h2" in plain and len(plain) == 1:
        raise GenerationError(
            f"the generator cannot make 'http' of {node.what} yet: HTTP/2 alone", node.at("http")
        )
    if "h2" in streams and "http/1.1" not in streams:
        return ir.Http2.EVENT_STREAM
    return ir.Http2.OPTIONAL if "h2" in (*plain, *streams) else None


def _rules(traits: Traits) -> Mapping[str, ir.Json] | None:
    node = traits.part("smithy.rules#endpointRuleSet")
    return None if node is None else node.value


def _client_params(traits: Traits) -> tuple[ir.ClientParam, ...]:
    found: list[ir.ClientParam] = []
    for name, node in traits.parts("smithy.rules#clientContextParams", "client parameter"):
        if not grammar.PARAM.fullmatch(name):
            raise GenerationError(f"{quoted(name)} is no name of an endpoint parameter", node.origin)
        kind = _PARAM_TYPES[node.choice("type", _PARAM_TYPES) or "string"]
        found.append(ir.ClientParam(name, kind, prose_of(node.text("documentation"))))
    return tuple(sorted(found, key=lambda each: each.name))
