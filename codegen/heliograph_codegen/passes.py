# SPDX-License-Identifier: Apache-2.0
"""What must hold for a model, whichever front-end read it.

:func:`validate` refuses models that contradict themselves; :func:`check_all_used` refuses shapes that nothing
names; :func:`supported` (of :mod:`~heliograph_codegen.features`) refuses, by name, what the generator cannot make
yet. Each check is a function of the model that raises ``GenerationError`` or returns nothing. None of them recurses
into the model: cyclic shapes are legal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from heliograph_codegen import ir
from heliograph_codegen.customisations import CUSTOMISATIONS
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.features import supported as supported
from heliograph_codegen.ir import Kind, Location, StructureShape
from heliograph_codegen.limits import DEFAULT_LIMITS, Limits
from heliograph_codegen.moments import moment
from heliograph_codegen.wording import UNREADABLE, quoted, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NUMBERS = frozenset(
    [Kind.INTEGER, Kind.LONG, Kind.BIG_INTEGER, Kind.FLOAT, Kind.DOUBLE, Kind.BIG_DECIMAL, Kind.INT_ENUM]
)
_INTEGERS = frozenset([Kind.INTEGER, Kind.LONG, Kind.BIG_INTEGER, Kind.INT_ENUM])
_TEXTS = frozenset([Kind.STRING, Kind.ENUM])
_SIZED = _TEXTS | {Kind.BLOB, Kind.LIST, Kind.MAP}
_IN_TEXT = _NUMBERS | _TEXTS | {Kind.BOOLEAN, Kind.TIMESTAMP}
_STRUCTURES = frozenset([Kind.STRUCTURE, Kind.UNION])

OWN_HEADERS = frozenset(
    [
        "authorization",
        "connection",
        "host",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
"""Request headers that belong to signing and to the connection, in lower case."""


def validate(model: ir.Model, limits: Limits = DEFAULT_LIMITS) -> None:
    """Check that a model holds together.

    Raises:
        GenerationError: the first contradiction, where it stands, and the mend.
    """
    check_sizes(model, limits)
    check_references(model)
    check_service(model)
    check_shapes(model)
    check_events(model)
    check_recursion(model)
    check_operations(model)
    check_calls(model)
    check_waiters(model)
    check_bindings(model)
    check_examples(model)
    check_texts(model)


# --- Sizes and references ---


def check_sizes(model: ir.Model, limits: Limits) -> None:
    """Operations, shapes, members and the service's name stay within the caps."""
    limits.check("name_length", len(model.service.id), model.service.origin)
    limits.check("operations", len(model.operations), model.origin)
    limits.check("shapes", len(model.shapes), model.origin)
    limits.check("members", sum(map(_size, model.shapes.values())), model.origin)


def _size(shape: ir.AnyShape) -> int:
    match shape:
        case StructureShape():
            return len(shape.members)
        case ir.EnumShape():
            return len(shape.values)
        case _:
            return 0


def check_references(model: ir.Model) -> None:
    """Every name that a shape or operation uses is there, and is of the sort that its place needs."""
    for shape in model.shapes.values():
        for what, target, origin in _references(shape):
            if target not in model.shapes and target not in ir.SIMPLE_SHAPES:
                known = (*model.shapes, *ir.SIMPLE_SHAPES)
                raise GenerationError(
                    f"{what} is of the type {quoted(target)}, which is not there{suggestion(target, known)}",
                    origin,
                )
        if isinstance(shape, ir.MapShape) and model.shape(shape.key).kind not in _TEXTS:
            raise GenerationError(
                f"the keys of map {shape.name} are no strings; use a string or enum", shape.origin
            )
    for operation in model.operations.values():
        _check_ends(model, operation)


class _Reference(NamedTuple):
    what: str
    target: str
    origin: ir.Origin


def _references(shape: ir.AnyShape) -> Iterator[_Reference]:
    match shape:
        case StructureShape():
            for member in shape.members.values():
                yield _Reference(f"member {member.name} of {shape.name}", member.target, member.origin)
        case ir.ListShape():
            yield _Reference(f"the element of list {shape.name}", shape.element, shape.origin)
        case ir.MapShape():
            yield _Reference(f"the key of map {shape.name}", shape.key, shape.origin)
            yield _Reference(f"the value of map {shape.name}", shape.value, shape.origin)
        case _:
            pass


def _check_ends(model: ir.Model, operation: ir.Operation) -> None:
    what = f"operation {operation.name}"
    for side, name in (("input", operation.input), ("output", operation.output)):
        if name is not None and not _is_structure(model.shapes.get(name)):
            hint = suggestion(name, [each for each, shape in model.shapes.items() if _is_structure(shape)])
            raise GenerationError(
                f"the {side} {quoted(name)} of {what} is no structure of this model{hint}", operation.origin
            )
    for index, name in enumerate(operation.errors):
        if not _is_error(model.shapes.get(name)):
            hint = suggestion(name, [each for each, shape in model.shapes.items() if _is_error(shape)])
            raise GenerationError(
                f"the error {quoted(name)} of {what} is no error of this model{hint}", operation.origin
            )
        if name in operation.errors[:index]:
            raise GenerationError(f"{what} lists the error {name} twice; remove one", operation.origin)


def _is_structure(shape: ir.AnyShape | None) -> bool:
    return shape is not None and shape.kind is Kind.STRUCTURE


def _is_error(shape: ir.AnyShape | None) -> bool:
    return isinstance(shape, StructureShape) and shape.error is not None


def check_all_used(model: ir.Model) -> None:
    """Every shape is reached from an operation: a shape that is not is mostly a name misspelt elsewhere."""
    used = set(model.closure())
    for name, shape in model.shapes.items():
        if name not in used:
            raise GenerationError(f"nothing uses the shape {name}; use it or remove it", shape.origin)


# --- Service ---


def check_service(model: ir.Model) -> None:
    """The service has one way to its endpoint, and its errors are errors."""
    service = model.service
    if service.endpoint is not None and service.endpoint_rules is not None:
        raise GenerationError(
            "the service has standard endpoints and endpoint rules; keep one", service.origin
        )
    for index, name in enumerate(service.errors):
        if not _is_error(model.shapes.get(name)):
            hint = suggestion(name, [each for each, shape in model.shapes.items() if _is_error(shape)])
            raise GenerationError(f"{quoted(name)} is no error of this model{hint}", service.origin)
        if name in service.errors[:index]:
            raise GenerationError(f"the service lists the error {name} twice; remove one", service.origin)


# --- Shapes ---


def check_shapes(model: ir.Model) -> None:
    """Constraints, defaults and formats fit the kinds they stand at; members do not meet on the wire."""
    for shape in model.shapes.values():
        _check_constraints(shape.constraints, shape.kind, f"shape {shape.name}", shape.origin)
        if isinstance(shape, ir.SimpleShape) and shape.timestamp_format and shape.kind is not Kind.TIMESTAMP:
            raise GenerationError(f"'timestamp-format' is for timestamps; {shape.name} is none", shape.origin)
        match shape:
            case StructureShape():
                _check_members(model, shape)
            case ir.ListShape():
                _check_entry(
                    model, shape.entry, shape.element, f"the element of list {shape.name}", shape.origin
                )
            case ir.MapShape():
                _check_entry(model, shape.key_entry, shape.key, f"the key of map {shape.name}", shape.origin)
                _check_entry(
                    model, shape.value_entry, shape.value, f"the value of map {shape.name}", shape.origin
                )
            case _:
                pass


def _check_entry(model: ir.Model, entry: ir.Entry, target: str, what: str, origin: ir.Origin) -> None:
    kind = model.shape(target).kind
    if entry.timestamp_format and kind is not Kind.TIMESTAMP:
        raise GenerationError(f"'timestamp-format' is for timestamps; {what} is none", origin)
    if entry.json_value and kind is not Kind.STRING:
        raise GenerationError(f"'json-value' is for strings; {what} is no string", origin)


def _check_constraints(constraints: ir.Constraints, kind: Kind, what: str, origin: ir.Origin) -> None:
    wrong = ""
    if constraints.length and kind not in _SIZED:
        wrong = "'length' is for strings, blobs, lists and maps"
    elif constraints.range and kind not in _NUMBERS:
        wrong = "'range' is for numbers"
    elif constraints.pattern and kind not in _TEXTS:
        wrong = "'pattern' is for strings"
    if wrong:
        raise GenerationError(f"{wrong}; {what} is of the kind {kind}", origin)


def _check_members(model: ir.Model, shape: StructureShape) -> None:
    is_union = shape.kind is Kind.UNION
    if is_union and not shape.members:
        raise GenerationError(f"union {shape.name} has no members; add one", shape.origin)
    if shape.event_stream and not is_union:
        raise GenerationError(f"'event-stream' is for unions; {shape.name} is none", shape.origin)
    for member in shape.members.values():
        what = f"member {member.name} of {shape.name}"
        kind = model.shape(member.target).kind
        _check_constraints(member.constraints, kind, what, member.origin)
        if is_union and (member.required or member.binding):
            raise GenerationError(
                f"{what} is of a union; it is neither required nor bound to HTTP", member.origin
            )
        if member.timestamp_format and kind is not Kind.TIMESTAMP:
            raise GenerationError(f"'timestamp-format' is for timestamps; {what} is none", member.origin)
        if member.idempotency_token and kind is not Kind.STRING:
            raise GenerationError(f"'idempotency-token' is for strings; {what} is no string", member.origin)
        _check_form(member, kind, what)
        if member.default is not None:
            _check_value(model, member.default, member.target, f"the default of {what}", member.origin)
    _check_no_two(shape)


def _check_form(member: ir.Member, kind: Kind, what: str) -> None:
    """What is said of how a member is written fits its kind."""
    wrong = ""
    if member.flattened and kind not in (Kind.LIST, Kind.MAP):
        wrong = "'flattened' is for lists and maps"
    elif member.xml_attribute and kind not in _IN_TEXT:
        wrong = "'xml-attribute' is for simple values"
    elif member.json_value and kind is not Kind.STRING:
        wrong = "'json-value' is for strings"
    elif member.requires_length and not member.streaming:
        raise GenerationError(f"'requires-length' is for streaming bodies; {what} is none", member.origin)
    if wrong:
        raise GenerationError(f"{wrong}; {what} is of the kind {kind}", member.origin)


def check_events(model: ir.Model) -> None:
    """Streams of events hold structures and are one member of an input or output; only events have event parts."""
    ends = {end for each in model.operations.values() for end in (each.input, each.output)}
    streams = {
        name
        for name, shape in model.shapes.items()
        if isinstance(shape, StructureShape) and shape.event_stream
    }
    events = {target for name in streams for target in ir.targets(model.shapes[name])}
    for name, shape in model.shapes.items():
        if not isinstance(shape, StructureShape):
            continue
        for member in shape.members.values():
            what = f"member {member.name} of {name}"
            if name in streams and model.shape(member.target).kind is not Kind.STRUCTURE:
                raise GenerationError(f"{what} is of a stream of events, but no structure", member.origin)
            if member.target in streams and name not in ends:
                raise GenerationError(f"{what} is a stream of events within a body; move it", member.origin)
            if member.event_part and name not in events:
                raise GenerationError(f"{what} has 'event', but is of no event of a stream", member.origin)
        _check_no_second(
            shape, [each for each in shape.members.values() if each.target in streams], "a stream"
        )
        bodies = [each for each in shape.members.values() if each.event_part is ir.EventPart.PAYLOAD]
        _check_no_second(shape, bodies, "'event: payload'")


def _check_no_second(shape: StructureShape, members: list[ir.Member], what: str) -> None:
    if len(members) > 1:
        names = f"{members[0].name} and {members[1].name}"
        raise GenerationError(
            f"the members {names} of {shape.name} are both {what}; keep one", members[1].origin
        )


def _check_no_two(shape: StructureShape) -> None:
    """No two members have one place, unless one of them is deprecated and has given it up.

    Header names are equal without case, everything else with it.
    """
    seen: dict[tuple[str, str], ir.Member] = {}
    for member in shape.members.values():
        place = _place(member)
        other = seen.get(place)
        if other is not None and member.deprecated is None and other.deprecated is None:
            raise GenerationError(
                f"the members {other.name} and {member.name} of {shape.name} have one place, "
                f"{' '.join(filter(None, place))}; move or rename one",
                member.origin,
            )
        seen[place] = member


def _place(member: ir.Member) -> tuple[str, str]:
    binding = member.binding
    if member.xml_attribute:
        return "attribute", member.wire_name
    if member.event_part is not None and member.event_part.is_header:
        return "event header", member.wire_name
    if binding is None:
        return "body", member.wire_name
    if binding.location in (Location.HEADER, Location.PREFIX_HEADERS):
        return binding.location.value, binding.name.lower()
    return binding.location.value, binding.name


def check_recursion(model: ir.Model) -> None:
    """Every shape has a finite value, and no list or map holds nothing but itself."""
    for shape in model.shapes.values():
        if isinstance(shape, ir.ListShape | ir.MapShape):
            _check_containers(model, shape)
    finite = _finite(model)
    endless = {name for name in model.shapes if name not in finite}
    for name in sorted(endless):
        cycle = _cycle(model, name, endless)
        if cycle:
            raise GenerationError(
                f"the required members {' -> '.join(cycle)} never end; make one of them optional",
                model.shapes[name].origin,
            )


def _check_containers(model: ir.Model, start: ir.ListShape | ir.MapShape) -> None:
    """Follow elements and values until they leave lists and maps."""
    seen: set[str] = set()
    shape: ir.AnyShape = start
    while isinstance(shape, ir.ListShape | ir.MapShape):
        if shape.name in seen:
            raise GenerationError(
                f"{start.kind} {start.name} holds only itself; put a structure between", start.origin
            )
        seen.add(shape.name)
        shape = model.shape(shape.element if isinstance(shape, ir.ListShape) else shape.value)


def _finite(model: ir.Model) -> set[str]:
    """Names of the shapes that have a finite value, found from the leaves with a work list.

    A structure has one when all its required members have one, a union when one member has one, everything
    else always.
    """
    waiting_for: dict[str, set[str]] = {}
    users: dict[str, set[str]] = {}
    ready = list(ir.SIMPLE_SHAPES)
    for name, shape in model.shapes.items():
        needs = _needs(shape)
        if not needs:
            ready.append(name)
            continue
        waiting_for[name] = needs
        for need in needs:
            users.setdefault(need, set()).add(name)
    finite: set[str] = set()
    while ready:
        done = ready.pop()
        if done in finite:
            continue
        finite.add(done)
        for user in users.get(done, ()):
            waiting_for[user].discard(done)
            if not waiting_for[user] or model.shapes[user].kind is Kind.UNION:
                ready.append(user)
    return finite


def _needs(shape: ir.AnyShape) -> set[str]:
    if not isinstance(shape, StructureShape):
        return set()
    is_union = shape.kind is Kind.UNION
    return {member.target for member in shape.members.values() if member.required or is_union}


def _cycle(model: ir.Model, start: str, endless: set[str]) -> list[str]:
    """The way from a shape back to itself along members that have no finite value, as ``Shape.Member``."""
    way: list[str] = []
    name = start
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        shape = model.structure(name)
        is_union = shape.kind is Kind.UNION
        member = next(
            each for each in shape.members.values() if (each.required or is_union) and each.target in endless
        )
        way.append(f"{name}.{member.name}")
        name = member.target
    return way if name == start else []


# --- Operations ---


def check_operations(model: ir.Model) -> None:
    """Names differ in more than case; positional names and labels have their members."""
    seen: dict[str, ir.Operation] = {}
    for operation in model.operations.values():
        first = seen.setdefault(operation.name.lower(), operation)
        if first is not operation:
            raise GenerationError(
                f"the operations {first.name} (at {first.origin}) and {operation.name} differ only in case; "
                "rename one",
                operation.origin,
            )
        _check_positional(model, operation)
        _check_path_labels(model, operation)
        _check_host_labels(model, operation)


def _input(model: ir.Model, operation: ir.Operation) -> Mapping[str, ir.Member]:
    return {} if operation.input is None else model.structure(operation.input).members


def _check_positional(model: ir.Model, operation: ir.Operation) -> None:
    what = f"'positional' of operation {operation.name}"
    members = _input(model, operation)
    optional = ""
    for index, name in enumerate(operation.positional):
        if name in operation.positional[:index]:
            raise GenerationError(f"{what} names {quoted(name)} twice; remove one", operation.origin)
        if name == ir.PARAMS:
            if index != len(operation.positional) - 1:
                raise GenerationError(f"{what} goes on after '{ir.PARAMS}'; put that last", operation.origin)
        elif name not in members:
            known = (*members, ir.PARAMS)
            raise GenerationError(
                f"{what} names {quoted(name)}, which is no input member{suggestion(name, known)}",
                operation.origin,
            )
        elif not members[name].required:
            optional = name
        elif optional:
            raise GenerationError(
                f"{what} has the required {name} after the optional {optional}; put required ones first",
                operation.origin,
            )


def _check_path_labels(model: ir.Model, operation: ir.Operation) -> None:
    """Each label of the path has its required input member, and the other way round."""
    bound = {
        member.binding.name: member
        for member in _input(model, operation).values()
        if member.binding is not None and member.binding.location is Location.LABEL
    }
    labels = [label.name for label in operation.path.labels]
    for label in labels:
        if label not in bound:
            raise GenerationError(
                f"no input member of operation {operation.name} fills the label {{{label}}}; add "
                f"'{label}: {{type: string, required: true, label: true}}' to its input",
                operation.origin,
            )
    for label, member in bound.items():
        if label not in labels:
            raise GenerationError(
                f"member {member.name} fills the label {{{label}}}, which the path of operation "
                f"{operation.name} does not have{suggestion(label, labels)}",
                member.origin,
            )
        if not member.required:
            raise GenerationError(
                f"member {member.name} fills a label of the path; add 'required: true'", member.origin
            )


def _check_host_labels(model: ir.Model, operation: ir.Operation) -> None:
    """Each label of the host prefix has its required input member, and the other way round."""
    members = _input(model, operation)
    hosts = [label.name for label in operation.host_prefix.labels] if operation.host_prefix else []
    for host in hosts:
        if host not in members or not members[host].host_label or not members[host].required:
            raise GenerationError(
                f"the host prefix of operation {operation.name} needs {{{host}}}; add an input member "
                f"'{host}: {{type: string, required: true, host-label: true}}'",
                operation.origin,
            )
    for member in members.values():
        if member.host_label and member.name not in hosts:
            raise GenerationError(
                f"member {member.name} is a host label, which operation {operation.name} does not use; "
                "remove 'host-label' or add 'host-prefix'",
                member.origin,
            )


def check_calls(model: ir.Model) -> None:
    """What operations say of paginators, checksums, customisations and headers names what is there."""
    for operation in model.operations.values():
        paginator, checksum = operation.paginator, operation.checksum
        for name in operation.customisations:
            if name not in CUSTOMISATIONS:
                raise GenerationError(
                    f"operation {operation.name} wants {quoted(name)}, which is no customisation"
                    f"{suggestion(name, CUSTOMISATIONS)}",
                    operation.origin,
                )
        for name, _ in operation.headers:
            if name in OWN_HEADERS:
                raise GenerationError(
                    f"operation {operation.name} would set the header {name}, which the client sets itself; remove it",
                    operation.origin,
                )
        if paginator is not None:
            what = f"the paginator of operation {operation.name}"
            if not paginator.input_tokens or len(paginator.input_tokens) != len(paginator.output_tokens):
                raise GenerationError(f"{what} needs an output token for each input token", operation.origin)
            _check_named(model, operation, (*paginator.input_tokens, paginator.limit), what)
        if checksum is not None:
            names = (checksum.algorithm_member, checksum.validation_member)
            _check_named(model, operation, names, f"the checksum of operation {operation.name}")


def _check_named(model: ir.Model, operation: ir.Operation, names: Iterable[str], what: str) -> None:
    members = _input(model, operation)
    for name in filter(None, names):
        if name not in members:
            raise GenerationError(
                f"{what} names {quoted(name)}, which is no input member{suggestion(name, members)}",
                operation.origin,
            )


def check_waiters(model: ir.Model) -> None:
    """Waiters ask operations that are there, and know when to end."""
    seen: set[str] = set()
    for waiter in model.waiters:
        what = f"waiter {waiter.name}"
        if waiter.name.lower() in seen:
            raise GenerationError(
                f"{what} is there twice, or differs only in case; rename one", waiter.origin
            )
        seen.add(waiter.name.lower())
        if waiter.operation not in model.operations:
            hint = suggestion(waiter.operation, model.operations)
            raise GenerationError(
                f"{what} asks {quoted(waiter.operation)}, which is no operation{hint}", waiter.origin
            )
        if not any(each.outcome is ir.Outcome.SUCCESS for each in waiter.acceptors):
            raise GenerationError(f"{what} never succeeds; add an acceptor that does", waiter.origin)
        for acceptor in waiter.acceptors:
            is_status = acceptor.matcher is ir.Matcher.STATUS
            is_number = isinstance(acceptor.expected, int) and not isinstance(acceptor.expected, bool)
            if is_status != is_number and (is_status or acceptor.matcher is ir.Matcher.ERROR):
                raise GenerationError(f"{what} expects a {acceptor.matcher} of another type", waiter.origin)


# --- Bindings ---

_REQUEST_ONLY = frozenset([Location.LABEL, Location.QUERY, Location.QUERY_MAP, Location.ENDPOINT])


def check_bindings(model: ir.Model) -> None:
    """Members are bound to places that exist where their structure stands, and can be written there."""
    inputs = {operation.input for operation in model.operations.values()}
    answers = {operation.output for operation in model.operations.values()}
    for name, shape in model.shapes.items():
        if not isinstance(shape, StructureShape):
            continue
        is_answer = name in answers or shape.error is not None
        for member in shape.members.values():
            if member.binding is None:
                continue
            what = f"member {member.name} of {name}"
            _check_direction(member, member.binding, what, name in inputs, is_answer)
            _check_bound_kind(model, member, member.binding, what)
        _check_payload(model, shape)


def _check_direction(
    member: ir.Member, binding: ir.Binding, what: str, is_input: bool, is_answer: bool
) -> None:
    place = binding.location
    if not is_input and not is_answer:
        problem = f"'{place}' has no meaning for {what}; only inputs, outputs and errors have it"
    elif is_input and place is Location.STATUS:
        problem = f"{what} is of an input, which has no 'status'"
    elif place is Location.ENDPOINT and not member.context_param:
        problem = f"'endpoint' of {what} needs a 'context-param' that takes its value"
    elif is_answer and place in _REQUEST_ONLY:
        problem = f"{what} is of an answer, which has no '{place}'"
    elif is_input and place is Location.HEADER and binding.name.lower() in OWN_HEADERS:
        problem = f"{what} would set the header {binding.name}, which the client sets itself"
    else:
        return
    raise GenerationError(f"{problem}; move or remove it", member.origin)


def _check_bound_kind(model: ir.Model, member: ir.Member, binding: ir.Binding, what: str) -> None:
    shape = model.shape(member.target)
    place = binding.location
    if place in (Location.HEADER, Location.QUERY):
        fits = _is_text(shape) or (isinstance(shape, ir.ListShape) and _is_text(model.shape(shape.element)))
        wanted = "a simple value or a list of them"
    elif place in (Location.LABEL, Location.ENDPOINT):
        fits, wanted = _is_text(shape), "a simple value"
    elif place is Location.STATUS:
        fits, wanted = shape.kind in _INTEGERS, "an integer"
    elif place is Location.PREFIX_HEADERS:
        fits = isinstance(shape, ir.MapShape) and model.shape(shape.value).kind in _TEXTS
        wanted = "a map of strings"
    elif place is Location.QUERY_MAP:
        fits = isinstance(shape, ir.MapShape) and _is_query_value(model, model.shape(shape.value))
        wanted = "a map of strings or of lists of strings"
    else:
        fits = shape.kind not in _IN_TEXT or shape.kind in _TEXTS
        wanted = "a structure, union, list, map, string, blob or document"
    if not fits:
        raise GenerationError(f"{what} is of the kind {shape.kind}; '{place}' needs {wanted}", member.origin)
    sparse = None if place is Location.PAYLOAD else _sparse_in(model, shape)
    if sparse is not None:
        raise GenerationError(
            f"{what} may hold null, which has no form in '{place}'; remove 'sparse' from {sparse}",
            member.origin,
        )


def _sparse_in(model: ir.Model, shape: ir.AnyShape) -> str | None:
    """The name of a list or map that may hold null: this one, or the one that it holds."""
    while isinstance(shape, ir.ListShape | ir.MapShape):
        if shape.sparse:
            return shape.name
        shape = model.shape(shape.element if isinstance(shape, ir.ListShape) else shape.value)
    return None


def _is_text(shape: ir.AnyShape) -> bool:
    return shape.kind in _IN_TEXT


def _is_query_value(model: ir.Model, shape: ir.AnyShape) -> bool:
    return (model.shape(shape.element) if isinstance(shape, ir.ListShape) else shape).kind in _TEXTS


def _check_payload(model: ir.Model, shape: StructureShape) -> None:
    """Where one member is the whole body, no other stands in it."""
    payload = [each for each in shape.members.values() if each.binding == ir.Binding(Location.PAYLOAD)]
    body = [each for each in shape.members.values() if each.binding is None]
    if payload and body:
        raise GenerationError(
            f"member {payload[0].name} is the whole body of {shape.name}; bind {body[0].name} elsewhere too",
            body[0].origin,
        )
    for member in shape.members.values():
        if member.streaming and member not in payload:
            raise GenerationError(
                f"'streaming' member {member.name} is not the body; add 'payload: true'", member.origin
            )


# --- Examples and defaults ---


def check_examples(model: ir.Model) -> None:
    """Examples hold known members with values of their types; inputs and outputs are complete."""
    for operation in model.operations.values():
        for example in operation.examples:
            _check_example(model, operation, example)


def check_texts(model: ir.Model) -> None:
    """What is sent, compared or resolved can be written in a model; of prose alone is dropped what cannot."""
    service = model.service
    found: list[tuple[object, ir.Origin]] = (
        [(rules.document, service.origin)] if (rules := service.endpoint_rules) else []
    )
    for shape in model.shapes.values():
        if isinstance(shape, StructureShape):
            found += ((member.default, member.origin) for member in shape.members.values())
    for operation in model.operations.values():
        found += ((param.value, operation.origin) for param in operation.static_params)
    for waiter in model.waiters:
        found += ((acceptor.expected, waiter.origin) for acceptor in waiter.acceptors)
    for value, origin in found:
        _check_text(value, origin)


def _check_text(value: object, origin: ir.Origin) -> None:
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, Mapping):
            waiting += (each for pair in cast("Mapping[object, object]", inner).items() for each in pair)
        elif isinstance(inner, list | tuple):
            waiting += cast("Sequence[object]", inner)
        elif isinstance(inner, str) and (unreadable := UNREADABLE.search(inner)):
            code = f"U+{ord(unreadable[0]):04X}"
            raise GenerationError(f"the character {code} cannot stand in a model; remove it", origin)


def example_problem(model: ir.Model, operation: ir.Operation, example: ir.Example) -> str | None:
    """Why an example does not fit; None when it does. Published examples are wrong too often to be believed."""
    try:
        _check_example(model, operation, example)
    except GenerationError as error:
        return error.problem
    return None


def _check_example(model: ir.Model, operation: ir.Operation, example: ir.Example) -> None:
    what = f"example {quoted(example.title)}"
    for values in (example.input, example.output, example.error.members if example.error else None):
        _check_text(values, example.origin)
    _check_example_end(model, example.input, operation.input, f"the input of {what}", example.origin)
    if example.output is not None:
        _check_example_end(model, example.output, operation.output, f"the output of {what}", example.origin)
    if example.error is not None:
        name = example.error.shape
        if name not in operation.errors:
            raise GenerationError(
                f"{what} ends with {quoted(name)}, no error of operation {operation.name}"
                f"{suggestion(name, operation.errors)}",
                example.origin,
            )
        _check_example_end(model, example.error.members, name, f"the error of {what}", example.origin)


def _check_example_end(
    model: ir.Model, value: Mapping[str, ir.Json], target: str | None, what: str, origin: ir.Origin
) -> None:
    if target is not None:
        _check_value(model, dict(value), target, what, origin)
    elif value:
        raise GenerationError(f"{what} has members, but the operation has none there; remove them", origin)


_Task: TypeAlias = tuple[ir.Json, str, str]
"""A value, the name of its shape, and what to call it."""


def _check_value(model: ir.Model, value: ir.Json, target: str, what: str, origin: ir.Origin) -> None:
    """A value in model names fits its shape. Nothing is said about the value itself: it may be a secret."""
    tasks: list[_Task] = [(value, target, what)]
    while tasks:
        each, name, place = tasks.pop()
        shape = model.shape(name)
        match shape, each:
            case StructureShape(), dict():
                tasks.extend(_member_values(shape, each, place, origin))
            case ir.ListShape(), list():
                tasks.extend((item, shape.element, f"{place}[{at}]") for at, item in enumerate(each))
            case ir.MapShape(), dict():
                tasks.extend((item, shape.value, f"{place}[{quoted(key)}]") for key, item in each.items())
            case _ if not _fits(shape.kind, each):
                raise GenerationError(f"{place} does not fit: it should be of the kind {shape.kind}", origin)
            case _:
                pass


def _member_values(
    shape: StructureShape, value: dict[str, ir.Json], place: str, origin: ir.Origin
) -> Iterable[_Task]:
    for key in value:
        if key not in shape.members:
            raise GenerationError(
                f"{place} has no member {quoted(key)}{suggestion(key, shape.members)}", origin
            )
    for member in shape.members.values():
        if member.required and member.name not in value:
            raise GenerationError(f"{place} lacks the required {member.name}; add it", origin)
    if shape.kind is Kind.UNION and len(value) != 1:
        raise GenerationError(f"{place} is a union; give exactly one of its members", origin)
    return [(item, shape.members[key].target, f"{place}.{key}") for key, item in value.items()]


def _fits(kind: Kind, value: ir.Json) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.STRING | Kind.ENUM | Kind.BLOB:
            return isinstance(value, str)
        case Kind.TIMESTAMP:
            return (
                isinstance(value, str | int | float)
                and value.__class__ is not bool
                and moment(value) is not None
            )
        case Kind.BIG_DECIMAL:
            return isinstance(value, str) or is_number
        case Kind.FLOAT | Kind.DOUBLE:
            return is_number or value in ("NaN", "Infinity", "-Infinity")
        case Kind.DOCUMENT:
            return True
        case _:
            return kind in _INTEGERS and isinstance(value, int) and not isinstance(value, bool)


# --- Protocols ---


def choose_protocol(model: ir.Model, protocol: str) -> ir.Model:
    """The model as if it spoke one protocol only.

    Args:
        model: A checked model.
        protocol: One of those that it lists.

    Raises:
        GenerationError: the model does not list it.
    """
    listed = {each.value: each for each in model.service.protocols}
    if protocol not in listed:
        raise GenerationError(
            f"the model does not speak {quoted(protocol)}{suggestion(protocol, listed)}", model.service.origin
        )
    return replace(model, service=replace(model.service, protocols=(listed[protocol],)))
