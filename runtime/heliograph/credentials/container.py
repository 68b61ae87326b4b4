# SPDX-License-Identifier: Apache-2.0
"""Keys of a container's role, from the agent beside it (ECS, EKS Pod Identity)."""

from __future__ import annotations

from ..endpoints import parse_address
from ..errors import ConfigError, CredentialsError, HeliographError, ParamError, printable
from ..http import header_value
from .documents import keys_of, read_document
from .metadata import ask_metadata
from .provider import Provider
from .types import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..effects import Effects
    from ..endpoints import Address
    from .context import Context
    from .types import Credentials

_RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
_FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
_TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
_TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
_AGENT = "169.254.170.2"
_ALLOWED_HOSTS = frozenset({_AGENT, "169.254.170.23", "fd00:ec2::23", "localhost"})
_SECONDS = 2.0
_ATTEMPTS = 3
_PAUSE = 1.0


class Container(Provider):
    """Keys that the agent of a container gives, at the address in ``AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`` or
    ``AWS_CONTAINER_CREDENTIALS_FULL_URI``.

    Without TLS only this machine and the fixed addresses of the agents are asked.
    """

    NAME = "container"
    FEATURE = "z"

    def load(self, context: Context) -> Effects[Credentials | None]:
        """Ask the agent, three times at most."""
        from ..effects import Sleep

        place = container_address(context.env)
        if place is None:
            return None
        address, target = place
        headers = [("accept", "application/json")]
        token = yield from self._token(context.env)
        if token is not None:
            headers.append(("authorization", token))
        failed = 0
        while True:
            try:
                return (yield from self._once(address, target, headers))
            except HeliographError as error:
                failed += 1
                if failed == _ATTEMPTS:
                    raise CredentialsError(
                        f"{self.NAME}: no credentials after {_ATTEMPTS} attempts: {error}"
                    ) from error
            yield Sleep(_PAUSE)

    def _once(self, address: Address, target: str, headers: list[tuple[str, str]]) -> Effects[Credentials]:
        where = f"{self.NAME}: {address.authority}"
        answer = yield from ask_metadata("GET", address, target, headers, _SECONDS)
        if answer.status != 200:
            raise CredentialsError(f"{where} answered HTTP {answer.status}")
        keys = keys_of(read_document(answer.body, where), where, token="Token", needs_end=True)
        return keys.marked(self.FEATURE)

    def _token(self, env: Mapping[str, str]) -> Effects[Secret | None]:
        """What proves to the agent who asks; read again each time, since a file of it is rotated."""
        from ..core import read_text

        source, text = _TOKEN_FILE, env.get(_TOKEN_FILE)
        if text:
            text = yield from read_text(text, f"{self.NAME}: {_TOKEN_FILE}")
        else:
            source, text = _TOKEN, env.get(_TOKEN)
        if not text:
            return None
        token = str.__str__(text).removesuffix("\n").removesuffix("\r")
        try:
            return Secret(header_value(token, source))
        except ParamError:
            raise CredentialsError(
                f"{self.NAME}: the token of {source} holds a line break or another character that cannot be sent"
            ) from None


def container_address(env: Mapping[str, str]) -> tuple[Address, str] | None:
    """Where the agent is, and what to ask it for; ``None`` where the environment names none.

    Raises:
        CredentialsError: the environment names a place that keys are not asked from.
    """
    relative, full = env.get(_RELATIVE), env.get(_FULL)
    if relative:
        if not relative.startswith("/") or relative.startswith("//") or not _is_target(relative):
            raise CredentialsError(f"container: {_RELATIVE} is no path such as /v2/credentials/id")
        return parse_address(f"http://{_AGENT}", _RELATIVE), relative
    if not full:
        return None
    scheme, _, rest = full.partition("://")
    authority = rest.partition("/")[0].partition("?")[0]
    target = f"/{rest.removeprefix(authority).removeprefix('/')}"
    try:
        address = parse_address(f"{scheme}://{authority}", _FULL)
    except (ConfigError, HeliographError) as error:
        raise CredentialsError(f"container: {error}") from error
    if not _is_target(target):
        raise CredentialsError(f"container: {_FULL} holds a blank or another character that no URL has")
    if address.scheme != "https" and not (address.host in _ALLOWED_HOSTS or _is_loopback(address.host)):
        raise CredentialsError(
            f"container: {_FULL} names {printable(address.host, 255)}; without https only this machine and the agents'"
            " own addresses are asked for keys"
        )
    return address, target


def _is_target(text: str) -> bool:
    return text.isascii() and text.isprintable() and not any(mark in text for mark in ' #\\"<>')


def _is_loopback(host: str) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
