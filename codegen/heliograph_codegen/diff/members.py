# SPDX-License-Identifier: Apache-2.0
"""Rules for the members of structures, and for the entries of lists and maps."""

from __future__ import annotations

from collections.abc import Iterator

from heliograph_codegen import ir
from heliograph_codegen.diff.changes import Change, Node, Pair, come, gone, name
from heliograph_codegen.diff.common import constraints, deprecation, documentation, secrecy
from heliograph_codegen.diff.context import Context, Use, matched, python_sort, wire_sort
from heliograph_codegen.ir import Kind, Location, TimestampFormat


def members(context: Context, pair: Pair[ir.StructureShape], use: Use) -> Iterator[Change]:
    """What rules say of the members of a structure, union or error."""
    for old, new in matched(pair.old, pair.new):
        if old is not None and new is not None:
            what = f"member {name(new.name)} of {name(pair.subject)}"
            yield from _member(context, Pair(f"{pair.subject}.{new.name}", what, old, new), use)
        elif old is not None:
            text = f"member {name(old.name)} of {name(pair.subject)} is gone"
            yield gone("SOURCE-MEMBER-REMOVED", f"{pair.subject}.{old.name}", text, old)
        elif new is not None:
            must = _must_be_given(new) and Use.GIVEN in use
            text = f"member {name(new.name)} of {name(pair.subject)} is new"
            yield come(
                "SOURCE-REQUIRED-MEMBER-ADDED" if must else "ADDED-MEMBER",
                f"{pair.subject}.{new.name}",
                f"{text} and must be given" if must else text,
                new,
            )


def _member(context: Context, pair: Pair[ir.Member], use: Use) -> Iterator[Change]:
    if pair.old.name != pair.new.name:
        yield pair.found("SOURCE-MEMBER-RENAMED", f"was called {name(pair.old.name)}")
    yield from _required(context, pair, use)
    yield from _target(context, pair, (pair.old.target, pair.new.target))
    yield from _places(pair)
    yield from _timestamps(context, pair)
    yield from pair.attributes(
        ("query_name", "WIRE-MEMBER-NAME", "the name in queries"),
        ("flattened", "WIRE-FLATTENED", "the flattening"),
        ("xml_namespace", "WIRE-XML-NAMESPACE", "the XML namespace"),
        ("context_param", "WIRE-ENDPOINT-PARAMS", "the endpoint parameter"),
        ("requires_length", "WIRE-REQUIRES-LENGTH", "the need for a length"),
        ("streaming", "SOURCE-STREAMING-CHANGED", "the streaming"),
        ("json_value", "SOURCE-JSON-VALUE-CHANGED", "the reading as JSON"),
        ("default", "SOURCE-DEFAULT-CHANGED", "the default"),
    )
    if pair.old.idempotency_token != pair.new.idempotency_token:
        rule = "ADDED-IDEMPOTENCY-TOKEN" if pair.new.idempotency_token else "WIRE-IDEMPOTENCY-TOKEN"
        yield pair.found(rule, f"is {'' if pair.new.idempotency_token else 'no longer '}filled by the client")
    yield from secrecy(pair)
    yield from constraints(pair, use)
    yield from documentation(pair, "documentation")
    yield from deprecation(pair)


def _required(context: Context, pair: Pair[ir.Member], use: Use) -> Iterator[Change]:
    before, after = _must_be_given(pair.old), _must_be_given(pair.new)
    if Use.GIVEN in use and before != after:
        yield (
            pair.found("SOURCE-MEMBER-REQUIRED", "must be given")
            if after
            else pair.found("ADDED-OPTIONAL", "may be left out")
        )
    if Use.READ in use and pair.old.required != pair.new.required:
        if pair.new.required:
            yield pair.found("ADDED-ALWAYS-PRESENT", "is always there")
        elif context.new.shape(pair.new.target).kind in (Kind.LIST, Kind.MAP):
            yield pair.found("NOTE-ALWAYS-EMPTY", "may be absent, and is then empty")
        else:
            yield pair.found("SOURCE-MEMBER-MAY-BE-ABSENT", "may be None")


def _must_be_given(member: ir.Member) -> bool:
    return member.required and not member.idempotency_token


def _places(pair: Pair[ir.Member]) -> Iterator[Change]:
    if pair.old.wire_name != pair.new.wire_name and _is_named(pair.old) and _is_named(pair.new):
        yield from pair.attribute("wire_name", "WIRE-MEMBER-NAME", "the name on the wire")
    old, new = (_binding(each) for each in (pair.old, pair.new))
    if old != new:
        yield pair.valued("WIRE-MEMBER-MOVED", "the place", old or "the body", new or "the body")
    yield from pair.attributes(
        ("xml_attribute", "WIRE-MEMBER-MOVED", "the place in an attribute"),
        ("event_part", "WIRE-MEMBER-MOVED", "the place in the event"),
        ("host_label", "WIRE-MEMBER-MOVED", "the place in the host"),
    )


def _is_named(member: ir.Member) -> bool:
    """Whether its name on the wire stands in a body."""
    return member.binding is None or member.binding.location is Location.PAYLOAD


def _binding(member: ir.Member) -> ir.Binding | None:
    """Where it travels; the name of a label is nobody's but the model's."""
    binding = member.binding
    is_label = binding is not None and binding.location is Location.LABEL
    return ir.Binding(Location.LABEL) if is_label else binding


# --- What members and entries refer to ---


def entry(
    context: Context,
    pair: Pair[ir.AnyShape],
    words: str,
    targets: tuple[str, str],
    entries: tuple[ir.Entry, ir.Entry],
) -> Iterator[Change]:
    """What rules say of how a list or map refers to what it holds."""
    inner = Pair(pair.subject, f"{words} of {pair.what}", pair.old, pair.new)
    old, new = entries
    yield from _target(context, inner, targets)
    if old.name != new.name:
        yield inner.valued("WIRE-ENTRY-NAME", "the name", old.name, new.name)
    if old.namespace != new.namespace:
        yield inner.valued("WIRE-XML-NAMESPACE", "the XML namespace", old.namespace, new.namespace)
    if old.json_value != new.json_value:
        yield inner.valued("SOURCE-JSON-VALUE-CHANGED", "the reading as JSON", old.json_value, new.json_value)
    formats = (
        _own_format(context.old, targets[0], old.timestamp_format),
        _own_format(context.new, targets[1], new.timestamp_format),
    )
    yield from _formats(context, inner, formats, (None, None))


def _target(context: Context, pair: Pair[Node], targets: tuple[str, str]) -> Iterator[Change]:
    old, new = context.old.shape(targets[0]), context.new.shape(targets[1])
    if python_sort(old) != python_sort(new):
        yield pair.valued("SOURCE-TYPE-CHANGED", "the type", old.kind, new.kind)
        if wire_sort(old) != wire_sort(new):
            yield pair.valued("WIRE-TYPE-CHANGED", "the type on the wire", old.kind, new.kind)
    elif old.kind is not new.kind:
        yield pair.valued("NOTE-KIND", "the kind", old.kind, new.kind)
    elif _is_other_class(context, targets) and old.kind is Kind.STRUCTURE:
        yield pair.valued("SOURCE-CLASS-REPLACED", "the class", *targets)


def _is_other_class(context: Context, targets: tuple[str, str]) -> bool:
    old, new = targets
    return old != new and context.renamed.get(old) != new


# --- Timestamps ---


def _timestamps(context: Context, pair: Pair[ir.Member]) -> Iterator[Change]:
    formats = (
        _own_format(context.old, pair.old.target, pair.old.timestamp_format),
        _own_format(context.new, pair.new.target, pair.new.timestamp_format),
    )
    yield from _formats(context, pair, formats, (pair.old.binding, pair.new.binding))


def _own_format(model: ir.Model, target: str, given: TimestampFormat | None) -> TimestampFormat | str | None:
    """The format that the model names; empty where it names none, None where there is no timestamp."""
    shape = model.shape(target)
    if not isinstance(shape, ir.SimpleShape) or shape.kind is not Kind.TIMESTAMP:
        return None
    return given or shape.timestamp_format or ""


def _formats(
    context: Context,
    pair: Pair[Node],
    own: tuple[TimestampFormat | str | None, TimestampFormat | str | None],
    bindings: tuple[ir.Binding | None, ir.Binding | None],
) -> Iterator[Change]:
    if None in own:
        return
    old, new = own
    if context.old.service.protocol is context.new.service.protocol:
        protocol = context.new.service.protocol
        old, new = (
            each or _default_format(protocol, binding)
            for each, binding in ((old, bindings[0]), (new, bindings[1]))
        )
    if old != new:
        yield pair.valued("WIRE-TIMESTAMP-FORMAT", "the format", old, new)


_IN_XML = frozenset([ir.Protocol.REST_XML, ir.Protocol.QUERY, ir.Protocol.EC2])


def _default_format(protocol: ir.Protocol, binding: ir.Binding | None) -> TimestampFormat:
    """What the protocol writes where the model says nothing."""
    match None if binding is None else binding.location:
        case Location.HEADER:
            return TimestampFormat.HTTP_DATE
        case Location.QUERY | Location.LABEL:
            return TimestampFormat.DATE_TIME
        case _:
            return TimestampFormat.DATE_TIME if protocol in _IN_XML else TimestampFormat.EPOCH_SECONDS
