# SPDX-License-Identifier: Apache-2.0
"""The default chain: environment, then the profile's keys.

A source that is not configured passes the question on; one that is configured and broken ends it with the reason.
"""

from __future__ import annotations

from ..errors import CredentialsError
from .types import Credentials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_YET = (
    "role_arn",
    "web_identity_token_file",
    "sso_session",
    "sso_account_id",
    "login_session",
    "credential_process",
)
"""Profile keys that name sources of credentials this version does not read."""


def from_environment(env: Mapping[str, str]) -> Credentials | None:
    """Keys from ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY`` and ``AWS_SESSION_TOKEN``; empty ones are not set.

    Raises:
        CredentialsError: one of the two keys is set without the other.
    """
    access_key = env.get("AWS_ACCESS_KEY_ID")
    secret_key = env.get("AWS_SECRET_ACCESS_KEY")
    if not access_key and not secret_key:
        return None
    if not access_key or not secret_key:
        lacking = "AWS_SECRET_ACCESS_KEY" if access_key else "AWS_ACCESS_KEY_ID"
        raise CredentialsError(
            f"environment: {lacking} is not set though its companion is; set both or neither"
        )
    return Credentials(
        access_key, secret_key, env.get("AWS_SESSION_TOKEN") or None, env.get("AWS_ACCOUNT_ID") or None
    )


def from_profile(name: str, profile: Mapping[str, object]) -> Credentials | None:
    """Keys that stand in a profile of the shared files.

    Raises:
        CredentialsError: one of the two keys stands there without the other.
    """
    values = {key: value for key, value in profile.items() if isinstance(value, str) and value}
    access_key = values.get("aws_access_key_id")
    secret_key = values.get("aws_secret_access_key")
    if access_key is None and secret_key is None:
        return None
    if access_key is None or secret_key is None:
        lacking = "aws_secret_access_key" if access_key else "aws_access_key_id"
        raise CredentialsError(f"profile {name}: {lacking} is missing; write both keys or neither")
    return Credentials(access_key, secret_key, values.get("aws_session_token"), values.get("aws_account_id"))


def default_chain(
    env: Mapping[str, str], name: str, profile: Mapping[str, object], *, profile_in_code: bool
) -> Credentials:
    """The first credentials there are.

    Arguments:
        env: the environment.
        name: the profile's name.
        profile: what stands in it, both files merged.
        profile_in_code: whether the profile was named in code, which says not to look at the environment's keys.

    Raises:
        CredentialsError: there are none, or a source that is configured is broken.
    """
    found = (None if profile_in_code else from_environment(env)) or from_profile(name, profile)
    if found is not None:
        return found
    unread = next((key for key in _NOT_YET if key in profile), None)
    if unread is not None:
        raise CredentialsError(
            f"profile {name}: {unread} names a source of credentials that is not supported yet;"
            " pass credentials= with a function that fetches them"
        )
    raise CredentialsError(
        "no credentials: pass credentials=, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY,"
        f" or put aws_access_key_id and aws_secret_access_key into profile {name}"
    )
