# SPDX-License-Identifier: Apache-2.0
"""What the generator can make, and what a model asks of it.

The IR holds more than there are templates for. :func:`uses` finds all that a model asks for beyond plain calls, each
thing with its place; :func:`supported` refuses what is not in :data:`MADE`, rather than leave it out. To switch
something on, add it to one of the two sets.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.wording import quoted
from heliograph_codegen.xml_prefixes import check_prefixes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Feature(StrEnum):
    """A thing that needs templates of its own."""

    ENDPOINT_RULES = "endpoint-rules"
    ENDPOINT_PARAMS = "endpoint-params"
    INPUT_PARAMS = "input-params"
    ENDPOINT_DISCOVERY = "endpoint-discovery"
    HOST_PREFIX = "host-prefix"
    COMMON_ERRORS = "common-errors"
    QUERY_COMPATIBLE = "query-compatible"
    HTTP2 = "http2"
    PAGINATORS = "paginators"
    WAITERS = "waiters"
    UNSIGNED_PAYLOAD = "unsigned-payload"
    CHECKSUM = "checksum"
    COMPRESSION = "compression"
    SPARSE = "sparse"
    EVENT_STREAM = "event-stream"
    EVENT_INPUT = "event-input"
    STREAMING = "streaming"
    JSON_VALUE = "json-value"
    MEDIA_TYPE = "media-type"


_INSTEAD: Final[Mapping[Feature, str]] = {
    Feature.ENDPOINT_RULES: "standard endpoints",
    Feature.ENDPOINT_PARAMS: "endpoints that depend on the client alone",
    Feature.INPUT_PARAMS: "endpoints that depend on whole members of the input",
    Feature.ENDPOINT_DISCOVERY: "endpoints that are known beforehand",
    Feature.HOST_PREFIX: "fixed hosts",
    Feature.COMMON_ERRORS: "the errors that operations list",
    Feature.QUERY_COMPATIBLE: "the protocol's own error codes",
    Feature.HTTP2: "calls over HTTP/1.1",
    Feature.PAGINATORS: "single calls",
    Feature.WAITERS: "calls without waiting",
    Feature.UNSIGNED_PAYLOAD: "signatures over the whole body",
    Feature.CHECKSUM: "bodies without checksums",
    Feature.COMPRESSION: "bodies as they are",
    Feature.SPARSE: "dense ones",
    Feature.EVENT_STREAM: "whole bodies",
    Feature.EVENT_INPUT: "answers that are streams of events",
    Feature.STREAMING: "whole bodies",
    Feature.JSON_VALUE: "strings",
    Feature.MEDIA_TYPE: "headers that are plain text",
}
"""What the generator makes where it cannot make the feature."""

_WITHOUT_JSON: Final = frozenset([ir.Protocol.REST_XML, ir.Protocol.QUERY, ir.Protocol.EC2])
"""Protocols in whose bodies neither null nor JSON has a form."""

_XML_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*(:[A-Za-z_][A-Za-z0-9_.-]*)?", re.ASCII)

AUTHS: Final = frozenset([ir.Auth.SIGV4, ir.Auth.SIGV4A, ir.Auth.BEARER, ir.Auth.NONE])
"""Ways to prove who calls that the runtime offers."""

MADE: Final = frozenset(
    [
        Feature.CHECKSUM,
        Feature.COMMON_ERRORS,
        Feature.COMPRESSION,
        Feature.ENDPOINT_DISCOVERY,
        Feature.ENDPOINT_PARAMS,
        Feature.ENDPOINT_RULES,
        Feature.EVENT_INPUT,
        Feature.EVENT_STREAM,
        Feature.HOST_PREFIX,
        Feature.HTTP2,
        Feature.INPUT_PARAMS,
        Feature.JSON_VALUE,
        Feature.MEDIA_TYPE,
        Feature.PAGINATORS,
        Feature.QUERY_COMPATIBLE,
        Feature.SPARSE,
        Feature.STREAMING,
        Feature.UNSIGNED_PAYLOAD,
        Feature.WAITERS,
    ]
)
"""Features for which there are templates."""


_CANNOT: Final = "the generator cannot make "
_YET: Final = " yet;"


class Use(NamedTuple):
    """Something that a model asks for."""

    feature: Feature
    what: str
    origin: ir.Origin


def makes_all() -> bool:
    """Whether there is nothing in published models that the generator cannot make, but for signatures of 2008."""
    return set(Feature) <= MADE and set(ir.Auth) - {ir.Auth.SIGV2} <= AUTHS


def verdict(model: ir.Model) -> str:
    """Whether the generator can make a model: empty if it can, else what is in the way, in one phrase."""
    try:
        supported(model)
    except GenerationError as error:
        return error.problem.removeprefix(_CANNOT).partition(_YET)[0]
    return ""


def supported(model: ir.Model) -> None:
    """Refuse what the generator cannot make, rather than leave it out.

    Raises:
        GenerationError: names the first such thing and where it stands.
    """
    service = model.service
    if service.protocol in _WITHOUT_JSON:
        _check_bodies(model)
    if service.protocol is ir.Protocol.REST_XML:
        check_prefixes(model)
    _check_auth(service.auth, f"service {service.id}", service.origin)
    for operation in model.operations.values():
        _check_auth(operation.auth or service.auth, f"operation {operation.name}", operation.origin)
    missing = next((use for use in uses(model) if use.feature not in MADE), None)
    if missing is not None:
        raise _not_yet(missing.what, _INSTEAD[missing.feature], missing.origin)


def _check_bodies(model: ir.Model) -> None:
    """Bodies of protocols without JSON hold neither documents nor nulls nor JSON in strings."""
    for name in model.closure():
        shape = model.shapes[name]
        what = ""
        if any(model.shape(target).kind is ir.Kind.DOCUMENT for target in ir.targets(shape)):
            what = f"the document in {name}"
        elif isinstance(shape, ir.ListShape | ir.MapShape) and shape.sparse:
            what = f"null as an entry of {name} ('sparse')"
        elif isinstance(shape, ir.StructureShape):
            what = next(filter(None, (_without_form(model, member) for member in shape.members.values())), "")
        if what:
            problem = (
                f"{what} has no form in the protocol {model.service.protocol}; use another protocol or type"
            )
            raise GenerationError(problem, shape.origin)


def _without_form(model: ir.Model, member: ir.Member) -> str:
    """What of a member has no form in a body without JSON; empty where it has one."""
    if member.json_value and member.binding is None:
        return f"the JSON value {member.name}"
    is_element = member.binding is None or member.binding.location is ir.Location.PAYLOAD
    if (
        model.service.protocol is ir.Protocol.REST_XML
        and is_element
        and not _XML_NAME.fullmatch(member.wire_name)
    ):
        return f"the name {quoted(member.wire_name)}"
    return ""


def _check_auth(auth: tuple[ir.Auth, ...], what: str, origin: ir.Origin) -> None:
    if not AUTHS.intersection(auth):
        raise _not_yet(f"the auth {', '.join(auth)} of {what}", ", ".join(sorted(AUTHS)), origin)


def _not_yet(what: str, instead: str, origin: ir.Origin) -> GenerationError:
    return GenerationError(f"{_CANNOT}{what}{_YET} it makes {instead}", origin)


def uses(model: ir.Model) -> Iterator[Use]:
    """All that a model asks for beyond plain calls: first the service's, then operations', then shapes'."""
    yield from _of_service(model)
    for operation in model.operations.values():
        yield from _of_operation(operation)
        given = model.structure(operation.input) if operation.input else None
        events = model.left_open(given) if given else None
        if events is not None and model.has_events(events):
            what = f"the events {events.name} that operation {operation.name} sends"
            yield Use(Feature.EVENT_INPUT, what, events.origin)
    for name in model.closure():
        yield from _of_shape(model, model.shapes[name])


def _of_service(model: ir.Model) -> Iterator[Use]:
    service = model.service
    what = f"service {service.id}"
    if service.endpoint_rules is not None:
        yield Use(Feature.ENDPOINT_RULES, f"the endpoint rules of {what}", service.origin)
    if service.client_params:
        names = ", ".join(param.name for param in service.client_params)
        yield Use(Feature.ENDPOINT_PARAMS, f"the client parameters {names} of {what}", service.origin)
    if service.errors:
        yield Use(
            Feature.COMMON_ERRORS, f"the common errors {', '.join(service.errors)} of {what}", service.origin
        )
    if service.query_compatible:
        yield Use(Feature.QUERY_COMPATIBLE, f"the query-compatible errors of {what}", service.origin)
    if service.http2 is ir.Http2.EVENT_STREAM:
        yield Use(Feature.HTTP2, f"the HTTP/2 streams of {what}", service.origin)
    for waiter in model.waiters:
        yield Use(Feature.WAITERS, f"the waiter {waiter.name}", waiter.origin)


def _of_operation(operation: ir.Operation) -> Iterator[Use]:
    for feature, is_used, what in (
        (Feature.HOST_PREFIX, operation.host_prefix is not None, "host prefix"),
        (
            Feature.ENDPOINT_PARAMS,
            bool(operation.static_params),
            "endpoint parameters",
        ),
        (
            Feature.INPUT_PARAMS,
            bool(operation.input_params),
            "endpoint parameters in the input",
        ),
        (
            Feature.ENDPOINT_DISCOVERY,
            operation.endpoint_discovery is not None or operation.endpoint_operation,
            "endpoint discovery",
        ),
        (Feature.PAGINATORS, operation.paginator is not None, "paginator"),
        (Feature.UNSIGNED_PAYLOAD, operation.unsigned_payload, "unsigned payload"),
        (Feature.CHECKSUM, operation.checksum is not None, "checksum"),
        (Feature.COMPRESSION, bool(operation.compression), "compression"),
    ):
        if is_used:
            yield Use(feature, f"the {what} of operation {operation.name}", operation.origin)


def _of_shape(model: ir.Model, shape: ir.AnyShape) -> Iterator[Use]:
    match shape:
        case ir.ListShape():
            yield from _of_entries(shape, (shape.entry,), shape.sparse)
        case ir.MapShape():
            yield from _of_entries(shape, (shape.key_entry, shape.value_entry), shape.sparse)
        case ir.StructureShape():
            if shape.event_stream:
                yield Use(Feature.EVENT_STREAM, f"the event stream {shape.name}", shape.origin)
            for member in shape.members.values():
                yield from _of_member(model, shape, member)
        case _:
            pass


def _of_entries(shape: ir.AnyShape, entries: tuple[ir.Entry, ...], is_sparse: bool) -> Iterator[Use]:
    if is_sparse:
        yield Use(Feature.SPARSE, f"null as an entry of {shape.name} ('sparse')", shape.origin)
    if any(entry.json_value for entry in entries):
        yield Use(Feature.JSON_VALUE, f"the JSON in the entries of {shape.name}", shape.origin)


def _of_member(model: ir.Model, shape: ir.StructureShape, member: ir.Member) -> Iterator[Use]:
    for feature, is_used, what in (
        (Feature.STREAMING, member.streaming, "streaming member"),
        (Feature.JSON_VALUE, member.json_value, "JSON value"),
        (Feature.ENDPOINT_PARAMS, bool(member.context_param), "endpoint parameter"),
        (Feature.MEDIA_TYPE, ir.in_base64(model, member), "base64 header"),
    ):
        if is_used:
            yield Use(feature, f"the {what} {member.name} of {shape.name}", member.origin)
