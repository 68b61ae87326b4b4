# SPDX-License-Identifier: Apache-2.0
"""Keys of a role, from AWS STS."""

from __future__ import annotations

from ..errors import CredentialsError, HeliographError, printable
from .provider import Keys, Provider
from .types import IN_CODE, Credentials, Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from typing import Any

    from ..effects import Effects
    from .context import Context

    AskForCode = Callable[[str], str | Awaitable[str]]
    """Gets the code that an MFA device shows, given its serial number."""


class AssumeRole(Provider):
    """Keys of a role, got with other keys (STS AssumeRole).

    Arguments:
        role_arn: the role.
        source: whose keys ask for it: credentials, or another source of them.
        session_name: what the session is called in logs; ``heliograph-`` and the time by default.
        duration_seconds: how long the keys live; an hour by default.
        external_id: what the role's owner wants to hear from a third party.
        mfa_serial: the MFA device whose code has to go along.
        mfa_code: gets that code, given the serial number; asks on the terminal by default.
        policy: a policy, as JSON, that narrows what the session may do.
        policy_arns: managed policies that narrow it.
        source_identity: who stands behind the session.
        tags: tags of the session.
        region: where to ask STS; the region of the client or of its settings by default.
        place: how errors call where this is written, such as ``profile admin``.
    """

    NAME = "assume role"
    FEATURE = "i"

    def __init__(
        self,
        role_arn: str,
        source: Credentials | Provider,
        *,
        session_name: str | None = None,
        duration_seconds: int | None = None,
        external_id: str | None = None,
        mfa_serial: str | None = None,
        mfa_code: AskForCode | None = None,
        policy: str | None = None,
        policy_arns: Sequence[str] = (),
        source_identity: str | None = None,
        tags: Mapping[str, str] | None = None,
        region: str | None = None,
        place: str = "",
    ) -> None:
        self.role_arn = role_arn
        self.source = Keys(source) if isinstance(source, Credentials) else source
        self.session_name = session_name
        self.duration_seconds = duration_seconds
        self.external_id = external_id
        self.mfa_serial = mfa_serial
        self.mfa_code = mfa_code
        self.policy = policy
        self.policy_arns = tuple(policy_arns)
        self.source_identity = source_identity
        self.tags = dict(tags or {})
        self.region = region
        self.place = place

    def load(self, context: Context) -> Effects[Credentials | None]:
        """Ask STS."""
        from .._services.sts.operations import SERVICE

        where = _where(self)
        try:
            keys = yield from self.source.needed(context)
        except CredentialsError as error:
            raise CredentialsError(f"{where}: no keys to ask with: {error}") from error
        keys = keys.marked(keys.features or IN_CODE, self.via)
        members: dict[str, Any] = {
            "RoleArn": self.role_arn,
            "RoleSessionName": self.session_name or _session_name(context),
            "DurationSeconds": self.duration_seconds,
            "ExternalId": self.external_id,
            "Policy": self.policy,
            "PolicyArns": [{"arn": arn} for arn in self.policy_arns] or None,
            "SourceIdentity": self.source_identity,
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()] or None,
        }
        if self.mfa_serial is not None:
            members["SerialNumber"] = self.mfa_serial
            members["TokenCode"] = yield from _code(self.mfa_serial, self.mfa_code, where)
        try:
            answer = yield from context.ask(
                SERVICE, "AssumeRole", members, credentials=keys, region=self.region
            )
        except HeliographError as error:
            raise CredentialsError(f"{where}: {error}") from error
        return _keys_of(answer, where).marked(keys.features, self.FEATURE)

    def __repr__(self) -> str:
        return f"<AssumeRole {self.role_arn}>"


class WebIdentity(Provider):
    """Keys of a role, got with a token of an identity provider (STS AssumeRoleWithWebIdentity), unsigned.

    Arguments:
        role_arn: the role.
        token_file: the file that holds the token; it is read again for each session.
        session_name: what the session is called in logs; ``heliograph-`` and the time by default.
        duration_seconds: how long the keys live; an hour by default.
        region: where to ask STS; the region of the client or of its settings by default.
        place: how errors call where this is written.
    """

    NAME = "web identity"
    FEATURE = "k"

    def __init__(
        self,
        role_arn: str,
        token_file: str,
        *,
        session_name: str | None = None,
        duration_seconds: int | None = None,
        region: str | None = None,
        place: str = "",
    ) -> None:
        self.role_arn = role_arn
        self.token_file = token_file
        self.session_name = session_name
        self.duration_seconds = duration_seconds
        self.region = region
        self.place = place

    def load(self, context: Context) -> Effects[Credentials | None]:
        """Read the token, ask STS."""
        from .._services.sts.operations import SERVICE
        from ..core import read_text

        where = _where(self)
        token = yield from read_text(self.token_file, where)
        members = {
            "RoleArn": self.role_arn,
            "RoleSessionName": self.session_name or _session_name(context),
            "DurationSeconds": self.duration_seconds,
            "WebIdentityToken": Secret(str.__str__(token).strip()),
        }
        try:
            answer = yield from context.ask(SERVICE, "AssumeRoleWithWebIdentity", members, region=self.region)
        except HeliographError as error:
            raise CredentialsError(f"{where}: {error}") from error
        return _keys_of(answer, where).marked(self.via, self.FEATURE)

    def __repr__(self) -> str:
        return f"<WebIdentity {self.role_arn}>"


def _where(provider: AssumeRole | WebIdentity) -> str:
    place = f"{provider.place}, " if provider.place else ""
    return f"{place}{provider.NAME} {printable(provider.role_arn, 200)}"


def _session_name(context: Context) -> str:
    return f"heliograph-{int(context.clock().timestamp())}"


def _code(serial: str, ask: AskForCode | None, where: str) -> Effects[Secret]:
    """What the MFA device shows."""
    from ..effects import CallProvider, Work

    def call() -> Any:
        if ask is not None:
            return ask(serial)
        from getpass import getpass

        return getpass(f"Code of the MFA device {printable(serial, 200)}: ")

    try:
        code: Any = yield Work(call)  # it may ask on the terminal
        if hasattr(code, "__await__"):
            started = code
            code = yield CallProvider(lambda: started)
    except Exception as error:
        raise CredentialsError(f"{where}: no MFA code ({type(error).__name__})") from error
    if not isinstance(code, str) or not code.strip():
        raise CredentialsError(f"{where}: no MFA code; give a function that returns it as text")
    return Secret(str.__str__(code).strip())


def _keys_of(answer: Any, where: str) -> Credentials:
    """Credentials of an answer; the account stands in the ARN of the session."""
    try:
        keys = answer.credentials
        parts = (answer.assumed_role_user.arn if answer.assumed_role_user else "").split(":")
        account_id = parts[4] if len(parts) > 5 else None
        return Credentials(
            keys.access_key_id,
            keys.secret_access_key,
            keys.session_token,
            account_id or None,
            keys.expiration,
        )
    except (AttributeError, TypeError):
        raise CredentialsError(f"{where}: STS answered without credentials") from None
