# SPDX-License-Identifier: Apache-2.0
"""The Alexa flow: an offer comes over HTTP, the channel's master answers it, or nobody does in time."""

from __future__ import annotations

import asyncio
import binascii
import json
from base64 import b64decode, b64encode
from inspect import isawaitable
from typing import Any

from heliograph_local.answers import ServiceFault, invalid_argument
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
    if not isinstance(offer, dict) or offer.get("type") != "offer" or not isinstance(offer.get("sdp"), str):
        raise invalid_argument(
            f'MessagePayload must be {EXPECTED}; this JSON has no "type" that is "offer", or no "sdp"'
        )
    return str(offer["sdp"])


def write_answer(sdp: str) -> str:
    """An answer in the form a master sends it."""
    return b64encode(json.dumps({"type": "answer", "sdp": sdp}, separators=(",", ":")).encode()).decode()


async def deliver(channel: Channel, sender_client_id: str, offer: str) -> str | None:
    """The master's answer to an offer, as base64; ``None`` once the offer has expired unanswered.

    Raises:
        ServiceFault: what the master raised, or 500 where it failed otherwise.
    """
    loop = asyncio.get_running_loop()
    expiry = loop.time() + channel.message_ttl
    answer: str | None = None
    try:
        if channel.master is not None:
            async with asyncio.timeout_at(expiry):
                answer = await _ask(channel.master, sender_client_id, offer)
    except TimeoutError:
        return None
    if answer is None:
        # The service holds an offer until it expires, in case a master connects after all.
        await asyncio.sleep(expiry - loop.time())
        return None
    return write_answer(answer)


async def _ask(master: Master, sender_client_id: str, offer: str) -> str | None:
    answer: Any = master(sender_client_id, offer)
    if isawaitable(answer):
        answer = await answer
    if answer is None or isinstance(answer, str):
        return answer
    raise ServiceFault("InternalFailure", f"the channel's master answered with {type(answer).__name__}", 500)
