# SPDX-License-Identifier: Apache-2.0
"""The operations of kinesis-video-signaling 2019-12-04: what they take, and what they do."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from heliograph_local import alexa
from heliograph_local.answers import ServiceFault, invalid_argument

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from heliograph_local.channels import ServedChannel
    from heliograph_local.ice import TurnServer


@dataclass(frozen=True, slots=True)
class Call:
    """An operation called on a channel's address: where, when, and its input checked."""

    channel: ServedChannel
    turn: TurnServer
    now: datetime
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Member:
    """A text member of an input, with its documented rules. ``form`` is the pattern in words."""

    name: str
    longest: int
    pattern: re.Pattern[str]
    form: str
    required: bool = False

    def read(self, document: Mapping[str, Any]) -> str | None:
        """The member's value; ``None`` where it is absent or null.

        Raises:
            ServiceFault: SerializationException for another type than text, InvalidArgumentException for a
                value that breaks a rule or is missing. Neither repeats the value.
        """
        value = document.get(self.name)
        if value is None:
            if self.required:
                raise invalid_argument(f"{self.name} is required, and missing")
            return None
        if not isinstance(value, str):
            raise ServiceFault("SerializationException", f"{self.name} must be a string", 400)
        if not 1 <= len(value) <= self.longest:
            raise invalid_argument(
                f"{self.name} has {len(value)} characters; it needs 1 to {self.longest} of them"
            )
        if not self.pattern.fullmatch(value):
            raise invalid_argument(f"{self.name} must be {self.form}")
        return value


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: its name in the model, its path, its input and what it does."""

    name: str
    path: str
    members: tuple[Member, ...]
    act: Callable[[Call], Awaitable[dict[str, object]]]

    def read(self, body: bytes) -> dict[str, str]:
        """The input in a request's body, by member name; absent members are left out, unknown ones ignored.

        Raises:
            ServiceFault: the body is not a JSON object, or a member breaks its rules.
        """
        document = _json_object(body)
        read = {member.name: member.read(document) for member in self.members}
        return {name: value for name, value in read.items() if value is not None}


def _json_object(body: bytes) -> dict[str, Any]:
    """An empty body is an empty object, as restJson1 has it."""
    try:
        document: Any = json.loads(body or b"{}", parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise ServiceFault("SerializationException", "the body must be one JSON object", 400)
    return cast("dict[str, Any]", document)


def _refuse_constant(name: str) -> None:
    """NaN and the infinities are Python's, not JSON's."""
    raise ValueError(name)


async def get_ice_server_config(call: Call) -> dict[str, object]:
    """GetIceServerConfig: one TURN server with credentials that expire; any client id is welcome."""
    return {"IceServerList": [call.turn.ice_server(call.channel.arn, call.now)]}


async def send_alexa_offer_to_master(call: Call) -> dict[str, object]:
    """SendAlexaOfferToMaster: the master's answer; null once the offer has expired."""
    offer = alexa.read_offer(call.inputs["MessagePayload"])
    return {"Answer": await alexa.deliver(call.channel.settings, call.inputs["SenderClientId"], offer)}


_NAME = re.compile(r"[a-zA-Z0-9_.-]+")
_NAME_FORM = "letters, digits, '_', '.' and '-'"
# The model says "arn:aws:" alone; the service's reference, which this follows, knows the other partitions.
_ARN = re.compile(r"arn:[a-z0-9-]+:kinesisvideo:[a-z0-9-]+:[0-9]+:[a-z]+/[a-zA-Z0-9_.-]+/[0-9]+")
_ARN_FORM = "arn:<partition>:kinesisvideo:<region>:<account>:channel/<name>/<creation time>"

CHANNEL_ARN = Member("ChannelARN", 1024, _ARN, _ARN_FORM, required=True)

OPERATIONS: Mapping[str, Operation] = {
    operation.path: operation
    for operation in (
        Operation(
            "GetIceServerConfig",
            "/v1/get-ice-server-config",
            (
                CHANNEL_ARN,
                Member("ClientId", 256, _NAME, _NAME_FORM),
                Member("Service", 256, re.compile("TURN"), "TURN, the only service there is"),
                Member("Username", 256, _NAME, _NAME_FORM),
            ),
            get_ice_server_config,
        ),
        Operation(
            "SendAlexaOfferToMaster",
            "/v1/send-alexa-offer-to-master",
            (
                CHANNEL_ARN,
                Member("SenderClientId", 256, _NAME, _NAME_FORM, required=True),
                Member(
                    "MessagePayload",
                    10_000,
                    re.compile(r"[a-zA-Z0-9+/=]+"),
                    f"{alexa.EXPECTED}, not the bare SDP",
                    required=True,
                ),
            ),
            send_alexa_offer_to_master,
        ),
    )
}
"""By path."""
