# SPDX-License-Identifier: Apache-2.0
"""What an address answers: the control plane's, and one data plane for each channel."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from heliograph_local.answers import Answer, ServiceFault, failure, success
from heliograph_local.operations import OPERATIONS, Call, Operation
from heliograph_local.request import Request

if TYPE_CHECKING:
    from datetime import datetime

    from heliograph_local.authentication import Verifier
    from heliograph_local.channels import ServedChannel
    from heliograph_local.faults import PlannedFaults
    from heliograph_local.ice import TurnServer

Handler = Callable[[Request], Awaitable[dict[str, object]]]
"""What an address does with a request: its output, or a ServiceFault."""

logger = logging.getLogger("heliograph_local")
logger.addHandler(logging.NullHandler())


async def control_plane(request: Request) -> dict[str, object]:
    """The regional address. The real one knows no operation of the data plane, and neither does this."""
    if request.path in OPERATIONS:
        raise ServiceFault(
            "UnknownOperationException", "this operation is served at the channel's own endpoint", 404
        )
    raise unknown_operation()


class DataPlane:
    """A channel's address: route, verify, fail where a test wants it, read the input, act.

    Arguments:
        channel: whose address it is; requests for any other are not found.
        verifier: who checks signatures; ``None`` lets everyone in.
        faults: what tests have planned.
        turn: the TURN server to name.
        clock: the time of the service, aware.
    """

    def __init__(
        self,
        channel: ServedChannel,
        verifier: Verifier | None,
        faults: PlannedFaults,
        turn: TurnServer,
        clock: Callable[[], datetime],
    ) -> None:
        self._channel = channel
        self._verifier = verifier
        self._faults = faults
        self._turn = turn
        self._clock = clock

    async def __call__(self, request: Request) -> dict[str, object]:
        """The output of the operation that a request names; ServiceFault otherwise."""
        operation = route(request)
        now = self._clock()
        if self._verifier is not None:
            self._verifier.check(request, now)
        self._faults.raise_next(operation.name)
        inputs = operation.read(request.body)
        if inputs["ChannelARN"] != self._channel.arn:
            raise ServiceFault("ResourceNotFoundException", "no such channel at this endpoint")
        return await operation.act(Call(self._channel, self._turn, now, inputs))


def route(request: Request) -> Operation:
    """The operation of a request's path; all of them are POST."""
    operation = OPERATIONS.get(request.path)
    if operation is None:
        raise unknown_operation()
    if request.method != "POST":
        raise ServiceFault("MethodNotAllowedException", f"{operation.name} is called with POST", 405)
    return operation


def unknown_operation() -> ServiceFault:
    """What a path that nobody serves is answered with."""
    return ServiceFault("UnknownOperationException", "there is no such operation at this address", 404)


async def answer(handler: Handler, request: Request, clock: Callable[[], datetime]) -> Answer:
    """A handler's output or fault as an HTTP answer; what it did not foresee is a 500, with a log record."""
    try:
        return success(await handler(request), clock())
    except ServiceFault as fault:
        logger.debug("%s %r: %s, HTTP %d", request.method, request.path, fault.code, fault.status)
        return failure(fault, clock())
    except Exception as error:
        logger.exception("%s %r failed", request.method, request.path)
        message = f"the local service, or the channel's master, raised {type(error).__name__}; see the log"
        return failure(ServiceFault("InternalFailure", message, 500), clock())
