# SPDX-License-Identifier: Apache-2.0
"""The local service: its addresses, started and stopped together, in a thread of their own or in a loop."""

from __future__ import annotations

import ipaddress
import re
import threading
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from heliograph.errors import ConfigError
from heliograph_local.answers import ServiceFault
from heliograph_local.authentication import Verifier
from heliograph_local.background import Background
from heliograph_local.channels import Channel, ServedChannel, channel_arn
from heliograph_local.credentials import EXAMPLE_CREDENTIALS, LocalCredentials
from heliograph_local.faults import PlannedFaults
from heliograph_local.ice import TurnServer
from heliograph_local.planes import DataPlane, control_plane
from heliograph_local.server import Listener

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ACCOUNT_ID = "123456789012"
"""The account all channels belong to."""

_REGION = re.compile(r"[a-z0-9-]{1,64}")


def utc_now() -> datetime:
    """The machine's time, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Addresses:
    """What a running service listens on."""

    control_url: str
    channels: Mapping[str, ServedChannel]


class LocalService:
    """A Kinesis Video signaling service on localhost.

    ``with LocalService() as service`` runs it in a thread of its own; ``async with`` in the loop at hand.
    ``start`` and ``stop`` are the same without ``with``; ``stop`` may be called again, from any thread. A
    stopped service may be started anew, and has new addresses then.

    Arguments:
        channels: what to serve: names, or Channel for one with its own master or time to live.
        region: the region it stands for; signatures must be made for it.
        credentials: the keys it knows.
        host: a loopback address, as a number.
        port: of the control plane; 0 lets the system choose. Channels always have chosen ports.
        verify: whether signatures are checked.
        clock: the service's time, aware: signatures, Date headers, expiry of TURN credentials.
        turn: the TURN server that GetIceServerConfig names; it is not started here.

    Raises:
        ConfigError: a setting that cannot be used.
    """

    def __init__(
        self,
        channels: Iterable[Channel | str] = ("demo",),
        *,
        region: str = "us-west-2",
        credentials: LocalCredentials = EXAMPLE_CREDENTIALS,
        host: str = "127.0.0.1",
        port: int = 0,
        verify: bool = True,
        clock: Callable[[], datetime] = utc_now,
        turn: TurnServer | None = None,
    ) -> None:
        self._settings = _by_name(channels)
        self.region = _checked_region(region)
        self.account_id = ACCOUNT_ID
        self.credentials = credentials
        self._host = _checked_host(host)
        self._port = _checked_port(port)
        self._verifier = Verifier(credentials, region) if verify else None
        self._clock = clock
        self.turn = turn or TurnServer()
        self._faults = PlannedFaults()
        self._lock = threading.Lock()
        self._taken = False
        self._addresses: _Addresses | None = None
        self._listeners: AsyncExitStack | None = None
        self._background: Background | None = None

    @property
    def control_url(self) -> str:
        """The address of the control plane, ``http://127.0.0.1:<port>``."""
        return self._running().control_url

    @property
    def channels(self) -> Mapping[str, ServedChannel]:
        """The channels by name."""
        return self._running().channels

    def channel(self, name: str) -> ServedChannel:
        """A channel by its name; ConfigError for one that is not served."""
        channel = self.channels.get(name)
        if channel is None:
            raise ConfigError(f"no channel {name!r} is served; there are {', '.join(self.channels)}")
        return channel

    def fail_next(self, operation: str, code: str, message: str = "", status: int | None = None) -> None:
        """Let the next well-signed call of an operation fail; said twice, the next two.

        Arguments:
            operation: its name in the model, ``GetIceServerConfig``.
            code: the error's name.
            message: its text.
            status: the HTTP status; needed where the code is not one of the model's.

        Raises:
            ConfigError: an unknown operation, or no status for a code that is not in the model.
        """
        self._faults.add(operation, ServiceFault(code, message, status))

    def start(self) -> None:
        """Run in a thread of its own; returns once all addresses answer.

        Raises:
            ConfigError: an address that cannot be had.
            RuntimeError: the service is running already.
        """
        with self._lock:
            self._take()
            background = Background(self._open, self._close)
            background.start()
            self._background = background

    def stop(self) -> None:
        """End calls, connections and thread; nothing is left behind. Does nothing where nothing runs."""
        with self._lock:
            background, self._background = self._background, None
            if background is not None:
                background.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        self._take()
        await self._open()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._close()

    def _running(self) -> _Addresses:
        if self._addresses is None:
            raise RuntimeError("the local service is not running: start it first")
        return self._addresses

    def _take(self) -> None:
        """One start at a time; given back by _close, or by an _open that failed."""
        if self._taken:
            raise RuntimeError("the local service is running already")
        self._taken = True

    async def _open(self) -> None:
        """Open every address, or none."""
        try:
            async with AsyncExitStack() as listeners:
                control = await self._listen(listeners, self._port)
                control.serve(control_plane)
                channels = {
                    name: await self._serve(listeners, settings) for name, settings in self._settings.items()
                }
                self._addresses = _Addresses(control.url, MappingProxyType(channels))
                self._listeners = listeners.pop_all()
        except BaseException:
            self._taken = False
            raise

    async def _close(self) -> None:
        listeners, self._listeners, self._addresses = self._listeners, None, None
        if listeners is not None:
            await listeners.aclose()
        self._taken = False

    async def _listen(self, listeners: AsyncExitStack, port: int) -> Listener:
        listener = Listener(self._host, port, self._clock)
        listeners.push_async_callback(listener.close)
        await listener.open()
        return listener

    async def _serve(self, listeners: AsyncExitStack, settings: Channel) -> ServedChannel:
        listener = await self._listen(listeners, 0)
        arn = channel_arn(self.region, self.account_id, settings.name, self._clock())
        channel = ServedChannel(arn, listener.url, settings)
        listener.serve(DataPlane(channel, self._verifier, self._faults, self.turn, self._clock))
        return channel


def _by_name(channels: Iterable[Channel | str]) -> dict[str, Channel]:
    named: dict[str, Channel] = {}
    for channel in channels:
        settings = Channel(channel) if isinstance(channel, str) else channel
        if settings.name in named:
            raise ConfigError(f"channel {settings.name!r} is named twice")
        named[settings.name] = settings
    return named


def _checked_region(region: str) -> str:
    if not _REGION.fullmatch(region):
        raise ConfigError(f"region {region!r}: it needs lower-case letters, digits and '-'")
    return region


def _checked_host(host: str) -> str:
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ConfigError(f"host {host!r}: it must be a loopback address, as a number: 127.0.0.1 or ::1")
    return host


def _checked_port(port: int) -> int:
    if not 0 <= port <= 65535:
        raise ConfigError(f"port {port}: it is 1 to 65535, or 0 to let the system choose")
    return port
