# SPDX-License-Identifier: Apache-2.0
"""The one pair of keys a local service knows."""

from __future__ import annotations

from dataclasses import dataclass, field

from heliograph.errors import ConfigError


@dataclass(frozen=True, slots=True)
class LocalCredentials:
    """Keys for the local service, plain text so that any SDK takes them; they print without secrets.

    Arguments:
        access_key: the access key id.
        secret_key: the secret access key.
        token: the session token; requests must carry it where it is given, and none where it is not.

    Raises:
        ConfigError: one of them is empty.
    """

    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if "" in (self.access_key, self.secret_key, self.token):
            raise ConfigError("the local service's access key, secret key or session token is empty")


EXAMPLE_CREDENTIALS = LocalCredentials("AKIDLOCAL", "local-secret")
"""What the service knows unless told otherwise. Good for nothing but a local service."""
