# SPDX-License-Identifier: Apache-2.0
"""What a profile of the shared files says of credentials: which source, with which settings."""

from __future__ import annotations

from ..errors import CredentialsError, printable
from .container import Container
from .environment import Environment
from .instance import Instance
from .login import Login
from .process import Process
from .provider import Keys, Provider
from .roles import AssumeRole, WebIdentity
from .sso import Sso, sso_token_of
from .types import Credentials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..config import Sections
    from ..effects import Effects
    from .context import Context
    from .roles import AskForCode

_SOURCES: dict[str, type[Provider]] = {
    "Environment": Environment,
    "EcsContainer": Container,
    "Ec2InstanceMetadata": Instance,
}


class Profile(Provider):
    """What a profile of the shared files names: a role, an identity token, SSO, keys, a login session, a program.

    Arguments:
        name: the profile; the one in use by default.
        mfa_code: gets the code that an MFA device shows, given its serial number; asks on the terminal by default.
    """

    NAME = "profile"

    def __init__(self, name: str | None = None, *, mfa_code: AskForCode | None = None) -> None:
        self.name = name
        self.mfa_code = mfa_code

    def load(self, context: Context) -> Effects[Credentials | None]:
        """Fetch from the source that the profile names; ``None`` where it names none."""
        parsed = yield from context.files()
        name = self.name or context.profile_name
        if self.name is not None and name not in parsed["profiles"]:
            raise CredentialsError(f"profile {_shown(name)}: neither of the shared files has it")
        source = source_of(name, parsed, env=context.env, mfa_code=self.mfa_code)
        return None if source is None else (yield from source.load(context))


def source_of(
    name: str,
    parsed: Mapping[str, Sections],
    *,
    env: Mapping[str, str] | None = None,
    mfa_code: AskForCode | None = None,
) -> Provider | None:
    """The source that a profile names, ``None`` where it names none.

    The first of these that is there: a role to assume, an identity token, SSO, keys, a login session, a program.

    Arguments:
        name: the profile.
        parsed: the shared files, as :func:`heliograph.config.parse_profile` gives them.
        env: the environment, whose variables for identity tokens go before the profile's keys.
        mfa_code: gets the code that an MFA device shows.

    Raises:
        CredentialsError: a source is named and something is wrong with it.
    """
    profile = parsed["profiles"].get(name) or {}
    if _names_role(profile):
        return _role(name, parsed, mfa_code, (name,))
    return _other(name, parsed, env or {})


def _other(name: str, parsed: Mapping[str, Sections], env: Mapping[str, str]) -> Provider | None:
    """Every source of a profile but a role that is assumed with other keys."""
    profile = {key: value for key, value in (parsed["profiles"].get(name) or {}).items() if value}
    place = f"profile {_shown(name)}"
    return (
        _web_identity(profile, env, place)
        or _sso(profile, parsed, place)
        or _keys(profile, place)
        or _login(profile, place)
        or _process(profile, place)
        or _nothing(profile, place)
    )


def _names_role(profile: Mapping[str, str]) -> bool:
    return bool(profile.get("role_arn")) and not profile.get("web_identity_token_file")


def _has_keys(profile: Mapping[str, str]) -> bool:
    return bool(profile.get("aws_access_key_id") or profile.get("aws_secret_access_key"))


def _role(
    name: str, parsed: Mapping[str, Sections], mfa_code: AskForCode | None, visited: tuple[str, ...]
) -> Provider:
    profile = parsed["profiles"][name]
    place = f"profile {_shown(name)}"
    source_profile, credential_source = profile.get("source_profile"), profile.get("credential_source")
    if source_profile and credential_source:
        raise CredentialsError(f"{place}: source_profile and credential_source exclude each other; keep one")
    source: Provider
    if credential_source:
        if credential_source not in _SOURCES:
            raise CredentialsError(
                f"{place}: credential_source is one of {', '.join(_SOURCES)}, not {_shown(credential_source)}"
            )
        source = _SOURCES[credential_source]()
    elif source_profile:
        source = _source_profile(name, source_profile, parsed, mfa_code, visited)
    else:
        raise CredentialsError(f"{place}: role_arn needs source_profile or credential_source beside it")
    duration = profile.get("duration_seconds", "")
    role = AssumeRole(
        profile["role_arn"],
        source,
        session_name=profile.get("role_session_name") or None,
        duration_seconds=int(duration) if duration.isascii() and duration.isdigit() else None,
        external_id=profile.get("external_id") or None,
        mfa_serial=profile.get("mfa_serial") or None,
        mfa_code=mfa_code,
        place=place,
    )
    role.via = "p" if credential_source else "o"
    return role


def _source_profile(
    name: str,
    source: str,
    parsed: Mapping[str, Sections],
    mfa_code: AskForCode | None,
    visited: tuple[str, ...],
) -> Provider:
    """What the source profile of a role names; keys there go before a role there."""
    place = f"profile {_shown(name)}"
    profile = parsed["profiles"].get(source)
    if profile is None:
        raise CredentialsError(f"{place}: source_profile {_shown(source)} is not in the shared files")
    if source in visited and not (source == name and _has_keys(profile)):
        circle = " -> ".join(map(_shown, (*visited, source)))
        raise CredentialsError(f"{place}: source_profile leads in a circle: {circle}")
    if _names_role(profile) and not _has_keys(profile):
        return _role(source, parsed, mfa_code, (*visited, source))
    found = _other(source, parsed, {})
    if found is None:
        raise CredentialsError(f"{place}: source_profile {_shown(source)} names no credentials")
    return found


def _web_identity(profile: Mapping[str, str], env: Mapping[str, str], place: str) -> Provider | None:
    """An identity token; each of its three settings may stand in the environment or in the profile."""

    def setting(key: str) -> tuple[str | None, bool]:
        variable = env.get(f"AWS_{key.upper()}")
        return (variable, True) if variable else (profile.get(key), False)

    token_file, is_variable = setting("web_identity_token_file")
    if not token_file:
        return None
    role_arn, _ = setting("role_arn")
    where = "environment" if is_variable else place
    if not role_arn:
        raise CredentialsError(
            f"{where}: a file with an identity token is named, and no role; set AWS_ROLE_ARN or role_arn"
        )
    found = WebIdentity(role_arn, token_file, session_name=setting("role_session_name")[0], place=where)
    found.via = "h" if is_variable else "q"
    return found


def _sso(profile: Mapping[str, str], parsed: Mapping[str, Sections], place: str) -> Provider | None:
    account_id, role_name = profile.get("sso_account_id"), profile.get("sso_role_name")
    if not account_id and not role_name:
        return None
    if not account_id or not role_name:
        lacking = "sso_role_name" if account_id else "sso_account_id"
        raise CredentialsError(f"{place}: {lacking} is missing; SSO needs an account and a role")
    found = Sso(sso_token_of(profile, parsed["sso_sessions"], place), account_id, role_name)
    found.via = "r" if found.token.session else "t"
    return found


def _keys(profile: Mapping[str, str], place: str) -> Provider | None:
    if not _has_keys(profile):
        return None
    access_key, secret_key = profile.get("aws_access_key_id"), profile.get("aws_secret_access_key")
    if not access_key or not secret_key:
        lacking = "aws_secret_access_key" if access_key else "aws_access_key_id"
        raise CredentialsError(f"{place}: {lacking} is missing; write both keys or neither")
    keys = Credentials(
        access_key, secret_key, profile.get("aws_session_token"), profile.get("aws_account_id")
    )
    return Keys(keys.marked("n"))


def _login(profile: Mapping[str, str], place: str) -> Provider | None:
    session = profile.get("login_session")
    if not session:
        return None
    found = Login(session, place=place)
    found.via = "AC"
    return found


def _process(profile: Mapping[str, str], place: str) -> Provider | None:
    command = profile.get("credential_process")
    if not command:
        return None
    found = Process(command, account_id=profile.get("aws_account_id"), place=place)
    found.via = "v"
    return found


def _nothing(profile: Mapping[str, str], place: str) -> Provider | None:
    """No source; a session of SSO alone gives a bearer token, which signs nothing."""
    if profile.get("sso_session"):
        raise CredentialsError(
            f"{place}: sso_session alone gives a bearer token; keys need sso_account_id and sso_role_name beside it"
        )
    return None


def _shown(name: str) -> str:
    return printable(name, 80)
