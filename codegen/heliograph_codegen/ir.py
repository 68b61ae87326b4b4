# SPDX-License-Identifier: Apache-2.0
"""What a service is, in no language: the one representation that every front-end fills.

Nothing here knows Python's names or types, and nothing knows how the model was written. Two models that say
the same thing are equal: mappings are sorted by name, absent and default are one, and where a node stands
(:class:`Origin`) takes no part in equality.

All nodes are immutable by contract. JSON values inside of them (examples, defaults) are plain objects that
nobody may change.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final, TypeAlias, cast

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a node stands, for diagnostics only.

    Attributes:
        file: The file as the caller named it; empty for a document that never was a file.
        line: Its line, counted from 1; None where lines have no meaning.
        pointer: JSON pointer (RFC 6901) into the document.
    """

    file: str = ""
    line: int | None = None
    pointer: str = ""

    def __str__(self) -> str:
        place = self.file or "model"
        return f"{place}:{self.line}" if self.line is not None else f"{place}:{self.pointer or '/'}"


NOWHERE: Final = Origin()


# --- Shapes ---


class Kind(StrEnum):
    """What a shape is. The values are the names that the YAML dialect uses."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    LONG = "long"
    BIG_INTEGER = "bigInteger"
    FLOAT = "float"
    DOUBLE = "double"
    BIG_DECIMAL = "bigDecimal"
    STRING = "string"
    BLOB = "blob"
    TIMESTAMP = "timestamp"
    DOCUMENT = "document"
    ENUM = "enum"
    INT_ENUM = "int-enum"
    LIST = "list"
    MAP = "map"
    STRUCTURE = "structure"
    UNION = "union"


class TimestampFormat(StrEnum):
    """How a timestamp is written where the protocol's own choice for the place does not hold."""

    EPOCH_SECONDS = "epoch-seconds"
    HTTP_DATE = "http-date"
    DATE_TIME = "date-time"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Smallest and largest value, both included; None where a side is open."""

    least: int | float | None = None
    most: int | float | None = None

    def __str__(self) -> str:
        least = "" if self.least is None else str(self.least)
        most = "" if self.most is None else str(self.most)
        return f"{least}..{most}"


@dataclass(frozen=True, slots=True)
class Constraints:
    """What the model says of values. Documented, never enforced: published patterns are wrong too often.

    Attributes:
        length: Characters of a string, bytes of a blob, entries of a list or map.
        range: Values of a number.
        pattern: A regular expression in the service's own flavour; it need not compile in Python.
    """

    length: Bounds | None = None
    range: Bounds | None = None
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Sensitive:
    """The value is a secret: it never shows in a repr, a log or an error.

    Attributes:
        reason: Why it is marked, where the published model does not mark it.
    """

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Deprecated:
    """It still works and should not be used any more.

    Attributes:
        message: Why, and what to use instead.
        since: The day or version from which on this holds.
    """

    message: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class XmlNamespace:
    """The namespace that an XML element declares, as ``xmlns`` or ``xmlns:prefix``."""

    uri: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """How the elements of a list, or the keys or values of a map, are written.

    Attributes:
        name: Name of the XML element or query parameter; empty for the protocol's own (``member``, ``key``,
            ``value``).
        namespace: What the XML element declares.
        timestamp_format: Where the protocol's choice does not hold, and the target names none.
        json_value: Strings that hold JSON; callers see the values.
    """

    name: str = ""
    namespace: XmlNamespace | None = None
    timestamp_format: TimestampFormat | None = None
    json_value: bool = False


class EventPart(StrEnum):
    """Where in an event's message a member stands; the others share a payload in the protocol's own format."""

    HEADER = "header"
    BYTE_HEADER = "byte-header"
    SHORT_HEADER = "short-header"
    PAYLOAD = "payload"

    @property
    def is_header(self) -> bool:
        """Whether it is a header, of the value's own type or of 8 or 16 bits."""
        return self is not EventPart.PAYLOAD


EVENT_HEADERS: Mapping[str, EventPart] = {"byte": EventPart.BYTE_HEADER, "short": EventPart.SHORT_HEADER}
"""Headers of events whose type on the wire no kind tells, by the type in published models."""


class Location(StrEnum):
    """Where in the HTTP message a member stands that is not in the body. Names as in the YAML dialect.

    ``endpoint`` stands nowhere in it: such a member is a parameter of the endpoint rules and nothing else.
    """

    HEADER = "header"
    PREFIX_HEADERS = "prefix-headers"
    QUERY = "query"
    QUERY_MAP = "query-map"
    LABEL = "label"
    PAYLOAD = "payload"
    STATUS = "status"
    ENDPOINT = "endpoint"


@dataclass(frozen=True, slots=True)
class Binding:
    """A member's place outside of the body.

    Attributes:
        location: The place.
        name: The header, the header prefix, the query key or the path label; empty for the others.
    """

    location: Location
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of a structure or union.

    Attributes:
        name: The member's name in the model.
        target: Name of its shape, or of a simple kind.
        wire_name: Its name in the body; nearly always equal to ``name``. For a structure that is the whole body
            in XML: the root element.
        binding: Its place in the HTTP message; None for the body.
        default: What the service assumes when the member is absent, for the reader; None for nothing.
        idempotency_token: The client fills it with a fresh UUID when it is absent.
        host_label: Its value stands in the operation's ``host_prefix``.
        streaming: A body of unknown length, read or written piece by piece.
        requires_length: A streaming body whose length must be known before it is sent.
        query_name: Its name in requests of the protocol ``ec2``; empty for the wire name with a capital.
        flattened: A list or map whose entries stand side by side, without an element around them.
        xml_attribute: An attribute of the element around it, not an element.
        xml_namespace: What its XML element declares.
        json_value: A string that holds JSON (in a header: in base64); callers see the value.
        event_part: Its place in the message, where the structure is an event of a stream.
        context_param: The parameter of the endpoint rules that takes its value; empty for none.
    """

    name: str
    target: str
    wire_name: str
    required: bool = False
    documentation: str = ""
    binding: Binding | None = None
    timestamp_format: TimestampFormat | None = None
    constraints: Constraints = Constraints()
    sensitive: Sensitive | None = None
    default: Json = None
    idempotency_token: bool = False
    host_label: bool = False
    streaming: bool = False
    requires_length: bool = False
    query_name: str = ""
    flattened: bool = False
    xml_attribute: bool = False
    xml_namespace: XmlNamespace | None = None
    json_value: bool = False
    event_part: EventPart | None = None
    context_param: str = ""
    deprecated: Deprecated | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What all shapes have in common.

    Attributes:
        name: Its name in the model.
        documentation: CommonMark text; lines may be wrapped, a blank line parts two paragraphs.
    """

    name: str
    kind: Kind
    documentation: str = ""
    sensitive: Sensitive | None = None
    constraints: Constraints = Constraints()
    deprecated: Deprecated | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimpleShape(Shape):
    """A value without parts: every kind from ``boolean`` to ``document``.

    Attributes:
        media_type: What a string or blob holds, such as ``image/jpeg``: the ``Content-Type`` of a payload, and in a
            header the reason to write a string in base64; empty where nothing is said.
    """

    timestamp_format: TimestampFormat | None = None
    media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumValue:
    """One value that an enumeration knows.

    Attributes:
        value: What goes over the wire.
        name: The model's name for it; empty where it has none.
    """

    value: str | int
    name: str = ""
    documentation: str = ""
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumShape(Shape):
    """Strings (``enum``) or integers (``int-enum``), some of them known; others may arrive at any time."""

    kind: Kind = Kind.ENUM
    values: tuple[EnumValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListShape(Shape):
    """A list of ``element``; ``sparse`` when null is a legal entry."""

    kind: Kind = Kind.LIST
    element: str
    sparse: bool = False
    entry: Entry = Entry()


@dataclass(frozen=True, slots=True, kw_only=True)
class MapShape(Shape):
    """A map from ``key`` (string or enum) to ``value``; ``sparse`` when null is a legal value."""

    kind: Kind = Kind.MAP
    key: str
    value: str
    sparse: bool = False
    key_entry: Entry = Entry()
    value_entry: Entry = Entry()


class Fault(StrEnum):
    """Who is at fault."""

    CLIENT = "client"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Retryable:
    """The same request may be sent again.

    Attributes:
        throttling: It was refused for its rate: a retry costs and waits what throttling does.
        reason: Why, where the published model does not say so.
    """

    throttling: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorTrait:
    """What makes a structure an error.

    Attributes:
        code: Its name on the wire; nearly always the shape's name.
        status: HTTP status; None where the model names none.
    """

    code: str
    status: int | None = None
    fault: Fault = Fault.CLIENT
    retryable: Retryable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureShape(Shape):
    """A structure, a union (exactly one member at a time) or, with ``error``, an exception.

    Attributes:
        event_stream: A union that arrives or leaves as a stream of its members.
    """

    kind: Kind = Kind.STRUCTURE
    members: Mapping[str, Member] = field(default_factory=dict[str, Member])
    error: ErrorTrait | None = None
    event_stream: bool = False


AnyShape: TypeAlias = SimpleShape | EnumShape | ListShape | MapShape | StructureShape

_OTHER_KINDS = (Kind.ENUM, Kind.INT_ENUM, Kind.LIST, Kind.MAP, Kind.STRUCTURE, Kind.UNION)

SIMPLE_KINDS: Final = tuple(kind for kind in Kind if kind not in _OTHER_KINDS)
"""Kinds of values without parts, which need no shape of their own."""

SIMPLE_SHAPES: Final[Mapping[str, SimpleShape]] = MappingProxyType(
    {kind.value: SimpleShape(name=kind.value, kind=kind) for kind in SIMPLE_KINDS}
)
"""The shapes that every model has: a simple kind's name is also the name of its plain shape."""


def replaced(shape: StructureShape, member: Member) -> bool:
    """Whether a deprecated member has given its place in the body up to another one of the same name there."""
    return (
        member.deprecated is not None
        and member.binding is None
        and any(
            other.wire_name == member.wire_name and other.binding is None and other.deprecated is None
            for other in shape.members.values()
        )
    )


# --- Operations ---


@dataclass(frozen=True, slots=True)
class Label:
    """A part of a path or host that a member fills; a greedy one may hold slashes."""

    name: str
    greedy: bool = False

    def __str__(self) -> str:
        return f"{{{self.name}+}}" if self.greedy else f"{{{self.name}}}"


Parts: TypeAlias = tuple[str | Label, ...]

_PART = re.compile(r"\{([^{}]*)\}")
_LABEL = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*)(\+?)")
_PATH_TEXT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/-]*")
_QUERY_TEXT = re.compile(r"[A-Za-z0-9._~!$'()*,;:@/-]+")
_HOST_TEXT = re.compile(r"[a-z0-9.-]*")


def _parts(text: str, allowed: re.Pattern[str]) -> Parts:
    """Split a template into texts and labels; ValueError names what does not fit."""
    found: list[str | Label] = []
    for index, piece in enumerate(_PART.split(text)):
        if index % 2:
            label = _LABEL.fullmatch(piece)
            if label is None:
                raise ValueError(f"'{{{piece}}}' is no label; write {{name}} or {{name+}}")
            found.append(Label(label[1], bool(label[2])))
        elif not allowed.fullmatch(piece):
            wrong = allowed.sub("", piece)[:1] or piece[:1]
            raise ValueError(f"the character {wrong!r} may not stand there")
        elif piece:
            found.append(piece)
    names = [part.name for part in found if isinstance(part, Label)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"the label {{{twice}}} stands there twice")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Path:
    """The path of an operation, parsed: never text to be formatted.

    Attributes:
        parts: Literal texts and labels in their order.
        query: Constant query parameters; the value is None where there is no ``=``.
    """

    parts: Parts = ("/",)
    query: tuple[tuple[str, str | None], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Path:
        """Read ``/a/{label}/{greedy+}?constant=1``.

        Raises:
            ValueError: the text is not such a path; says why, without the text itself.
        """
        path, mark, query = text.partition("?")
        if not path.startswith("/"):
            raise ValueError("a path starts with a slash")
        if "//" in path:
            raise ValueError("a path has no empty segment")
        if any(segment in (".", "..") for segment in path.split("/")):
            raise ValueError("a path has no segment '.' or '..'")
        parts = _parts(path, _PATH_TEXT)
        if sum(isinstance(part, Label) and part.greedy for part in parts) > 1:
            raise ValueError("a path has one greedy label at most")
        return cls(parts, tuple(map(_query_parameter, query.split("&"))) if mark else ())

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(part for part in self.parts if isinstance(part, Label))

    def __str__(self) -> str:
        query = "&".join(key if value is None else f"{key}={value}" for key, value in self.query)
        return "".join(map(str, self.parts)) + (f"?{query}" if query else "")


def _query_parameter(text: str) -> tuple[str, str | None]:
    key, equals, value = text.partition("=")
    if not _QUERY_TEXT.fullmatch(key) or (value and not _QUERY_TEXT.fullmatch(value)):
        raise ValueError("its query is not of the form key=value&key")
    return key, value if equals else None


@dataclass(frozen=True, slots=True)
class HostPrefix:
    """What an operation puts in front of the service's host, such as ``{AccountId}.data-``."""

    parts: Parts

    @classmethod
    def parse(cls, text: str) -> HostPrefix:
        """Read a host prefix. Raises ValueError like :meth:`Path.parse`."""
        parts = _parts(text, _HOST_TEXT)
        if not parts or any(isinstance(part, Label) and part.greedy for part in parts):
            raise ValueError("a host prefix has text or labels, none of them greedy")
        return cls(parts)

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(part for part in self.parts if isinstance(part, Label))

    def __str__(self) -> str:
        return "".join(map(str, self.parts))


@dataclass(frozen=True, slots=True)
class ReadTimeout:
    """The least read time-out that an operation needs, in seconds, because its answer may take long."""

    seconds: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExampleError:
    """The error with which an example ends."""

    shape: str
    members: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A call with realistic values, in model names.

    Attributes:
        output: What a good answer holds; None when there is an ``error``.
        error: What a bad answer holds; None when there is an ``output``.
    """

    title: str
    documentation: str = ""
    input: Mapping[str, Json] = field(default_factory=dict[str, Json])
    output: Mapping[str, Json] | None = None
    error: ExampleError | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


class Auth(StrEnum):
    """How a request proves who sends it."""

    SIGV4 = "sigv4"
    SIGV4A = "sigv4a"
    SIGV2 = "sigv2"
    BEARER = "bearer"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class StaticParam:
    """A parameter of the endpoint rules that has one value for an operation."""

    name: str
    value: bool | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InputParam:
    """A parameter of the endpoint rules that is found in an operation's input.

    Attributes:
        path: JMESPath expression over the input, such as ``keys(RequestItems)``.
    """

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class EndpointDiscovery:
    """The service may, or must, be asked first where an operation is answered."""

    required: bool = False


@dataclass(frozen=True, slots=True)
class Checksum:
    """Checksums of an operation's bodies.

    Attributes:
        required: The request must carry one; without an ``algorithm_member`` that is Content-MD5.
        algorithm_member: The input member with which callers choose the algorithm.
        validation_member: The input member with which callers ask for the answer's checksum.
        response_algorithms: Algorithms in which the answer's checksum may come, in the model's order.
    """

    required: bool = False
    algorithm_member: str = ""
    validation_member: str = ""
    response_algorithms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paginator:
    """How an operation's results continue in further calls.

    Attributes:
        input_tokens: Input members that take the tokens of the page before.
        output_tokens: JMESPath expressions over the output that find them, one for each input token.
        results: Paths of the lists, numbers or strings that grow with the pages.
        limit: The input member that sets a page's size; empty where there is none.
        more: Path of the boolean that says whether there is more; empty where absent tokens say it.
        constant: Paths of what is equal in all pages.
    """

    input_tokens: tuple[str, ...]
    output_tokens: tuple[str, ...]
    results: tuple[str, ...] = ()
    limit: str = ""
    more: str = ""
    constant: tuple[str, ...] = ()


PARAMS: Final = "params"
"""In ``positional``: the mapping of members by wire name, instead of a member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing the service does.

    Attributes:
        path: Its path below the endpoint.
        status: The HTTP status of success.
        input, output: Names of structures; None where the operation has none.
        errors: Names of the errors it is known to answer with, in the model's order.
        reference: URL of its published reference page.
        positional: Input members that may be given by position, in this order; :data:`PARAMS` stands for
            the mapping of further members.
        read_timeout: Set when an answer may take longer than clients usually wait.
        long_polling: It waits for something to happen before it answers. Where nothing is left to pay a retry with,
            a client still waits before it fails, since its caller is about to ask again.
        idempotent: Sending it twice does what sending it once does.
        readonly: It changes nothing.
        auth: Overrides the service's; None for the service's own.
        host_prefix: Put in front of the host; None for nothing.
        unsigned_payload: The signature does not cover the body.
        paginator: None where results do not continue.
        input_element, input_namespace: Root element of an XML body; empty for the input shape's name.
        result_wrapper: The element around the output in the protocol ``query``; empty for none.
        static_params, input_params: What it gives to the endpoint rules, sorted by name.
        endpoint_discovery: Where it is answered may have to be asked for.
        endpoint_operation: It is what one asks.
        checksum: None where its bodies carry none.
        compression: Encodings in which the request's body may be sent, the preferred one first.
        headers: Headers that every request has, by lower-case name, sorted.
        customisations: Names of what is done besides what the model says, in this order
            (:mod:`heliograph_codegen.customisations`).
    """

    name: str
    method: str = "POST"
    path: Path = Path()
    status: int = 200
    input: str | None = None
    output: str | None = None
    errors: tuple[str, ...] = ()
    documentation: str = ""
    reference: str = ""
    positional: tuple[str, ...] = ()
    read_timeout: ReadTimeout | None = None
    long_polling: bool = False
    idempotent: bool = False
    readonly: bool = False
    auth: tuple[Auth, ...] | None = None
    host_prefix: HostPrefix | None = None
    examples: tuple[Example, ...] = ()
    deprecated: Deprecated | None = None
    unsigned_payload: bool = False
    paginator: Paginator | None = None
    input_element: str = ""
    input_namespace: XmlNamespace | None = None
    result_wrapper: str = ""
    static_params: tuple[StaticParam, ...] = ()
    input_params: tuple[InputParam, ...] = ()
    endpoint_discovery: EndpointDiscovery | None = None
    endpoint_operation: bool = False
    checksum: Checksum | None = None
    compression: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    customisations: tuple[str, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


# --- Waiters ---


class Outcome(StrEnum):
    """What an answer means to a waiter."""

    SUCCESS = "success"
    FAILURE = "failure"
    RETRY = "retry"


class Matcher(StrEnum):
    """What of an answer an acceptor looks at."""

    PATH = "path"
    PATH_ALL = "path-all"
    PATH_ANY = "path-any"
    STATUS = "status"
    ERROR = "error"


IN_OUTPUT: Final = frozenset([Matcher.PATH, Matcher.PATH_ALL, Matcher.PATH_ANY])
"""Matchers that look into the output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptor:
    """A rule of a waiter: when an answer fits, the outcome is known.

    Attributes:
        expected: The value that fits: what the path finds (for ``path-all`` and ``path-any`` each entry, or one),
            the HTTP status, the error's code, or whether there is an error at all.
        path: JMESPath expression over the output, for the three matchers that look into it.
    """

    outcome: Outcome
    matcher: Matcher
    expected: bool | int | str
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """Calls an operation again and again until its answer says that something is so.

    Attributes:
        delay: Seconds between two calls.
        max_attempts: So many calls are made at most.
        acceptors: The first that fits decides; an answer that fits none is waited on, an error raised.
    """

    name: str
    operation: str
    delay: int
    max_attempts: int
    acceptors: tuple[Acceptor, ...]
    documentation: str = ""
    deprecated: Deprecated | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


# --- Service ---


class Protocol(StrEnum):
    """How requests and answers are written, the preferred one first."""

    JSON = "json"
    REST_JSON = "rest-json"
    REST_XML = "rest-xml"
    CBOR = "smithy-rpc-v2-cbor"
    QUERY = "query"
    EC2 = "ec2"
    RPC_JSON = "smithy-rpc-v2-json"

    @property
    def is_rest(self) -> bool:
        """Whether operations have a method and a path of their own."""
        return self in (Protocol.REST_JSON, Protocol.REST_XML)


@dataclass(frozen=True, slots=True)
class StandardEndpoint:
    """AWS's standard regional rules: ``prefix.region.dns-suffix``, with the FIPS and dual-stack forms."""

    prefix: str


@dataclass(frozen=True, slots=True)
class EndpointRules:
    """A rule set that finds the endpoint: a document of the Smithy endpoint rules language, version 1.0 or 1.1.

    It does not hold what it knows of partitions; those are the runtime's.
    """

    document: Mapping[str, Json]

    @property
    def digest(self) -> str:
        """SHA-256 of the document as canonical JSON, in hexadecimal."""
        return _sha256(_canonical_json(self.document))


class ParamType(StrEnum):
    """Types of the endpoint rules' parameters."""

    STRING = "string"
    BOOLEAN = "boolean"
    STRING_ARRAY = "string-array"


@dataclass(frozen=True, slots=True)
class ClientParam:
    """A parameter of the endpoint rules that is given to the client."""

    name: str
    type: ParamType
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class Retries:
    """What a service wants of retries where the caller says nothing.

    Attributes:
        attempts: Requests that a call may send, the first one included.
        base: Milliseconds before the first retry at most, where it is not for throttling.
    """

    attempts: int = 3
    base: int = 50


class Http2(StrEnum):
    """What the service takes over HTTP/2."""

    OPTIONAL = "optional"
    EVENT_STREAM = "event-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What holds for the whole service.

    Attributes:
        id: The service id, such as ``Kinesis Video Signaling``; packages and classes are named after it.
        version: The version of its interface, usually a date.
        protocols: The protocols it speaks.
        signing_name: Its name in a signature's scope; empty when nothing is signed.
        endpoint: The standard regional hosts; None when ``endpoint_rules`` say it, or callers must name it.
        endpoint_rules: A rule set of its own, instead of ``endpoint``.
        client_params: What clients give to the endpoint rules, sorted by name.
        per_resource: Not empty when calls belong to a resource's own host; says how to find it.
        target_prefix: First part of the ``X-Amz-Target`` header, and the service in paths of the protocol
            ``smithy-rpc-v2-cbor``; empty where it plays no part.
        json_version: As in ``application/x-amz-json-1.1``; empty where it plays no part.
        errors: Errors with which any operation may answer, beside its own; sorted.
        retries: None for what all services want.
        query_compatible: It once spoke ``query``, and its error codes are still those.
        http2: None where it has no part.
    """

    id: str
    version: str
    protocols: tuple[Protocol, ...]
    signing_name: str = ""
    auth: tuple[Auth, ...] = (Auth.SIGV4,)
    endpoint: StandardEndpoint | None = None
    per_resource: str = ""
    documentation: str = ""
    reference: str = ""
    target_prefix: str = ""
    json_version: str = ""
    endpoint_rules: EndpointRules | None = None
    client_params: tuple[ClientParam, ...] = ()
    errors: tuple[str, ...] = ()
    retries: Retries | None = None
    query_compatible: bool = False
    http2: Http2 | None = None
    deprecated: Deprecated | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    @property
    def protocol(self) -> Protocol:
        """The protocol to use: the first of :class:`Protocol` that the service speaks."""
        return next(protocol for protocol in Protocol if protocol in self.protocols)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A service with its operations and shapes, each mapping sorted by name, as are the waiters."""

    service: Service
    operations: Mapping[str, Operation]
    shapes: Mapping[str, AnyShape]
    waiters: tuple[Waiter, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    def shape(self, name: str) -> AnyShape:
        """The shape of this name; a simple kind's name gives its plain shape. KeyError if there is none."""
        found = self.shapes.get(name)
        return found if found is not None else SIMPLE_SHAPES[name]

    def structure(self, name: str) -> StructureShape:
        """The structure, union or error of this name. KeyError or TypeError if there is none."""
        found = self.shape(name)
        if not isinstance(found, StructureShape):
            raise TypeError(f"{name} is no structure: {found.kind}")
        return found

    def is_secret(self, member: Member) -> bool:
        """Whether the member's values are secrets, by a mark of its own, of its shape, or of what that holds.

        Lists, maps and unions print all that is in them, so a mark below one is a mark of it. Structures leave their
        secrets out by themselves.
        """
        return member.sensitive is not None or self._prints_secrets(member.target, frozenset())

    def _prints_secrets(self, name: str, above: frozenset[str]) -> bool:
        shape = self.shape(name)
        if shape.sensitive is not None:
            return True
        if name in above:
            return False
        inside = above | {name}
        match shape:
            case ListShape():
                return self._prints_secrets(shape.element, inside)
            case MapShape():
                return any(self._prints_secrets(each, inside) for each in (shape.key, shape.value))
            case StructureShape(kind=Kind.UNION, event_stream=False):
                return any(
                    each.sensitive is not None or self._prints_secrets(each.target, inside)
                    for each in shape.members.values()
                )
            case _:
                return False

    def has_events(self, member: Member) -> bool:
        """Whether the member is a stream of events."""
        shape = self.shape(member.target)
        return isinstance(shape, StructureShape) and shape.event_stream

    def events_of(self, structure: str | None) -> Member | None:
        """The stream of events of an input or output."""
        member = self.left_open(self.structure(structure)) if structure else None
        return member if member is not None and self.has_events(member) else None

    def answers_events(self, operation: Operation) -> bool:
        """Whether the answer is a stream of events."""
        return self.events_of(operation.output) is not None

    def left_open(self, shape: StructureShape) -> Member | None:
        """The member of an input or output that is not whole in memory: a streaming body or a stream of events."""
        return next(
            (each for each in shape.members.values() if each.streaming or self.has_events(each)), None
        )

    def roots(self) -> tuple[str, ...]:
        """Names of the shapes that the service and its operations name: inputs, outputs and errors, sorted."""
        names = {name for operation in self.operations.values() for name in used_by(operation)}
        return tuple(sorted(names.union(self.service.errors)))

    def closure(self, roots: Iterable[str] | None = None) -> tuple[str, ...]:
        """Names of all shapes that the roots reach, themselves included, sorted, without the builtin ones.

        Args:
            roots: Where to start; None for :meth:`roots`.
        """
        waiting = list(self.roots() if roots is None else roots)
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen or name in SIMPLE_SHAPES:
                continue
            seen.add(name)
            waiting.extend(targets(self.shapes[name]))
        return tuple(sorted(seen))


def in_base64(model: Model, member: Member) -> bool:
    """Whether a string travels in a header in base64, because it has a media type (Smithy, "mediaType trait")."""
    target = model.shape(member.target)
    is_header = member.binding is not None and member.binding.location is Location.HEADER
    return is_header and isinstance(target, SimpleShape) and bool(target.media_type) and not member.json_value


def used_by(operation: Operation) -> tuple[str, ...]:
    """The shapes that an operation names itself: input, output, errors."""
    return tuple(name for name in (operation.input, operation.output, *operation.errors) if name is not None)


def targets(shape: AnyShape) -> tuple[str, ...]:
    """The shapes that a shape names: of its members, element, key and value."""
    match shape:
        case StructureShape():
            return tuple(member.target for member in shape.members.values())
        case ListShape():
            return (shape.element,)
        case MapShape():
            return (shape.key, shape.value)
        case _:
            return ()


# --- Digest ---


def canonical(model: Model) -> str:
    """The model as canonical JSON: sorted keys, ASCII, no defaults, no origins.

    Equal models give equal texts, however they were written and wherever they stood. A field that a later
    version adds leaves the text of models that do not use it as it is.
    """
    return _canonical_json(_plain(model))


def digest(model: Model) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return _sha256(canonical(model))


def _canonical_json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _plain(value: object) -> object:
    """Dataclasses as dicts without origins and defaults, tuples as lists, the rest as it is."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, tuple | list):
        return [_plain(item) for item in cast("Iterable[object]", value)]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in cast("Mapping[str, object]", value).items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {
            name: _plain(held)
            for name, default in _compared(type(value))
            if (held := getattr(value, name)) is not default and (default is MISSING or held != default)
        }
    return value


@cache
def _compared(kind: type) -> tuple[tuple[str, object], ...]:
    """The fields of a dataclass that count when two are compared, and their defaults."""
    return tuple((each.name, each.default) for each in fields(kind) if each.compare)
