# SPDX-License-Identifier: Apache-2.0
"""Rules for operations."""

from __future__ import annotations

from collections.abc import Iterator

from heliograph_codegen import ir
from heliograph_codegen.diff.changes import Change, Pair, come, gone, name
from heliograph_codegen.diff.common import auth_changes, deprecation, documentation, error_changes
from heliograph_codegen.diff.context import Context


def together(old: ir.Model, new: ir.Model) -> list[tuple[ir.Operation, ir.Operation]]:
    """Operations that belong together: by name, else, where only one fits, by what they take and answer."""
    before = {key: each for key, each in old.operations.items() if key not in new.operations}
    after = {key: each for key, each in new.operations.items() if key not in old.operations}
    found = [(each, new.operations[key]) for key, each in old.operations.items() if key in new.operations]
    for one in before.values():
        likeness = _likeness(old, one)
        twins = [each for each in before.values() if _likeness(old, each) == likeness]
        others = [each for each in after.values() if _likeness(new, each) == likeness]
        if likeness is not None and len(twins) == len(others) == 1:
            found.append((one, others[0]))
    return found


def _likeness(model: ir.Model, operation: ir.Operation) -> object:
    """What a renamed operation keeps; None where there is too little to know it by."""
    input, output = (
        sorted((each.name, model.shape(each.target).kind) for each in members(model, end).values())
        for end in (operation.input, operation.output)
    )
    place = (operation.method, str(operation.path)) if model.service.protocol.is_rest else None
    return (place, input, output, operation.errors) if input or output else None


def members(model: ir.Model, structure: str | None) -> dict[str, ir.Member]:
    """The members of an operation's end; none where it has no such end."""
    return {} if structure is None else dict(model.structure(structure).members)


def changes(context: Context) -> Iterator[Change]:
    """All that rules say of operations."""
    kept_old = {old.name for old, _ in context.operations}
    kept_new = {new.name for _, new in context.operations}
    for key, each in context.old.operations.items():
        if key not in kept_old:
            yield gone("SOURCE-OPERATION-REMOVED", key, f"operation {name(key)} is gone", each)
    for key, each in context.new.operations.items():
        if key not in kept_new:
            yield come("ADDED-OPERATION", key, f"operation {name(key)} is new", each)
    for old, new in context.operations:
        yield from _operation(context, Pair(new.name, f"operation {name(new.name)}", old, new))


def _operation(context: Context, pair: Pair[ir.Operation]) -> Iterator[Change]:
    yield from _renamed(context, pair)
    yield from pair.attributes(
        ("method", "WIRE-METHOD", "the HTTP method"),
        ("status", "WIRE-STATUS", "the HTTP status"),
        ("headers", "WIRE-HEADERS", "the constant headers"),
        ("customisations", "WIRE-CUSTOMISATION", "the customisations"),
        ("host_prefix", "WIRE-HOST-PREFIX", "the host prefix"),
        ("input_element", "WIRE-BODY-ELEMENT", "the root element"),
        ("input_namespace", "WIRE-BODY-ELEMENT", "the root element's namespace"),
        ("result_wrapper", "WIRE-RESULT-WRAPPER", "the element around the answer"),
        ("unsigned_payload", "WIRE-UNSIGNED-PAYLOAD", "the unsigned payload"),
        ("compression", "WIRE-COMPRESSION", "the compression"),
        ("long_polling", "NOTE-RETRIES", "the long polling"),
        ("idempotent", "NOTE-IDEMPOTENT", "the mark 'idempotent'"),
        ("readonly", "NOTE-IDEMPOTENT", "the mark 'readonly'"),
    )
    yield from _path(pair)
    yield from auth_changes(pair, pair.old.auth, pair.new.auth)
    yield from _endpoint(pair)
    if pair.old.checksum != pair.new.checksum:
        yield pair.found("WIRE-CHECKSUM", "has other checksums")
    yield from _input(context, pair)
    yield from _output(pair)
    yield from _positional(pair)
    yield from _paginator(pair)
    yield from _read_timeout(pair)
    yield from error_changes(pair, pair.old.errors, pair.new.errors)
    if pair.old.examples != pair.new.examples:
        yield pair.found("NOTE-EXAMPLES", "has other examples")
    yield from documentation(pair, "documentation", "reference")
    yield from deprecation(pair)


def _renamed(context: Context, pair: Pair[ir.Operation]) -> Iterator[Change]:
    if pair.old.name == pair.new.name:
        return
    yield pair.found("SOURCE-OPERATION-RENAMED", f"looks like {name(pair.old.name)}, which is gone")
    if not context.new.service.protocol.is_rest:
        yield pair.found("WIRE-OPERATION-NAME", f"was {name(pair.old.name)} in requests")


def _path(pair: Pair[ir.Operation]) -> Iterator[Change]:
    old, new = pair.old.path, pair.new.path
    if old.query != new.query or not _same_parts(old, new):
        yield pair.valued("WIRE-PATH", "the path", old, new)


def _same_parts(old: ir.Path, new: ir.Path) -> bool:
    """Whether two paths are one, but for labels that have another name now."""
    before, after = ({label.name for label in path.labels} for path in (old, new))

    def same(one: str | ir.Label, other: str | ir.Label) -> bool:
        if isinstance(one, str) or isinstance(other, str):
            return one == other
        is_renamed = one.name not in after and other.name not in before
        return one.greedy == other.greedy and (one.name == other.name or is_renamed)

    return len(old.parts) == len(new.parts) and all(map(same, old.parts, new.parts))


def _endpoint(pair: Pair[ir.Operation]) -> Iterator[Change]:
    old, new = pair.old, pair.new
    if (old.static_params, old.input_params) != (new.static_params, new.input_params):
        yield pair.found("WIRE-ENDPOINT-PARAMS", "gives other parameters to the endpoint rules")
    if (old.endpoint_discovery, old.endpoint_operation) != (new.endpoint_discovery, new.endpoint_operation):
        yield pair.found("WIRE-ENDPOINT-DISCOVERY", "has another part in asking for endpoints")


def _input(context: Context, pair: Pair[ir.Operation]) -> Iterator[Change]:
    if pair.old.input is not None and pair.new.input is None:
        yield pair.found("SOURCE-INPUT-REMOVED", "takes nothing any more")
    elif pair.old.input is None and pair.new.input is not None:
        taken = members(context.new, pair.new.input).values()
        required = [each for each in taken if each.required and not each.idempotency_token]
        for each in required:
            yield pair.found(
                "SOURCE-REQUIRED-MEMBER-ADDED", f"took nothing and must be given {name(each.name)}"
            )
        if not required:
            yield pair.found("ADDED-INPUT", "took nothing and takes arguments")


def _output(pair: Pair[ir.Operation]) -> Iterator[Change]:
    if pair.old.output is not None and pair.new.output is None:
        yield pair.found("SOURCE-OUTPUT-REMOVED", "answers nothing any more")
    elif pair.old.output is None and pair.new.output is not None:
        yield pair.found("ADDED-OUTPUT", f"answered nothing and answers {name(pair.new.output)}")


def _positional(pair: Pair[ir.Operation]) -> Iterator[Change]:
    old, new = pair.old.positional, pair.new.positional
    is_more = new[: len(old)] == old
    yield from pair.attribute(
        "positional",
        "ADDED-POSITIONAL" if is_more else "SOURCE-POSITIONAL-CHANGED",
        "the positional arguments",
    )


def _paginator(pair: Pair[ir.Operation]) -> Iterator[Change]:
    old, new = pair.old.paginator, pair.new.paginator
    if old is not None and new is None:
        yield pair.found("SOURCE-PAGINATOR-REMOVED", "has no paginator any more")
    elif old is None and new is not None:
        yield pair.found("ADDED-PAGINATOR", "has a paginator")
    elif old is not None and new is not None:
        if old.results != new.results:
            words = "what the paginator yields"
            yield pair.valued("SOURCE-PAGINATOR-RESULTS", words, old.results, new.results)
        if (old.input_tokens, old.output_tokens, old.more) != (new.input_tokens, new.output_tokens, new.more):
            yield pair.found("WIRE-PAGINATOR-TOKENS", "asks for the next page in another way")
        if (old.limit, old.constant) != (new.limit, new.constant):
            yield pair.found("NOTE-PAGINATOR", "has another page size member, or other constants of pages")


def _read_timeout(pair: Pair[ir.Operation]) -> Iterator[Change]:
    old, new = (each.read_timeout.seconds if each.read_timeout else None for each in (pair.old, pair.new))
    if old != new:
        yield pair.valued("NOTE-READ-TIMEOUT", "the read time-out in seconds", old, new)
    elif pair.old.read_timeout != pair.new.read_timeout:
        yield pair.found("NOTE-DOCUMENTATION", "has another reason for its read time-out")
