# SPDX-License-Identifier: Apache-2.0
"""Signaling channels: what a user asks for, and what the service makes of it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from heliograph.errors import ConfigError
from heliograph_local.sdp import answer_offer

if TYPE_CHECKING:
    from datetime import datetime

Master = Callable[[str, str], "Awaitable[str | None] | str | None"]
"""``(sender client id, offer SDP) -> answer SDP``; ``None`` is a master that never answers.

It runs on the service's event loop: a coroutine function may wait, a plain function must not block. It may
raise ServiceFault, which becomes the answer.
"""

_NAME = re.compile(r"[a-zA-Z0-9_.-]{1,256}")


def built_in_master(sender_client_id: str, offer: str) -> str:
    """The master of a channel that names none: it accepts what it is offered, and sends no media."""
    return answer_offer(offer)


@dataclass(frozen=True, slots=True)
class Channel:
    """A signaling channel to serve.

    Arguments:
        name: 1 to 256 letters, digits and ``_.-``.
        master: who answers offers; ``None`` is a channel whose master is not connected.
        message_ttl: seconds an offer waits for its answer. The service keeps offers for up to two minutes;
            the default is short, as tests want it.

    Raises:
        ConfigError: a name or a time to live that is out of range.
    """

    name: str
    master: Master | None = built_in_master
    message_ttl: float = 1.0

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ConfigError(
                f"channel name {self.name!r}: it needs 1 to 256 letters, digits, '_', '.' or '-'"
            )
        if not 0 <= self.message_ttl <= 120:
            raise ConfigError(
                f"channel {self.name!r}: message_ttl is 0 to 120 seconds, not {self.message_ttl}"
            )


@dataclass(frozen=True, slots=True)
class ServedChannel:
    """A channel of a running service.

    Attributes:
        arn: what requests name it by.
        endpoint: the address of its data plane, ``http://127.0.0.1:<port>``.
        settings: what was asked for.
    """

    arn: str
    endpoint: str
    settings: Channel

    @property
    def name(self) -> str:
        """The channel's name."""
        return self.settings.name


def channel_arn(region: str, account_id: str, name: str, created: datetime) -> str:
    """``arn:aws:kinesisvideo:<region>:<account>:channel/<name>/<creation time in milliseconds>``."""
    milliseconds = round(created.timestamp() * 1000)
    return f"arn:aws:kinesisvideo:{region}:{account_id}:channel/{name}/{milliseconds:013d}"
