# SPDX-License-Identifier: Apache-2.0
"""Requests to metadata services: straight, small and quick."""

from __future__ import annotations

import time

from ..effects import Send
from ..http import WireRequest
from ..settings import Timeout
from .context import MAX_ANSWER_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..effects import Effects
    from ..endpoints import Address
    from ..http import WireResponse


def ask_metadata(
    method: str, address: Address, target: str, headers: list[tuple[str, str]], seconds: float
) -> Effects[WireResponse]:
    """Send one request to a metadata service. No proxy is used, and the answer is 64 KiB at most.

    Arguments:
        method: the HTTP method.
        address: where the service is.
        target: path and query.
        headers: what is sent besides the host.
        seconds: how long connecting may take, and answering.

    Raises:
        HeliographError: no answer came.
    """
    response: WireResponse = yield Send(
        WireRequest(
            method,
            address.scheme,
            address.host,
            address.port,
            target,
            [("host", address.authority), ("accept-encoding", "identity"), *headers],
            b"",
            Timeout(seconds, seconds, seconds, seconds),
            time.monotonic() + 2 * seconds,
            MAX_ANSWER_BYTES,
            is_direct=True,
        )
    )
    return response
