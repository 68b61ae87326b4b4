# SPDX-License-Identifier: Apache-2.0
"""Credentials that end by themselves, fetched again in time, by one caller for all.

Threads and the tasks of any number of event loops share a cache. A lock is held for changes of state alone, never
while somebody waits. Windows as in botocore: from 15 minutes before the end one caller fetches while the others sign
with what there is; from 10 minutes before it everybody waits.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock

from ..effects import Apart, Wait
from ..errors import CredentialsError, HeliographError
from ..logs import warn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any
    from weakref import WeakSet

    from ..effects import Effects
    from .context import Context
    from .types import Credentials

ADVISORY = 15 * 60
"""Seconds before the end from which one caller fetches and the others do not wait for it."""
MANDATORY = 10 * 60
"""Seconds before the end from which everybody waits."""
PAUSE = 60
"""Seconds until the next attempt where the last one brought nothing that holds longer."""


class Flight:
    """One fetch that is under way, and who waits for it.

    Attributes:
        is_done: whether it has ended, well or not.
        failure: the error it ended in; ``None`` also where it was given up, so that the next one takes over.
    """

    __slots__ = ("_callbacks", "_lock", "_loop", "failure", "is_done")

    def __init__(self) -> None:
        asyncio: Any = sys.modules.get("asyncio")  # where nobody imported it, no loop runs
        self._loop: Any = asyncio and asyncio._get_running_loop()
        self._lock = (
            RLock()
        )  # collecting garbage may end another caller's fetch in the middle of this one's changes
        self._callbacks: list[Callable[[], object]] = []
        self.failure: Exception | None = None
        self.is_done = False

    def when_done(self, callback: Callable[[], object]) -> None:
        """Call back, from whatever thread, when it has ended; at once where it has."""
        with self._lock:
            if not self.is_done:
                self._callbacks.append(callback)
                return
        callback()

    def end(self, failure: Exception | None = None) -> None:
        """Say that it has ended."""
        with self._lock:
            if self.is_done:
                return
            self.failure = failure
            self.is_done = True
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    @property
    def is_orphan(self) -> bool:
        """Whether the event loop that ran it is gone, so that nobody will end it."""
        return self._loop is not None and self._loop.is_closed()


class _Held:
    """Credentials, and when they have to be fetched anew. Immutable, so that a reader needs no lock."""

    __slots__ = ("advisory", "credentials", "ends", "mandatory")

    def __init__(self, credentials: Credentials, now: datetime) -> None:
        from datetime import UTC, datetime, timedelta

        self.credentials = credentials
        self.ends = ends = credentials.expires or datetime.max.replace(tzinfo=UTC)
        earliest = min(now + timedelta(seconds=PAUSE), ends)
        self.advisory = max(ends - timedelta(seconds=ADVISORY), earliest)
        self.mandatory = max(ends - timedelta(seconds=MANDATORY), earliest)

    def is_good(self, now: datetime) -> bool:
        return now <= self.advisory and now < self.ends

    def must_go(self, now: datetime) -> bool:
        return now > self.mandatory or now >= self.ends


class Cache:
    """The credentials of one source."""

    def __init__(self) -> None:
        self._held: _Held | None = None
        self._forget_parent()
        _live().add(self)

    def _forget_parent(self) -> None:
        """At first, and in the child of a fork: another thread's fetch does not go on there, nor does its lock open."""
        self._lock = RLock()
        self._flight: Flight | None = None

    def current(
        self, load: Callable[[Context], Effects[Credentials]], context: Context
    ) -> Effects[Credentials]:
        """The credentials to sign with now, fetched first where that is due.

        Arguments:
            load: fetches them.
            context: what it may look at, and what time it is.

        Raises:
            CredentialsError: they could not be fetched and the old ones have ended or are about to.
        """
        while True:
            held = self._held
            now = context.clock()
            if held is not None and held.is_good(now):
                return held.credentials
            joined = self._join(held)
            if joined is None:  # somebody was quicker
                continue
            flight, is_mine = joined
            if is_mine:
                apart = Apart(self._fetch(flight, held, load, context))
                try:
                    done: tuple[Credentials] | None = yield apart
                except BaseException:
                    if not apart.is_left:
                        self._end(flight)
                    raise
                return done[0] if done else (yield from apart.effects)
            if held is not None and not held.must_go(now):
                return held.credentials
            while not (flight.is_done or flight.is_orphan):
                yield Wait(flight)
            if flight.failure is not None:
                raise CredentialsError(str(flight.failure)) from flight.failure
            if not flight.is_done:
                self._end(flight)

    def _join(self, seen: _Held | None) -> tuple[Flight, bool] | None:
        """The fetch under way, or a new one, the caller's; neither where there is something newer than was seen."""
        with self._lock:
            if self._held is not seen:
                return None
            if self._flight is not None:
                return self._flight, False
            self._flight = Flight()
            return self._flight, True

    def _fetch(
        self,
        flight: Flight,
        held: _Held | None,
        load: Callable[[Context], Effects[Credentials]],
        context: Context,
    ) -> Effects[Credentials]:
        try:
            found = yield from load(context)
            now = context.clock()
            if found.expires is not None and found.expires <= now:
                raise CredentialsError("the credentials that were fetched have ended already")
        except Exception as error:
            now = context.clock()
            if held is None or held.must_go(now):
                self._end(flight, failure=error)
                raise
            kept = _Held(held.credentials, now)
            self._end(flight, kept)
            told = str(error) if isinstance(error, HeliographError) else type(error).__name__
            warn("credentials could not be renewed yet: %s", told, area="credentials")
            return held.credentials
        except BaseException:  # given up: whoever comes next takes over
            self._end(flight)
            raise
        self._end(flight, _Held(found, now))
        return found

    def _end(self, flight: Flight, held: _Held | None = None, failure: Exception | None = None) -> None:
        with self._lock:
            if held is not None:
                self._held = held
            if self._flight is flight:
                self._flight = None
        flight.end(failure)

    def __repr__(self) -> str:
        return "<Cache>"


_caches: WeakSet[Cache] | None = None


def _live() -> WeakSet[Cache]:
    """The caches there are, for the child of a fork."""
    global _caches
    if _caches is None:
        from weakref import WeakSet

        _caches = WeakSet()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_after_fork)
    return _caches


def _after_fork() -> None:
    for cache in list(_caches or ()):
        cache._forget_parent()  # pyright: ignore[reportPrivateUsage]  # of this module
