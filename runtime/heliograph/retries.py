# SPDX-License-Identifier: Apache-2.0
"""When a failed attempt is worth another, and how long to wait for it: AWS's standard mode of November 2026.

A client has one :class:`Standard`; each of its calls has one :class:`Call`, which is told how every attempt
ended and answers with a :class:`Decision`. Retries are paid from a quota that only success fills again, so a
service that is down is not made worse: 35 retries after failures, or 100 after throttling, and then none.

Nothing here sleeps or looks at a clock.
"""

from __future__ import annotations

from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Literal

    Outcome = Literal[
        "success", "retry_request", "max_attempts_exceeded", "retry_quota_exceeded", "fail_request"
    ]

__all__ = ["GENERATION", "THROTTLING_CODES", "TRANSIENT_CODES", "Call", "Decision", "Quota", "Standard"]

GENERATION = "standard-v2.1"

THROTTLING_CODES = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""Error codes with which any AWS service says: too fast."""
TRANSIENT_CODES = frozenset({"RequestTimeout", "RequestTimeoutException"})
"""Error codes with which any AWS service says: try again."""
TRANSIENT_STATUS_CODES = frozenset({500, 502, 503, 504})

QUOTA = 500
RETRY_COST = 14
THROTTLING_COST = 5
SUCCESS_REFUND = 1
"""What a call that needed no retry puts into the quota."""

THROTTLING_BASE = 1.0
"""Seconds; stands in for ``base`` after throttling."""
RETRY_AFTER_HEADER = "x-amz-retry-after"
RETRY_AFTER_EXTRA = 5.0
"""Seconds by which a service may lengthen a delay."""


class Quota:
    """Tokens that retries are paid with; several clients and threads may share it.

    Attributes:
        size: the most it holds, and what it starts with.
        left: what it holds now: never below 0, never above ``size``.
    """

    __slots__ = ("_lock", "left", "size")

    def __init__(self, size: int = QUOTA) -> None:
        self.size = size
        self.left = size
        self._lock = allocate_lock()

    def take(self, cost: int) -> bool:
        """Take ``cost`` tokens, or none where fewer are left."""
        with self._lock:
            if cost > self.left:
                return False
            self.left -= cost
            return True

    def give_back(self, amount: int) -> None:
        """Put tokens back; what does not fit is dropped."""
        if self.left < self.size:  # full is the usual case, and needs no lock
            with self._lock:
                self.left = min(self.left + amount, self.size)


class Standard:
    """The standard retry strategy, and the quota its calls share.

    Arguments:
        max_attempts: requests a call may send, the first one included.
        tokens: the size of the quota, or the :class:`Quota` of another strategy, to share it.
        base: seconds before the first retry at most; after throttling it is 1 second.
        power: by what the delay grows with each retry.
        max_backoff: seconds a delay never exceeds, unless the service asks for more.
        random: a number from 0 up to 1, with which each delay is multiplied; Python's own by default.
    """

    __slots__ = ("_random", "base", "max_attempts", "max_backoff", "power", "quota")

    def __init__(
        self,
        max_attempts: int = 3,
        tokens: int | Quota = QUOTA,
        base: float = 0.05,
        power: float = 2.0,
        max_backoff: float = 20.0,
        random: Callable[[], float] | None = None,
    ) -> None:
        self.max_attempts = max_attempts
        self.quota = Quota(tokens) if isinstance(tokens, int) else tokens
        self.base = base
        self.power = power
        self.max_backoff = max_backoff
        self._random = random

    @property
    def tokens(self) -> int:
        """What is left of the quota."""
        return self.quota.left

    def begin(self, long_polling: bool = False) -> Call:
        """Start a call. One that polls for long waits once more where the quota is empty, before it fails."""
        return Call(self, long_polling)

    def backoff(self, retry: int, throttled: bool, retry_after: str | None) -> float:
        """Seconds to wait before a retry.

        Arguments:
            retry: which one, 0 for the first.
            throttled: whether the service said: too fast.
            retry_after: the milliseconds the service asks for, as its header states them. They lengthen the
                delay by 5 seconds at most and never shorten it; anything but digits is ignored.
        """
        base = THROTTLING_BASE if throttled else self.base
        exponent = min(retry, 100)  # far beyond any cap, far below where a float overflows
        delay = self.random() * min(base * self.power**exponent, self.max_backoff)
        if retry_after is not None and retry_after.isascii() and retry_after.isdigit():
            wanted = int(retry_after[:18]) / 1000
            delay = max(delay, min(wanted, delay + RETRY_AFTER_EXTRA))
        return delay

    def random(self) -> float:
        """The next number from 0 up to 1."""
        if self._random is None:
            from random import random

            self._random = random
        return self._random()


class Call:
    """One call: counts its attempts, and remembers what its last retry cost."""

    __slots__ = ("_cost", "_long_polling", "_strategy", "attempts")

    def __init__(self, strategy: Standard, long_polling: bool) -> None:
        self._strategy = strategy
        self._long_polling = long_polling
        self._cost = SUCCESS_REFUND
        self.attempts = 0

    def record(
        self,
        status_code: int | None = None,
        error_code: str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: bool = False,
        *,
        retryable: bool = False,
        throttling: bool = False,
        modelled: bool = False,
        connection: bool = False,
    ) -> Decision:
        """Say how an attempt ended, and learn what to do.

        Arguments:
            status_code: the HTTP status; ``None`` where no answer came.
            error_code: the name the service gave the error; ``None`` for a success, or where it gave none.
            headers: of the answer, by lower-case name.
            timeout: the attempt took too long.
            retryable: the model marks this error as worth another try.
            throttling: the model marks it as throttling.
            modelled: the error is one of the operation's own; then its HTTP status 429 alone means nothing.
            connection: the connection was not made, or broke.
        """
        self.attempts += 1
        strategy = self._strategy
        if status_code is not None and 200 <= status_code < 300 and error_code is None:
            strategy.quota.give_back(self._cost)
            return Decision("success")
        no_answer = timeout or connection or (status_code is None and error_code is None)
        throttled = _is_throttling(status_code, error_code, retryable, throttling, modelled)
        if not (throttled or retryable or no_answer or _is_transient(status_code, error_code)):
            return Decision("fail_request")
        if self.attempts >= strategy.max_attempts:
            return Decision("max_attempts_exceeded", throttled=throttled)
        cost = THROTTLING_COST if throttled else RETRY_COST
        granted = strategy.quota.take(cost)
        if not granted and not self._long_polling:
            return Decision("retry_quota_exceeded", throttled=throttled)
        retry_after = headers.get(RETRY_AFTER_HEADER) if headers else None
        delay = strategy.backoff(self.attempts - 1, throttled, retry_after)
        if not granted:
            return Decision("retry_quota_exceeded", delay, throttled=throttled)
        self._cost = cost
        return Decision("retry_request", delay, throttled=throttled)


class Decision:
    """What to do after an attempt.

    Attributes:
        outcome: ``success``; ``retry_request`` (wait, then send again); or why there is no retry:
            ``max_attempts_exceeded``, ``retry_quota_exceeded``, ``fail_request`` (it would not help).
        delay: seconds to wait before the retry, or for a call that polls before it fails; 0 otherwise.
        throttled: whether the service said: too fast.
    """

    __slots__ = ("delay", "outcome", "throttled")

    def __init__(self, outcome: Outcome, delay: float = 0.0, *, throttled: bool = False) -> None:
        self.outcome: Outcome = outcome
        self.delay = delay
        self.throttled = throttled

    def __repr__(self) -> str:
        return f"Decision({self.outcome!r}, {self.delay})"


def _is_throttling(
    status_code: int | None, error_code: str | None, retryable: bool, throttling: bool, modelled: bool
) -> bool:
    """Whether the service said: too fast. The known codes come first, then the model, then the status."""
    if error_code in THROTTLING_CODES:
        return True
    if retryable or throttling:
        return throttling
    return status_code == 429 and not modelled


def _is_transient(status_code: int | None, error_code: str | None) -> bool:
    """Whether the same request may well succeed later."""
    return error_code in TRANSIENT_CODES or status_code in TRANSIENT_STATUS_CODES
