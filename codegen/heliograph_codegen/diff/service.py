# SPDX-License-Identifier: Apache-2.0
"""Rules for the service and its waiters."""

from __future__ import annotations

from collections.abc import Iterator

from heliograph_codegen import ir
from heliograph_codegen.diff.changes import Change, Pair, come, gone, name
from heliograph_codegen.diff.common import auth_changes, deprecation, documentation, error_changes
from heliograph_codegen.diff.context import Context

_NAMES_VERSION = (ir.Protocol.QUERY, ir.Protocol.EC2)
"""Protocols whose requests name the version of the interface."""


def changes(context: Context) -> Iterator[Change]:
    """All that rules say of the service itself."""
    old, new = context.old.service, context.new.service
    pair = Pair("", "the service", old, new)
    yield from pair.attributes(
        ("id", "SOURCE-SERVICE-RENAMED", "the id"),
        ("signing_name", "WIRE-SIGNING-NAME", "the signing name"),
        ("target_prefix", "WIRE-TARGET-PREFIX", "the target prefix"),
        ("json_version", "WIRE-JSON-VERSION", "the JSON version"),
        ("query_compatible", "WIRE-QUERY-COMPATIBLE", "the compatibility with `query`"),
        ("http2", "WIRE-HTTP2", "the use of HTTP/2"),
    )
    if old.retries != new.retries:
        yield pair.found("NOTE-RETRIES", "wants other retries")
    yield from _protocols(pair)
    yield from _version(pair)
    yield from auth_changes(pair, old.auth, new.auth)
    yield from _endpoint(pair)
    yield from _client_params(pair)
    yield from error_changes(pair, old.errors, new.errors)
    yield from documentation(pair, "documentation", "reference", "per_resource")
    yield from deprecation(pair)


def _protocols(pair: Pair[ir.Service]) -> Iterator[Change]:
    old, new = pair.old, pair.new
    if old.protocol is not new.protocol:
        yield pair.valued("WIRE-PROTOCOL", "the protocol", old.protocol, new.protocol)
    elif set(old.protocols) != set(new.protocols):
        yield pair.valued("NOTE-PROTOCOLS", "the protocols", old.protocols, new.protocols)


def _version(pair: Pair[ir.Service]) -> Iterator[Change]:
    is_sent = any(each.protocol in _NAMES_VERSION for each in (pair.old, pair.new))
    yield from pair.attribute("version", "WIRE-VERSION" if is_sent else "NOTE-VERSION", "the version")


def _endpoint(pair: Pair[ir.Service]) -> Iterator[Change]:
    old, new = pair.old, pair.new
    sorts = ["standard" if each.endpoint else "rules" if each.endpoint_rules else None for each in (old, new)]
    if sorts[0] != sorts[1]:
        yield pair.valued("WIRE-ENDPOINT", "the way to the endpoint", *sorts)
    elif old.endpoint is not None and new.endpoint is not None and old.endpoint != new.endpoint:
        yield pair.valued("WIRE-ENDPOINT", "the endpoint's prefix", old.endpoint.prefix, new.endpoint.prefix)
    elif old.endpoint_rules != new.endpoint_rules:
        yield pair.found("WIRE-ENDPOINT-RULES", "has other endpoint rules")


def _client_params(pair: Pair[ir.Service]) -> Iterator[Change]:
    old = {each.name: each for each in pair.old.client_params}
    new = {each.name: each for each in pair.new.client_params}
    for each in sorted(old.keys() - new.keys()):
        yield pair.found("SOURCE-CLIENT-PARAM-REMOVED", f"no longer takes the parameter {name(each)}")
    for each in sorted(new.keys() - old.keys()):
        yield pair.found("ADDED-CLIENT-PARAM", f"takes the parameter {name(each)}")
    for each in sorted(old.keys() & new.keys()):
        if old[each].type is not new[each].type:
            words = f"the type of the parameter {name(each)}"
            yield pair.valued("SOURCE-CLIENT-PARAM-TYPE", words, old[each].type, new[each].type)
        elif old[each] != new[each]:
            yield pair.found("NOTE-DOCUMENTATION", f"has another text for the parameter {name(each)}")


# --- Waiters ---


def waiter_changes(context: Context) -> Iterator[Change]:
    """All that rules say of waiters."""
    old = {each.name: each for each in context.old.waiters}
    new = {each.name: each for each in context.new.waiters}
    for each in sorted(old.keys() - new.keys()):
        yield gone("SOURCE-WAITER-REMOVED", each, f"waiter {name(each)} is gone", old[each])
    for each in sorted(new.keys() - old.keys()):
        text = f"waiter {name(each)} is new and asks {name(new[each].operation)}"
        yield come("ADDED-WAITER", each, text, new[each])
    for each in sorted(old.keys() & new.keys()):
        yield from _waiter(Pair(each, f"waiter {name(each)}", old[each], new[each]))


def _waiter(pair: Pair[ir.Waiter]) -> Iterator[Change]:
    yield from pair.attribute("operation", "SOURCE-WAITER-CHANGED", "the operation")
    if pair.old.acceptors != pair.new.acceptors:
        yield pair.found("SOURCE-WAITER-CHANGED", "decides differently")
    paces = [f"{each.max_attempts} times, {each.delay} s apart" for each in (pair.old, pair.new)]
    if paces[0] != paces[1]:
        yield pair.found("NOTE-WAITER-PACE", f"asked at most {paces[0]}, and asks {paces[1]}")
    yield from documentation(pair, "documentation")
    yield from deprecation(pair)
