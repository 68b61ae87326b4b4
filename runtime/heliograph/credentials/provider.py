# SPDX-License-Identifier: Apache-2.0
"""What every source of credentials is."""

from __future__ import annotations

import os

from ..errors import CredentialsError, drop_frames
from .cache import Cache
from .context import Context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime
    from typing import Any, ClassVar

    from ..effects import Effects
    from .types import Credentials, HasKeys


class Provider:
    """A source of credentials; give one as ``credentials=``.

    A source of your own overrides :meth:`load`, which is a generator: it yields effects
    (:mod:`heliograph.effects`) instead of waiting, so that it serves synchronous and asynchronous clients alike.
    Where that is more than you need, give a function instead, or wrap one in :class:`Cached`.
    """

    NAME: ClassVar[str] = "provider"
    """How errors call it."""
    FEATURE: ClassVar[str] = ""
    """How the user agent counts it, by AWS's letter."""
    via: str = ""
    """How the user agent counts what named it: a profile, the environment."""

    def load(self, context: Context) -> Effects[Credentials | None]:
        """Fetch credentials; ``None`` where this source is not configured.

        Raises:
            CredentialsError: it is configured, and broken.
        """
        yield from ()  # a generator, as those that override it
        raise NotImplementedError

    def current(self, context: Context) -> Effects[Credentials]:
        """The credentials to sign with now; fetched again in time, once for all who share this object."""
        own = vars(self)
        cache: Cache = own.get("_cache") or own.setdefault("_cache", Cache())  # whoever comes first
        return (yield from cache.current(self._loaded, context))

    def needed(self, context: Context) -> Effects[Credentials]:
        """Fetch credentials that must be there.

        Raises:
            CredentialsError: this source is not configured, or it is broken.
        """
        found = yield from self.load(context)
        if found is None:
            raise CredentialsError(f"{self.NAME}: not configured, so it has no credentials")
        return found

    def _loaded(self, context: Context) -> Effects[Credentials]:
        from ..core import checked_keys

        try:
            return checked_keys((yield from self.needed(context)), f"{self.NAME}:")
        except Exception as error:
            drop_frames(error)  # they hold documents with secrets
            raise

    def fetch(
        self,
        *,
        env: Mapping[str, str] | None = None,
        profile: str | None = None,
        region: str | None = None,
        transport: Any = None,
        clock: Callable[[], datetime] | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> Credentials:
        """Fetch credentials now, without a client.

        Arguments:
            env: the environment; the process's by default.
            profile: a profile of the shared configuration files.
            region: where to ask services.
            transport: what carries the requests, as for a client.
            clock: what time it is, as an aware datetime.
            sleep: waits for that many seconds.

        Raises:
            CredentialsError: the source is not configured, or it is broken.
        """
        from .. import transport as transports
        from ..effects import drive

        context = Context(os.environ if env is None else env, profile=profile, region=region, clock=clock)
        opened: list[Any] = [transports.adapt(transport, "sync")] if transport is not None else []

        def carrier() -> Any:
            if not opened:
                opened.append(transports.Transport(proxy_variables=context.env))
            return opened[0]

        try:
            return drive(self._loaded(context), carrier, sleep)
        finally:
            if opened and transport is None:
                opened[0].close()

    async def fetch_async(
        self,
        *,
        env: Mapping[str, str] | None = None,
        profile: str | None = None,
        region: str | None = None,
        transport: Any = None,
        clock: Callable[[], datetime] | None = None,
        sleep: Callable[[float], Awaitable[object]] | None = None,
    ) -> Credentials:
        """Fetch credentials now, without a client, as :meth:`fetch` does."""
        from .. import transport as transports
        from ..effects import drive_async

        context = Context(os.environ if env is None else env, profile=profile, region=region, clock=clock)
        opened: list[Any] = [transports.adapt(transport, "async")] if transport is not None else []

        def carrier() -> Any:
            if not opened:
                opened.append(transports.AsyncTransport(proxy_variables=context.env))
            return opened[0]

        try:
            return await drive_async(self._loaded(context), carrier, sleep)
        finally:
            if opened and transport is None:
                await opened[0].aclose()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Keys(Provider):
    """Keys that stand somewhere and do not change."""

    NAME = "keys"

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials

    def load(self, context: Context) -> Effects[Credentials | None]:
        """The keys."""
        yield from ()
        return self.credentials


class Cached(Provider):
    """A function of yours, called again only when what it returned is about to end.

    Arguments:
        function: returns an object with ``access_key``, ``secret_key``, ``token`` and ``expires``, an aware
            datetime. A coroutine function serves asynchronous clients.
    """

    NAME = "the credentials function"

    def __init__(self, function: Callable[[], HasKeys | Awaitable[HasKeys]]) -> None:
        self.function = function

    def load(self, context: Context) -> Effects[Credentials | None]:
        """What the function returns."""
        from ..core import asked_for_keys

        return (yield from asked_for_keys(self.function))
