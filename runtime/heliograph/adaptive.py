# SPDX-License-Identifier: Apache-2.0
"""AWS's adaptive retry mode: the standard one, and a client that slows down when it is told to.

Until the service says for the first time that a client is too fast, nothing here has any effect. From then on each
request takes a token, and tokens come at a rate that a cubic function finds again after it was cut (as TCP CUBIC does,
RFC 9438). It suits clients of a single resource: one slow table makes the whole client slow.

Nothing here sleeps or looks at a clock; ``now`` is seconds of a monotonic clock.
"""

from __future__ import annotations

from _thread import allocate_lock

_SCALE = 0.4
_CUT = 0.7
"""What is left of a rate after throttling."""
_FIRST_RATE = 1.0
_LEAST_RATE = 0.5
"""Tokens a second."""
_LEAST_CAPACITY = 1.0
_MOST_GROWTH = 2.0
"""A rate never exceeds the measured one by more than this factor."""
_BUCKET = 0.5
"""Seconds over which a rate is measured."""
_SMOOTHING = 0.8


class Cubic:
    """The rate that a service may stand now, from the one at which it last did not.

    Arguments:
        most: requests a second at the last throttling.
        throttled_at: when that was.
    """

    __slots__ = ("most", "throttled_at")

    def __init__(self, most: float, throttled_at: float) -> None:
        self.most = most
        self.throttled_at = throttled_at

    def succeeded(self, now: float) -> float:
        """The rate after a success."""
        until_most: float = (self.most * (1 - _CUT) / _SCALE) ** (1 / 3)
        return _SCALE * (now - self.throttled_at - until_most) ** 3 + self.most

    def throttled(self, rate: float, now: float) -> float:
        """The rate after the service said, at this rate: too fast."""
        self.most = rate
        self.throttled_at = now
        return rate * _CUT


class Meter:
    """Measures at how many requests a second answers come."""

    __slots__ = ("_bucket", "_count", "rate")

    def __init__(self, now: float) -> None:
        self._bucket = float(int(now))
        self._count = 0
        self.rate = 0.0

    def count(self, now: float) -> float:
        """Count an answer; the rate."""
        bucket = int(now / _BUCKET) * _BUCKET
        self._count += 1
        if bucket > self._bucket:
            current = self._count / (bucket - self._bucket)
            self.rate = current * _SMOOTHING + self.rate * (1 - _SMOOTHING)
            self._count = 0
            self._bucket = bucket
        return self.rate


class RateLimiter:
    """One client's limit; threads and tasks share it.

    Attributes:
        rate: tokens that come in a second.
        is_on: whether the service has ever said: too fast.
    """

    __slots__ = ("_capacity", "_cubic", "_filled_at", "_lock", "_meter", "_tokens", "is_on", "rate")

    def __init__(self, now: float) -> None:
        self.rate = _FIRST_RATE
        self.is_on = False
        self._capacity = _LEAST_CAPACITY
        self._tokens = 0.0
        self._filled_at = now
        self._cubic = Cubic(0.0, now)
        self._meter = Meter(now)
        self._lock = allocate_lock()

    def wait(self, now: float) -> float:
        """Take a token for one request: 0 where there was one, or the seconds after which to ask again.

        Who waits has taken nothing, so that a wait can be given up.
        """
        if not self.is_on:
            return 0.0
        with self._lock:
            self._fill(now)
            if self._tokens >= 1:
                self._tokens -= 1
                return 0.0
            return (1 - self._tokens) / self.rate

    def record(self, now: float, *, throttled: bool) -> None:
        """Say what an answer was: the rate follows."""
        with self._lock:
            measured = self._meter.count(now)
            if throttled:
                rate = self._cubic.throttled(min(measured, self.rate) if self.is_on else measured, now)
                self.is_on = True
            else:
                rate = self._cubic.succeeded(now)
            self._fill(now)
            wanted = min(rate, _MOST_GROWTH * measured)
            self.rate = max(wanted, _LEAST_RATE)
            self._capacity = max(wanted, _LEAST_CAPACITY)
            self._tokens = min(self._tokens, self._capacity)

    def _fill(self, now: float) -> None:
        grown = self._tokens + (now - self._filled_at) * self.rate
        self._tokens = min(self._capacity, grown)
        self._filled_at = now
