# SPDX-License-Identifier: Apache-2.0
"""Sources in clients, and alone."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import kinesis_video_signaling as package
from heliograph.credentials import (
    AssumeRole,
    Cached,
    Credentials,
    Provider,
    WebIdentity,
)
from heliograph.credentials.provider import Keys
from heliograph.errors import (
    ConfigError,
    CredentialsError,
)
from heliograph.http import WireRequest, WireResponse
from proof.sources import (
    BASE,
    CANARY,
    HOME,
    NOW,
    STS,
    AsyncServer,
    Server,
    both,
    fetch,
)


@both
def test_a_client_takes_a_source_and_keeps_what_it_gives(flavour: str) -> None:
    calls: list[int] = []

    def keys() -> Credentials:
        calls.append(1)
        return Credentials("AKIDOWN", "secret", "token", None, datetime.now(UTC) + timedelta(hours=1))

    server = Server(*[(200, {"IceServerList": []})] * 2)
    arn = "arn:aws:kinesisvideo:eu-west-1:123456789012:channel/c/1"
    options: dict[str, Any] = {"region": "eu-west-1", "credentials": Cached(keys)}
    if flavour == "sync":
        with package.Client(transport=server, **options) as made:
            made.get_ice_server_config(arn)
            made.with_options(timeout=1).get_ice_server_config(arn)
    else:

        async def run() -> None:
            async with package.AsyncClient(transport=AsyncServer(server), **options) as made:
                await made.get_ice_server_config(arn)
                await made.with_options(timeout=1).get_ice_server_config(arn)

        asyncio.run(run())
    assert calls == [1]
    assert "Credential=AKIDOWN/" in str(server.header("authorization", 1))


def test_a_coroutine_function_needs_an_asynchronous_client() -> None:
    async def keys() -> Credentials:
        return BASE

    with pytest.raises(ConfigError, match="asynchronous client"):
        package.Client(region="eu-west-1", credentials=Cached(keys))


@both
def test_a_source_can_be_used_alone(flavour: str) -> None:
    server = Server((200, STS.format("AssumeRole")))
    source = AssumeRole("arn:r", BASE)

    def clock() -> datetime:
        return NOW

    if flavour == "sync":
        found = source.fetch(env=HOME, transport=server, clock=clock)
    else:
        found = asyncio.run(source.fetch_async(env=HOME, transport=AsyncServer(server), clock=clock))
    assert found.access_key == "AKIDROLE"
    assert WebIdentity("arn:r", "/x").token_file == "/x"


@both
def test_a_source_that_is_used_alone_opens_and_closes_its_own_connections(
    flavour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from heliograph import transport

    done: list[str] = []

    class Own(Server):
        def __init__(self, *, proxy_variables: Mapping[str, str]) -> None:
            super().__init__((500, b""), (200, STS.format("AssumeRole")))
            done.append(proxy_variables["HTTPS_PROXY"])

        def close(self) -> None:
            done.append("closed")

    class AsyncOwn(Own):
        async def send(self, request: WireRequest) -> WireResponse:  # type: ignore[override]  # what clients await
            return super().send(request)

        async def aclose(self) -> None:
            self.close()

    monkeypatch.setattr(transport, "Transport", Own)
    monkeypatch.setattr(transport, "AsyncTransport", AsyncOwn)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    source, clock = AssumeRole("arn:r", BASE), lambda: NOW
    if flavour == "sync":
        slept: list[float] = []
        found = source.fetch(region="eu-west-1", clock=clock, sleep=slept.append)
    else:

        async def sleep(seconds: float) -> None: ...

        found = asyncio.run(source.fetch_async(region="eu-west-1", clock=clock, sleep=sleep))
    assert found.access_key == "AKIDROLE"
    assert done == ["http://proxy.test", "closed"]


def test_a_source_that_needs_no_connection_opens_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from heliograph import transport

    monkeypatch.setattr(transport, "Transport", None)
    monkeypatch.setattr(transport, "AsyncTransport", None)
    source = Keys(BASE)
    assert source.fetch(env={}) == asyncio.run(source.fetch_async(env={})) == BASE


def test_a_source_of_ones_own_has_to_say_what_it_does() -> None:
    with pytest.raises(NotImplementedError):
        fetch(Provider())


def test_every_name_of_the_package_is_there() -> None:
    from heliograph import credentials

    assert [name for name in credentials.__all__ if not hasattr(credentials, name)] == []
    assert {*credentials.__all__} <= {*dir(credentials)}


def test_a_token_with_a_line_break_is_not_sent() -> None:
    source = Cached(lambda: Credentials("A", "s", f"{CANARY}\r\nx: y"))
    with pytest.raises(CredentialsError, match="line break") as caught:
        source.fetch(env=HOME)
    assert CANARY not in str(caught.value)
