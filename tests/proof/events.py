# SPDX-License-Identifier: Apache-2.0
"""Whether a generated client sends and reads the streams of events of a published case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from heliograph import HeliographError
from heliograph.eventstream import Message, decode
from heliograph_codegen import ir
from proof.bodies import read_body
from proof.cases import HeardEvents, SentEvents
from proof.exchange import DOORS, Caller
from proof.inputs import smallest
from proof.values import from_case, shown


def check_sent(caller: Caller, expect: SentEvents) -> None:
    """Compare the messages of a request, without their signatures."""
    model = caller.made.model
    target = model.operations[caller.operation].input
    stream = model.events_of(target)
    assert target is not None
    assert stream is not None
    params = {
        **from_case(model, target, expect.params),
        stream.name: [from_case(model, stream.target, event) for event in expect.events],
    }
    wanted = [
        _seen(message, media)
        for data, media in zip(expect.messages, expect.media, strict=True)
        for message in decode(data)
    ]
    for door in DOORS:
        signed = decode(caller.request(door, params).content)
        assert signed.pop().payload == b""
        sent = [message for each in signed for message in decode(each.payload)]
        got = [_seen(message, media) for message, media in zip(sent, expect.media, strict=True)]
        assert got == wanted


def _seen(message: Message, media: str) -> tuple[Mapping[str, Any], Any]:
    """Headers with their types, in any order, and the payload."""
    headers = {name: (type(value).__name__, value) for name, value in message.headers.items()}
    return headers, read_body(media, message.payload) if media else message.payload


def check_heard(caller: Caller, expect: HeardEvents) -> None:
    """Compare the events of an answer, or see that reading it fails."""
    model = caller.made.model
    operation = model.operations[caller.operation]
    params = {} if operation.input is None else smallest(model, operation.input)
    outcomes = {door: _outcome(caller, door, params, expect) for door in DOORS}
    stream = model.events_of(operation.output)
    assert stream is not None
    wanted: Any = None if expect.fails else _wanted(model, stream, expect)
    assert outcomes == dict.fromkeys(DOORS, wanted)


def _wanted(model: ir.Model, stream: ir.Member, expect: HeardEvents) -> Any:
    return shown([from_case(model, stream.target, event) for event in expect.events])


def _outcome(caller: Caller, door: str, params: Mapping[str, Any], expect: HeardEvents) -> Any:
    """The events; None where the client refuses to read them."""
    answer = httpx.Response(200, content=b"".join(expect.messages))
    try:
        return shown(caller.events(door, params, answer))
    except HeliographError:
        if not expect.fails:
            raise
        return None
