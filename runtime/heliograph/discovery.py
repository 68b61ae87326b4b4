# SPDX-License-Identifier: Apache-2.0
"""Endpoint discovery: services that must be asked first where they answer.

The answer holds for as long as it says. While one call asks again, the others use what was known before.
"""

from __future__ import annotations

from .endpoints import parse_address
from .errors import ConfigError, EndpointError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .core import Core
    from .effects import Effects
    from .target import Target

INVALID_ENDPOINT = "InvalidEndpointException"
"""What a host answers when it is to be asked for anew."""


class Discovery:
    """What one client was told.

    Attributes:
        target: where calls go; ``None`` before anybody asked, and after a host said that it is wrong.
        ends: when that has to be asked for again, by the client's monotonic clock.
        is_asking: whether a call is on its way to ask.
    """

    __slots__ = ("ends", "is_asking", "target")

    def __init__(self) -> None:
        self.target: Target | None = None
        self.ends = 0.0
        self.is_asking = False

    def forget(self) -> None:
        """The host that was told is not right any more."""
        self.target = None


def discovered(core: Core, regional: Target) -> Effects[Target]:
    """Where calls go, by what the service says.

    Arguments:
        core: the client's settings and state.
        regional: where the service is asked.

    Raises:
        EndpointError: it does not name a host.
        HeliographError: it could not be asked.
    """
    known = core.discovery
    if known.target is not None and (known.is_asking or core.monotonic() < known.ends):
        return known.target
    from .call import call

    known.is_asking = True
    try:
        name = core.service.endpoint_operation or ""
        output = yield from call(core, core.service.operations[name], {})
    finally:
        known.is_asking = False
    address, minutes = _first(output.to_dict())
    known.target = regional.at(address)
    known.ends = core.monotonic() + 60.0 * minutes
    return known.target


def _first(answer: Any) -> tuple[Any, float]:
    """The first host of an answer, and for how many minutes it holds."""
    try:
        endpoint = answer["Endpoints"][0]
        return parse_address(f"https://{endpoint['Address']}", "endpoint discovery"), float(
            endpoint["CachePeriodInMinutes"]
        )
    except (ConfigError, LookupError, TypeError, ValueError) as error:
        raise EndpointError("the service was asked where it answers, and named no host") from error
