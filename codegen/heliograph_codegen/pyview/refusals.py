# SPDX-License-Identifier: Apache-2.0
"""What cannot be made of a model yet, or has no form in its protocol."""

from __future__ import annotations

from heliograph_codegen import ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.ir import Kind, Location
from heliograph_codegen.pyview.codec.body import BodyCodec
from heliograph_codegen.pyview.messages import at, is_in_body
from heliograph_codegen.pyview.scope import Scope

_WITHOUT_EVENTS = frozenset([ir.Protocol.QUERY, ir.Protocol.EC2])


def refuse_unmade(scope: Scope, codec: BodyCodec) -> None:
    """Refuse what cannot be made.

    Raises:
        GenerationError: what it is, and where.
    """
    for operation in scope.model.operations.values():
        _check_compression(scope.model, operation)
        _check_events(scope.model, operation, codec)
    for shape in scope.errors:
        for member in shape.members.values():
            kind = scope.model.shape(member.target).kind
            if at(member, Location.PAYLOAD) and kind not in (Kind.STRUCTURE, Kind.UNION, Kind.DOCUMENT):
                problem = f"the generator cannot make a body of an error out of {member.name} yet"
                raise GenerationError(problem, member.origin)


def _check_compression(model: ir.Model, operation: ir.Operation) -> None:
    other = next((each for each in operation.compression if each != "gzip"), None)
    if other is not None:
        what = f"the compression {other} of operation {operation.name}"
        problem = f"the generator cannot make {what} yet; it makes gzip"
        raise GenerationError(problem, operation.origin)
    shape = model.structure(operation.input) if operation.input else None
    body = model.left_open(shape) if shape else None
    if operation.compression and body is not None and not body.requires_length:
        problem = f"the generator cannot make the compression of the streaming body {body.name} yet"
        raise GenerationError(problem, body.origin)


def _check_events(model: ir.Model, operation: ir.Operation, codec: BodyCodec) -> None:
    """Members beside a stream of events have a place in HTTP, or in its first message."""
    for end in (operation.input, operation.output):
        stream = model.events_of(end)
        if stream is None:
            continue
        if model.service.protocol in _WITHOUT_EVENTS:
            problem = f"a stream of events, such as {stream.name}, has no form in the protocol"
            raise GenerationError(f"{problem} {model.service.protocol}", stream.origin)
        if end == operation.input and (operation.checksum or operation.compression):
            problem = f"the generator cannot make the checksum or compression of the events {stream.name}"
            raise GenerationError(f"{problem} yet; it makes them of whole bodies", stream.origin)
        if codec.INITIAL_REQUEST:
            continue
        members = model.structure(end or "").members.values()
        other = next((each for each in members if is_in_body(model, each)), None)
        if other is not None:
            problem = (
                f"{other.name} stands beside a stream of events, which is all of the body in the protocol"
                f" {model.service.protocol}; bind it to a header"
            )
            raise GenerationError(problem, other.origin)
