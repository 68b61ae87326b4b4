# SPDX-License-Identifier: Apache-2.0
"""No asynchronous call waits on the thread of its loop: for a file, a name, a socket, a child or a clock."""

from __future__ import annotations

import asyncio
import builtins
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from faultserver import OK, answering, http

import kinesis_video_signaling as package

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
BLOCKING: list[tuple[Any, str]] = [
    (builtins, "open"),
    (socket, "create_connection"),
    (socket, "getaddrinfo"),
    (ssl.SSLContext, "load_verify_locations"),
    (subprocess, "Popen"),
    (time, "sleep"),
]


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was called on the thread of a running loop and blocks it."""
    seen: list[str] = []

    def watch(home: Any, name: str) -> None:
        real = getattr(home, name)

        def watched(*arguments: Any, **options: Any) -> Any:
            if asyncio._get_running_loop() is not None:
                seen.append(f"{name} on {threading.current_thread().name}")
            return real(*arguments, **options)

        monkeypatch.setattr(home, name, watched)

    for home, name in BLOCKING:
        watch(home, name)
    return seen


@pytest.mark.anyio
async def test_the_detector_sees_what_blocks(blocked: list[str], tmp_path: Path) -> None:
    time.sleep(0)  # noqa: ASYNC251  this is what is to be seen
    with open(tmp_path / "x", "w"):  # noqa: ASYNC230  as above
        pass
    await asyncio.to_thread(time.sleep, 0)
    assert [each.partition(" ")[0] for each in blocked] == ["sleep", "open"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_first_call_with_a_profile_and_a_retry_blocks_nothing(
    host: str, serve: Callable[..., Any], blocked: list[str], tmp_path: Path
) -> None:
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = A\naws_secret_access_key = B\n")
    (tmp_path / "config").write_text("[default]\nregion = eu-west-1\n")
    server = serve(answering(http(503, {}), OK))

    async def run() -> Any:
        async with package.AsyncClient(
            endpoint_url=f"http://{host}:{server.port}", random=lambda: 0.0
        ) as client:
            return await client.get_ice_server_config(CHANNEL)

    assert asyncio.run(run()).response.attempts == 2
    assert blocked == []
