# SPDX-License-Identifier: Apache-2.0
"""The moment by which a call must be over, and effects that end with it."""

from __future__ import annotations

from .effects import Late, Within
from .errors import DeadlineError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from .core import Core
    from .effects import Effects

    T = TypeVar("T")


class Deadline:
    """When a call must be over, by its client's own clock.

    Arguments:
        seconds: from now.
        monotonic: seconds from a clock that never goes back.
    """

    __slots__ = ("_end", "_monotonic", "seconds")

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self.seconds = seconds
        self._monotonic = monotonic
        self._end = monotonic() + seconds

    @classmethod
    def of(cls, core: Core) -> Deadline | None:
        """The deadline of a call that begins now."""
        return None if core.deadline is None else cls(core.deadline, core.monotonic)

    @property
    def left(self) -> float:
        """Seconds until then; 0 or less when it has passed."""
        return self._end - self._monotonic()

    def cut(self, seconds: float) -> float:
        """So many seconds, or as many as are left."""
        return max(0.0, min(seconds, self.left))

    def checked(self) -> float:
        """Seconds until then.

        Raises:
            DeadlineError: it passed before anything was sent.
        """
        left = self.left
        if left <= 0:
            raise self.missed("passed before the call was sent")
        return left

    def missed(self, what: str) -> DeadlineError:
        """The error that says what became of it."""
        return DeadlineError(f"the deadline of {self.seconds} s {what}")


def within(effects: Effects[T], deadline: Deadline | None) -> Effects[T]:
    """The same effects, given up at a deadline, as they are where a task is cancelled.

    A thread cannot be kept from reading a file or running a function to its end, so there these may outlast it.

    Raises:
        DeadlineError: it passed before they came to their end.
    """
    return effects if deadline is None else _within(effects, deadline)


def _within(effects: Effects[T], deadline: Deadline) -> Effects[T]:
    step: Callable[..., Any] = effects.send
    outcome: Any = None
    try:
        while True:
            bound = Within(step(outcome), deadline.left)
            if bound.seconds <= 0:
                break
            try:
                outcome = yield bound
                step = effects.send
            except BaseException as error:
                if error.__class__ is Late and error.args[0] is bound:
                    break
                outcome, step = error, effects.throw
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        outcome = None  # an error and the frame that its traceback holds must not hold each other
        effects.close()
    raise deadline.missed("passed before the call was sent")
