# SPDX-License-Identifier: Apache-2.0
"""The models that botocore publishes (C2J): a ``service-2.json`` in, :class:`~heliograph_codegen.ir.Model` out.

C2J has one table of traits for everything and merges what a reference says over what its target says. The IR says
each thing in one place instead: how a member travels stands at the member, how an entry is written at its list or map.
Fragments are read too: an operation needs no name, no HTTP part and no documentation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from heliograph_codegen import ir, passes
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import grammar
from heliograph_codegen.frontends.c2j_docs import prose
from heliograph_codegen.frontends.c2j_extras import examples_of, paginator_of, waiters_of
from heliograph_codegen.frontends.c2j_files import NO_SIDES, Files, Sides, read_files
from heliograph_codegen.frontends.c2j_nodes import Keys, Node, Notes, Warn
from heliograph_codegen.frontends.common import (
    UNPRINTABLE,
    default_fault,
    endpoint_rules,
    host_prefix_of,
    path_of,
    schemes,
    service_id_of,
    visible_pattern,
    with_fitting_examples,
    without_idle_host_labels,
)
from heliograph_codegen.frontends.standard_endpoint import standard_prefix
from heliograph_codegen.ir import Kind, Location, Origin, Protocol
from heliograph_codegen.limits import DEFAULT_LIMITS, Limits
from heliograph_codegen.wording import quoted, suggestion

if TYPE_CHECKING:
    from heliograph_codegen.frontends.json_files import Source


def load(
    source: Source,
    *,
    sides: Sides = NO_SIDES,
    protocol: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    warn: Warn | None = None,
) -> ir.Model:
    """Read a C2J model and check that it holds together.

    Args:
        source: ``botocore:NAME[@VERSION]`` for the installed botocore's, the path of a ``service-2.json`` or its like,
            or the parsed document.
        sides: Side files that go before those that stand beside the model.
        protocol: The one to read the model for, where it lists several; the preferred one if None.
        limits: The caps, for each file.
        warn: Takes a line for each sort of thing that was passed over: unknown keys, shapes that nothing uses,
            examples that do not fit.

    Returns:
        A model that holds together (:func:`heliograph_codegen.passes.validate`) and uses all its shapes.

    Raises:
        GenerationError: what is wrong and where, as a JSON pointer.
    """
    files = read_files(source, sides, limits)
    notes = Notes()
    model = _Reader(files, protocol, limits, notes).model()
    passes.validate(model, limits)
    if warn is not None:
        notes.tell(warn)
    return model


def is_c2j(document: Mapping[str, object]) -> bool:
    """Whether a parsed document is a C2J model."""
    return "metadata" in document and "smithy" not in document and "heliograph" not in document


# --- What is known ---


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DEPRECATED = "deprecated deprecatedMessage deprecatedSince"
_MODEL = Keys(
    "the model",
    _words(
        f"metadata operations shapes documentation clientContextParams pagination waiters examples {_DEPRECATED}"
    ),
    _words("version authorizers"),
)
_METADATA = Keys(
    "the metadata",
    _words(
        "apiVersion auth awsQueryCompatible endpointPrefix jsonVersion protocol protocols protocolSettings "
        "serviceId signatureVersion signingName targetPrefix"
    ),
    _words(
        "checksumFormat globalEndpoint ripServiceName serviceAbbreviation serviceFullName uid xmlNamespace"
    ),
)
_OPERATION = Keys(
    "an operation",
    _words(
        "auth authtype documentation endpoint endpointdiscovery endpointoperation errors http httpChecksum "
        "httpChecksumRequired idempotent input name operationContextParams output readonly requestcompression "
        f"staticContextParams unsignedPayload {_DEPRECATED}"
    ),
    _words("alias documentationUrl"),
)
_HTTP = Keys("an operation's 'http'", _words("method requestUri responseCode"))
_END = Keys(
    "an operation's input or output",
    _words("shape locationName payload resultWrapper xmlNamespace"),
    _words("documentation"),
)
_ERROR = Keys("an operation's error", _words("shape error exception fault"), _words("documentation"))
_ENTRY = Keys(
    "an element, key or value",
    _words("shape documentation jsonvalue locationName timestampFormat xmlNamespace"),
    _words("box"),
)
_MEMBER = Keys(
    "a member",
    _words(
        "shape contextParam documentation eventheader eventpayload flattened hostLabel idempotencyToken jsonvalue "
        "location locationName queryName requiresLength sensitive streaming timestampFormat xmlAttribute xmlNamespace "
        f"{_DEPRECATED}"
    ),
    _words("box enum min max pattern"),
)
_SHAPE = Keys(
    "a shape",
    _words(
        "type documentation enum error event eventstream exception fault flattened document jsonvalue key "
        "location locationName max member members min pattern payload queryName required requiresLength "
        f"resultWrapper retryable sensitive sparse streaming timestampFormat union value xmlNamespace {_DEPRECATED}"
    ),
    _words("box synthetic wrapper xmlOrder"),
)
_INHERITED: Final = (
    *("flattened", "jsonvalue", "location", "locationName", "queryName", "requiresLength", "streaming"),
    "xmlNamespace",
)
"""Traits of a member's target that hold for the member, if it does not say otherwise."""

_KINDS: Final[Mapping[str, Kind]] = {
    **{kind.value: kind for kind in ir.SIMPLE_KINDS if kind is not Kind.DOCUMENT},
    "byte": Kind.INTEGER,
    "short": Kind.INTEGER,
    "character": Kind.STRING,
    "biginteger": Kind.BIG_INTEGER,
    "bigdecimal": Kind.BIG_DECIMAL,
}
_PROTOCOLS: Final[Mapping[str, Protocol]] = {protocol.value: protocol for protocol in Protocol}
_SIGNATURES: Final[Mapping[str, ir.Auth]] = {
    "v4": ir.Auth.SIGV4,
    "s3": ir.Auth.SIGV4,
    "s3v4": ir.Auth.SIGV4,
    "v4a": ir.Auth.SIGV4A,
    "v2": ir.Auth.SIGV2,
    "bearer": ir.Auth.BEARER,
    "none": ir.Auth.NONE,
}
_TIMESTAMPS: Final[Mapping[str, ir.TimestampFormat]] = {
    "iso8601": ir.TimestampFormat.DATE_TIME,
    "rfc822": ir.TimestampFormat.HTTP_DATE,
    "unixTimestamp": ir.TimestampFormat.EPOCH_SECONDS,
}
_HTTP2: Final[Mapping[str, ir.Http2]] = {
    "optional": ir.Http2.OPTIONAL,
    "eventstream": ir.Http2.EVENT_STREAM,
}
_LOCATIONS: Final[Mapping[str, Location]] = {
    "header": Location.HEADER,
    "headers": Location.PREFIX_HEADERS,
    "querystring": Location.QUERY,
    "uri": Location.LABEL,
    "statusCode": Location.STATUS,
}
_PARAM_TYPES: Final[Mapping[str, ir.ParamType]] = {
    "string": ir.ParamType.STRING,
    "boolean": ir.ParamType.BOOLEAN,
    "stringArray": ir.ParamType.STRING_ARRAY,
}


class _Reader:
    """One run over one model."""

    def __init__(self, files: Files, protocol: str | None, limits: Limits, notes: Notes) -> None:
        self._root = Node(files.document, files.name, "", "the model")
        self._files = files
        self._protocol = protocol
        self._limits = limits
        self._notes = notes
        self._documents: dict[str, Node] = dict(self._root.parts("shapes", "shape"))
        self._names: dict[str, str] = {}
        self._service: ir.Service
        self._inputs: set[str] = set()
        self._answers: set[str] = set()
        self._errors: dict[str, Node] = {}
        self._payloads: dict[str, str] = {}

    def model(self) -> ir.Model:
        self._root.check(_MODEL, self._notes)
        operations = list(self._root.parts("operations", "operation"))
        self._note_strangers({name for name, _ in operations})
        self._limits.check("operations", len(operations), self._root.origin)
        self._limits.check("shapes", len(self._documents), self._root.origin)
        self._service = self._read_service()
        self._look_at_ends(operations)
        self._name_shapes()
        shapes = {
            self._names[name]: self._shape(name, node)
            for name, node in self._documents.items()
            if self._names[name] not in ir.SIMPLE_SHAPES
        }
        model = ir.Model(
            service=self._service,
            operations={name: self._operation(name, node) for name, node in sorted(operations)},
            shapes=dict(sorted(shapes.items())),
            waiters=waiters_of(self._root, self._notes),
            origin=self._root.origin,
        )
        model = without_idle_host_labels(self._without_unused(model), self._notes)
        examples = {
            name: examples_of(self._files.examples, operation, self._root.file)
            for name, operation in model.operations.items()
        }
        return with_fitting_examples(model, examples, self._notes)

    def _note_strangers(self, operations: set[str]) -> None:
        """Side files may be of another version: what they say of operations that are not there is passed over."""
        paginators = self._root.part("pagination")
        for what, named in (
            ("paginator", paginators.value if paginators is not None else {}),
            ("example", self._files.examples),
        ):
            for name in sorted(named.keys() - operations):
                self._notes.add(
                    f"the {what} of {quoted(name)}, which is no operation, was passed over", self._root.origin
                )

    # --- Service ---

    def _read_service(self) -> ir.Service:
        root, metadata = self._root, self._root.part("metadata")
        if metadata is None:
            raise GenerationError("the model has no 'metadata'; give the model's own file", root.origin)
        metadata.check(_METADATA, self._notes)
        protocols = self._protocols(metadata)
        identity = _service_id(metadata, self._notes)
        version = metadata.text("apiVersion", grammar.VERSION)
        if not version:
            self._notes.add("the metadata has no 'apiVersion'; '0' stands for it", metadata.origin)
        prefix = metadata.text("endpointPrefix", grammar.SIGNING)
        auth = _auth_of(metadata) or _signature(metadata)
        rules = self._files.endpoint_rules
        standard = None if rules is None else standard_prefix(rules)
        settings = metadata.part("protocolSettings")
        http2 = _HTTP2.get(settings.choice("h2", _HTTP2)) if settings is not None else None
        return ir.Service(
            id=identity,
            version=version or "0",
            protocols=protocols,
            signing_name=""
            if auth == (ir.Auth.NONE,)
            else metadata.text("signingName", grammar.SIGNING) or prefix or identity.lower().replace(" ", ""),
            auth=auth,
            endpoint=None if standard is None else ir.StandardEndpoint(standard),
            documentation=prose(root.text("documentation")),
            target_prefix=self._needed(
                metadata, "targetPrefix", (Protocol.JSON, Protocol.CBOR), identity.replace(" ", "")
            ),
            json_version=self._needed(metadata, "jsonVersion", (Protocol.JSON,), "1.0"),
            endpoint_rules=None
            if rules is None or standard is not None
            else endpoint_rules(rules, Origin("endpoint rules")),
            client_params=self._client_params(),
            query_compatible="awsQueryCompatible" in metadata,
            http2=http2,
            deprecated=_deprecated(root),
            origin=metadata.origin,
        )

    def _needed(self, metadata: Node, key: str, protocols: tuple[Protocol, ...], default: str) -> str:
        """A key that some protocols need. Fragments of models leave it out where it plays no part for them."""
        found = metadata.text(key, grammar.VERSION if key == "jsonVersion" else grammar.WIRE)
        if found or not set(protocols).intersection(self._protocols(metadata)):
            return found
        self._notes.add(f"the metadata has no '{key}'; {quoted(default)} stands for it", metadata.origin)
        return default

    def _protocols(self, metadata: Node) -> tuple[Protocol, ...]:
        """Those that the model lists and we know, the preferred one first; the chosen one alone."""
        names = metadata.texts("protocols") or metadata.texts("protocol")
        known = {_PROTOCOLS[name] for name in names if name in _PROTOCOLS}
        if not known:
            said = ", ".join(map(quoted, names)) or "none"
            raise GenerationError(
                f"the protocol is {said}{suggestion(names[0] if names else '', _PROTOCOLS)}", metadata.origin
            )
        for name in names:
            if name not in _PROTOCOLS:
                self._notes.add(
                    f"the protocol {quoted(name)} is not known and was passed over", metadata.origin
                )
        if self._protocol is not None:
            if self._protocol not in known:
                hint = suggestion(self._protocol, known)
                raise GenerationError(
                    f"the model does not speak {quoted(self._protocol)}{hint}", metadata.origin
                )
            known = {_PROTOCOLS[self._protocol]}
        return tuple(protocol for protocol in Protocol if protocol in known)

    def _client_params(self) -> tuple[ir.ClientParam, ...]:
        found = [
            ir.ClientParam(
                _param_name(name, node),
                _PARAM_TYPES[node.choice("type", _PARAM_TYPES) or "string"],
                prose(node.text("documentation")),
            )
            for name, node in self._root.parts("clientContextParams", "client parameter")
        ]
        return tuple(sorted(found, key=lambda each: each.name))

    # --- Operations ---

    def _look_at_ends(self, operations: list[tuple[str, Node]]) -> None:
        """Find inputs, outputs and errors before shapes are read: bindings have a meaning only there."""
        for _, operation in operations:
            for node, found in self._ends(operation):
                target = self._target(node)
                found.add(target)
                if "payload" in node:
                    self._payloads[target] = node.text("payload")
            for node in operation.part_items("errors", "an error"):
                node.check(_ERROR, self._notes)
                self._errors.setdefault(self._target(node), node)
        for name, node in self._documents.items():
            if node.flag("exception") or "error" in node:
                self._errors.setdefault(name, node)
        self._answers.update(self._errors)

    def _ends(self, operation: Node) -> Iterator[tuple[Node, set[str]]]:
        """An operation's input and output, each with the set that collects its shape."""
        for side, found in (("input", self._inputs), ("output", self._answers)):
            node = operation.part(side)
            if node is not None:
                node.check(_END, self._notes)
                yield node, found

    def _target(self, node: Node) -> str:
        """The name of the shape that a reference names."""
        name = node.text("shape")
        if name not in self._documents:
            raise GenerationError(
                f"{node.what} is of the shape {quoted(name)}, which is not there{suggestion(name, self._documents)}",
                node.origin,
            )
        return name

    def _operation(self, name: str, node: Node) -> ir.Operation:
        node.check(_OPERATION, self._notes)
        if not grammar.NAME.fullmatch(name):
            raise GenerationError(f"{quoted(name)} is no name of an operation", node.origin)
        if node.text("name") not in ("", name) and not self._service.protocol.is_rest:
            raise GenerationError(
                f"operation {name} is called {quoted(node.text('name'))} too; which one is sent is not clear",
                node.at("name"),
            )
        method, path, status = self._http(node)
        source, result = node.part("input"), node.part("output")
        errors = [self._names[self._target(each)] for each in node.part_items("errors", "an error")]
        return ir.Operation(
            name=name,
            method=method,
            path=path,
            status=status,
            input=None if source is None else self._names[self._target(source)],
            output=None if result is None else self._names[self._target(result)],
            errors=tuple(dict.fromkeys(errors)),
            documentation=prose(node.text("documentation")),
            idempotent=node.flag("idempotent"),
            readonly=node.flag("readonly"),
            auth=_operation_auth(node),
            host_prefix=_host_prefix(node),
            deprecated=_deprecated(node),
            unsigned_payload=node.flag("unsignedPayload") or node.text("authtype") == "v4-unsigned-body",
            paginator=paginator_of(self._root, name),
            input_element=self._input_element(source),
            input_namespace=None
            if source is None
            else self._namespace(source, self._documents[self._target(source)]),
            result_wrapper=self._result_wrapper(result),
            static_params=_static_params(node),
            input_params=_input_params(node),
            endpoint_discovery=_endpoint_discovery(node),
            endpoint_operation=node.flag("endpointoperation"),
            checksum=_checksum(node),
            compression=_compression(node),
            origin=node.origin,
        )

    def _http(self, operation: Node) -> tuple[str, ir.Path, int]:
        node = operation.part("http")
        if node is None:
            return "POST", ir.Path(), 200
        node.check(_HTTP, self._notes)
        method = node.text("method") or "POST"
        if method not in grammar.METHODS:
            raise GenerationError(f"{quoted(method)} is no HTTP method", node.at("method"))
        path = path_of(node.text("requestUri") or "/", node.at("requestUri"))
        return method, path, node.integer("responseCode", range(200, 300)) or 200

    def _input_element(self, source: Node | None) -> str:
        """The root element of an XML body: what the shape says, else what the operation does."""
        if source is None:
            return ""
        target = self._documents[self._target(source)]
        return target.text("locationName", grammar.XML_NAME) or source.text("locationName", grammar.XML_NAME)

    def _result_wrapper(self, result: Node | None) -> str:
        """The element around an output: what the operation says, else what the shape does."""
        if result is None:
            return ""
        said = result.text("resultWrapper", grammar.XML_NAME)
        return said or self._documents[self._target(result)].text("resultWrapper", grammar.XML_NAME)

    # --- Shapes ---

    def _name_shapes(self) -> None:
        """What each shape is called in the IR: its own name, but for shapes that are like a builtin one.

        A shape that says nothing but its type is the builtin type. One that says more and has a builtin type's name
        gets an underscore: names of simple shapes are seen by nobody.
        """
        for name, node in self._documents.items():
            if not grammar.NAME.fullmatch(name):
                raise GenerationError(f"{quoted(name)} is no name of a shape", node.origin)
            node.check(_SHAPE, self._notes)
            is_simple = node.text("type") in _KINDS or node.flag("document")
            shape = self._simple(name, node) if is_simple else None
            if shape is not None and shape == ir.SimpleShape(name=name, kind=shape.kind):
                self._names[name] = shape.kind.value
            else:
                self._names[name] = name
                while self._names[name] in ir.SIMPLE_SHAPES or (
                    self._names[name] != name and self._names[name] in self._documents
                ):
                    self._names[name] += "_"

    def _shape(self, name: str, node: Node) -> ir.AnyShape:
        kind = node.text("type")
        if kind in _KINDS:
            return self._simple(name, node)
        match kind:
            case "list":
                element, entry, said = self._entry(node, "member")
                return ir.ListShape(
                    name=self._names[name],
                    documentation=prose(node.text("documentation")) or said,
                    sensitive=_sensitive(node),
                    deprecated=_deprecated(node),
                    constraints=_constraints(node, Kind.LIST),
                    element=element,
                    entry=entry,
                    sparse=node.flag("sparse"),
                    origin=node.origin,
                )
            case "map":
                key, key_entry, _ = self._entry(node, "key")
                value, value_entry, said = self._entry(node, "value")
                return ir.MapShape(
                    name=self._names[name],
                    documentation=prose(node.text("documentation")) or said,
                    sensitive=_sensitive(node),
                    deprecated=_deprecated(node),
                    constraints=_constraints(node, Kind.MAP),
                    key=key,
                    value=value,
                    key_entry=key_entry,
                    value_entry=value_entry,
                    sparse=node.flag("sparse"),
                    origin=node.origin,
                )
            case "structure" if node.flag("document"):
                return self._simple(name, node)
            case "structure":
                return self._structure(name, node)
            case _:
                known = [*_KINDS, "list", "map", "structure"]
                raise GenerationError(
                    f"the type {quoted(kind)} of {node.what} is not known{suggestion(kind, known)}",
                    node.at("type"),
                )

    def _simple(self, name: str, node: Node) -> ir.SimpleShape | ir.EnumShape:
        kind = Kind.DOCUMENT if node.flag("document") else _KINDS[node.text("type")]
        values = node.texts("enum")
        if values and kind is Kind.STRING:
            for value in values:
                if UNPRINTABLE.search(value):
                    raise GenerationError(
                        f"a value of {node.what} has an unprintable character", node.at("enum")
                    )
            return ir.EnumShape(
                name=self._names.get(name, name),
                documentation=prose(node.text("documentation")),
                sensitive=_sensitive(node),
                deprecated=_deprecated(node),
                constraints=_constraints(node, kind),
                values=tuple(
                    ir.EnumValue(value=value, origin=node.at("enum")) for value in dict.fromkeys(values)
                ),
                origin=node.origin,
            )
        return ir.SimpleShape(
            name=self._names.get(name, name),
            kind=kind,
            documentation=prose(node.text("documentation")),
            sensitive=_sensitive(node),
            deprecated=_deprecated(node),
            constraints=_constraints(node, kind),
            timestamp_format=_timestamp_format(node),
            origin=node.origin,
        )

    def _entry(self, owner: Node, key: str) -> tuple[str, ir.Entry, str]:
        """An element, key or value: its shape, how it is written, and what is said of it."""
        node = owner.part(key)
        if node is None:
            raise GenerationError(f"{owner.what} has no '{key}'; add it", owner.origin)
        node.check(_ENTRY, self._notes)
        name = self._target(node)
        target = self._documents[name]
        if target.flag("flattened"):
            raise GenerationError(f"the generator cannot make 'flattened' on {_ENTRY.what} yet", node.origin)
        entry = ir.Entry(
            name=node.text("locationName", grammar.XML_NAME),
            namespace=self._namespace(node, target),
            timestamp_format=_timestamp_format(node),
            json_value=node.flag("jsonvalue") or target.flag("jsonvalue"),
        )
        return self._names[name], entry, prose(node.text("documentation"))

    def _namespace(self, node: Node, target: Node) -> ir.XmlNamespace | None:
        """What a reference says, or else its target: ``"uri"`` or ``{"uri": ..., "prefix": ...}``."""
        said = next((each for each in (node, target) if "xmlNamespace" in each), None)
        if said is None:
            return None
        if isinstance(said.value["xmlNamespace"], str):
            return ir.XmlNamespace(said.text("xmlNamespace", grammar.NAMESPACE))
        inner = said.part("xmlNamespace")
        if inner is None or not inner.text("uri"):
            raise said.wrong("xmlNamespace", "a namespace")
        return ir.XmlNamespace(inner.text("uri", grammar.NAMESPACE), inner.text("prefix", grammar.XML_PREFIX))

    def _structure(self, name: str, node: Node) -> ir.StructureShape:
        is_stream = node.flag("eventstream")
        payload = self._payloads.get(name) or node.text("payload")
        members = dict(node.parts("members", f"member of {name},"))
        if payload and payload not in members:
            raise GenerationError(
                f"the payload {quoted(payload)} is no member of {node.what}{suggestion(payload, members)}",
                node.at("payload"),
            )
        is_union = is_stream or node.flag("union")
        required = frozenset(() if is_union else node.texts("required"))
        for absent in sorted(required - members.keys()):
            self._notes.add(f"'required' names {quoted(absent)}, which is no member", node.at("required"))
        return ir.StructureShape(
            name=self._names[name],
            kind=Kind.UNION if is_union else Kind.STRUCTURE,
            documentation=prose(node.text("documentation")),
            sensitive=_sensitive(node),
            deprecated=_deprecated(node),
            members={
                key: self._member(name, key, each, key in required, key == payload)
                for key, each in sorted(members.items())
            },
            error=self._error_trait(name, node) if name in self._errors else None,
            event_stream=is_stream,
            origin=node.origin,
        )

    def _error_trait(self, name: str, node: Node) -> ir.ErrorTrait:
        """What the shape says of itself, or else the operation that lists it."""
        said = node if "error" in node or "fault" in node else self._errors[name]
        inner = said.part("error")
        status = inner.integer("httpStatusCode", range(300, 600)) if inner is not None else None
        fault = default_fault(status)
        if said.flag("fault"):
            fault = ir.Fault.SERVER
        elif inner is not None and inner.flag("senderFault"):
            fault = ir.Fault.CLIENT
        retryable = node.part("retryable")
        return ir.ErrorTrait(
            code=(inner.text("code", grammar.WIRE) if inner is not None else "") or name,
            status=status,
            fault=fault,
            retryable=None if retryable is None else ir.Retryable(retryable.flag("throttling")),
        )

    # --- Members ---

    def _member(self, owner: str, name: str, node: Node, is_required: bool, is_payload: bool) -> ir.Member:
        node.check(_MEMBER, self._notes)
        if not grammar.MEMBER.fullmatch(name):
            raise GenerationError(f"{quoted(name)} is no name of a member", node.origin)
        target_name = self._target(node)
        target = self._documents[target_name]
        traits = Node({**_inherited(target), **node.value}, node.file, node.pointer, node.what)
        binding = self._binding(owner, name, traits, target, is_payload)
        must_be_there = (binding is not None and binding.location is Location.LABEL) or traits.flag(
            "hostLabel"
        )
        param = traits.part("contextParam")
        return ir.Member(
            name=name,
            target=self._names[target_name],
            wire_name=self._wire_name(name, node, traits, target, binding),
            required=is_required or must_be_there,
            documentation=prose(node.text("documentation")),
            binding=binding,
            timestamp_format=_timestamp_format(node),
            sensitive=_sensitive(node),
            idempotency_token=traits.flag("idempotencyToken"),
            host_label=traits.flag("hostLabel"),
            streaming=traits.flag("streaming"),
            requires_length=traits.flag("requiresLength"),
            query_name=traits.text("queryName", grammar.WIRE),
            flattened=traits.flag("flattened"),
            xml_attribute=traits.flag("xmlAttribute"),
            xml_namespace=self._namespace(node, target),
            json_value=traits.flag("jsonvalue"),
            event_part=_event_part(traits, target.text("type")),
            context_param="" if param is None else _param_name(param.text("name"), param),
            deprecated=_deprecated(node),
            origin=node.origin,
        )

    def _binding(
        self, owner: str, name: str, traits: Node, target: Node, is_payload: bool
    ) -> ir.Binding | None:
        """Where a member stands outside of the body, if its place has a meaning there."""
        place = traits.choice("location", _LOCATIONS)
        if not place and not is_payload:
            return None
        if not self._is_place(owner, place):
            said = f"'location: {place}'" if place else "'payload'"
            self._notes.add(f"{said} has no meaning here and was passed over", traits.origin)
            return None
        if is_payload:
            return ir.Binding(Location.PAYLOAD)
        location = _LOCATIONS[place]
        if location is Location.STATUS:
            return ir.Binding(location)
        if location is Location.QUERY and target.text("type") == "map":
            return ir.Binding(Location.QUERY_MAP)
        if location is Location.PREFIX_HEADERS:
            return ir.Binding(location, traits.text("locationName", grammar.HEADER))
        words = {Location.HEADER: grammar.HEADER, Location.QUERY: grammar.QUERY}.get(location)
        return ir.Binding(location, traits.text("locationName", words) or name)

    def _is_place(self, owner: str, place: str) -> bool:
        """Whether HTTP has such a place: in REST protocols, in an input or in an answer, not in what they hold."""
        if not self._service.protocol.is_rest:
            return False
        if place in ("uri", "querystring"):
            return owner in self._inputs
        if place == "statusCode":
            return owner in self._answers
        return owner in self._inputs or owner in self._answers

    def _wire_name(
        self, name: str, node: Node, traits: Node, target: Node, binding: ir.Binding | None
    ) -> str:
        is_structure = target.text("type") == "structure"
        if binding is not None:
            if (
                binding.location is Location.PAYLOAD
                and is_structure
                and self._service.protocol is Protocol.REST_XML
            ):
                own = node.text("locationName", grammar.WIRE)
                if own and (own != name or "xmlNamespace" in node):
                    return own  # the member's own name alone is what models say that mean nothing by it
                return target.text("locationName", grammar.WIRE) or target.what[6:]
            return name
        own = (node if is_structure else traits).text("locationName", grammar.WIRE)
        if own or traits.value.get("location"):
            return own or name
        element = target.part("member") if target.flag("flattened") else None
        if element is not None and self._service.protocol in (Protocol.QUERY, Protocol.EC2):
            return element.text("locationName", grammar.WIRE) or name
        return name

    # --- The whole ---

    def _without_unused(self, model: ir.Model) -> ir.Model:
        """Without what nothing uses. Errors that no operation lists stay: any operation may answer with them."""
        listed = set(model.closure())
        loose = [
            name
            for name, shape in model.shapes.items()
            if isinstance(shape, ir.StructureShape) and shape.error is not None and name not in listed
        ]
        model = replace(model, service=replace(model.service, errors=tuple(loose)))
        used = set(model.closure())
        unused = [name for name in model.shapes if name not in used]
        if unused:
            names = ", ".join(unused[:5]) + (", ..." if len(unused) > 5 else "")
            self._notes.add(
                f"{len(unused)} shapes that nothing uses were left out: {names}",
                model.shapes[unused[0]].origin,
            )
        return replace(model, shapes={name: shape for name, shape in model.shapes.items() if name in used})


def _inherited(target: Node) -> dict[str, ir.Json]:
    return {key: target.value[key] for key in _INHERITED if key in target.value}


def _service_id(metadata: Node, notes: Notes) -> str:
    """The service id; where there is none, words made from what else names the service."""
    given = metadata.text("serviceId")
    if grammar.SERVICE_ID.fullmatch(given):
        return given
    other = ("serviceAbbreviation", "serviceFullName", "endpointPrefix", "signingName", "targetPrefix")
    source = given or next((metadata.text(key) for key in other if metadata.text(key)), "")
    made = service_id_of(source)
    notes.add(f"the metadata has no usable 'serviceId'; {quoted(made)} stands for it", metadata.origin)
    return made


def _auth_of(node: Node) -> tuple[ir.Auth, ...]:
    """The schemes that ``auth`` lists, each once and none of them last."""
    return schemes(node.texts("auth"), node.what, node.at("auth"))


def _signature(metadata: Node) -> tuple[ir.Auth, ...]:
    return (_SIGNATURES[metadata.choice("signatureVersion", _SIGNATURES) or "v4"],)


def _operation_auth(node: Node) -> tuple[ir.Auth, ...] | None:
    listed = _auth_of(node)
    if listed:
        return listed
    said = node.choice("authtype", {**_SIGNATURES, "v4-unsigned-body": None})
    return (_SIGNATURES[said],) if said in _SIGNATURES else None


def _deprecated(node: Node) -> ir.Deprecated | None:
    if not node.flag("deprecated"):
        return None
    return ir.Deprecated(prose(node.text("deprecatedMessage")), prose(node.text("deprecatedSince")))


def _sensitive(node: Node) -> ir.Sensitive | None:
    return ir.Sensitive() if node.flag("sensitive") else None


def _timestamp_format(node: Node) -> ir.TimestampFormat | None:
    return _TIMESTAMPS.get(node.choice("timestampFormat", _TIMESTAMPS))


def _constraints(node: Node, kind: Kind) -> ir.Constraints:
    if not any(key in node for key in ("min", "max", "pattern")):
        return ir.Constraints()
    least, most = node.number("min"), node.number("max")
    bounds = None if least is None and most is None else ir.Bounds(least, most)
    if kind in (Kind.STRING, Kind.BLOB, Kind.LIST, Kind.MAP):
        return ir.Constraints(length=bounds, pattern=visible_pattern(node.text("pattern")))
    return ir.Constraints(range=bounds)


def _event_part(node: Node, target: str) -> ir.EventPart | None:
    if node.flag("eventheader"):
        return ir.EVENT_HEADERS.get(target, ir.EventPart.HEADER)
    return ir.EventPart.PAYLOAD if node.flag("eventpayload") else None


def _host_prefix(operation: Node) -> ir.HostPrefix | None:
    node = operation.part("endpoint")
    text = node.text("hostPrefix") if node is not None else ""
    return None if node is None or not text else host_prefix_of(text, node.origin)


def _param_name(name: str, node: Node) -> str:
    if not grammar.PARAM.fullmatch(name):
        raise GenerationError(f"{quoted(name)} is no name of an endpoint parameter", node.origin)
    return name


def _static_params(operation: Node) -> tuple[ir.StaticParam, ...]:
    found: list[ir.StaticParam] = []
    for name, node in operation.parts("staticContextParams", "static parameter"):
        value = node.value.get("value")
        if isinstance(value, list):
            found.append(ir.StaticParam(_param_name(name, node), node.texts("value")))
        elif isinstance(value, bool | str):
            found.append(ir.StaticParam(_param_name(name, node), value))
        else:
            raise node.wrong("value", "true, false, a text or a list of texts")
    return tuple(sorted(found, key=lambda each: each.name))


def _input_params(operation: Node) -> tuple[ir.InputParam, ...]:
    nodes = operation.parts("operationContextParams", "parameter")
    found = [ir.InputParam(_param_name(name, node), node.text("path", grammar.PATH)) for name, node in nodes]
    return tuple(sorted(found, key=lambda each: each.name))


def _endpoint_discovery(operation: Node) -> ir.EndpointDiscovery | None:
    node = operation.part("endpointdiscovery")
    return None if node is None else ir.EndpointDiscovery(node.flag("required"))


def _checksum(operation: Node) -> ir.Checksum | None:
    node = operation.part("httpChecksum")
    if node is None:
        return ir.Checksum(required=True) if operation.flag("httpChecksumRequired") else None
    return ir.Checksum(
        required=node.flag("requestChecksumRequired") or operation.flag("httpChecksumRequired"),
        algorithm_member=node.text("requestAlgorithmMember"),
        validation_member=node.text("requestValidationModeMember"),
        response_algorithms=node.texts("responseAlgorithms", grammar.TOKEN),
    )


def _compression(operation: Node) -> tuple[str, ...]:
    node = operation.part("requestcompression")
    return () if node is None else node.texts("encodings", grammar.TOKEN)
