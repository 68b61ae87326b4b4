# SPDX-License-Identifier: Apache-2.0
"""Keys of a machine's role, from the metadata service of EC2 (version 2 of it)."""

from __future__ import annotations

from .. import config
from ..endpoints import parse_address
from ..errors import (
    ConfigError,
    ConnectError,
    CredentialsError,
    ParamError,
    TimeoutError,
    TransportError,
)
from ..http import header_value
from ..logs import warn
from .documents import keys_of, read_document
from .metadata import ask_metadata
from .provider import Provider
from .types import Credentials, Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ..effects import Effects
    from ..endpoints import Address
    from ..http import WireResponse
    from .context import Context

_IPV4 = "http://169.254.169.254"
_IPV6 = "http://[fd00:ec2::254]"
_TOKEN_PATH = "/latest/api/token"
_ROLES_PATH = "/latest/meta-data/iam/security-credentials/"
_TOKEN_SECONDS = 21600
_TOKEN_EARLY = 120
"""Seconds before its end from which a token is not used any more."""
_ROLE_MARKS = str.maketrans("", "", "_+=,.@-")
_REMEMBERED = "instance-token"


class NotThere(CredentialsError):
    """There is no metadata service, it is switched off, or the machine has no role: not an error in a chain."""


class Instance(Provider):
    """Keys of the role of the EC2 instance this runs on.

    Version 2 of the metadata service is used; version 1, which anything that can make the program send a GET could
    use, only where ``AWS_EC2_METADATA_V1_DISABLED=false`` says so. Where the service gives keys that are about to end
    or have ended, they are used on, and asked for again a quarter of an hour later: it has a problem of its own then.
    """

    NAME = "instance metadata"
    FEATURE = "0"

    def load(self, context: Context) -> Effects[Credentials | None]:
        """Ask the metadata service; ``None`` where there is none or the machine has no role."""
        try:
            return (yield from self.needed(context))
        except NotThere:
            return None

    def needed(self, context: Context) -> Effects[Credentials]:
        """Ask the metadata service.

        Raises:
            NotThere: there is none, it is switched off, or the machine has no role.
            CredentialsError: it gave something else than credentials.
        """
        service = _Service(context, (yield from context.settings()))
        role = (yield from service.get(_ROLES_PATH)).partition("\n")[0].strip()
        if not (role.isascii() and (role.translate(_ROLE_MARKS) or "a").isalnum() and role.strip(".")):
            raise CredentialsError(f"{self.NAME}: the name of the role is none")
        where = f"{self.NAME}, role {role}"
        document = read_document((yield from service.get(_ROLES_PATH + role)), where)
        code = document.get("Code", "Success")
        if code != "Success":
            raise CredentialsError(f"{where}: the service answered with a code other than Success")
        keys = keys_of(document, where, token="Token", needs_end=True)
        if context.is_for_use:
            keys = stable(keys, context.clock(), context.random())
        return keys.marked(self.FEATURE)


class _Service:
    """The metadata service, as the settings name it."""

    def __init__(self, context: Context, profile: Mapping[str, str]) -> None:
        env = context.env
        if config.boolean(None, env, "AWS_EC2_METADATA_DISABLED", {}, ""):
            raise NotThere("instance metadata: AWS_EC2_METADATA_DISABLED is true")
        self._address = _address(env, profile)
        self._seconds = _number(env, profile, "metadata_service_timeout", 1.0, 120.0)
        self._attempts = int(_number(env, profile, "metadata_service_num_attempts", 3, 20))
        value, _ = config.look_up(
            None, env, ("AWS_EC2_METADATA_V1_DISABLED",), profile, "ec2_metadata_v1_disabled"
        )
        self._allows_1 = value is not None and not config.boolean(
            None, env, "AWS_EC2_METADATA_V1_DISABLED", profile, "ec2_metadata_v1_disabled"
        )
        self._context = context

    def get(self, path: str) -> Effects[str]:
        """What stands at a path."""
        answer = yield from self._with_token(path)
        if answer.status == 401 and self._context.memory.pop(_REMEMBERED, None) is not None:
            answer = yield from self._with_token(path)
        if answer.status == 404:
            raise NotThere("instance metadata: the machine has no role")
        if answer.status != 200 or not answer.body:
            raise CredentialsError(f"instance metadata: HTTP {answer.status}, no credentials")
        return Secret(answer.body.decode(errors="replace")).reveal()

    def _with_token(self, path: str) -> Effects[WireResponse]:
        token = yield from self._token()
        headers: list[tuple[str, str]] = []
        if token is not None:
            headers.append(("x-aws-ec2-metadata-token", token))
        return (yield from self._ask("GET", path, headers))

    def _token(self) -> Effects[Secret | None]:
        """What requests of version 2 carry; kept for six hours. ``None`` leaves it to version 1."""
        context = self._context
        now = context.clock()
        known: tuple[Secret, datetime] | None = context.memory.get(_REMEMBERED)
        if known is not None and now < known[1]:
            return known[0]
        lifetime = [("x-aws-ec2-metadata-token-ttl-seconds", str(_TOKEN_SECONDS)), ("content-length", "0")]
        try:
            answer = yield from self._ask("PUT", _TOKEN_PATH, lifetime)
        except TimeoutError as error:
            if error.phase != "read":
                raise NotThere(f"instance metadata: {error}") from error
            if self._allows_1:
                return None
            raise NotThere(
                "instance metadata: no answer to the request for a token; in a container this means that the instance's"
                " hop limit is 1: set it to 2"
            ) from error
        except TransportError as error:
            raise NotThere(f"instance metadata: {error}") from error
        if answer.status in (403, 404, 405):
            if self._allows_1:
                return None
            raise NotThere(f"instance metadata: it is switched off (HTTP {answer.status})")
        if answer.status != 200:
            raise CredentialsError(f"instance metadata: HTTP {answer.status} instead of a token")
        try:
            token = Secret(header_value(answer.body.decode(errors="replace"), _TOKEN_PATH))
        except ParamError:
            raise CredentialsError("instance metadata: the token cannot be sent") from None
        from datetime import timedelta

        context.memory[_REMEMBERED] = token, now + timedelta(seconds=_TOKEN_SECONDS - _TOKEN_EARLY)
        return token

    def _ask(self, method: str, path: str, headers: list[tuple[str, str]]) -> Effects[WireResponse]:
        """One request, sent again where the connection fails or the service does."""
        address = self._address
        left = self._attempts
        while True:
            left -= 1
            try:
                answer: WireResponse = yield from ask_metadata(
                    method, address, address.path + path, headers, self._seconds
                )
            except (ConnectError, TimeoutError) as error:
                if not left or (method == "PUT" and getattr(error, "phase", "") == "read"):
                    raise
            else:
                if answer.status < 500 or not left:
                    return answer


def stable(keys: Credentials, now: datetime, random: float) -> Credentials:
    """Credentials that are about to end, with a later end: the metadata service gives no others for the moment.

    Arguments:
        keys: what it gave.
        now: what time it is.
        random: a number from 0 up to 1; it spreads the next requests of many machines over eight minutes.
    """
    from datetime import timedelta

    offset = timedelta(seconds=900 + 120 + int(random * 481))
    if keys.expires is None or now < keys.expires - offset:
        return keys
    warn(
        "instance metadata gave credentials that end soon or have ended; they are used on, and asked for again later",
        area="credentials",
    )
    return Credentials(keys.access_key, keys.secret_key, keys.token, keys.account_id, now + offset)


def _address(env: Mapping[str, str], profile: Mapping[str, str]) -> Address:
    name = "ec2_metadata_service_endpoint"
    url, source = config.look_up(None, env, (f"AWS_{name.upper()}",), profile, name)
    if url is None:
        mode, source = config.look_up(None, env, (f"AWS_{name.upper()}_MODE",), profile, f"{name}_mode")
        known = {"ipv4": _IPV4, "ipv6": _IPV6}
        url = known.get(str(mode or "ipv4").lower())
        if url is None:
            raise ConfigError(f"{source}: it is IPv4 or IPv6")
    return parse_address(str(url), str(source))


def _number(
    env: Mapping[str, str], profile: Mapping[str, str], key: str, default: float, most: float
) -> float:
    value, source = config.look_up(None, env, (f"AWS_{key.upper()}",), profile, key)
    try:
        number = default if value is None else float(str(value))
    except ValueError:
        number = 0.0
    if not 0 < number <= most:
        raise ConfigError(f"{source}: it is a number above 0, at most {most:g}")
    return number
