# SPDX-License-Identifier: Apache-2.0
"""Keys in the environment."""

from __future__ import annotations

from ..errors import CredentialsError
from .documents import moment_of
from .provider import Provider
from .types import Credentials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..effects import Effects
    from .context import Context


class Environment(Provider):
    """Keys from ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY`` and ``AWS_SESSION_TOKEN``.

    Blank variables are not set. With ``AWS_CREDENTIAL_EXPIRATION`` the variables are read again before that moment.
    """

    NAME = "environment"
    FEATURE = "g"

    def load(self, context: Context) -> Effects[Credentials | None]:
        """The keys of the environment."""
        yield from ()
        env = context.environment() if self.NAME in context.memory else context.env
        context.memory[self.NAME] = None  # that it was read is all there is to remember
        found = from_environment(env)
        return None if found is None else found.marked(self.FEATURE)


def from_environment(env: Mapping[str, str]) -> Credentials | None:
    """Keys from the environment; ``None`` where it has none.

    Raises:
        CredentialsError: one of the two keys is set without the other.
    """
    access_key, secret_key = _set(env, "AWS_ACCESS_KEY_ID"), _set(env, "AWS_SECRET_ACCESS_KEY")
    if access_key is None and secret_key is None:
        return None
    if access_key is None or secret_key is None:
        lacking = "AWS_SECRET_ACCESS_KEY" if access_key else "AWS_ACCESS_KEY_ID"
        raise CredentialsError(
            f"environment: {lacking} is not set though its companion is; set both or neither"
        )
    ends = None
    if _set(env, "AWS_CREDENTIAL_EXPIRATION") is not None:
        ends = moment_of(env, "AWS_CREDENTIAL_EXPIRATION", "environment")
    return Credentials(
        access_key,
        secret_key,
        _set(env, "AWS_SESSION_TOKEN") or _set(env, "AWS_SECURITY_TOKEN"),
        _set(env, "AWS_ACCOUNT_ID"),
        ends,
    )


def _set(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(name)
    return value if value and not value.isspace() else None
