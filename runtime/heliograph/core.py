# SPDX-License-Identifier: Apache-2.0
"""What a client knows between calls: its settings, resolved once, and the state its copies share."""

from __future__ import annotations

import os
import sys
import time

from . import config
from .credentials.types import ANONYMOUS, Credentials, Secret
from .effects import CallProvider, ReadFile
from .endpoints import parse_address
from .errors import ConfigError, CredentialsError, HeliographError, drop_frames
from .logs import warn
from .retries import Quota
from .settings import LONGEST, MAX_RESPONSE_BYTES, Timeout
from .user_agent import user_agent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Any

    from .adaptive import RateLimiter
    from .credentials.types import HasKeys
    from .effects import Effects
    from .endpoints import Address
    from .operation import Service
    from .retries import Standard

_PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "REQUEST_METHOD")
_ARGUMENTS_OF_CREDENTIALS = frozenset({"credentials", "profile"})


class Target:
    """Where a client's calls go, and whose name signs them.

    Attributes:
        address: the parts of the endpoint's URL.
        authority: what stands in the ``Host`` header.
        signing_region: the region of the credential scope.
        chosen: whether somebody chose this very endpoint, in code or for this service in the settings; not so where
            it follows from the region or from a setting for all services.
    """

    __slots__ = ("_paths", "address", "authority", "chosen", "signing_region")

    def __init__(self, address: Address, signing_region: str, chosen: bool) -> None:
        self.address = address
        self.authority = address.authority
        self.signing_region = signing_region
        self.chosen = chosen
        self._paths: dict[str, str] = {}

    def canonical_path(self, path: str) -> str:
        """The path as it is signed; most operations have but one."""
        known = self._paths.get(path)
        if known is None:
            from .sigv4 import canonical_path

            if len(self._paths) >= 256:
                self._paths.clear()
            known = self._paths[path] = canonical_path(path)
        return known


class Core:
    """One client's settings and state.

    Arguments:
        service: what is called.
        given: the client's arguments that are not ``None``.
        env: the environment to read settings from; the process's, as it is now, by default.
    """

    def __init__(
        self, service: Service, given: Mapping[str, Any], env: Mapping[str, str] | None = None
    ) -> None:
        self.service = service
        self.given = given
        self.env = _snapshot(os.environ) if env is None else env
        self.timeout_is_default = "timeout" not in given
        self.timeout = Timeout.of(given.get("timeout"))
        self.deadline: float | None = _positive(given, "deadline")
        self.validate_params: bool = given.get("validate_params", True)
        self.max_response_bytes: int = int(_positive(given, "max_response_bytes") or MAX_RESPONSE_BYTES)
        self.clock: Callable[[], datetime] = given.get("clock") or utc_now
        self.monotonic: Callable[[], float] = given.get("monotonic") or time.monotonic
        self.sleep: Any = given.get("sleep")
        self.idempotency_token: Callable[[], str] = given.get("idempotency_token") or uuid4
        self.invocation_id: Callable[[], str] = given.get("invocation_id") or uuid4
        config.region(given.get("region"), {}, {})  # a bad argument is reported where it was given
        if "endpoint_url" in given:
            parse_address(given["endpoint_url"], "endpoint_url")
        self.quota = Quota()
        self.limiter: RateLimiter | None = None
        self.retries: Standard
        self.max_attempts = 0
        self.user_agent = ""
        self.credentials: HasKeys | None = None
        self.target: Target | None = None
        self._profile_name = config.profile_name(given.get("profile"), self.env)
        self._profile: Mapping[str, str] = {}

    def changed(self, options: Mapping[str, Any]) -> Core:
        """The core of a client with other options, sharing what they leave untouched."""
        given = {name: value for name, value in {**self.given, **options}.items() if value is not None}
        other = Core(self.service, given, self.env)
        other.quota = self.quota
        other.limiter = self.limiter
        if not _ARGUMENTS_OF_CREDENTIALS & options.keys():
            other.credentials = self.credentials
        return other

    @property
    def where(self) -> str:
        """The endpoint, or what is known of it so far."""
        known = (
            self.target.address.url
            if self.target
            else self.given.get("endpoint_url") or self.given.get("region")
        )
        return f"at {known}" if known else "not yet used"

    # Settings

    def prepare(self) -> Effects[Target]:
        """Resolve what the environment and the profile have to say; once, before the first call."""
        parsed = yield from self._read_files()
        profile = config.profile_of(parsed, self._profile_name)
        env, given = self.env, self.given
        self._profile = profile
        self._set_up_retries(profile)
        self.user_agent = user_agent(
            features=self._features(),
            app_id=config.app_id(given.get("app_id"), env, profile),
            env=env,
        )
        region = config.region(given.get("region"), env, profile)
        chosen = config.endpoint_url(
            given.get("endpoint_url"), env, profile, parsed["services"], self.service.name
        )
        parameters = {
            "Region": region,
            "UseFIPS": config.use_fips(given.get("use_fips"), env, profile),
            "UseDualStack": config.use_dualstack(given.get("use_dualstack"), env, profile),
            "Endpoint": chosen[0] if chosen else None,
            **given.get("endpoint_params", {}),
        }
        try:
            endpoint = self.service.resolve_endpoint(**parameters)
        except TypeError as error:
            raise ConfigError(f"endpoint_params: the endpoint rules do not take them: {error}") from error
        source = chosen[1] if chosen else "endpoint rules"
        address = parse_address(endpoint.url, source)
        _check_scheme(address, source)
        if region is None and given.get("credentials") is not ANONYMOUS:
            raise ConfigError(
                "no region to sign for: pass region=, or set AWS_REGION, or region in the profile"
            )
        for_all = ("AWS_ENDPOINT_URL", "profile key endpoint_url")
        self.target = Target(address, region or "", chosen is not None and chosen[1] not in for_all)
        return self.target

    def _read_files(self) -> Effects[dict[str, config.Sections]]:
        config_path, credentials_path = config.file_locations(self.env, platform=sys.platform)
        config_text = yield from _read(config_path)
        credentials_text = yield from _read(credentials_path)
        try:
            parsed = config.parse_profile(
                config_text, credentials_text, config_path=config_path, credentials_path=credentials_path
            )
        except ConfigError as error:
            drop_frames(error)  # the parser's hold the files
            raise
        for properties in parsed["profiles"].values():
            for name in _SECRET_PROPERTIES & properties.keys():
                properties[name] = Secret(properties[name])
        return parsed

    def _set_up_retries(self, profile: Mapping[str, str]) -> None:
        from .retries import Standard

        if config.retry_mode(self.given.get("retry_mode"), self.env, profile) == "adaptive":
            from .adaptive import RateLimiter

            self.limiter = self.limiter or RateLimiter(self.monotonic())
        else:
            self.limiter = None
        configured = config.max_attempts(self.given.get("max_attempts"), self.env, profile)
        self.max_attempts = configured or self.service.max_attempts
        self.retries = Standard(
            self.max_attempts, self.quota, self.service.retry_base, random=self.given.get("random")
        )

    def _features(self) -> str:
        """The letters of the user agent for what this client uses."""
        letters = ["E"]
        if "endpoint_url" in self.given:
            letters.append("N")
        if "credentials" in self.given:
            letters.append("e")
        return ",".join(letters)

    # Credentials

    def fetch_credentials(self) -> Effects[HasKeys | None]:
        """The credentials to sign with; ``None`` where the client is anonymous."""
        given = self.given.get("credentials")
        if given is ANONYMOUS:
            return None
        if callable(given):
            try:
                keys = yield CallProvider(given)
            except HeliographError:
                raise
            except Exception as error:
                raise CredentialsError(f"the credentials function failed: {type(error).__name__}") from error
            return _checked(keys, "the credentials function returned")  # asked each time: it may rotate them
        if given is None:
            from .credentials import default_chain

            given = default_chain(
                self.env, self._profile_name, self._profile, profile_in_code="profile" in self.given
            )
        keys = _checked(given, "credentials:")
        if keys is given:  # ours, and so immutable; somebody else's object may give others the next time
            self.credentials = keys
        return keys

    def refuse_coroutine_credentials(self) -> None:
        """A synchronous client cannot wait for an asynchronous provider.

        Raises:
            ConfigError: ``credentials`` is a coroutine function.
        """
        given = self.given.get("credentials")
        called: Mapping[str, Any] = vars(given.__class__)
        for code in (getattr(given, "__code__", None), getattr(called.get("__call__"), "__code__", None)):
            if getattr(code, "co_flags", 0) & _COROUTINE:
                raise ConfigError("credentials: an asynchronous function needs an asynchronous client")

    # Transport

    def open_transport(self, kind: str) -> Any:
        """What carries this client's requests: the given transport, or the process's own for these settings."""
        from . import transport

        given = self.given.get("transport")
        if given is not None:
            return transport.adapt(given, kind)
        key = (self._ca_bundle(), self.given.get("proxy"))
        variables = {
            name: self.env[name]
            for upper in _PROXY_VARIABLES
            for name in (upper, upper.lower())
            if self.env.get(name) is not None
        }
        return transport.lease(
            transport.Transport if kind == "sync" else transport.AsyncTransport, key, variables
        )

    def _ca_bundle(self) -> str | None:
        bundle = config.ca_bundle(self.given.get("ca_bundle"), self.env, self._profile)
        return None if bundle is None else os.fspath(bundle)

    def release_transport(self, opened: object) -> bool:
        """Give a transport back; true when it is to be closed."""
        from . import transport

        return transport.release(opened)


def utc_now() -> datetime:
    """The time of the system's clock."""
    from datetime import UTC, datetime

    return datetime.now(UTC)


def uuid4() -> str:
    """A random UUID (RFC 9562, version 4); the module for it takes longer to import than a call may."""
    digits = bytearray(os.urandom(16))
    digits[6] = digits[6] & 0x0F | 0x40
    digits[8] = digits[8] & 0x3F | 0x80
    text = digits.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


_SECRET_VARIABLES = frozenset({"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"})
_SECRET_PROPERTIES = frozenset({"aws_secret_access_key", "aws_session_token"})
_COROUTINE = 0x80
"""``inspect.CO_COROUTINE``, which takes longer to import than a call may."""


def _snapshot(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that settings come from, as they are now, with secrets that do not print."""
    wanted = {"HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", *_PROXY_VARIABLES}
    return {
        name: Secret(value) if name in _SECRET_VARIABLES else value
        for name, value in environ.items()
        if name.startswith("AWS_") or name.upper() in wanted
    }


def _positive(given: Mapping[str, Any], name: str) -> Any:
    value = given.get(name)
    if value is not None and not (isinstance(value, (int, float)) and 0 < value < LONGEST):
        raise ConfigError(f"{name}: {value!r} cannot be used; it is a number above 0 and below {LONGEST:.0e}")
    return value


def _read(path: str) -> Effects[str]:
    try:
        text: str | None = yield ReadFile(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror or type(error).__name__})") from error
    return text or ""


def _check_scheme(address: Address, source: str) -> None:
    """Without TLS only where a person said so for this program, and then not in silence."""
    if address.scheme == "https" or address.is_loopback:
        return
    if source in ("services section", "profile key endpoint_url"):
        raise ConfigError(
            f"{source}: an endpoint without TLS must be given in code or in the environment, or be on this machine"
        )
    warn("requests to %s are not encrypted: its endpoint (%s) is an http URL", address.authority, source)


def _checked(keys: Any, source: str) -> Credentials:
    """The keys somebody gave, as our own immutable object, if they can be sent."""
    if hasattr(keys, "__await__"):
        getattr(keys, "close", bool)()
        raise CredentialsError(f"{source} a {type(keys).__name__}: it needs an asynchronous client")
    values: list[Any] = [getattr(keys, name, None) for name in ("access_key", "secret_key", "token")]
    if not all(values[:2]) or not all(value is None or isinstance(value, str) for value in values):
        raise CredentialsError(
            f"{source} {type(keys).__name__} is no credentials: an object with access_key, secret_key and token,"
            " such as heliograph.Credentials"
        )
    for name, value in zip(("access_key", "secret_key", "token"), values, strict=True):
        if value and not (value.isascii() and value.isprintable()):
            raise CredentialsError(
                f"{source} {name} holds a line break or another character that keys do not have; remove it"
            )
    return keys if isinstance(keys, Credentials) else Credentials(*values)
