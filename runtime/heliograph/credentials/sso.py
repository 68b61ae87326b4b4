# SPDX-License-Identifier: Apache-2.0
"""Keys of users who signed in with ``aws sso login`` (IAM Identity Center)."""

from __future__ import annotations

from ..errors import CredentialsError, HeliographError
from ..logs import warn
from .documents import moment_of, read_document, text_of
from .provider import Provider
from .types import Credentials, Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from ..effects import Effects
    from .context import Context

_EARLY = 15 * 60
"""Seconds before its end from which a token is renewed."""
_OLDER = "u"
"""How the user agent counts SSO without a session."""
_PAUSE = 60
"""Seconds between two attempts to renew it."""


class SsoToken:
    """The access token of a user who signed in, as the AWS CLI keeps it, renewed and written back in time.

    Arguments:
        start_url: the address of the portal.
        region: where the portal is.
        session: the name of the ``[sso-session]`` section; ``None`` for the older form, which is not renewed.
        place: how errors call where this is written.
    """

    def __init__(
        self, start_url: str, region: str, session: str | None = None, *, place: str = "SSO"
    ) -> None:
        self.start_url = start_url
        self.region = region
        self.session = session
        self.place = place

    def load(self, context: Context) -> Effects[tuple[Secret, datetime]]:
        """The token, and when it ends.

        Raises:
            CredentialsError: nobody signed in, or the token has ended.
        """
        from ..core import read_text
        from ..effects import WriteFile

        path = self.path(context)
        text = yield from read_text(path, f"{self.place}; {self.mend}", is_private=True)
        source = f"{self.place}, {path}"
        kept = read_document(text, source)
        now = context.clock()
        ends = moment_of(kept, "expiresAt", source)
        if self.session is not None and (ends - now).total_seconds() < _EARLY:
            fresh = yield from self._renewed(context, kept, now)
            if fresh is not None:
                kept, ends = fresh, moment_of(fresh, "expiresAt", source)
                try:
                    yield WriteFile(path, _as_text(kept))
                except OSError as error:
                    warn(
                        "%s: the renewed token could not be kept (%s)",
                        self.place,
                        error.strerror or type(error).__name__,
                        area="credentials",
                    )
        if ends <= now:
            raise CredentialsError(f"{self.place}: the sign-in has ended; {self.mend}")
        return Secret(text_of(kept, "accessToken", source)), ends

    def path(self, context: Context) -> str:
        """The file that holds the token."""
        from hashlib import sha1

        name = sha1((self.session or self.start_url).encode(), usedforsecurity=False).hexdigest()
        return context.home(".aws", "sso", "cache", f"{name}.json")

    def _renewed(
        self, context: Context, kept: Mapping[str, Any], now: datetime
    ) -> Effects[dict[str, Any] | None]:
        """The token anew; ``None`` where that cannot be had now, so that the old one is used to its end."""
        from datetime import timedelta

        from .._services.sso_oidc.operations import SERVICE

        memory = self.path(context)
        if now < context.memory.get(memory, now):
            return None
        needed = ("refreshToken", "clientId", "clientSecret", "registrationExpiresAt")
        if not all(isinstance(kept.get(name), str) for name in needed):
            return None
        if moment_of(kept, "registrationExpiresAt", self.place) <= now:
            return None
        context.memory[memory] = now + timedelta(seconds=_PAUSE)
        members = {
            "grantType": "refresh_token",
            "clientId": kept["clientId"],
            "clientSecret": Secret(kept["clientSecret"]),
            "refreshToken": Secret(kept["refreshToken"]),
        }
        try:
            answer = yield from context.ask(SERVICE, "CreateToken", members, region=self.region)
            token, seconds = str.__str__(answer.access_token), int(answer.expires_in)
        except (HeliographError, TypeError, ValueError) as error:
            told = str(error) if isinstance(error, HeliographError) else "the answer holds no token"
            warn("%s: the token could not be renewed: %s", self.place, told, area="credentials")
            return None
        refresh_token = answer.refresh_token or kept["refreshToken"]
        return {
            **kept,
            "startUrl": self.start_url,
            "region": self.region,
            "accessToken": token,
            "expiresAt": _stamp(now + timedelta(seconds=seconds)),
            "refreshToken": str.__str__(refresh_token),
        }

    @property
    def mend(self) -> str:
        """What the user has to do to sign in again."""
        session = f" --sso-session {self.session}" if self.session else ""
        return f"run: aws sso login{session}"


class Sso(Provider):
    """Keys of a role, for a user who signed in (SSO GetRoleCredentials).

    Arguments:
        token: what proves that somebody signed in.
        account_id: the account of the role.
        role_name: the role.
    """

    NAME = "SSO"
    FEATURE = "s"

    def __init__(self, token: SsoToken, account_id: str, role_name: str) -> None:
        self.token = token
        self.account_id = account_id
        self.role_name = role_name

    def load(self, context: Context) -> Effects[Credentials | None]:
        """Read the token, ask the portal."""
        from datetime import UTC, datetime

        from .._services.sso.operations import SERVICE

        token, _ = yield from self.token.load(context)
        where = self.token.place
        members = {"accessToken": token, "accountId": self.account_id, "roleName": self.role_name}
        try:
            answer = yield from context.ask(SERVICE, "GetRoleCredentials", members, region=self.token.region)
        except HeliographError as error:
            mend = f"; {self.token.mend}" if getattr(error, "status_code", 0) == 401 else ""
            raise CredentialsError(f"{where}: {error}{mend}") from error
        try:
            keys = answer.role_credentials
            ends = datetime.fromtimestamp(keys.expiration / 1000, UTC)
            found = Credentials(
                keys.access_key_id, keys.secret_access_key, keys.session_token, self.account_id, ends
            )
            return found.marked(self.via, self.FEATURE if self.token.session else _OLDER)
        except (AttributeError, OverflowError, TypeError, ValueError):
            raise CredentialsError(f"{where}: the portal answered without credentials") from None

    def __repr__(self) -> str:
        return f"<Sso {self.role_name} in {self.account_id}>"


def sso_token_of(
    profile: Mapping[str, str], sessions: Mapping[str, Mapping[str, str]], place: str
) -> SsoToken:
    """The token that a profile names, by a session or by itself.

    Arguments:
        profile: its properties.
        sessions: the ``[sso-session]`` sections.
        place: how errors call the profile.

    Raises:
        CredentialsError: the session is missing, something is missing in it, or profile and session disagree.
    """
    name = profile.get("sso_session")
    said: Mapping[str, str] = profile
    if name:
        if name not in sessions:
            raise CredentialsError(
                f"{place}: sso_session names a section [sso-session {name}] that is not there"
            )
        section = sessions[name]
        for key in ("sso_start_url", "sso_region"):
            if profile.get(key) and section.get(key) and profile[key] != section[key]:
                raise CredentialsError(
                    f"{place}: {key} differs from that of [sso-session {name}]; remove one"
                )
        said = section
    for key in ("sso_start_url", "sso_region"):
        if not said.get(key):
            where = f"[sso-session {name}]" if name else "it"
            raise CredentialsError(f"{place}: {where} lacks {key}")
    return SsoToken(said["sso_start_url"], said["sso_region"], name or None, place=f"{place}, SSO")


def _as_text(document: Mapping[str, Any]) -> Secret:
    import json

    return Secret(json.dumps(document))


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
