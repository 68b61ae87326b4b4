# SPDX-License-Identifier: Apache-2.0
"""What a client knows between calls: its settings, resolved once, and the state its copies share."""

from __future__ import annotations

import os
import sys
import time

from . import config
from .credentials.types import ANONYMOUS, IN_CODE, Credentials, Secret
from .discovery import Discovery
from .effects import CallProvider, ReadFile
from .endpoints import parse_address
from .errors import ConfigError, CredentialsError, EndpointError, HeliographError, drop_frames, printable
from .logs import debug_log, inform, warn
from .retries import Quota
from .settings import LONGEST, MAX_RESPONSE_BYTES, BodySettings, Timeout
from .user_agent import user_agent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from typing import Any, NoReturn, SupportsIndex

    from .adaptive import RateLimiter
    from .credentials.context import Context
    from .credentials.provider import Provider
    from .credentials.types import HasKeys
    from .effects import Effects
    from .endpoints import Address
    from .observing import Listener
    from .operation import OperationInfo, Service
    from .retries import Standard
    from .skew import Skew
    from .target import Target

_PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "REQUEST_METHOD")
_HANDED_ON = ("app_id", "ignore_configured_endpoint_urls", "use_dualstack", "use_fips")
"""Arguments that hold for the services behind the chain of credentials too."""
_ARGUMENTS_OF_CREDENTIALS = frozenset({"credentials", "profile"})
_ARGUMENTS_OF_HOSTS = frozenset(
    {
        "credentials",
        "endpoint_params",
        "endpoint_url",
        "ignore_configured_endpoint_urls",
        "monotonic",
        "profile",
        "region",
        "use_dualstack",
        "use_fips",
    }
)


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
        self.given = given = _with_secrets(given)
        self.env = _snapshot(os.environ) if env is None else env
        self.timeout_is_default = "timeout" not in given
        self.timeout = Timeout.of(given.get("timeout"))
        self.deadline: float | None = _positive(given, "deadline")
        self.validate_params: bool = given.get("validate_params", True)
        self.max_response_bytes: int = int(_positive(given, "max_response_bytes") or MAX_RESPONSE_BYTES)
        self.clock: Callable[[], datetime] = given.get("clock") or utc_now
        self.monotonic: Callable[[], float] = given.get("monotonic") or time.monotonic
        self.sleep: Any = given.get("sleep")
        self.on_event: Listener | None = given.get("on_event")
        self.idempotency_token: Callable[[], str] = given.get("idempotency_token") or uuid4
        self.invocation_id: Callable[[], str] = given.get("invocation_id") or uuid4
        if _is_coroutine_function(self.on_event):
            raise ConfigError(
                "on_event: it is called and not awaited, so an asynchronous function cannot be used"
            )
        config.region(given.get("region"), {}, {})  # a bad argument is reported where it was given
        if "endpoint_url" in given:
            parse_address(given["endpoint_url"], "endpoint_url")
        self.quota = Quota()
        self.limiter: RateLimiter | None = None
        self.skew: Skew | None = None
        self.retries: Standard
        self.max_attempts = 0
        self._agents: dict[tuple[str, str], str] = {}
        self.credentials: HasKeys | None = None
        self.target: Target | None = None
        self.auth = ""
        self.discovery = Discovery()
        self._token: Any = None
        self._parameters: Mapping[str, Any] = {}
        self._targets: dict[tuple[object, ...], Target] = {}
        self._endpoint: tuple[str, str] | None = None
        self._account_id_parameter: str | None = None
        self._warned = False
        self._profile_name = config.profile_name(given.get("profile"), self.env)
        self._profile: Mapping[str, str] = {}
        self._environ: Mapping[str, str] = os.environ if env is None else env
        self.parsed: dict[str, config.Sections] | None = None
        self._chain: dict[str, Any] = {}
        self._bodies: BodySettings | None = None
        self._region: str | None = None
        self._region_set: tuple[str, ...] = ()
        self._injects_prefix = False
        self._preference: tuple[str, ...] = ()
        self._app_id: str | None = None

    def changed(self, options: Mapping[str, Any]) -> Core:
        """The core of a client with other options, sharing what they leave untouched."""
        given = {name: value for name, value in {**self.given, **options}.items() if value is not None}
        other = Core(self.service, given, self.env)
        other.quota = self.quota
        other.limiter = self.limiter
        other.skew = self.skew
        if not _ARGUMENTS_OF_HOSTS & options.keys():
            other.discovery = self.discovery
        if not _ARGUMENTS_OF_CREDENTIALS & options.keys():
            other.credentials = self.credentials
            other._chain = self._chain
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

    @property
    def region(self) -> str | None:
        """The region that calls are signed for; known after :meth:`prepare`."""
        return self._region

    # Settings

    def prepare(self) -> Effects[None]:
        """Resolve what the environment and the profile have to say; once, before the first call."""
        if self.clock is utc_now:
            self.clock = _system_clock()
        parsed = self.parsed or (yield from read_shared_files(self.env))
        self.parsed = parsed
        profile = config.profile_of(parsed, self._profile_name)
        env, given = self.env, self.given
        self._profile = profile
        self._set_up_retries(profile)
        if config.corrects_clock_skew(env, profile):
            from .skew import Skew

            self.skew = self.skew or Skew()
        else:
            self.skew = None
        self._app_id = config.app_id(given.get("app_id"), env, profile)
        if self.timeout_is_default:
            region = config.region(given.get("region"), env, profile)
            self.timeout = Timeout(config.CONNECT_SECONDS[config.defaults_mode(env, profile, region)])
        self._endpoint = config.endpoint_url(
            given.get("endpoint_url"),
            env,
            profile,
            parsed["services"],
            self.service.name,
            ignore=given.get("ignore_configured_endpoint_urls"),
        )
        self._preference = config.auth_scheme_preference(env, profile)
        self._token = self._find_token()
        self._set_up_endpoints(profile)
        self.auth = self.auth_of(self.service.auth)
        log = debug_log("auth")
        if log is not None:
            log.debug(
                "%s calls are %s; %s is offered", self.service.name, self.auth, ", ".join(self.service.auth)
            )

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("the settings of a client hold credentials, and cannot be pickled or copied")

    # Endpoints

    def _set_up_endpoints(self, profile: Mapping[str, str]) -> None:
        """What this client gives to the rules, and the one target of its calls where all have the same."""
        from . import built_ins

        service = self.service
        url = None
        if self._endpoint is not None:
            url, source = self._endpoint
            parse_address(url, source)
        sources = built_ins.Sources(self.given, self.env, profile, url)
        known = frozenset(service.resolve_endpoint.__kwdefaults__ or ())
        self._parameters = built_ins.client_parameters(service.built_ins, known, sources)
        account_id = service.built_ins.get(built_ins.ACCOUNT_ID)
        if account_id is not None and account_id not in self._parameters:
            mode = service.built_ins.get(built_ins.ACCOUNT_ID_MODE)
            if mode is None or self._parameters[mode] != "disabled":
                self._account_id_parameter = account_id
        self._region = config.region(self.given.get("region"), self.env, profile)
        self._region_set = config.region_set(self.env, profile)
        self._injects_prefix = bool(service.host_prefixes) and config.inject_host_prefix(
            self.given.get("inject_host_prefix"), self.env, profile
        )
        if not (
            service.endpoint_parameters
            or self._injects_prefix
            or self._account_id_parameter
            or service.endpoint_operation
        ):
            self.target = self._resolved(service.auth, "", {})

    def target_of(
        self, operation: OperationInfo[Any], members: Mapping[str, Any], identity: HasKeys | Secret | None
    ) -> Target:
        """Where one call goes, as far as that depends on it: the operation, its members, who signs it.

        Raises:
            EndpointError: the rules have no endpoint for it.
            ParamError: a member cannot be part of a host name.
        """
        service = self.service
        parameters = service.endpoint_parameters.get(operation.name)
        own: dict[str, Any] = {}
        if parameters is not None:
            own = {
                name: tuple(value) if value.__class__ is list else value
                for name, value in parameters(members).items()
                if value is not None
            }
        account_id = getattr(identity, "account_id", None) if self._account_id_parameter else None
        if self._account_id_parameter and account_id is not None:
            own[self._account_id_parameter] = account_id
        prefix = service.host_prefixes.get(operation.name) if self._injects_prefix else None
        before = prefix(members) if prefix else ""
        auth = service.auth if operation.auth is None else operation.auth
        key = (auth, before, *own.items())
        try:
            found = self._targets.get(key)
        except TypeError:  # a list is no key
            return self._resolved(auth, before, own)
        if found is None:
            if len(self._targets) >= _MOST_TARGETS:
                self._targets.clear()
            found = self._targets[key] = self._resolved(auth, before, own)
        return found

    def _resolved(self, auth: tuple[str, ...], prefix: str, own: Mapping[str, Any]) -> Target:
        """The target for what a call gives to the rules besides what its client does."""
        from .target import Target

        service = self.service
        try:
            endpoint = service.resolve_endpoint(**{**self._parameters, **own})
        except EndpointError as error:
            if self._region is None:
                error.add_note(
                    "No region is known: pass region=, or set AWS_REGION, or region in the profile."
                )
            raise
        except (AttributeError, TypeError, ValueError) as error:
            raise EndpointError(f"the endpoint rules cannot use these parameters: {error}") from error
        url, source = self._endpoint or ("", "endpoint rules")
        address = parse_address(endpoint.url, source)
        if prefix and not address.is_ip:
            address = parse_address(address.below(prefix).url, source)
        if not self._warned:
            self._warned = _check_scheme(address, source)
        return Target(
            address,
            endpoint,
            auth=self._ordered(auth),
            signing_name=service.signing_name,
            region=self._region,
            region_set=self._region_set,
            chosen=bool(url) and source not in _FOR_ALL_SERVICES,
        )

    # Authentication

    def auth_of(self, offered: tuple[str, ...]) -> str:
        """How calls prove who makes them, of what is offered: :data:`SIGNED`, :data:`BEARER` or :data:`UNSIGNED`."""
        is_wanted = any(name in offered for name in self._preference)
        for name in self._ordered(offered):
            if name in ("sigv4", "sigv4a") and (is_wanted or not (self._token and "bearer" in offered)):
                return SIGNED
            if name == "bearer" and (self._token or not {"sigv4", "sigv4a"} & {*offered}):
                return BEARER
            if name == "none":
                return UNSIGNED
        return SIGNED

    def _ordered(self, offered: tuple[str, ...]) -> tuple[str, ...]:
        """What is offered, what the settings prefer first."""
        if not self._preference:
            return offered
        wanted = [name for name in self._preference if name in offered]
        return (*wanted, *(name for name in offered if name not in wanted))

    def _find_token(self) -> Any:
        """The bearer token, or what gives it, if any: in code, or in the variable of the service."""
        if "bearer_token" in self.given:
            return self.given["bearer_token"]
        if "credentials" in self.given:  # what is given in code goes before the environment
            return None
        name = self.service.signing_name.upper().replace("-", "_").replace(" ", "_")
        return self.env.get(f"AWS_BEARER_TOKEN_{name}") or None

    def fetch_identity(self, auth: str) -> Effects[HasKeys | Secret | None]:
        """What proves who calls: keys, a token, or ``None`` for nothing."""
        if auth == SIGNED:
            return (yield from self.fetch_credentials())
        return (yield from self.fetch_token()) if auth == BEARER else None

    def fetch_token(self) -> Effects[Secret | None]:
        """The bearer token to send; ``None`` where the client is anonymous."""
        if self.given.get("credentials") is ANONYMOUS:
            return None
        token: Any = self._token
        if callable(token):
            try:
                token = yield CallProvider(token)
            except HeliographError:
                raise
            except Exception as error:
                raise CredentialsError(f"the bearer_token function failed: {type(error).__name__}") from error
            if hasattr(token, "__await__"):
                getattr(token, "close", bool)()
                raise CredentialsError(
                    "bearer_token is an asynchronous function: it needs an asynchronous client"
                )
        if token is None and self._profile.get("sso_session"):
            return (yield from self._token_of_session())
        if token is None:
            raise CredentialsError(f"no bearer token for {self.service.name}: pass bearer_token=")
        text = Secret(token) if isinstance(token, str) else None
        del token  # tools show the locals of a traceback's frames, and this one prints as it likes
        if not (text and text.isascii() and text.isprintable() and " " not in text):
            raise CredentialsError(
                "the bearer token is no token: it is ASCII text without blanks or line breaks"
            )
        return text

    def _token_of_session(self) -> Effects[Secret]:
        """The access token of the user who signed in to the session of SSO that the profile names."""
        from .credentials.sso import sso_token_of

        context = self._context()
        sessions = (yield from context.files())["sso_sessions"]
        source = sso_token_of(self._profile, sessions, f"profile {printable(self._profile_name, 80)}")
        try:
            return (yield from source.load(context))[0]
        except Exception as error:
            drop_frames(error)  # they hold what is kept of the session
            raise

    @property
    def discovers(self) -> bool | None:
        """What the settings say of asking services where they answer."""
        return config.discovers_endpoints(self.env, self._profile)

    @property
    def bodies(self) -> BodySettings:
        """What this client wants of bodies; known after :meth:`prepare`, and looked up for operations that ask."""
        if self._bodies is None:
            given, env, profile = self.given, self.env, self._profile
            mode = given.get("checksum_mode")
            self._bodies = BodySettings(
                adds_checksums=config.adds_checksums(mode, env, profile),
                checks_answers=config.checks_answers(mode, env, profile),
                disable_compression=config.disable_request_compression(
                    given.get("disable_request_compression"), env, profile
                ),
                min_compression_bytes=config.request_min_compression_size_bytes(
                    given.get("request_min_compression_size_bytes"), env, profile
                ),
            )
        return self._bodies

    def _set_up_retries(self, profile: Mapping[str, str]) -> None:
        from .retries import Standard

        mode, where = config.look_up(
            self.given.get("retry_mode"), self.env, ("AWS_RETRY_MODE",), profile, "retry_mode"
        )
        if str(mode).lower() == "legacy":
            inform("%s: the retry mode legacy is not offered; standard stands for it", where, area="retries")
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

    def user_agent(self, feature: str, identity: HasKeys | Secret | None) -> str:
        """The header of a call.

        Arguments:
            feature: what makes it, by its letter; empty where that has none.
            identity: what proves who calls; a source of ours says in it where it has it from.
        """
        source: str = getattr(identity, "features", "")
        if (
            not source
            and "credentials" in self.given
            and not (identity is None or isinstance(identity, Secret))
        ):
            source = IN_CODE
        known = self._agents.get((feature, source))
        if known is None:
            letters = ("E" if self.limiter is None else "F", "N" if self._endpoint else "", feature, source)
            known = self._agents[feature, source] = user_agent(
                features=",".join(filter(None, letters)),
                retry_mode="standard" if self.limiter is None else "adaptive",
                app_id=self._app_id,
                env=self.env,
            )
        return known

    # Credentials

    def fetch_credentials(self) -> Effects[HasKeys | None]:
        """The credentials to sign with; ``None`` where the client is anonymous."""
        given = self.given.get("credentials")
        if given is ANONYMOUS:
            return None
        if callable(given):
            return (yield from asked_for_keys(given))  # each time: it may rotate them
        if given is None or hasattr(given, "current"):
            return (yield from self._provided(given))
        try:
            keys = checked_keys(given, "credentials:")
            if keys is given:  # ours, and so immutable; somebody else's object may give others the next time
                self.credentials = keys
            return keys
        finally:
            del given  # as in checked_keys

    def _context(self) -> Context:
        """What a source of credentials may look at."""
        from .credentials.context import Context

        parsed, self.parsed = self.parsed, None  # whoever comes back wants the files as they are then
        return Context(
            self.env,
            environment=lambda: _snapshot(self._environ),
            profile=self.given.get("profile"),
            region=self.given.get("region"),
            settings={name: self.given[name] for name in _HANDED_ON if name in self.given},
            clock=self.clock,
            random=self.given.get("random"),
            memory=self._chain.setdefault("memory", {}),
            parsed=parsed,
        )

    def _provided(self, given: Any) -> Effects[Credentials]:
        """The credentials of a provider, or of the chain; those that do not end are asked for once."""
        from .credentials.chain import Chain

        context = self._context()
        provider: Provider = given or self._chain.get("chain") or self._chain.setdefault("chain", Chain())
        keys = yield from provider.current(context)
        if keys.expires is None:
            self.credentials = keys
        return keys

    def refuse_coroutine_credentials(self) -> None:
        """A synchronous client cannot wait for an asynchronous provider.

        Raises:
            ConfigError: ``credentials`` or ``bearer_token`` is a coroutine function.
        """
        for name in ("credentials", "bearer_token"):
            given = self.given.get(name)
            if _is_coroutine_function(getattr(given, "function", given)):  # what a Cached wraps
                raise ConfigError(f"{name}: an asynchronous function needs an asynchronous client")

    # Lambda

    def trace_headers(self, known: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """The header by which Lambda recognises that a function calls itself; only inside of Lambda.

        Arguments:
            known: the headers that the request has already.
        """
        if not self.env.get("AWS_LAMBDA_FUNCTION_NAME"):
            return []
        trace = self._environ.get("_X_AMZN_TRACE_ID")  # another one for each invocation
        if not trace or any(name == "x-amzn-trace-id" for name, _ in known):
            return []
        if not (trace.isascii() and trace.isprintable()):
            from urllib.parse import quote

            trace = quote(trace, _TRACE_MARKS)
        return [("x-amzn-trace-id", trace)]

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

    def service_time(self) -> datetime:
        """The clock's time, put forward or back by as much as the service's differs."""
        now = self.clock()
        return now if self.skew is None else now + self.skew.amount

    @property
    def streams_both_ways(self) -> bool:
        """Whether the transport that was given says that it takes requests and answers which are both streams."""
        return bool(getattr(self.given.get("transport"), "streams_both_ways", False))

    def _ca_bundle(self) -> str | None:
        bundle = config.ca_bundle(self.given.get("ca_bundle"), self.env, self._profile)
        return None if bundle is None else os.fspath(bundle)

    def release_transport(self, opened: object) -> bool:
        """Give a transport back; true when it is to be closed."""
        from . import transport

        return transport.release(opened)


def utc_now() -> datetime:
    """The time of the system's clock."""
    return _system_clock()()


def _system_clock() -> Callable[[], datetime]:
    """The system's clock, for those who ask often: nothing is imported when it is read."""
    from datetime import UTC, datetime
    from functools import partial

    return partial(datetime.now, UTC)


def uuid4() -> str:
    """A random UUID (RFC 9562, version 4); the module for it takes longer to import than a call may."""
    digits = bytearray(os.urandom(16))
    digits[6] = digits[6] & 0x0F | 0x40
    digits[8] = digits[8] & 0x3F | 0x80
    text = digits.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _is_coroutine_function(given: object) -> bool:
    """Whether calling it gives a coroutine: a function, or an object whose class has such a method."""
    called: Mapping[str, Any] = vars(given.__class__)
    codes = (getattr(given, "__code__", None), getattr(called.get("__call__"), "__code__", None))
    return any(getattr(code, "co_flags", 0) & _COROUTINE for code in codes)


SIGNED = "signed"
BEARER = "bearer"
UNSIGNED = "unsigned"

_TRACE_MARKS = "-=;:+&[]{}\"',"
"""What stands in a trace header as it is."""

_MOST_TARGETS = 256
"""Targets that a client remembers."""

_FOR_ALL_SERVICES = ("AWS_ENDPOINT_URL", "profile key endpoint_url")

_SECRET_VARIABLES = frozenset(
    {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"}
)
_SECRET_PROPERTIES = frozenset({"aws_secret_access_key", "aws_session_token", "credential_process"})
_COROUTINE = 0x80
"""``inspect.CO_COROUTINE``, which takes longer to import than a call may."""


def _snapshot(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that settings come from, as they are now, with secrets that do not print."""
    wanted = {"HOME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", *_PROXY_VARIABLES}
    return {
        name: Secret(value) if name in _SECRET_VARIABLES or name.startswith("AWS_BEARER_TOKEN_") else value
        for name, value in environ.items()
        if name.startswith("AWS_") or name.upper() in wanted
    }


def _positive(given: Mapping[str, Any], name: str) -> Any:
    value = given.get(name)
    if value is not None and not (isinstance(value, (int, float)) and 0 < value < LONGEST):
        raise ConfigError(f"{name}: {value!r} cannot be used; it is a number above 0 and below {LONGEST:.0e}")
    return value


def read_shared_files(env: Mapping[str, str]) -> Effects[dict[str, config.Sections]]:
    """What the two shared files say, with secrets that do not print."""
    config_path, credentials_path = config.file_locations(env, platform=sys.platform)
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


def _read(path: str) -> Effects[str]:
    try:
        text: str | None = yield ReadFile(path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror or type(error).__name__})") from error
    return text or ""


def read_text(path: str, where: str, *, is_private: bool = False) -> Effects[str]:
    """The text of a file that must be there, with something in it.

    Arguments:
        path: the file.
        where: how errors call who needs it.
        is_private: whether it must not be a symbolic link, nor others write to it.

    Raises:
        CredentialsError: it is not there, or cannot be read.
    """
    try:
        text: str | None = yield ReadFile(path, is_private=is_private)
    except OSError as error:
        raise CredentialsError(
            f"{where}: {path} cannot be read ({error.strerror or type(error).__name__})"
        ) from error
    if text is None or not str.__str__(text).strip():
        raise CredentialsError(f"{where}: {path} {'is not there' if text is None else 'is empty'}")
    return text


def asked_for_keys(function: Callable[[], Any]) -> Effects[Credentials]:
    """The credentials that a user's function returns."""
    try:
        keys = yield CallProvider(function)
    except HeliographError:
        raise
    except Exception as error:
        raise CredentialsError(f"the credentials function failed: {type(error).__name__}") from error
    try:
        return checked_keys(keys, "the credentials function returned")
    finally:
        del keys  # as in checked_keys


def _with_secrets(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments, with a token that does not print."""
    token = given.get("bearer_token")
    return {**given, "bearer_token": Secret(token)} if isinstance(token, str) else given


def _check_scheme(address: Address, source: str) -> bool:
    """Without TLS only where a person said so for this program, and then not in silence: whether that was said."""
    if address.scheme == "https" or address.is_loopback:
        return False
    if source in ("services section", "profile key endpoint_url"):
        raise ConfigError(
            f"{source}: an endpoint without TLS must be given in code or in the environment, or be on this machine"
        )
    warn("requests to %s are not encrypted: its endpoint (%s) is an http URL", address.authority, source)
    return True


def checked_keys(keys: Any, source: str) -> Credentials:
    """The keys somebody gave, as our own immutable object, if they can be sent."""
    try:
        return _checked_keys(keys, source)
    except CredentialsError as error:
        raise drop_frames(error) from None
    finally:
        del keys  # tools show the locals of a traceback's frames, and somebody else's keys print as they like


def _checked_keys(keys: Any, source: str) -> Credentials:
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
    if isinstance(keys, Credentials):
        return keys
    access_key, secret_key, token = values
    account_id = getattr(keys, "account_id", None)
    ends: datetime | None = getattr(keys, "expires", None)
    if ends is not None and getattr(ends, "tzinfo", None) is None:
        raise CredentialsError(f"{source} expires is no aware datetime")
    return Credentials(
        access_key, secret_key, token, account_id if isinstance(account_id, str) else None, ends
    )
