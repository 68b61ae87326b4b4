# SPDX-License-Identifier: Apache-2.0
"""What a call knows of its service and its operation: two immutable records that generated packages fill in."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Generic, NoReturn, Self, TypeVar

    from .body_rules import BodyRules
    from .customisations import Customisation
    from .endpoints import ResolvedEndpoint
    from .errors import ServiceError
    from .http import Request, WireResponse
    from .structure import Output

    OutputT = TypeVar("OutputT", bound=Output, covariant=True)
else:
    OutputT = None

    class Generic:
        """Stands in for typing's, which need not be loaded for this."""

        __slots__ = ()

        def __class_getitem__(cls, item):
            return cls


_NONE: Mapping[str, Any] = {}


class Record:
    """Immutable once made; prints its name."""

    __slots__ = ("name",)

    name: str

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class OperationInfo(Record, Generic[OutputT]):
    """One operation of a service.

    Attributes:
        name: its name in the model.
        method: the name of its Python method.
        params: its input members, model name to Python keyword.
        input: its input shape, or ``None``.
        output: its output shape, or ``None``.
        errors: the shapes of its modelled errors.
        error_classes: exception classes by error code, where the service's are others.
        paginator: the name of its paginator, or ``None``.
        waiters: the names of the waiters that use it.
        build: makes the request of members by wire name, and of names the model does not know.
        read: makes the output of an answer.
        open_ended: whether names the model does not know can be sent.
        read_timeout: seconds of silence the service may need before it answers, or ``None``.
        long_polling: whether it waits for something to happen before it answers.
        token_members: members that get a fresh token where none is given.
        body_rules: what is asked of its bodies besides, or ``None``.
        states_length: whether a member says how long the body is.
        streams: whether the body of a good answer is left to come.
        initial_response: whether the first message of that body holds the members beside it.
        both_ways: whether events go in both directions, and service and client want to send at the same time.
        auth: the ways to prove who calls, the preferred one first; ``None`` where they are the service's.
        unsigned_payload: whether the signature leaves the body out.
        discovers: whether the service must be asked first where it is answered.
        customisations: what is done besides what the model says.
        feature: what calls it, by AWS's letter for that in the user agent: a paginator, a waiter, or nothing of these.
    """

    __slots__ = (
        "auth",
        "body_rules",
        "both_ways",
        "build",
        "customisations",
        "discovers",
        "error_classes",
        "errors",
        "feature",
        "initial_response",
        "input",
        "long_polling",
        "method",
        "open_ended",
        "output",
        "paginator",
        "params",
        "read",
        "read_timeout",
        "states_length",
        "streams",
        "token_members",
        "unsigned_payload",
        "waiters",
    )

    method: str
    params: Mapping[str, str]
    input: str | None
    output: str | None
    errors: tuple[str, ...]
    error_classes: Mapping[str, type[ServiceError]]
    paginator: str | None
    waiters: tuple[str, ...]
    build: Callable[[Mapping[str, Any], Mapping[str, Any]], Request]
    read: Callable[[WireResponse], OutputT]
    open_ended: bool
    read_timeout: float | None
    long_polling: bool
    token_members: tuple[str, ...]
    body_rules: BodyRules | None
    states_length: bool
    streams: bool
    initial_response: bool
    both_ways: bool
    auth: tuple[str, ...] | None
    unsigned_payload: bool
    discovers: bool
    customisations: tuple[Customisation, ...]
    feature: str

    def __init__(
        self,
        name: str,
        *,
        method: str,
        params: Mapping[str, str],
        build: Callable[[Mapping[str, Any], Mapping[str, Any]], Request],
        read: Callable[[WireResponse], OutputT],
        input: str | None = None,
        output: str | None = None,
        errors: tuple[str, ...] = (),
        error_classes: Mapping[str, type[ServiceError]] = _NONE,
        paginator: str | None = None,
        waiters: tuple[str, ...] = (),
        open_ended: bool = False,
        read_timeout: float | None = None,
        long_polling: bool = False,
        token_members: tuple[str, ...] = (),
        body_rules: BodyRules | None = None,
        states_length: bool = False,
        streams: bool = False,
        initial_response: bool = False,
        both_ways: bool = False,
        auth: tuple[str, ...] | None = None,
        unsigned_payload: bool = False,
        discovers: bool = False,
        customisations: tuple[Customisation, ...] = (),
    ) -> None:
        from types import MappingProxyType

        put = object.__setattr__
        put(self, "name", name)
        put(self, "method", method)
        put(self, "params", MappingProxyType(dict(params)))
        put(self, "build", build)
        put(self, "read", read)
        put(self, "input", input)
        put(self, "output", output)
        put(self, "errors", errors)
        put(self, "error_classes", error_classes)
        put(self, "paginator", paginator)
        put(self, "waiters", waiters)
        put(self, "open_ended", open_ended)
        put(self, "read_timeout", read_timeout)
        put(self, "long_polling", long_polling)
        put(self, "token_members", token_members)
        put(self, "body_rules", body_rules)
        put(self, "states_length", states_length)
        put(self, "streams", streams)
        put(self, "initial_response", initial_response)
        put(self, "both_ways", both_ways)
        put(self, "auth", auth)
        put(self, "unsigned_payload", unsigned_payload)
        put(self, "discovers", discovers)
        put(self, "customisations", customisations)
        put(self, "feature", "")

    def used_by(self, feature: str) -> Self:
        """The same, called by what this letter stands for."""
        other = type(self).__new__(type(self))
        put = object.__setattr__
        put(other, "name", self.name)
        for name in OperationInfo.__slots__:
            put(other, name, getattr(self, name))
        put(other, "feature", feature)
        return other


class Service(Record):
    """One service.

    Attributes:
        name: its service id, such as ``Kinesis Video Signaling``.
        signing_name: its name in the credential scope of a signature.
        operations: by name in the model.
        errors: exception classes by error code.
        base_error: what a code without a class of its own raises.
        read_error: code, message and members of an error answer, by the protocol's rules.
        resolve_endpoint: the endpoint for rule-set parameters.
        built_ins: the rule-set parameters that the client fills in, by the whole name of each built-in.
        endpoint_parameters: by operation, what its members give to the rules.
        host_prefixes: by operation, what its members put in front of the host.
        auth: the ways to prove who calls, the preferred one first.
        endpoint_operation: the operation that tells where others are answered, where that must be asked for.
        max_attempts: requests that a call may send where nobody says otherwise.
        retry_base: seconds before the first retry at most, where it is not for throttling.
        query_compatible: its error codes are those of an older protocol, which a header of the answer tells.
        per_resource: for a service whose calls belong to hosts of single resources: the sentence that says so.
    """

    __slots__ = (
        "auth",
        "base_error",
        "built_ins",
        "endpoint_operation",
        "endpoint_parameters",
        "errors",
        "host_prefixes",
        "max_attempts",
        "operations",
        "per_resource",
        "query_compatible",
        "read_error",
        "resolve_endpoint",
        "retry_base",
        "signing_name",
    )

    signing_name: str
    operations: Mapping[str, OperationInfo[Output]]
    errors: Mapping[str, type[ServiceError]]
    base_error: type[ServiceError]
    read_error: Callable[[WireResponse], tuple[str, str | None, Mapping[str, Any]]]
    resolve_endpoint: Callable[..., ResolvedEndpoint]
    built_ins: Mapping[str, str]
    endpoint_parameters: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]]
    host_prefixes: Mapping[str, Callable[[Mapping[str, Any]], str]]
    auth: tuple[str, ...]
    endpoint_operation: str | None
    max_attempts: int
    retry_base: float
    per_resource: str | None
    query_compatible: bool

    def __init__(
        self,
        name: str,
        *,
        signing_name: str,
        operations: Mapping[str, OperationInfo[Output]],
        errors: Mapping[str, type[ServiceError]],
        base_error: type[ServiceError],
        read_error: Callable[[WireResponse], tuple[str, str | None, Mapping[str, Any]]],
        resolve_endpoint: Callable[..., ResolvedEndpoint],
        built_ins: Mapping[str, str],
        endpoint_parameters: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = _NONE,
        host_prefixes: Mapping[str, Callable[[Mapping[str, Any]], str]] = _NONE,
        auth: tuple[str, ...] = ("sigv4",),
        endpoint_operation: str | None = None,
        max_attempts: int = 3,
        retry_base: float = 0.05,
        per_resource: str | None = None,
        query_compatible: bool = False,
    ) -> None:
        put = object.__setattr__
        put(self, "name", name)
        put(self, "signing_name", signing_name)
        put(self, "operations", operations)
        put(self, "errors", errors)
        put(self, "base_error", base_error)
        put(self, "read_error", read_error)
        put(self, "resolve_endpoint", resolve_endpoint)
        put(self, "built_ins", built_ins)
        put(self, "endpoint_parameters", endpoint_parameters)
        put(self, "host_prefixes", host_prefixes)
        put(self, "endpoint_operation", endpoint_operation)
        put(self, "auth", auth)
        put(self, "max_attempts", max_attempts)
        put(self, "retry_base", retry_base)
        put(self, "per_resource", per_resource)
        put(self, "query_compatible", query_compatible)
