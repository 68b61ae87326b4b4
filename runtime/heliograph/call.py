# SPDX-License-Identifier: Apache-2.0
"""One call from its members to its output: build, sign, send, classify, wait, read.

Nothing here does I/O: :func:`call` is a generator of effects, so that one text serves synchronous and asynchronous
clients, and every rule can be tested without time or network.
"""

from __future__ import annotations

import time
from hashlib import sha256

from . import sigv4
from .core import SIGNED
from .credentials.types import Secret
from .deadlines import Deadline, within
from .discovery import INVALID_ENDPOINT, discovered
from .effects import Discard, Send, Sleep
from .errors import (
    ConfigError,
    ConnectError,
    CredentialsError,
    HeliographError,
    ParamError,
    ResponseError,
    ServiceError,
    TimeoutError,
    TransportError,
    drop_frames,
    printable,
    query_error_code,
)
from .http import SIGNED_EVENTS, UNSIGNED, UNSIGNED_TRAILER, WireRequest, header_value
from .logs import debug_log
from .skew import is_cause
from .structure import ResponseInfo, request_id
from .wire.checks import integer, without_checks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta
    from typing import Any, NoReturn, SupportsIndex

    from .adaptive import RateLimiter
    from .core import Core
    from .credentials.types import HasKeys
    from .effects import Effects
    from .http import Request, WireResponse
    from .observing import Watch
    from .operation import OperationInfo, OutputT
    from .retries import Call, Decision
    from .settings import Timeout
    from .target import Target


def call(core: Core, operation: OperationInfo[OutputT], members: Mapping[str, Any]) -> Effects[OutputT]:
    """Make one call.

    Arguments:
        core: the client's settings and state.
        operation: which operation.
        members: its input by wire name; ``None`` means not given.

    Returns:
        The operation's output, with ``response`` filled in.

    Raises:
        HeliographError: whatever went wrong; its ``attempts`` tells how many requests were sent.
    """
    listener = core.on_event
    if listener is None:
        return attempts(core, operation, members, None)
    from .observing import Watch, watched

    watch = Watch(core, operation, listener, header_value(core.invocation_id(), "invocation_id"))
    return watched(attempts, core, operation, members, watch)


def attempts(
    core: Core, operation: OperationInfo[OutputT], members: Mapping[str, Any], watch: Watch | None
) -> Effects[OutputT]:
    """The call itself; ``watch`` is told of it."""
    deadline = Deadline.of(core)
    if not core.auth or operation.customisations or operation.both_ways:
        members = yield from within(prepared(core, operation, members), deadline)
    rules = operation.body_rules
    request = build(core, operation, members if rules is None else rules.members(members, core.bodies))
    is_whole = rules is None and isinstance(request.body, bytes)
    target: Target | None
    if operation.auth is None:
        auth, target = core.auth, core.target
    else:
        auth, target = core.auth_of(operation.auth), None
    retry = core.retries.begin(operation.long_polling)
    invocation = watch.invocation if watch else header_value(core.invocation_id(), "invocation_id")
    sent = 0
    failure: HeliographError | None = None
    answered: ServiceError | None = None
    moved_from: Target | None = None
    try:
        while True:
            identity = (core.credentials if auth is SIGNED else None) or (
                yield from within(core.fetch_identity(auth), deadline)
            )
            if target is None:
                target = yield from within(place_of(core, operation, members, identity), deadline)
            if not is_whole:
                yield from within(
                    settle_body(core, operation, members, request, target, identity, is_first=sent == 0),
                    deadline,
                )
            if core.limiter is not None:
                yield from own_turn(core, core.limiter, deadline)
            sent_at = core.clock()
            wire = attempt_of(core, target, operation, request, identity, invocation, sent, deadline, sent_at)
            wire.operation, wire.members = operation.name, members
            if watch is not None:
                watch.sent(wire)
            try:
                response: WireResponse = yield Send(wire)
            except (TransportError, ResponseError) as error:
                if watch is not None:
                    watch.answered(None, error)
                if getattr(error, "phase", None) == "pool":  # it waited for a connection and was not sent
                    raise
                sent += 1
                log_failure(operation, sent, error)
                if not isinstance(error, (ConnectError, TimeoutError)) or is_spent(request):
                    raise
                failure = error
                decision = retry.record(timeout=isinstance(error, TimeoutError), connection=True)
            else:
                sent += 1
                log_answer(operation, sent, response)
                apart = core.skew.learn(response.headers, sent_at, core.clock()) if core.skew else None
                if operation.customisations:
                    response = customised(operation, response)
                if response.status < 300:
                    if watch is not None:
                        watch.answered(response, None)
                    if core.limiter is not None:
                        core.limiter.record(core.monotonic(), throttled=False)
                    retry.record(status_code=response.status)
                    if response.stream is not None or operation.initial_response:
                        return (yield from begun(operation, response, sent, members))
                    return output_of(operation, response, sent, members)
                failure = answered = error_of(core, target, operation, response)
                if watch is not None:
                    watch.answered(response, failure)
                if is_spent(request):
                    raise failure
                if answered.code == INVALID_ENDPOINT and operation.discovers and not target.chosen:
                    core.discovery.forget()
                    if target is not moved_from and sent < core.max_attempts:
                        moved_from, target = target, None
                        if watch is not None:
                            watch.retrying(0.0, throttled=False)
                        continue
                decision = judged(retry, operation, response, answered, apart)
            if core.limiter is not None:
                core.limiter.record(core.monotonic(), throttled=decision.throttled)
            log_decision(operation, sent, decision)
            if decision.outcome != "retry_request":
                failure.max_attempts_reached = decision.outcome == "max_attempts_exceeded"
                failure.quota_exhausted = decision.outcome == "retry_quota_exceeded"
                if decision.delay:  # it polls, and the quota is empty: the next poll must not come at once
                    yield Sleep(decision.delay if deadline is None else deadline.cut(decision.delay))
                raise failure
            if deadline is not None and decision.delay >= deadline.left:
                raise deadline.missed("would pass before the next attempt") from failure
            if watch is not None:
                watch.retrying(decision.delay, throttled=decision.throttled)
            yield Sleep(decision.delay)
    except HeliographError as error:
        error.attempts = sent
        raise
    finally:
        failure = answered = None  # the frame that its own traceback holds must not hold it


# On the way to an attempt


def prepared(
    core: Core, operation: OperationInfo[OutputT], members: Mapping[str, Any]
) -> Effects[Mapping[str, Any]]:
    """A call's input as its customisations change it; the client's settings are known then."""
    if operation.both_ways and not core.streams_both_ways:
        raise ConfigError(
            f"{operation.name} streams events in both directions, which takes HTTP/2; heliograph's own transport speaks"
            " HTTP/1.1. Give a transport= whose attribute streams_both_ways is true"
        )
    for customisation in operation.customisations:
        if customisation.prepare is not None:
            members = yield from customisation.prepare(core, operation, members)
    if not core.auth:
        yield from core.prepare()
    return members


def build(core: Core, operation: OperationInfo[OutputT], members: Mapping[str, Any]) -> Request:
    """The request for these members, before it has a host; a ParamError where they do not make one."""
    known = operation.params
    for name in operation.token_members:
        if members.get(name) is None:
            members = {**members, name: core.idempotency_token()}
    for customisation in operation.customisations:
        if customisation.members is not None:
            members = customisation.members(members)
    unknown = (
        {name: value for name, value in members.items() if name not in known} if operation.open_ended else {}
    )
    try:
        if core.validate_params:
            request = operation.build(members, unknown)
        else:
            request = without_checks(operation.build, members, unknown)
        for customisation in operation.customisations:
            if customisation.request is not None:
                request = customisation.request(request)
        if operation.states_length or not isinstance(request.body, bytes):
            from .upload import settle_length

            settle_length(request)
        return request
    except (AttributeError, RecursionError, TypeError, ValueError) as error:
        if isinstance(error, HeliographError):
            raise
        raise ParamError(f"{operation.name}: cannot be written: {error}") from error


def place_of(
    core: Core,
    operation: OperationInfo[OutputT],
    members: Mapping[str, Any],
    identity: HasKeys | Secret | None,
) -> Effects[Target]:
    """Where the requests of a call go, where that depends on it, or the service has to be asked."""
    target = core.target_of(operation, members, identity)
    if operation.discovers and not target.chosen:
        return (yield from discovered(core, target))
    return target


def settle_body(
    core: Core,
    operation: OperationInfo[OutputT],
    members: Mapping[str, Any],
    request: Request,
    target: Target,
    identity: HasKeys | Secret | None,
    *,
    is_first: bool,
) -> Effects[None]:
    """Compress a body and add its checksum, once there is a host; say what signatures are to cover of a stream."""
    scheme = target.address.scheme
    if is_first and operation.body_rules is not None:
        yield from operation.body_rules.apply(request, members, core.bodies, scheme)
    upload = request.body
    is_signed = identity is not None and not isinstance(identity, Secret)  # a token makes no signature
    if is_signed and not isinstance(upload, bytes) and upload.digest is None:
        yield from upload.settle_digest(scheme, operation.unsigned_payload)


def own_turn(core: Core, limiter: RateLimiter, deadline: Deadline | None) -> Effects[None]:
    """Wait until the adaptive mode lets a request out."""
    while delay := limiter.wait(core.monotonic()):
        if deadline is not None and delay >= deadline.left:
            raise deadline.missed("would pass before the service takes more calls")
        yield Sleep(delay)


def patience(core: Core, operation: OperationInfo[OutputT]) -> Timeout:
    """How long the phases of a request may take: what the client says, else what the operation needs."""
    if operation.read_timeout is not None and core.timeout_is_default:
        return core.timeout.at_least_read(operation.read_timeout)
    return core.timeout


def place(core: Core, request: Request, sent: int, now: datetime, timeout: Timeout) -> str:
    """Which attempt of how many a request is, and until when the client waits for its answer where that is known."""
    text = f"attempt={sent + 1}; max={core.max_attempts}"
    if core.skew is None or not core.skew.known or not isinstance(request.body, bytes):
        return text
    until = core.skew.until(now, timeout.read)
    return f"ttl={until}; {text}" if until else text


def attempt_of(
    core: Core,
    target: Target,
    operation: OperationInfo[OutputT],
    request: Request,
    identity: HasKeys | Secret | None,
    invocation: str,
    sent: int,
    deadline: Deadline | None,
    now: datetime,
) -> WireRequest:
    """One attempt, signed for now: fresh date, the credentials of the moment. No credentials, no signature."""
    if core.skew is not None:
        now += core.skew.amount
    timeout = patience(core, operation)
    address = target.address
    path = address.path + request.path or "/"
    headers = [
        ("host", target.authority),
        *target.headers_for(request),
        ("accept-encoding", "identity"),
        ("user-agent", core.user_agent(operation.feature, identity)),
        ("amz-sdk-invocation-id", invocation),
        ("amz-sdk-request", place(core, request, sent, now, timeout)),
        *core.trace_headers(request.headers),
    ]
    if not isinstance(request.body, bytes):
        headers += request.body.framing()
    elif request.body or request.method in _EXPECT_CONTENT:
        headers.append(("content-length", str(len(request.body))))
    if identity is not None:
        headers += proof(core, target, operation, request, path, identity, now)
    end = None if deadline is None else time.monotonic() + deadline.checked()  # by the system's clock
    return WireRequest(
        request.method,
        address.scheme,
        address.host,
        address.port,
        f"{path}?{request.query}" if request.query else path,
        headers,
        request.body,
        timeout,
        end,
        core.max_response_bytes,
        operation.streams,
    )


def proof(
    core: Core,
    target: Target,
    operation: OperationInfo[OutputT],
    request: Request,
    path: str,
    identity: HasKeys | Secret,
    now: datetime,
) -> list[tuple[str, str]]:
    """The headers that prove who calls: a signature, or a token."""
    is_encrypted = target.address.scheme == "https"
    if isinstance(identity, Secret):
        if not is_encrypted:
            raise ConfigError(f"a bearer token is sent over https only, not to {target.address.url}")
        return [("authorization", "Bearer " + identity)]
    if target.refusal is not None or target.signing_region is None:
        target.check_signing()
    signed = [*target.headers_for(request)]
    stated: list[tuple[str, str]] = []
    body, payload_hash = b"", None
    if not isinstance(request.body, bytes):
        payload_hash = request.body.digest
    else:
        body = request.body
        if operation.unsigned_payload and is_encrypted:
            payload_hash = UNSIGNED
        elif target.states_hash:
            payload_hash = sha256(body).hexdigest()
    if payload_hash is not None and (target.states_hash or payload_hash in _STATED):
        stated = [("x-amz-content-sha256", payload_hash)]
        signed += stated
    headers = sigv4.authorization_headers(
        request.method,
        target.canonical_path(path),
        sigv4.canonical_query(request.query) if request.query else "",
        target.authority,
        signed,
        body,
        identity,
        target.signing_region or "",
        target.signing_name,
        sigv4.amz_date(now),
        payload_hash,
        target.signature,
    )
    if payload_hash == SIGNED_EVENTS:
        from .event_upload import start_chain

        start_chain(request.body, headers, identity, target, core.service_time)
    return stated + headers


_STATED = (UNSIGNED, UNSIGNED_TRAILER, SIGNED_EVENTS)
"""What is said of the body in a header, whatever the service."""


# What an attempt came to


def is_spent(request: Request) -> bool:
    """Whether a request cannot be sent again, since its body was read and cannot be rewound."""
    return not isinstance(request.body, bytes) and request.body.spent


def customised(operation: OperationInfo[OutputT], response: WireResponse) -> WireResponse:
    """An answer as the operation's customisations change it."""
    for customisation in operation.customisations if response.made is None else ():
        if customisation.response is not None:
            response = customisation.response(response)
    return response


def begun(
    operation: OperationInfo[OutputT], response: WireResponse, attempt: int, members: Mapping[str, Any]
) -> Effects[OutputT]:
    """The output of an answer whose body is still to come; it is given up where that cannot be made."""
    try:
        if operation.initial_response:
            from .events import first_message

            yield from first_message(response)
        return output_of(operation, response, attempt, members)
    except ResponseError:
        if response.stream is not None:
            yield Discard(response.stream)
        raise


def judged(
    retry: Call,
    operation: OperationInfo[OutputT],
    response: WireResponse,
    error: ServiceError,
    apart: timedelta | None,
) -> Decision:
    """What to do about an error the service answered with; ``apart`` is how far its clock is from this one."""
    return retry.record(
        status_code=response.status,
        error_code=error.code,
        headers=response.headers,
        modelled=error.code in operation.errors or type(error).__name__ in operation.errors,
        retryable=error.retryable or is_cause(error.code, apart),
        throttling=error.throttling,
    )


def output_of(
    operation: OperationInfo[OutputT], response: WireResponse, attempt: int, members: Mapping[str, Any]
) -> OutputT:
    """The output an answer holds, or a ResponseError where it does not hold one."""
    if response.made is not None:
        made: Any = response.made
        made.response = ResponseInfo(response, attempt)
        canned: OutputT = made
        return canned
    try:
        if operation.body_rules is not None:
            operation.body_rules.check(response, members)
        output = operation.read(response)
        for customisation in operation.customisations:
            if customisation.output is not None:
                customisation.output(output, members)
    except ResponseError as error:
        error.request_id = request_id(response)
        drop_frames(error)
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        unreadable = ResponseError(
            f"the answer of {operation.name} is not what the model promises: {printable(str(error), 200)}"
        )
        unreadable.request_id = request_id(response)
        raise unreadable from drop_frames(error)
    output.response = ResponseInfo(response, attempt)
    return output


def error_of(
    core: Core, target: Target, operation: OperationInfo[OutputT], response: WireResponse
) -> ServiceError:
    """The exception an error answer stands for."""
    service = core.service
    if response.made is not None:
        made: Any = response.made
        error: ServiceError = made
        return error
    code, message, members = service.read_error(response)
    error_class = operation.error_classes.get(code) or service.errors.get(code, service.base_error)
    error = error_class(
        (query_error_code(response.headers) if service.query_compatible else "") or code,
        message,
        status_code=response.status,
        request_id=request_id(response),
        operation=operation.name,
        headers=response.headers,
    )
    try:
        error.read_members(members)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        pass  # an error whose details cannot be read is still that error
    if response.status < 400 and "location" in response.headers:
        where = response.headers["location"].partition("://")[2].partition("/")[0].rpartition("@")[2]
        error.add_note(
            f"Redirects are not followed; this one leads to {printable(where, 255) or 'the same host'}."
        )
    if service.per_resource is not None and not target.chosen and code in _WRONG_HOST_CODES:
        error.add_note(f"This call went to {target.address.url}. {service.per_resource}")
    return error


_EXPECT_CONTENT = frozenset(("PATCH", "POST", "PUT"))
"""Methods whose requests tell their length even when they have no content (RFC 9110, section 8.6)."""

_WRONG_HOST_CODES = frozenset(
    {
        "403",
        "404",
        "AccessDenied",
        "AccessDeniedException",
        "Forbidden",
        "ForbiddenException",
        "UnknownOperation",
        "UnknownOperationException",
    }
)
"""What a regional host answers, in one form or another, to a call that belongs to the host of a single resource."""


def log_answer(operation: OperationInfo[OutputT], attempt: int, response: WireResponse) -> None:
    """One line for an attempt that was answered."""
    log = debug_log("http")
    if log is not None:
        log.debug(
            "%s attempt %d: HTTP %d, request id %s",
            operation.name,
            attempt,
            response.status,
            request_id(response),
        )


def log_decision(operation: OperationInfo[OutputT], attempt: int, decision: Decision) -> None:
    """One line for what follows from an attempt that failed."""
    log = debug_log("retries")
    if log is None:
        return
    if decision.outcome == "retry_request":
        log.debug("%s attempt %d: the next one in %.3f s", operation.name, attempt, decision.delay)
    else:
        log.debug("%s attempt %d: no other one, %s", operation.name, attempt, decision.outcome)


def log_failure(operation: OperationInfo[OutputT], attempt: int, error: HeliographError) -> None:
    """One line for an attempt that was not answered."""
    log = debug_log("http")
    if log is not None:
        said = str(error)  # a record that is kept must not keep the error, and what its frames hold
        log.debug("%s attempt %d: %s: %s", operation.name, attempt, type(error).__name__, said)


class Presigned:
    """A URL that makes one call for whoever holds it, until it ends. It is a secret, so it does not print itself.

    Attributes:
        url: the URL.
        headers: names and values that must be sent along, since the signature covers them.
        method: the HTTP method to use.
        body: the bytes to send.
    """

    __slots__ = ("body", "headers", "method", "url")

    def __init__(self, url: str, headers: Mapping[str, str], method: str, body: bytes) -> None:
        self.url = url
        self.headers = headers
        self.method = method
        self.body = body

    def __repr__(self) -> str:
        return f"<Presigned {self.method} {self.url.partition('?')[0]}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a presigned URL is a secret and cannot be pickled")


def presign(
    core: Core, operation: OperationInfo[OutputT], members: Mapping[str, Any], expires_in: int
) -> Effects[Presigned]:
    """The presigned form of a call. Its date is the clock's, never shifted."""
    integer(expires_in, "expires_in")
    request = build(core, operation, members)
    presigned = presign_request(core, operation, request, members, expires_in)
    return (yield from within(presigned, Deadline.of(core)))


def presign_request(
    core: Core,
    operation: OperationInfo[OutputT],
    request: Request,
    members: Mapping[str, Any],
    expires_in: int,
) -> Effects[Presigned]:
    """The presigned form of a request that an operation's members have made."""
    if not isinstance(request.body, bytes):
        raise ParamError(
            "only a call whose body is bytes can be presigned; give bytes, or none and send them later"
        )
    if not core.auth:
        yield from core.prepare()
    if (core.auth if operation.auth is None else core.auth_of(operation.auth)) is not SIGNED:
        raise CredentialsError(f"{operation.name} takes no signature, so there is nothing to presign")
    credentials = core.credentials or (yield from core.fetch_credentials())
    if credentials is None:
        raise CredentialsError("nothing can be presigned without credentials; pass others than ANONYMOUS")
    target = core.target_of(operation, members, credentials)
    if operation.discovers and not target.chosen:
        target = yield from discovered(core, target)
    target.check_signing()
    if operation.body_rules is not None:
        yield from operation.body_rules.presign(request, members, core.bodies, target.address.scheme)
    query = f"?{request.query}" if request.query else ""
    signed = sigv4.sign_by(
        target.signature,
        request.method,
        f"{target.address.scheme}://{target.authority}{target.address.path + request.path or '/'}{query}",
        [*target.headers_for(request)],
        request.body,
        credentials,
        target.signing_region or "",
        target.signing_name,
        core.clock(),
        where="query",
        expires=expires_in,
        sign_body=False,
        omit_session_token=False,
        sign_payload=not (target.states_hash or operation.unsigned_payload),
        **target.path_options,
    )
    return Presigned(signed.url, dict(signed.headers), request.method, request.body)
