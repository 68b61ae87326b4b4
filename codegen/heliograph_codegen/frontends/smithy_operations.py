# SPDX-License-Identifier: Apache-2.0
"""The operations of a Smithy service: how they are called, and what their traits add to a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import grammar
from heliograph_codegen.frontends.common import host_prefix_of, path_of, schemes, sorted_keys
from heliograph_codegen.frontends.smithy_ast import BUILT_IN, UNIT, Ast, Shape, name_of
from heliograph_codegen.frontends.smithy_shapes import Shapes, Wire, namespace_of
from heliograph_codegen.frontends.smithy_traits import prose_of
from heliograph_codegen.ir import Protocol
from heliograph_codegen.wording import quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heliograph_codegen.frontends.c2j_nodes import Node, Notes
    from heliograph_codegen.frontends.smithy_traits import Traits


@dataclass(frozen=True, slots=True)
class Ends:
    """What an operation takes, gives and answers with, as shape ids; None for nothing."""

    input: str | None
    output: str | None
    errors: tuple[str, ...]


def ends_of(ast: Ast, operation: Shape) -> Ends:
    """The ends of an operation: ``smithy.api#Unit`` is nothing."""
    node = operation.node
    sides: list[str | None] = []
    for key in ("input", "output"):
        part = node.part(key)
        target = UNIT if part is None else ast.target(part)
        if target in BUILT_IN:
            raise GenerationError(f"the {key} of {node.what} is no structure: {target}", node.at(key))
        sides.append(None if target == UNIT else target)
    errors = [error for error, _ in ast.targets(node, "errors", f"an error of {node.what}")]
    return Ends(sides[0], sides[1], tuple(dict.fromkeys(errors)))


@dataclass(frozen=True, slots=True)
class Operations:
    """Reads the operations of a service."""

    ast: Ast
    wire: Wire
    service: Shape
    shapes: Shapes
    notes: Notes

    def read(self, operation: Shape, ends: Ends) -> ir.Operation:
        """An operation, without its examples: their values may not fit."""
        traits, node, name = operation.traits, operation.node, operation.name
        traits.check("operation", self.notes)
        if not grammar.NAME.fullmatch(name):
            raise GenerationError(f"{quoted(name)} is no name of an operation", node.origin)
        method, path, status = self._http(operation)
        return ir.Operation(
            name=name,
            method=method,
            path=path,
            status=status,
            input=None if ends.input is None else self.shapes.name(ends.input),
            output=None if ends.output is None else self.shapes.name(ends.output),
            errors=tuple(map(self.shapes.name, ends.errors)),
            documentation=traits.prose(),
            idempotent="idempotent" in traits,
            readonly="readonly" in traits,
            auth=_auth(operation),
            host_prefix=_host_prefix(traits),
            deprecated=traits.deprecated(),
            unsigned_payload="aws.auth#unsignedPayload" in traits,
            paginator=self._paginator(traits),
            input_element=self._input_element(ends),
            input_namespace=self._input_namespace(ends),
            result_wrapper=f"{name}Result"
            if ends.output is not None and Protocol.QUERY in self.wire.listed
            else "",
            static_params=_static_params(traits),
            input_params=_input_params(traits),
            read_timeout=_read_timeout(traits),
            long_polling=any(name in traits for name in _LONG_POLL),
            endpoint_discovery=_endpoint_discovery(traits),
            endpoint_operation=self._is_endpoint_operation(operation),
            checksum=_checksum(traits),
            compression=_compression(traits),
            origin=node.origin,
        )

    def _http(self, operation: Shape) -> tuple[str, ir.Path, int]:
        """Method, path and status: of the trait in REST protocols, the same for all operations in others."""
        if not self.wire.protocol.is_rest:
            return "POST", ir.Path(), 200
        node = operation.traits.part("http")
        if node is None:
            raise GenerationError(
                f"{operation.node.what} has no trait 'smithy.api#http', which {self.wire.protocol} needs; add it",
                operation.node.origin,
            )
        method = node.text("method")
        if method not in grammar.METHODS:
            raise GenerationError(
                f"{quoted(method)} is no HTTP method{suggestion(method, grammar.METHODS)}", node.at("method")
            )
        path = path_of(node.text("uri"), node.at("uri"))
        return method, path, node.integer("code", range(200, 300)) or 200

    def _paginator(self, traits: Traits) -> ir.Paginator | None:
        """What the operation says, over what its service says of all."""
        own = traits.part("paginated")
        if own is None:
            return None
        general = self.service.traits.part("paginated")

        def text(key: str) -> str:
            said = own.text(key, grammar.PATH)
            return said or (general.text(key, grammar.PATH) if general is not None else "")

        return ir.Paginator(
            input_tokens=tuple(filter(None, [text("inputToken")])),
            output_tokens=tuple(filter(None, [text("outputToken")])),
            results=tuple(filter(None, [text("items")])),
            limit=text("pageSize"),
        )

    def _input_element(self, ends: Ends) -> str:
        """The root of an XML body, where it is not the input's name."""
        if ends.input is None or not self.wire.has_xml_traits:
            return ""
        return self.ast.shape(ends.input).traits.text("xmlName", grammar.XML_NAME)

    def _input_namespace(self, ends: Ends) -> ir.XmlNamespace | None:
        """What the root of an XML body declares: what the input says, or else what the service says of all roots."""
        if ends.input is None or not self.wire.has_xml_traits:
            return None
        shape = self.ast.shape(ends.input)
        own = namespace_of(shape.traits)
        if own is not None or Protocol.REST_XML not in self.wire.listed:
            return own
        places = (
            "httpHeader",
            "httpLabel",
            "httpPayload",
            "httpPrefixHeaders",
            "httpQuery",
            "httpQueryParams",
        )
        has_body = any(
            not any(place in member.traits for place in places) for member in shape.members.values()
        )
        return self.wire.namespace if has_body else None

    def _is_endpoint_operation(self, operation: Shape) -> bool:
        node = self.service.traits.part("aws.api#clientEndpointDiscovery")
        return node is not None and node.text("operation") == operation.id

    def examples(self, operation: Shape) -> tuple[ir.Example, ...]:
        """The examples of an operation, as they were published."""
        home = operation.traits.homes.get("smithy.api#examples")
        if home is None:
            return ()
        nodes = home.part_items("smithy.api#examples", f"an example of {operation.node.what}")
        return tuple(self._example(node, operation) for node in nodes)

    def _example(self, node: Node, operation: Shape) -> ir.Example:
        error = node.part("error")
        return ir.Example(
            title=prose_of(node.text("title")) or operation.name,
            documentation=prose_of(node.text("documentation")),
            input=_values(node, "input"),
            output=_values(node, "output") if error is None else None,
            error=None if error is None else self._example_error(error),
            origin=node.origin,
        )

    def _example_error(self, node: Node) -> ir.ExampleError:
        shape = node.text("shapeId")
        name = self.shapes.renames.get(shape, name_of(shape))
        return ir.ExampleError(name, _values(node, "content"))


def _values(node: Node, key: str) -> dict[str, ir.Json]:
    inner = node.part(key)
    return {} if inner is None else cast("dict[str, ir.Json]", sorted_keys(dict(inner.value)))


def _auth(operation: Shape) -> tuple[ir.Auth, ...] | None:
    """How the operation differs from its service: what may go unsigned, goes unsigned, as it always went."""
    traits = operation.traits
    if "optionalAuth" in traits:
        return (ir.Auth.NONE,)
    if "auth" not in traits:
        return None
    return schemes(traits.texts("auth"), operation.node.what, traits.at("auth")) or (ir.Auth.NONE,)


def _host_prefix(traits: Traits) -> ir.HostPrefix | None:
    node = traits.part("endpoint")
    return None if node is None else host_prefix_of(node.text("hostPrefix"), node.at("hostPrefix"))


def _params(traits: Traits, name: str) -> Iterable[tuple[str, Node]]:
    for key, node in traits.parts(name, "endpoint parameter"):
        if not grammar.PARAM.fullmatch(key):
            raise GenerationError(f"{quoted(key)} is no name of an endpoint parameter", node.origin)
        yield key, node


def _static_params(traits: Traits) -> tuple[ir.StaticParam, ...]:
    found: list[ir.StaticParam] = []
    for name, node in _params(traits, "smithy.rules#staticContextParams"):
        value = node.value.get("value")
        if isinstance(value, list):
            found.append(ir.StaticParam(name, node.texts("value")))
        elif isinstance(value, bool | str):
            found.append(ir.StaticParam(name, value))
        else:
            raise node.wrong("value", "true, false, a text or a list of texts")
    return tuple(sorted(found, key=lambda each: each.name))


def _input_params(traits: Traits) -> tuple[ir.InputParam, ...]:
    found = [
        ir.InputParam(name, node.text("path", grammar.PATH))
        for name, node in _params(traits, "smithy.rules#operationContextParams")
    ]
    return tuple(sorted(found, key=lambda each: each.name))


_LONG_POLL = ("longPoll", "aws.api#longPoll")
"""The trait by both of its names: AWS's SDKs announced it by the second, and Smithy has it by the first."""


def _read_timeout(traits: Traits) -> ir.ReadTimeout | None:
    """How long an operation that polls may take to answer, in whole seconds."""
    stated = [
        node.integer("timeoutMillis", range(1, 86_400_001))
        for name in _LONG_POLL
        if (node := traits.part(name))
    ]
    return next((ir.ReadTimeout(-(-millis // 1000)) for millis in stated if millis is not None), None)


def _endpoint_discovery(traits: Traits) -> ir.EndpointDiscovery | None:
    node = traits.part("aws.api#clientDiscoveredEndpoint")
    return None if node is None else ir.EndpointDiscovery(node.flag("required"))


def _checksum(traits: Traits) -> ir.Checksum | None:
    node = traits.part("aws.protocols#httpChecksum")
    is_required = "httpChecksumRequired" in traits
    if node is None:
        return ir.Checksum(required=True) if is_required else None
    return ir.Checksum(
        required=node.flag("requestChecksumRequired") or is_required,
        algorithm_member=node.text("requestAlgorithmMember"),
        validation_member=node.text("requestValidationModeMember"),
        response_algorithms=node.texts("responseAlgorithms", grammar.TOKEN),
    )


def _compression(traits: Traits) -> tuple[str, ...]:
    node = traits.part("requestCompression")
    return () if node is None else node.texts("encodings", grammar.TOKEN)
