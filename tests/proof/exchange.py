# SPDX-License-Identifier: Apache-2.0
"""Calls of a generated client, through each of its doors, against a transport that is at hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from heliograph import Credentials
from proof.cases import TOKEN
from proof.packages import Made

CLOCK = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)

DOORS = ("call", "method", "async call", "async method")
"""The ways to call an operation."""


class Sent(BaseException):
    """Carries a request out of the transport, past everything that handles failures."""

    def __init__(self, request: httpx.Request) -> None:
        self.request = request


class Caller:
    """Calls one operation of a package.

    Args:
        made: The package.
        operation: The operation's name in the model.
        run: Runs a coroutine to its end.
        options: Settings of the client.
    """

    def __init__(
        self, made: Made, operation: str, run: Callable[[Any], Any] = asyncio.run, **options: Any
    ) -> None:
        self.made = made
        self.operation = operation
        self._run = run
        self._options = options

    def request(self, door: str, params: Mapping[str, Any]) -> httpx.Request:
        """What is sent; nothing is answered."""

        def refuse(request: httpx.Request) -> httpx.Response:
            raise Sent(request)

        try:
            self._call(door, params, refuse)
        except Sent as sent:
            return sent.request
        raise AssertionError("nothing was sent")

    def result(self, door: str, params: Mapping[str, Any], answer: httpx.Response) -> Any:
        """What the caller gets for this answer, as the dict of wire names."""
        got = self._call(door, params, lambda request: answer)
        return self.made.package.to_dict(got) if "method" in door else got

    def events(self, door: str, params: Mapping[str, Any], answer: httpx.Response) -> list[Any]:
        """The events that the caller gets for this answer, each a dict."""
        package = self.made.package
        got: Any = self.result(door, params, answer)
        (stream,) = (value for value in got.values() if hasattr(value, "close"))
        if not door.startswith("async"):
            found = list(stream)
        else:

            async def read() -> list[Any]:
                return [event async for event in stream]

            found = self._run(read())
        return [
            {
                name: package.to_dict(value) if hasattr(value, "to_dict") else value
                for name, value in each.items()
            }
            for each in found
        ]

    def _call(
        self, door: str, params: Mapping[str, Any], handler: Callable[[httpx.Request], httpx.Response]
    ) -> Any:
        package = self.made.package
        settings = {
            "region": "us-east-1",
            "endpoint_url": "https://service.test",
            "credentials": Credentials("AKIDEXAMPLE", "example-secret"),
            "max_attempts": 1,
            "clock": lambda: CLOCK,
            "idempotency_token": lambda: TOKEN,
            "invocation_id": lambda: TOKEN,
            "transport": _both_ways(httpx.MockTransport(handler)),
            **self._options,
        }
        is_async = door.startswith("async")
        client = (package.AsyncClient if is_async else package.Client)(**settings)
        if "method" in door:
            info = package.OPERATIONS[self.operation]
            keywords = {info.params.get(name, name): value for name, value in params.items()}
            got = getattr(client, info.method)(**keywords)
        else:
            got = client.call(self.operation, params)
        return self._run(got) if is_async else got


def _both_ways(transport: Any) -> Any:
    """A transport that says it can stream in both directions."""
    transport.streams_both_ways = True
    return transport
