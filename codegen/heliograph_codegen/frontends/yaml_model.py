# SPDX-License-Identifier: Apache-2.0
"""The YAML dialect: a document of ``docs/model.md`` in, :class:`~heliograph_codegen.ir.Model` out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from heliograph_codegen import ir, passes
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import grammar
from heliograph_codegen.frontends.common import default_fault, endpoint_rules
from heliograph_codegen.frontends.document import (
    Fields,
    Items,
    Node,
    Scalar,
    Source,
    describe,
    plain,
    read,
    resolve,
)
from heliograph_codegen.limits import DEFAULT_LIMITS, Limits
from heliograph_codegen.wording import quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import StrEnum

DIALECT: Final = 1
"""The version of the dialect that this module reads."""

INPUT_SUFFIX: Final = "Request"
OUTPUT_SUFFIX: Final = "Response"
"""An inline structure is named after its operation, as AWS's own models mostly do."""

Keys = frozenset[str]


def keys(words: str) -> Keys:
    return frozenset(words.split())


MODEL_KEYS: Final = keys(
    "heliograph service version protocol signing auth target-prefix json-version retries query-compatible http2 "
    "endpoint client-params per-resource documentation reference deprecated common-errors operations waiters shapes "
    "errors"
)
OPERATION_KEYS: Final = keys(
    "http status host-prefix auth unsigned-payload documentation reference deprecated idempotent readonly "
    "read-timeout long-polling positional input-element input-namespace result-wrapper static-params input-params "
    "endpoint-discovery endpoint-operation checksum compression headers customise paginator input output errors "
    "examples"
)
MEMBER_KEYS: Final = keys(
    "type required documentation deprecated wire-name query-name header prefix-headers query query-map label "
    "payload status endpoint event timestamp-format json-value flattened xml-attribute xml-namespace length range "
    "pattern sensitive default idempotency-token host-label context-param streaming requires-length"
)
SHAPE_KEYS: Final[Mapping[str, Keys]] = {
    "type": keys("timestamp-format media-type length range pattern"),
    "enum": keys("length pattern"),
    "int-enum": keys("range"),
    "list": keys("sparse length"),
    "map": keys("sparse length"),
    "structure": keys(""),
    "union": keys("event-stream"),
}
"""Each way to write a shape, with the keys it takes beside those of all shapes."""
COMMON_KEYS: Final = keys("documentation sensitive deprecated")
ENTRY_KEYS: Final = keys("type name namespace timestamp-format json-value")
ERROR_KEYS: Final = keys("status fault code retryable documentation deprecated sensitive members")
ENUM_VALUE_KEYS: Final = keys("value name documentation")
EXAMPLE_KEYS: Final = keys("title documentation input output error")
CHECKSUM_KEYS: Final = keys("required algorithm-member validation-member response-algorithms")
PAGINATOR_KEYS: Final = keys("input-tokens output-tokens results limit more constant")
WAITER_KEYS: Final = keys("operation delay max-attempts documentation deprecated acceptors")
ACCEPTOR_KEYS: Final = keys("outcome path path-all path-any status error expected")

_HTTP = re.compile(r"([A-Z]+) (\S+)")

T = TypeVar("T")


def load(source: Source, *, limits: Limits = DEFAULT_LIMITS) -> ir.Model:
    """Read a model in the YAML dialect and check that it holds together.

    Args:
        source: Path of the file, or the parsed document.
        limits: The caps.

    Returns:
        A model that holds together (:func:`heliograph_codegen.passes.validate`) and uses all its shapes.

    Raises:
        GenerationError: what is wrong, where, and the mend.
    """
    return decode(read(source, limits), limits)


def decode(node: Node, limits: Limits = DEFAULT_LIMITS) -> ir.Model:
    """As :func:`load`, for a document that is already read into nodes."""
    model = _Decoder(limits).model(node)
    passes.validate(model, limits)
    passes.check_all_used(model)
    return model


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with a fixed set of keys: each value is fetched with the type it must have."""

    fields: Fields
    what: str

    @classmethod
    def of(cls, node: Node, what: str, allowed: Keys, required: tuple[str, ...] = ()) -> Record:
        fields = _fields(node, what)
        for key, origin in fields.keys.items():
            if key not in allowed:
                raise GenerationError(f"{what} has no key {quoted(key)}{suggestion(key, allowed)}", origin)
        for key in required:
            if key not in fields.entries:
                raise GenerationError(f"{what} lacks '{key}'; add it", fields.origin)
        return cls(fields, what)

    def __contains__(self, key: str) -> bool:
        return key in self.fields.entries

    def node(self, key: str) -> Node:
        return self.fields.entries[key]

    def text(self, key: str, grammar: re.Pattern[str] | None = None, hint: str = "") -> str:
        """A text; empty when the key is absent. A ``grammar`` must match all of it."""
        node = self.fields.entries.get(key)
        if node is None:
            return ""
        text = _text(node, f"'{key}' of {self.what}")
        if grammar is not None and not grammar.fullmatch(text):
            raise GenerationError(f"{quoted(text)} is no '{key}' of {self.what}; {hint}", node.origin)
        return text

    def prose(self, key: str) -> str:
        """A text for people: what surrounds it is cut off."""
        return self.text(key).strip()

    def flag(self, key: str) -> bool:
        """A boolean; false when the key is absent."""
        node = self.fields.entries.get(key)
        if node is None:
            return False
        if not isinstance(node, Scalar) or not isinstance(node.value, bool):
            raise _wrong(node, f"'{key}' of {self.what}", "write true or false")
        return node.value

    def is_true(self, key: str) -> bool:
        """Whether ``true`` stands there, in a place that may also hold something else."""
        node = self.fields.entries.get(key)
        return isinstance(node, Scalar) and node.value is True

    def number(self, key: str, allowed: range) -> int | None:
        """An integer within ``allowed``; None when the key is absent."""
        node = self.fields.entries.get(key)
        if node is None:
            return None
        value = node.value if isinstance(node, Scalar) else None
        if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
            hint = f"write a whole number from {allowed.start} to {allowed.stop - 1}"
            raise _wrong(node, f"'{key}' of {self.what}", hint)
        return value

    def choice(self, key: str, known: Callable[[str], T], names: tuple[str, ...]) -> T | None:
        """One of ``names``, as ``known`` makes it; None when the key is absent."""
        node = self.fields.entries.get(key)
        return None if node is None else _choice(node, f"'{key}' of {self.what}", known, names)

    def items(self, key: str) -> list[Node]:
        """A list; empty when the key is absent."""
        node = self.fields.entries.get(key)
        return [] if node is None else _items(node, f"'{key}' of {self.what}")

    def texts(self, key: str, grammar: re.Pattern[str] | None = None, hint: str = "") -> tuple[str, ...]:
        """A list of texts, or one text; empty when the key is absent. A ``grammar`` must match all of each."""
        node = self.fields.entries.get(key)
        nodes = node.items if isinstance(node, Items) else [] if node is None else [node]
        found = tuple(_text(each, f"an entry of '{key}' of {self.what}") for each in nodes)
        wrong = next((text for text in found if grammar is not None and not grammar.fullmatch(text)), None)
        if wrong is not None:
            raise GenerationError(
                f"{quoted(wrong)} is no entry of '{key}' of {self.what}; {hint}", self.node(key).origin
            )
        return found

    def mapping(self, key: str) -> Fields | None:
        """A mapping with names of the model's choice; None when the key is absent."""
        node = self.fields.entries.get(key)
        return None if node is None else _fields(node, f"'{key}' of {self.what}")


def _wrong(node: Node, what: str, hint: str) -> GenerationError:
    return GenerationError(f"{what} is {describe(node)}; {hint}", node.origin)


def _fields(node: Node, what: str) -> Fields:
    if not isinstance(node, Fields):
        raise _wrong(node, what, "write a mapping (key: value)")
    return node


def _items(node: Node, what: str) -> list[Node]:
    if not isinstance(node, Items):
        raise _wrong(node, what, "write a list ([a, b])")
    return node.items


def _text(node: Node, what: str) -> str:
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        is_value = isinstance(node, Scalar) and node.value is not None
        raise _wrong(node, what, "put it in quotes to make it a text" if is_value else "write a text")
    if not node.value.strip():
        raise GenerationError(f"{what} is empty; write it or leave the key out", node.origin)
    return node.value


def _choice(node: Node, what: str, known: Callable[[str], T], names: tuple[str, ...]) -> T:
    text = _text(node, what)
    if text not in names:
        raise GenerationError(f"{what} cannot be {quoted(text)}{suggestion(text, names)}", node.origin)
    return known(text)


def _values(kind: type[StrEnum]) -> tuple[str, ...]:
    """What a text may be that becomes such a value."""
    return tuple(each.value for each in kind)


def _bounds(node: Node, what: str) -> ir.Bounds:
    """``1..64``, ``1..``, ``..64`` or ``64``."""
    hint = "write 1..64, 1.., ..64 or 64"
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return ir.Bounds(value, value)
    least, dots, most = value.partition("..") if isinstance(value, str) else ("", "", "")
    try:
        bounds = ir.Bounds(_bound(least), _bound(most))
    except ValueError:
        raise _wrong(node, what, hint) from None
    if not dots or bounds == ir.Bounds():
        raise _wrong(node, what, hint)
    if bounds.least is not None and bounds.most is not None and bounds.least > bounds.most:
        raise _wrong(node, what, "the smaller number stands first")
    return bounds


def _bound(text: str) -> int | float | None:
    if not text:
        return None
    value = resolve(text)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(text)
    return value


def sensitive_of(record: Record) -> ir.Sensitive | None:
    """``sensitive: true`` or ``sensitive: {reason: ...}``."""
    node = record.fields.entries.get("sensitive")
    if not isinstance(node, Fields):
        return ir.Sensitive() if record.flag("sensitive") else None
    inner = Record.of(node, "'sensitive'", keys("reason"), ("reason",))
    return ir.Sensitive(inner.prose("reason"))


def retryable_of(record: Record) -> ir.Retryable | None:
    """``retryable: true`` or ``retryable: {throttling: true, reason: ...}``."""
    node = record.fields.entries.get("retryable")
    if not isinstance(node, Fields):
        return ir.Retryable() if record.flag("retryable") else None
    inner = Record.of(node, "'retryable'", keys("throttling reason"))
    return ir.Retryable(inner.flag("throttling"), inner.prose("reason"))


def read_timeout_of(record: Record) -> ir.ReadTimeout | None:
    """``read-timeout: 130`` or ``read-timeout: {seconds: 130, reason: ...}``."""
    allowed = range(1, 86_401)
    node = record.fields.entries.get("read-timeout")
    if not isinstance(node, Fields):
        seconds = record.number("read-timeout", allowed)
        return None if seconds is None else ir.ReadTimeout(seconds)
    inner = Record.of(node, "'read-timeout'", keys("seconds reason"), ("seconds",))
    return ir.ReadTimeout(inner.number("seconds", allowed) or 0, inner.prose("reason"))


def _retries(record: Record) -> ir.Retries | None:
    """``retries: {attempts: 4, base: 25}``."""
    if "retries" not in record:
        return None
    inner = Record.of(record.node("retries"), "'retries'", keys("attempts base"))
    default = ir.Retries()
    return ir.Retries(
        inner.number("attempts", range(1, 101)) or default.attempts,
        inner.number("base", range(1, 20_001)) or default.base,
    )


class _Decoder:
    """One run over one document."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._shapes: dict[str, ir.AnyShape] = {}
        self._is_rest = True

    def model(self, node: Node) -> ir.Model:
        record = Record.of(node, "the model", MODEL_KEYS, ("heliograph", "service", "version", "protocol"))
        if record.number("heliograph", range(1, 1_000_000)) != DIALECT:
            raise _wrong(
                record.node("heliograph"), "'heliograph' of the model", f"this generator reads {DIALECT}"
            )
        service = self._service(record)
        self._is_rest = service.protocol.is_rest
        named = [
            (record.mapping("shapes"), "shape", self._shape),
            (record.mapping("errors"), "error", self._error),
        ]
        for section, what, read_shape in named:
            for name, each, origin in self._named(section, what):
                self._add(read_shape(name, each, origin))
        operations = {
            name: self._operation(name, each, origin)
            for name, each, origin in self._named(record.mapping("operations"), "operation")
        }
        waiters = [
            self._waiter(name, each, origin)
            for name, each, origin in self._named(record.mapping("waiters"), "waiter")
        ]
        return ir.Model(
            service=service,
            operations=dict(sorted(operations.items())),
            shapes=dict(sorted(self._shapes.items())),
            waiters=tuple(sorted(waiters, key=lambda each: each.name)),
            origin=record.fields.origin,
        )

    def _named(self, section: Fields | None, what: str) -> list[tuple[str, Node, ir.Origin]]:
        """The entries of a section, with their names checked."""
        if section is None:
            return []
        entries = section.entries.items()
        return [
            (self._name(name, what, section.keys[name]), each, section.keys[name]) for name, each in entries
        ]

    def _name(self, name: str, what: str, origin: ir.Origin) -> str:
        self._limits.check("name_length", len(name), origin)
        if not (grammar.MEMBER if what == "member" else grammar.NAME).fullmatch(name):
            raise GenerationError(
                f"{quoted(name)} is no {what} name; use ASCII letters, digits and _, no digit first",
                origin,
            )
        return name

    def _add(self, shape: ir.AnyShape) -> None:
        first = self._shapes.get(shape.name)
        if first is not None:
            raise GenerationError(
                f"the shape {quoted(shape.name)} is there already, at {first.origin}; rename one",
                shape.origin,
            )
        if shape.name in ir.SIMPLE_SHAPES:
            raise GenerationError(
                f"{quoted(shape.name)} is a builtin type; begin a shape's name with a capital", shape.origin
            )
        self._shapes[shape.name] = shape

    # --- Service ---

    def _service(self, record: Record) -> ir.Service:
        endpoint = self._endpoint(record)
        auth = self._auth(record) or (ir.Auth.SIGV4,)
        signing = record.text("signing", grammar.SIGNING, "write the signing name, such as kinesisvideo")
        rules = self._endpoint_rules(record)
        signed = auth != (ir.Auth.NONE,)
        if signed and not signing and endpoint is None:
            raise GenerationError("the model lacks 'signing'; add the signing name", record.fields.origin)
        return ir.Service(
            id=record.text(
                "service", grammar.SERVICE_ID, "write words of letters and digits, with single spaces"
            ),
            version=record.text("version", grammar.VERSION, "write a date or number, without spaces"),
            protocols=self._protocols(record),
            signing_name=signing or (endpoint.prefix if signed and endpoint is not None else ""),
            auth=auth,
            endpoint=endpoint,
            per_resource=record.prose("per-resource"),
            documentation=record.prose("documentation"),
            reference=self._reference(record),
            target_prefix=record.text("target-prefix", grammar.WIRE, "write the text before the dot"),
            json_version=record.text("json-version", grammar.VERSION, "write '1.0' or '1.1'"),
            endpoint_rules=rules,
            client_params=self._client_params(record),
            errors=tuple(sorted(_text(each, "'common-errors'") for each in record.items("common-errors"))),
            retries=_retries(record),
            query_compatible=record.flag("query-compatible"),
            http2=record.choice("http2", ir.Http2, _values(ir.Http2)),
            deprecated=self._deprecated(record),
            origin=record.fields.keys["service"],
        )

    def _endpoint(self, record: Record) -> ir.StandardEndpoint | None:
        """``endpoint: {prefix: kinesisvideo}``; None for a rule set."""
        if "endpoint" not in record:
            return None
        endpoint = Record.of(record.node("endpoint"), "'endpoint'", keys("prefix rules"))
        if "prefix" in endpoint and "rules" in endpoint:
            raise GenerationError("'endpoint' has 'prefix' and 'rules'; keep one", endpoint.fields.origin)
        if "rules" in endpoint:
            return None
        if "prefix" not in endpoint:
            raise GenerationError("'endpoint' lacks 'prefix'; add it", endpoint.fields.origin)
        return ir.StandardEndpoint(endpoint.text("prefix", grammar.HOST, "write lower-case host labels"))

    def _endpoint_rules(self, record: Record) -> ir.EndpointRules | None:
        """``endpoint: {rules: {version: ..., parameters: ..., rules: ...}}``."""
        node = record.fields.entries.get("endpoint")
        if not isinstance(node, Fields) or "rules" not in node.entries:
            return None
        return endpoint_rules(plain(_fields(node.entries["rules"], "'rules' of 'endpoint'")), node.origin)

    def _client_params(self, record: Record) -> tuple[ir.ClientParam, ...]:
        return tuple(self._client_param(name, node) for name, node in self._params(record, "client-params"))

    def _client_param(self, name: str, node: Node) -> ir.ClientParam:
        """``Name: string``, or ``Name: {type: string, documentation: ...}``."""
        what = f"client parameter {name}"
        names = _values(ir.ParamType)
        if not isinstance(node, Fields):
            return ir.ClientParam(name, _choice(node, f"the type of {what}", ir.ParamType, names))
        record = Record.of(node, what, keys("type documentation"), ("type",))
        kind = _choice(record.node("type"), f"the type of {what}", ir.ParamType, names)
        return ir.ClientParam(name, kind, record.prose("documentation"))

    def _params(self, record: Record, key: str) -> list[tuple[str, Node]]:
        """Parameters of endpoint rules, sorted by name."""
        fields = record.mapping(key)
        if fields is None:
            return []
        for name, origin in fields.keys.items():
            if not grammar.PARAM.fullmatch(name):
                raise GenerationError(f"{quoted(name)} is no name of an endpoint parameter", origin)
        return sorted(fields.entries.items())

    def _deprecated(self, record: Record) -> ir.Deprecated | None:
        """``deprecated: true`` or ``deprecated: {message: ..., since: ...}``."""
        node = record.fields.entries.get("deprecated")
        if not isinstance(node, Fields):
            return ir.Deprecated() if record.flag("deprecated") else None
        inner = Record.of(node, "'deprecated'", keys("message since"))
        return ir.Deprecated(inner.prose("message"), inner.prose("since"))

    def _protocols(self, record: Record) -> tuple[ir.Protocol, ...]:
        node = record.node("protocol")
        nodes = node.items if isinstance(node, Items) and node.items else [node]
        names = tuple(protocol.value for protocol in ir.Protocol)
        found = {_choice(each, "'protocol' of the model", ir.Protocol, names) for each in nodes}
        return tuple(protocol for protocol in ir.Protocol if protocol in found)

    def _auth(self, record: Record) -> tuple[ir.Auth, ...] | None:
        if "auth" not in record:
            return None
        node = record.node("auth")
        nodes = node.items if isinstance(node, Items) and node.items else [node]
        names = tuple(auth.value for auth in ir.Auth)
        found = [_choice(each, f"'auth' of {record.what}", ir.Auth, names) for each in nodes]
        if len(set(found)) < len(found) or ir.Auth.NONE in found[:-1]:
            raise _wrong(node, f"'auth' of {record.what}", "name each scheme once, and 'none' last")
        return tuple(found)

    def _reference(self, record: Record) -> str:
        return record.text("reference", grammar.URL, "write an https:// URL")

    # --- Operations ---

    def _operation(self, name: str, node: Node, origin: ir.Origin) -> ir.Operation:
        what = f"operation {name}"
        record = Record.of(node, what, OPERATION_KEYS)
        method, path = self._http(record, origin)
        return ir.Operation(
            name=name,
            method=method,
            path=path,
            status=record.number("status", range(200, 300)) or 200,
            input=self._end(record, "input", name + INPUT_SUFFIX),
            output=self._end(record, "output", name + OUTPUT_SUFFIX),
            errors=tuple(_text(each, f"an error of {what}") for each in record.items("errors")),
            documentation=record.prose("documentation"),
            reference=self._reference(record),
            positional=tuple(
                _text(each, f"an entry of 'positional' of {what}") for each in record.items("positional")
            ),
            read_timeout=read_timeout_of(record),
            long_polling=record.flag("long-polling"),
            idempotent=record.flag("idempotent"),
            readonly=record.flag("readonly"),
            auth=self._auth(record),
            host_prefix=self._host_prefix(record),
            deprecated=self._deprecated(record),
            unsigned_payload=record.flag("unsigned-payload"),
            paginator=self._paginator(record),
            input_element=record.text("input-element", grammar.XML_NAME, "write the name of an XML element"),
            input_namespace=self._xml_namespace(record, "input-namespace"),
            result_wrapper=record.text(
                "result-wrapper", grammar.XML_NAME, "write the name of an XML element"
            ),
            static_params=self._static_params(record),
            input_params=self._input_params(record),
            endpoint_discovery=self._endpoint_discovery(record),
            endpoint_operation=record.flag("endpoint-operation"),
            checksum=self._checksum(record),
            compression=record.texts("compression", grammar.TOKEN, "name content encodings, such as gzip"),
            headers=self._headers(record),
            customisations=record.texts(
                "customise", grammar.TOKEN, "name customisations, such as route53-ids"
            ),
            examples=tuple(self._example(each, what) for each in record.items("examples")),
            origin=origin,
        )

    def _headers(self, record: Record) -> tuple[tuple[str, str], ...]:
        fields = record.mapping("headers")
        found: dict[str, str] = {}
        if fields is None:
            return ()
        for name, node in fields.entries.items():
            what = f"header {name} of {record.what}"
            if not grammar.HEADER.fullmatch(name) or name.lower() in found:
                raise GenerationError(
                    f"{what} is no name of a header, or stands there twice", fields.keys[name]
                )
            value = _text(node, what)
            if not grammar.HEADER_VALUE.fullmatch(value):
                raise _wrong(node, what, "write printable ASCII text")
            found[name.lower()] = value
        return tuple(sorted(found.items()))

    def _http(self, record: Record, origin: ir.Origin) -> tuple[str, ir.Path]:
        if "http" not in record:
            if self._is_rest:
                raise GenerationError(f"{record.what} lacks 'http'; add a line like POST /v1/things", origin)
            return "POST", ir.Path()
        line = record.text("http", _HTTP, "write a method and a path, such as POST /v1/things")
        method, _, path = line.partition(" ")
        place = record.node("http").origin
        if method not in grammar.METHODS:
            raise GenerationError(
                f"{quoted(method)} is no HTTP method{suggestion(method, grammar.METHODS)}", place
            )
        try:
            return method, ir.Path.parse(path)
        except ValueError as error:
            raise GenerationError(f"{quoted(path)} is no path: {error}", place) from None

    def _host_prefix(self, record: Record) -> ir.HostPrefix | None:
        text = record.text("host-prefix")
        try:
            return ir.HostPrefix.parse(text) if text else None
        except ValueError as error:
            origin = record.node("host-prefix").origin
            raise GenerationError(f"{quoted(text)} is no host prefix: {error}", origin) from None

    def _end(self, record: Record, key: str, inline_name: str) -> str | None:
        """An operation's input or output: the name of a structure, or its members."""
        if key not in record:
            return None
        node = record.node(key)
        if isinstance(node, Scalar):
            return _text(node, f"'{key}' of {record.what}")
        members = self._members(node, f"'{key}' of {record.what}")
        self._add(ir.StructureShape(name=inline_name, members=members, origin=record.fields.keys[key]))
        return inline_name

    def _example(self, node: Node, what: str) -> ir.Example:
        record = Record.of(node, f"an example of {what}", EXAMPLE_KEYS, ("title",))
        if ("output" in record) == ("error" in record):
            raise GenerationError(f"{record.what} ends with either 'output' or 'error'", node.origin)
        return ir.Example(
            title=record.prose("title"),
            documentation=record.prose("documentation"),
            input=self._json(record, "input") or {},
            output=self._json(record, "output"),
            error=self._example_error(record),
            origin=node.origin,
        )

    def _json(self, record: Record, key: str) -> dict[str, ir.Json] | None:
        fields = record.mapping(key)
        return None if fields is None else _object(fields)

    def _example_error(self, record: Record) -> ir.ExampleError | None:
        fields = record.mapping("error")
        if fields is None:
            return None
        if len(fields.entries) != 1:
            raise _wrong(fields, f"'error' of {record.what}", "write {NameOfTheError: {its members}}")
        [(name, node)] = fields.entries.items()
        members = _fields(node, f"the error {quoted(name)} of {record.what}")
        return ir.ExampleError(name, _object(members))

    # --- What operations add to calls ---

    def _paginator(self, record: Record) -> ir.Paginator | None:
        if "paginator" not in record:
            return None
        what = f"'paginator' of {record.what}"
        inner = Record.of(record.node("paginator"), what, PAGINATOR_KEYS, ("input-tokens", "output-tokens"))
        return ir.Paginator(
            input_tokens=inner.texts("input-tokens"),
            output_tokens=inner.texts("output-tokens"),
            results=inner.texts("results"),
            limit=inner.text("limit"),
            more=inner.text("more"),
            constant=inner.texts("constant"),
        )

    def _xml_namespace(self, record: Record, key: str) -> ir.XmlNamespace | None:
        """``xml-namespace: URI`` or ``xml-namespace: {uri: URI, prefix: p}``."""
        node = record.fields.entries.get(key)
        hint = "write an absolute URI"
        if not isinstance(node, Fields):
            uri = record.text(key, grammar.NAMESPACE, hint)
            return ir.XmlNamespace(uri) if uri else None
        inner = Record.of(node, f"'{key}' of {record.what}", keys("uri prefix"), ("uri",))
        prefix = inner.text("prefix", grammar.XML_PREFIX, "write a name without a colon")
        return ir.XmlNamespace(inner.text("uri", grammar.NAMESPACE, hint), prefix)

    def _static_params(self, record: Record) -> tuple[ir.StaticParam, ...]:
        return tuple(
            ir.StaticParam(name, self._static_value(node, record.what))
            for name, node in self._params(record, "static-params")
        )

    def _static_value(self, node: Node, what: str) -> bool | str | tuple[str, ...]:
        if isinstance(node, Items):
            return tuple(_text(each, f"a static parameter of {what}") for each in node.items)
        if isinstance(node, Scalar) and isinstance(node.value, bool | str):
            return node.value
        raise _wrong(node, f"a static parameter of {what}", "write true, false, a text or a list of texts")

    def _input_params(self, record: Record) -> tuple[ir.InputParam, ...]:
        return tuple(
            ir.InputParam(name, _text(node, f"an input parameter of {record.what}"))
            for name, node in self._params(record, "input-params")
        )

    def _endpoint_discovery(self, record: Record) -> ir.EndpointDiscovery | None:
        found = record.choice("endpoint-discovery", str, ("optional", "required"))
        return None if found is None else ir.EndpointDiscovery(found == "required")

    def _checksum(self, record: Record) -> ir.Checksum | None:
        if "checksum" not in record:
            return None
        inner = Record.of(record.node("checksum"), f"'checksum' of {record.what}", CHECKSUM_KEYS)
        return ir.Checksum(
            required=inner.flag("required"),
            algorithm_member=inner.text("algorithm-member"),
            validation_member=inner.text("validation-member"),
            response_algorithms=inner.texts(
                "response-algorithms", grammar.TOKEN, "name algorithms, such as CRC32"
            ),
        )

    def _waiter(self, name: str, node: Node, origin: ir.Origin) -> ir.Waiter:
        what = f"waiter {name}"
        needed = ("operation", "delay", "max-attempts", "acceptors")
        record = Record.of(node, what, WAITER_KEYS, needed)
        numbers = range(1, 86_401)
        return ir.Waiter(
            name=name,
            operation=record.text("operation"),
            delay=record.number("delay", numbers) or 0,
            max_attempts=record.number("max-attempts", numbers) or 0,
            acceptors=tuple(self._acceptor(each, what) for each in record.items("acceptors")),
            documentation=record.prose("documentation"),
            deprecated=self._deprecated(record),
            origin=origin,
        )

    def _acceptor(self, node: Node, what: str) -> ir.Acceptor:
        """``{outcome: success, path: Status, expected: ACTIVE}``, ``{outcome: retry, error: Code}``, ..."""
        record = Record.of(node, f"an acceptor of {what}", ACCEPTOR_KEYS, ("outcome",))
        outcome = _choice(
            record.node("outcome"), f"'outcome' of {record.what}", ir.Outcome, _values(ir.Outcome)
        )
        matchers = [matcher for matcher in ir.Matcher if matcher.value in record]
        if len(matchers) != 1:
            raise GenerationError(f"{record.what} has one of {', '.join(ir.Matcher)}", node.origin)
        matcher = matchers[0]
        if matcher in ir.IN_OUTPUT:
            if "expected" not in record:
                raise GenerationError(f"{record.what} lacks 'expected'; add it", node.origin)
            expected = self._expected(record.node("expected"), record.what)
            path = record.text(matcher.value)
            return ir.Acceptor(outcome=outcome, matcher=matcher, expected=expected, path=path)
        if "expected" in record:
            raise GenerationError(f"{record.what} has 'expected', which goes with a path", node.origin)
        expected = self._expected(record.node(matcher.value), record.what)
        return ir.Acceptor(outcome=outcome, matcher=matcher, expected=expected)

    def _expected(self, node: Node, what: str) -> bool | int | str:
        if isinstance(node, Scalar) and isinstance(node.value, bool | int | str):
            return node.value
        raise _wrong(node, f"what {what} expects", "write a text, a whole number, true or false")

    # --- Shapes ---

    def _shape(self, name: str, node: Node, origin: ir.Origin) -> ir.AnyShape:
        what = f"shape {name}"
        ways = [way for way in SHAPE_KEYS if way in _fields(node, what).entries]
        if len(ways) != 1:
            known = ", ".join(SHAPE_KEYS)
            raise GenerationError(f"{what} is written with exactly one of these keys: {known}", origin)
        way = ways[0]
        record = Record.of(node, what, SHAPE_KEYS[way] | COMMON_KEYS | {way})
        documentation = record.prose("documentation")
        sensitive = sensitive_of(record)
        deprecated = self._deprecated(record)
        constraints = self._constraints(record)
        match way:
            case "type":
                names = tuple(ir.SIMPLE_SHAPES)
                kind = _choice(record.node(way), f"'type' of {what}", ir.Kind, names)
                return ir.SimpleShape(
                    name=name,
                    kind=kind,
                    documentation=documentation,
                    sensitive=sensitive,
                    deprecated=deprecated,
                    constraints=constraints,
                    timestamp_format=self._timestamp_format(record),
                    media_type=record.text("media-type", grammar.MEDIA_TYPE, "write type/subtype"),
                    origin=origin,
                )
            case "enum" | "int-enum":
                return ir.EnumShape(
                    name=name,
                    kind=ir.Kind(way),
                    documentation=documentation,
                    sensitive=sensitive,
                    deprecated=deprecated,
                    constraints=constraints,
                    values=self._enum_values(record, way),
                    origin=origin,
                )
            case "list":
                element, entry = self._entry(record.node(way), f"the element of {what}")
                return ir.ListShape(
                    name=name,
                    documentation=documentation,
                    sensitive=sensitive,
                    deprecated=deprecated,
                    constraints=constraints,
                    element=element,
                    entry=entry,
                    sparse=record.flag("sparse"),
                    origin=origin,
                )
            case "map":
                pair = Record.of(record.node(way), f"'map' of {what}", keys("key value"), ("key", "value"))
                key, key_entry = self._entry(pair.node("key"), f"the key of {what}")
                value, value_entry = self._entry(pair.node("value"), f"the value of {what}")
                return ir.MapShape(
                    name=name,
                    documentation=documentation,
                    sensitive=sensitive,
                    deprecated=deprecated,
                    constraints=constraints,
                    key=key,
                    value=value,
                    key_entry=key_entry,
                    value_entry=value_entry,
                    sparse=record.flag("sparse"),
                    origin=origin,
                )
            case _:
                return ir.StructureShape(
                    name=name,
                    kind=ir.Kind(way),
                    documentation=documentation,
                    sensitive=sensitive,
                    deprecated=deprecated,
                    members=self._members(record.node(way), f"'{way}' of {what}"),
                    event_stream=record.flag("event-stream"),
                    origin=origin,
                )

    def _entry(self, node: Node, what: str) -> tuple[str, ir.Entry]:
        """``Type``, or a mapping with ``type``."""
        if not isinstance(node, Fields):
            return _text(node, what), ir.Entry()
        record = Record.of(node, what, ENTRY_KEYS, ("type",))
        return record.text("type"), ir.Entry(
            name=record.text("name", grammar.XML_NAME, "write the name of an XML element"),
            namespace=self._xml_namespace(record, "namespace"),
            timestamp_format=self._timestamp_format(record),
            json_value=record.flag("json-value"),
        )

    def _error(self, name: str, node: Node, origin: ir.Origin) -> ir.StructureShape:
        record = Record.of(node, f"error {name}", ERROR_KEYS)
        status = record.number("status", range(300, 600))
        fault = record.choice("fault", ir.Fault, tuple(fault.value for fault in ir.Fault))
        trait = ir.ErrorTrait(
            code=record.text("code", grammar.WIRE, "write printable ASCII") or name,
            status=status,
            fault=fault or default_fault(status),
            retryable=retryable_of(record),
        )
        members = (
            self._members(record.node("members"), f"'members' of error {name}") if "members" in record else {}
        )
        return ir.StructureShape(
            name=name,
            documentation=record.prose("documentation"),
            sensitive=sensitive_of(record),
            deprecated=self._deprecated(record),
            members=members,
            error=trait,
            origin=origin,
        )

    def _constraints(self, record: Record) -> ir.Constraints:
        return ir.Constraints(
            length=self._length(record),
            range=_bounds(record.node("range"), f"'range' of {record.what}") if "range" in record else None,
            pattern=record.text("pattern"),
        )

    def _length(self, record: Record) -> ir.Bounds | None:
        if "length" not in record:
            return None
        bounds = _bounds(record.node("length"), f"'length' of {record.what}")
        for bound in (bounds.least, bounds.most):
            if bound is not None and (isinstance(bound, float) or bound < 0):
                raise _wrong(
                    record.node("length"), f"'length' of {record.what}", "write whole numbers from 0"
                )
        return bounds

    def _timestamp_format(self, record: Record) -> ir.TimestampFormat | None:
        names = tuple(each.value for each in ir.TimestampFormat)
        return record.choice("timestamp-format", ir.TimestampFormat, names)

    def _enum_values(self, record: Record, way: str) -> tuple[ir.EnumValue, ...]:
        values = tuple(self._enum_value(each, way, record.what) for each in record.items(way))
        if not values:
            raise _wrong(record.node(way), f"'{way}' of {record.what}", "list at least one value")
        seen: set[str | int] = set()
        for value in values:
            if value.value in seen:
                raise GenerationError(
                    f"the value {quoted(str(value.value))} of {record.what} stands there twice", value.origin
                )
            seen.add(value.value)
        return values

    def _enum_value(self, node: Node, way: str, what: str) -> ir.EnumValue:
        """``TURN``, or ``{value: TURN, name: ..., documentation: ...}``."""
        if not isinstance(node, Fields):
            return ir.EnumValue(value=self._enum_scalar(node, way, what), origin=node.origin)
        record = Record.of(node, f"a value of {what}", ENUM_VALUE_KEYS, ("value",))
        name = record.text("name")
        return ir.EnumValue(
            value=self._enum_scalar(record.node("value"), way, what),
            name=self._name(name, "value", record.node("name").origin) if name else "",
            documentation=record.prose("documentation"),
            origin=node.origin,
        )

    def _enum_scalar(self, node: Node, way: str, what: str) -> str | int:
        value = node.value if isinstance(node, Scalar) else None
        if way == "enum" and isinstance(value, str):
            return value
        if way == "int-enum" and isinstance(value, int) and not isinstance(value, bool):
            return value
        raise _wrong(node, f"a value of {what}", "write text" if way == "enum" else "write a whole number")

    # --- Members ---

    def _members(self, node: Node, what: str) -> dict[str, ir.Member]:
        named = self._named(_fields(node, what), "member")
        return {name: self._member(name, each, origin) for name, each, origin in sorted(named, key=_first)}

    def _member(self, name: str, node: Node, origin: ir.Origin) -> ir.Member:
        """``Name: Type``, or a mapping with ``type``."""
        what = f"member {name}"
        if not isinstance(node, Fields):
            return ir.Member(
                name=name, target=_text(node, f"the type of {what}"), wire_name=name, origin=origin
            )
        record = Record.of(node, what, MEMBER_KEYS, ("type",))
        return ir.Member(
            name=name,
            target=record.text("type"),
            wire_name=record.text("wire-name", grammar.WIRE, "write printable ASCII") or name,
            required=record.flag("required"),
            documentation=record.prose("documentation"),
            binding=self._binding(record, name),
            timestamp_format=self._timestamp_format(record),
            constraints=self._constraints(record),
            sensitive=sensitive_of(record),
            default=plain(record.node("default")) if "default" in record else None,
            idempotency_token=record.flag("idempotency-token"),
            host_label=record.flag("host-label"),
            streaming=record.flag("streaming"),
            requires_length=record.flag("requires-length"),
            query_name=record.text("query-name", grammar.WIRE, "write printable ASCII"),
            flattened=record.flag("flattened"),
            xml_attribute=record.flag("xml-attribute"),
            xml_namespace=self._xml_namespace(record, "xml-namespace"),
            json_value=record.flag("json-value"),
            event_part=record.choice("event", ir.EventPart, _values(ir.EventPart)),
            context_param=record.text(
                "context-param", grammar.PARAM, "write the name of an endpoint parameter"
            ),
            deprecated=self._deprecated(record),
            origin=origin,
        )

    def _binding(self, record: Record, name: str) -> ir.Binding | None:
        places = [place for place in ir.Location if place.value in record]
        if not places:
            return None
        if len(places) > 1:
            names = " and ".join(f"'{place.value}'" for place in places)
            raise GenerationError(f"{record.what} has {names}; a member has one place", record.fields.origin)
        place = places[0]
        key = place.value
        match place:
            case ir.Location.PREFIX_HEADERS if record.is_true(key):
                return ir.Binding(place)
            case ir.Location.HEADER | ir.Location.PREFIX_HEADERS:
                return ir.Binding(place, record.text(key, grammar.HEADER, "write the name of a header"))
            case ir.Location.QUERY:
                return ir.Binding(place, record.text(key, grammar.QUERY, "write a query key"))
            case ir.Location.LABEL:
                return self._label(record, name)
            case _:
                if not record.flag(key):
                    raise _wrong(record.node(key), f"'{key}' of {record.what}", "write true or leave it out")
                return ir.Binding(place)

    def _label(self, record: Record, name: str) -> ir.Binding:
        """``label: true`` takes the member's name, ``label: other`` another one."""
        node = record.node("label")
        is_text = isinstance(node, Scalar) and isinstance(node.value, str)
        if not is_text and not record.flag("label"):
            raise _wrong(node, f"'label' of {record.what}", "write true or the label's name")
        return ir.Binding(ir.Location.LABEL, record.text("label") if is_text else name)


def _object(fields: Fields) -> dict[str, ir.Json]:
    return {key: plain(fields.entries[key]) for key in sorted(fields.entries)}


def _first(entry: tuple[str, Node, ir.Origin]) -> str:
    return entry[0]
