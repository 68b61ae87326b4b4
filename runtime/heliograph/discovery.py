# SPDX-License-Identifier: Apache-2.0
"""Endpoint discovery: services that must be asked first where they answer.

The answer holds for as long as it says. One call asks for all who share a client: the others use what was known before,
or wait where nothing was. An answer that cannot be had anew leaves the old one in use, and is asked for again a minute
later, as in botocore; where there is no old one the next call asks again.
"""

from __future__ import annotations

import os

from .endpoints import parse_address
from .errors import ConfigError, EndpointError, HeliographError
from .logs import warn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .core import Core
    from .credentials.cache import Flight
    from .effects import Effects
    from .target import Target

INVALID_ENDPOINT = "InvalidEndpointException"
"""What a host answers when it is to be asked for anew."""
_PAUSE = 60.0
"""Seconds until the next attempt where the last one failed and an older answer is there."""


class Discovery:
    """What one client was told.

    Attributes:
        target: where calls go; ``None`` before anybody asked, and after a host said that it is wrong.
        ends: when that has to be asked for again, by the client's monotonic clock.
    """

    __slots__ = ("_flights", "ends", "target")

    def __init__(self) -> None:
        self.target: Target | None = None
        self.ends = 0.0
        self._flights: dict[int, Flight] = {}
        """The question under way, by process: in the child of a fork nobody goes on with the parent's."""

    def forget(self) -> None:
        """The host that was told is not right any more."""
        self.target = None

    def current(self, now: float) -> Target | None:
        """What was told, where it still holds."""
        return self.target if now < self.ends else None

    def join(self, flight: Flight) -> Flight:
        """The question that is under way: the caller's own, unless there is one already."""
        return self._flights.setdefault(os.getpid(), flight)

    def leave(self, flight: Flight) -> None:
        """That question has been answered, or nobody goes on with it."""
        if self._flights.get(os.getpid()) is flight:
            self._flights.pop(os.getpid(), None)


def discovered(core: Core, regional: Target) -> Effects[Target]:
    """Where calls go, by what the service says.

    Arguments:
        core: the client's settings and state.
        regional: where the service is asked.

    Raises:
        EndpointError: it does not name a host, or another call could not ask it.
        HeliographError: it could not be asked.
    """
    from .credentials.cache import Flight
    from .effects import Wait

    known = core.discovery
    while True:
        target = known.current(core.monotonic())
        if target is not None:
            return target
        mine = Flight()
        flight = known.join(mine)
        if flight is mine:
            return (yield from _asked(core, regional, flight))
        if known.target is not None:
            return known.target
        while not (flight.is_done or flight.is_orphan):
            yield Wait(flight)
        if flight.failure is not None:
            raise EndpointError(
                f"the service could not be asked where it answers: {flight.failure}"
            ) from flight.failure
        known.leave(flight)


def _asked(core: Core, regional: Target, flight: Flight) -> Effects[Target]:
    """Ask for all who wait."""
    known = core.discovery
    failure: Exception | None = None
    try:
        target = known.current(core.monotonic())  # somebody may just have been answered
        if target is None:
            target, known.ends = yield from _answer(core, regional)
            known.target = target
        return target
    except HeliographError as error:
        kept = known.target
        if kept is None:
            failure = error
            raise
        known.ends = core.monotonic() + _PAUSE
        warn("the service could not be asked anew where it answers: %s", error)
        return kept
    except Exception as error:
        failure = error
        raise
    finally:
        known.leave(flight)
        flight.end(failure)
        failure = None  # the frame that its own traceback holds must not hold it


def _answer(core: Core, regional: Target) -> Effects[tuple[Target, float]]:
    """Where the service answers, and until when that holds."""
    if core.discovers is False:
        raise ConfigError(
            f"{core.service.name} must be asked where it answers, and AWS_ENABLE_ENDPOINT_DISCOVERY or"
            " endpoint_discovery_enabled says not to ask; remove that, or pass endpoint_url="
        )
    from .call import call

    name = core.service.endpoint_operation or ""
    output = yield from call(core, core.service.operations[name], {})
    address, minutes = _first(output.to_dict())
    return regional.at(address), core.monotonic() + 60.0 * minutes


def _first(answer: Any) -> tuple[Any, float]:
    """The first host of an answer, and for how many minutes it holds."""
    try:
        endpoint = answer["Endpoints"][0]
        return parse_address(f"https://{endpoint['Address']}", "endpoint discovery"), float(
            endpoint["CachePeriodInMinutes"]
        )
    except (ConfigError, LookupError, TypeError, ValueError) as error:
        raise EndpointError("the service was asked where it answers, and named no host") from error
