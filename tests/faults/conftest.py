# SPDX-License-Identifier: Apache-2.0
"""Servers that misbehave, and clients to call them with."""

from __future__ import annotations

import asyncio
import gc
import importlib
import ssl
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import kinesis_video_signaling as package
from heliograph import Credentials
from heliograph_codegen.generate import load, package_of

sys.path.insert(0, str(Path(__file__).parent))  # for faultserver, which stands beside the tests

from faultserver import CHANNEL, Behaviour, Gate, Server

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
"""The secret key of AWS's own examples."""


@pytest.fixture(scope="session", autouse=True)
def quick_collections() -> Iterator[None]:
    """What is there before the first test is not looked at again by each collection."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def large_things(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """A generated package with bodies that are streams."""
    folder = tmp_path_factory.mktemp("large")
    for each in ("out", "tests", "docs"):
        (folder / each).mkdir()
    made = package_of(load(Path(__file__).with_name("streaming.yaml")), "large_things")
    made.write(folder / "out", folder / "tests", folder / "docs")
    sys.path.insert(0, str(folder / "out"))
    yield importlib.import_module("large_things")
    sys.path.remove(str(folder / "out"))


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts servers; they end with the test."""
    servers: list[Server] = []

    def start(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Server:
        servers.append(Server(behaviour, tls))
        return servers[-1]

    yield start
    gc.collect()  # a socket or a task that was left behind speaks up now
    for server in servers:
        server.close()


@pytest.fixture
def gate() -> Iterator[Gate]:
    """A gate that is open at the end, so that no thread hangs."""
    gate = Gate()
    yield gate
    gate.open.set()


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but the test's own."""
    import os

    for name in list(os.environ):
        if name.upper().startswith("AWS_") or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


class Caller:
    """Calls a server in one flavour, with a client of its own for each call.

    Attributes:
        sleeps: the seconds of each wait between attempts; nothing really waits.
    """

    def __init__(self, flavour: str) -> None:
        self.flavour = flavour
        self.sleeps: list[float] = []

    def settings(self, **options: Any) -> dict[str, Any]:
        """The arguments of a client that calls at once and never really sleeps."""
        settings = {
            "region": "eu-west-1",
            "credentials": Credentials("AKIDEXAMPLE", SECRET),
            "sleep": self.sleeps.append if self.flavour == "sync" else self._sleep,
            "random": lambda: 1.0,
            **options,
        }
        return {name: value for name, value in settings.items() if value is not None}

    async def _sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)

    def call(self, use: Callable[[Any], Any] | None = None, package: Any = package, **options: Any) -> Any:
        """What ``use`` makes of a client; GetIceServerConfig by default."""
        use = use or (lambda client: client.get_ice_server_config(CHANNEL))
        settings = self.settings(**options)
        if self.flavour == "sync":
            with package.Client(**settings) as client:
                return use(client)
        return asyncio.run(self._call(use, package, settings))

    async def _call(self, use: Callable[[Any], Any], package: Any, settings: dict[str, Any]) -> Any:
        try:
            async with package.AsyncClient(**settings) as client:
                return await use(client)
        finally:
            for _ in range(
                10
            ):  # httpcore's generators, where an answer was cut, end by a few turns of the loop
                await asyncio.sleep(0)
            assert asyncio.all_tasks() == {asyncio.current_task()}, "a task was left behind"


@pytest.fixture(params=["sync", "async"])
def caller(request: pytest.FixtureRequest) -> Caller:
    """A caller of each flavour."""
    return Caller(request.param)
