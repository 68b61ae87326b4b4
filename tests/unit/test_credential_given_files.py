# SPDX-License-Identifier: Apache-2.0
"""The chain as a tool asks it, with files that are given."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import httpx
import pytest

from heliograph.credentials import (
    Context,
    SsoToken,
)
from heliograph.credentials.resolving import resolve, resolve_async, with_files
from heliograph.effects import drive
from heliograph.errors import (
    CredentialsError,
)
from proof.sources import (
    ANSWER,
    CACHED,
    CANARY,
    HOME,
    NOW,
    RENEWED,
    ROLE,
    SSO_FILE,
    TOKEN,
    Server,
    both,
    rendered,
    stamp,
)


def test_a_path_that_is_given_without_its_first_slash_is_found() -> None:
    text = "[default]\naws_access_key_id = AKID\naws_secret_access_key = s\n"
    assert resolve(HOME, {"home/.aws/credentials": text}, Server()).access_key == "AKID"


def chain_alone(
    flavour: str, answers: list[tuple[int, Any]], env: Mapping[str, str], now: datetime = NOW
) -> Any:
    """What the chain finds for a tool, whose requests go through a transport of httpx."""
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        status, body = left.pop(0)
        return httpx.Response(status, **{"text" if isinstance(body, str) else "json": body})

    carrier = httpx.MockTransport(answer)
    if flavour == "sync":
        return resolve(env, {}, carrier, clock=lambda: now, sleep=lambda seconds: None)

    async def sleep(seconds: float) -> None: ...

    return asyncio.run(resolve_async(env, {}, carrier, clock=lambda: now, sleep=sleep))


@both
def test_a_tool_gets_what_the_chain_finds_as_its_source_gives_it(flavour: str) -> None:
    found = chain_alone(flavour, [TOKEN, ROLE, (200, ANSWER)], HOME, NOW + timedelta(days=1))
    assert (found.access_key, found.expires) == ("AKID", NOW + timedelta(hours=6))


@both
def test_what_a_tool_cannot_get_is_an_error_without_secrets(flavour: str) -> None:
    with pytest.raises(CredentialsError, match="is no moment") as caught:
        chain_alone(flavour, [TOKEN, ROLE, (200, {**ANSWER, "Expiration": "never"})], HOME)
    assert CANARY not in rendered(caught.value)
    keys = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": f"{CANARY}\r\nx: y"}
    with pytest.raises(CredentialsError, match=r"^default chain: .*line break") as caught:
        chain_alone(flavour, [], keys)
    assert CANARY not in str(caught.value)


def test_files_that_cannot_be_changed_are_left_alone() -> None:
    token = SsoToken("https://x.test/start", "eu-north-1", "dev")
    files = MappingProxyType({SSO_FILE: json.dumps({**CACHED, "expiresAt": stamp(100)})})
    server = Server((200, RENEWED))
    found, _ = drive(with_files(token.load(Context(HOME, clock=lambda: NOW)), files), lambda: server, None)
    assert found.reveal() == f"{CANARY}-new"
