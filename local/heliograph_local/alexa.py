# SPDX-License-Identifier: Apache-2.0
"""The Alexa flow: an offer comes over HTTP, the channel's master answers it, or nobody does in time."""

from __future__ import annotations

import asyncio
import binascii
import json
from base64 import b64decode, b64encode
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, cast

from heliograph_local.answers import ServiceFault, invalid_argument

if TYPE_CHECKING:
    from heliograph_local.channels import Channel, Master

EXPECTED = 'base64 of the JSON text {"type":"offer","sdp":"v=0..."}'


def read_offer(payload: str) -> str:
    """The SDP in a MessagePayload.

    Raises:
        ServiceFault: InvalidArgumentException that says what the payload is instead; the usual mistake is
            the bare SDP.
    """
    try:
        text = b64decode(payload, validate=True).decode()
    except (binascii.Error, ValueError):
        raise invalid_argument(f"MessagePayload must be {EXPECTED}; this is not base64 of text") from None
    try:
        offer: Any = json.loads(text)
    except (ValueError, RecursionError):
        found = "the bare SDP: put it into that JSON text first" if text.startswith("v=") else "not JSON"
        raise invalid_argument(f"MessagePayload must be {EXPECTED}; this is base64 of {found}") from None
    fields = cast("dict[str, Any]", offer) if isinstance(offer, dict) else {}
    sdp = fields.get("sdp")
    if fields.get("type") != "offer" or not isinstance(sdp, str):
        raise invalid_argument(
            f'MessagePayload must be {EXPECTED}; this JSON has no "type" that is "offer", or no "sdp"'
        )
    return sdp


def write_answer(sdp: str) -> str:
    """An answer in the form a master sends it."""
    return b64encode(json.dumps({"type": "answer", "sdp": sdp}, separators=(",", ":")).encode()).decode()


async def deliver(channel: Channel, sender_client_id: str, offer: str) -> str | None:
    """The master's answer to an offer, as base64; ``None`` once the offer has expired unanswered.

    Raises:
        ServiceFault: what the master raised, or 500 where it failed otherwise.
    """
    expired = asyncio.timeout(channel.message_ttl)
    try:
        async with expired:
            answer = await _ask(channel.master, sender_client_id, offer)
            return write_answer(answer)
    except TimeoutError:
        if not expired.expired():  # the master's own
            raise
        return None


async def _ask(master: Master | None, sender_client_id: str, offer: str) -> str:
    """What the master answers. An offer without answer is held, in case a master connects after all."""
    answer: Any = None if master is None else master(sender_client_id, offer)
    if isawaitable(answer):
        answer = await answer
    if answer is None:
        await asyncio.Event().wait()
    if not isinstance(answer, str):
        raise ServiceFault(
            "InternalFailure", f"the channel's master answered with {type(answer).__name__}", 500
        )
    return answer
