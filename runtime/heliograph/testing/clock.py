# SPDX-License-Identifier: Apache-2.0
"""Time that passes when it is told to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """A clock whose date, monotonic time and sleeps move together.

        time = FakeClock()
        client = Client(clock=time.now, monotonic=time.monotonic, sleep=time.sleep, ...)

    An asynchronous client takes ``sleep=time.sleep_async``.

    Arguments:
        start: the date at first, aware.

    Attributes:
        sleeps: the seconds of each sleep so far.
    """

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        if start.tzinfo is None:
            raise ValueError("start: an aware datetime is needed, such as one with tzinfo=UTC")
        self._start = start
        self._passed = 0.0
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        """The date."""
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        """Seconds since the start."""
        return self._passed

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass, 0 or more."""
        if seconds < 0:
            raise ValueError(f"time does not go back; {seconds} s cannot pass")
        self._passed += seconds

    def sleep(self, seconds: float) -> None:
        """Let so many seconds pass at once, and keep them in ``sleeps``."""
        self.advance(seconds)
        self.sleeps.append(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """The same, for an asynchronous client; other tasks get their turn."""
        import asyncio

        self.sleep(seconds)
        await asyncio.sleep(0)

    def __repr__(self) -> str:
        return f"<FakeClock {self.now().isoformat()}, {len(self.sleeps)} sleeps>"
