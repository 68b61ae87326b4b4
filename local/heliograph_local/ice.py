# SPDX-License-Identifier: Apache-2.0
"""TURN credentials that expire, by the scheme coturn calls ``use-auth-secret``.

The scheme is that of "A REST API For Access To TURN Services" (draft-uberti-behave-turn-rest): the user name
starts with the time of expiry, and the password is its HMAC under a secret that service and TURN server
share. The user name looks like the real service's, which fits no pattern of its model.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from heliograph.errors import ConfigError

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class TurnServer:
    """The TURN server that GetIceServerConfig names. It is not started here.

    Arguments:
        host: its host name or address.
        port: its port, 1 to 65535.
        secret: what it was given as ``static-auth-secret``.
        ttl: seconds its credentials are valid, 30 to 86400; 300 is the real service's.

    Raises:
        ConfigError: a value out of range.
    """

    host: str = "127.0.0.1"
    port: int = 3478
    secret: str = field(default="local-turn-secret", repr=False)
    ttl: int = 300

    def __post_init__(self) -> None:
        if not self.host or not self.secret:
            raise ConfigError("the TURN server needs a host and a secret; one of them is empty")
        if not 1 <= self.port <= 65535:
            raise ConfigError(f"the TURN server's port is 1 to 65535, not {self.port}")
        if not 30 <= self.ttl <= 86400:
            raise ConfigError(f"TURN credentials live 30 to 86400 seconds, not {self.ttl}")

    def ice_server(self, channel_arn: str, now: datetime) -> dict[str, object]:
        """One entry of IceServerList, with fresh credentials for a channel."""
        expiry = int(now.timestamp()) + self.ttl
        username = f"{expiry}:{b64encode(f'v1:{channel_arn}'.encode()).decode()}"
        password = b64encode(hmac.digest(self.secret.encode(), username.encode(), "sha1")).decode()
        return {"Uris": self.uris(), "Username": username, "Password": password, "Ttl": self.ttl}

    def uris(self) -> list[str]:
        """The three ways to reach it, in the real service's order."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return [
            f"turn:{host}:{self.port}?transport=udp",
            f"turns:{host}:{self.port}?transport=udp",
            f"turns:{host}:{self.port}?transport=tcp",
        ]
