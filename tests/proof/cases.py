# SPDX-License-Identifier: Apache-2.0
"""What a published protocol case is, whichever suite it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from proof.packages import Source

TOKEN = "00000000-0000-4000-8000-000000000000"
"""What published cases expect where the client fills in an idempotency token."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What has to reach the transport. None where the case says nothing.

    Attributes:
        params: The operation's input as the case writes it.
        query: Percent-encoded pairs.
        is_whole_query: There are no other pairs than those.
        body: Empty for no body at all.
        media: How the body is compared.
    """

    params: Mapping[str, Any]
    endpoint_url: str = "https://service.test"
    method: str | None = None
    host: str | None = None
    path: str | None = None
    query: tuple[tuple[str, str], ...] = ()
    is_whole_query: bool = False
    forbidden_query: tuple[str, ...] = ()
    required_query: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    forbidden_headers: tuple[str, ...] = ()
    required_headers: tuple[str, ...] = ()
    body: bytes | None = None
    media: str = ""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A modelled error, or one that the model does not know.

    Attributes:
        shape: The error's shape; None to find it by its code.
        code: None where the case does not tell it from the shape's own.
        message: None where the case says nothing.
        members: Its members as the case writes them.
    """

    shape: str | None = None
    code: str | None = None
    message: str | None = None
    members: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the service answers, and what the caller has to get: ``result``, or ``failure``."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    result: Mapping[str, Any] = field(default_factory=dict)
    failure: Failure | None = None


@dataclass(frozen=True, kw_only=True)
class SentEvents:
    """What has to stand in the messages of a stream that a client sends.

    Attributes:
        params: The rest of the operation's input as the case writes it.
        events: Each event as the case writes it.
        messages: Each message as it goes over the wire.
        media: How each payload is compared.
    """

    params: Mapping[str, Any]
    events: tuple[Mapping[str, Any], ...]
    messages: tuple[bytes, ...]
    media: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HeardEvents:
    """The messages of a good answer, and the events that the caller has to get, or a failure."""

    messages: tuple[bytes, ...]
    events: tuple[Mapping[str, Any], ...]
    fails: bool


@dataclass(frozen=True, eq=False)
class Case:
    """A published case.

    Attributes:
        id: Unique among all suites.
        suite: The suite's name.
        protocol: The suite's name for the protocol.
        operation: By its name in the model; None for any that lists the error.
    """

    id: str
    suite: str
    protocol: str
    source: Source
    operation: str | None
    expect: Request | Answer | SentEvents | HeardEvents


def split_query(query: str) -> tuple[tuple[str, str], ...]:
    """The pairs of a query, still percent-encoded; a key alone has an empty value."""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return tuple((key, value) for key, _, value in pairs)
