# SPDX-License-Identifier: Apache-2.0
"""Every exception a client can raise, in one tree.

    HeliographError
      ParamError            bad input, found before a byte is sent
      ConfigError           a setting that cannot be used, or two that contradict each other
      CredentialsError      no credentials, or a source of credentials that is broken
      EndpointError         no host for this region and these options
      WaiterError           a waiter that ended in failure, or ran out of attempts
      TransportError        no usable answer came back
        ConnectError        the connection was not made, or broke
        TLSError            the peer could not be authenticated
        TimeoutError        one phase took too long; .phase says which
        DeadlineError       the whole call took longer than its deadline
      ResponseError         an answer that cannot be read
      ServiceError          the service answered with an error; generated packages have a subclass for each

The exception that led to one of these is always its ``__cause__``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, ClassVar

    from .structure import Nested

__all__ = [
    "ConfigError",
    "ConnectError",
    "CredentialsError",
    "DeadlineError",
    "EndpointError",
    "HeliographError",
    "ParamError",
    "ResponseError",
    "ServiceError",
    "TLSError",
    "TimeoutError",
    "TransportError",
    "WaiterError",
]

MESSAGE_LIMIT = 1024
"""Characters of a server's error text that are kept."""


class HeliographError(Exception):
    """Base of everything this library raises on purpose.

    ``attempts`` is the number of requests that were sent before the error ended the call; 0 where none was.
    """

    attempts: int = 0
    max_attempts_reached: bool = False
    """Whether another attempt could have helped and none was left."""
    quota_exhausted: bool = False
    """Whether another attempt could have helped and the client's quota of retries was empty."""
    request_id: str | None = None
    """What to quote to the service's support, where an answer came and has one."""


class ParamError(HeliographError, ValueError):
    """Bad input, found before a byte is sent. ``path`` names the place in wire names: ``Tags[2].Key``."""

    def __init__(self, problem: str, path: str = "") -> None:
        super().__init__(problem, path)
        self.problem = problem
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}" if self.path else self.problem

    def inside(self, outer: str) -> ParamError:
        """The same error, seen from one level further out."""
        joint = "" if not self.path or self.path.startswith("[") else "."
        return ParamError(self.problem, f"{outer}{joint}{self.path}")


class ConfigError(HeliographError, ValueError):
    """A setting that cannot be used. The text names the argument, the variable or ``file:line``, never a secret."""


class CredentialsError(HeliographError):
    """No credentials were found, or a configured source of credentials is broken."""


class EndpointError(HeliographError):
    """There is no host for this region with these options."""


class WaiterError(HeliographError):
    """A waiter ended in failure. ``last`` is the last output seen, as a dict, or ``None``."""

    def __init__(self, reason: str, last: Mapping[str, object] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.last = last


class TransportError(HeliographError):
    """No usable answer came back: the request may or may not have reached the service."""


class ConnectError(TransportError):
    """The connection could not be made, or broke before the answer was complete."""


class TLSError(TransportError):
    """The TLS handshake failed, most often because the peer's certificate is not trusted. Never retried."""


class TimeoutError(TransportError):  # the name of the field; reached as heliograph.TimeoutError
    """One phase of a request took too long. ``phase`` is ``connect``, ``read``, ``write`` or ``pool``."""

    def __init__(self, message: str, phase: str) -> None:
        super().__init__(message, phase)
        self.phase = phase

    def __str__(self) -> str:
        return str(self.args[0])


class DeadlineError(TransportError):
    """The call was given up because its deadline, sleeps and retries included, had passed or would have."""


class ResponseError(HeliographError):
    """An answer that cannot be read: not the promised format, cut short, or larger than allowed."""


class ServiceError(HeliographError):
    """The service answered with an error.

    ``code`` is the name the service gives the error, ``message`` its text (shortened, control characters removed),
    ``status_code`` the HTTP status, ``request_id`` what to quote to the service's support, ``operation`` the name of
    the operation, ``headers`` the headers of the answer by lower-case name.
    """

    retryable: bool = False
    """Whether the model marks this error as worth another try."""
    throttling: bool = False
    """Whether the model marks this error as throttling."""
    MEMBERS: ClassVar[tuple[tuple[str, str, bool, Nested], ...]] = ()
    """Python name, wire name, secrecy and nesting of each modelled member, as in a structure."""

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        status_code: int = 0,
        request_id: str | None = None,
        operation: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status_code = status_code
        self.request_id = request_id
        self.operation = operation
        self.headers: Mapping[str, str] = headers or {}

    def read_members(self, members: Mapping[str, Any]) -> None:
        """Take over what the answer says besides its message; modelled errors with more members override this."""

    def to_dict(self) -> dict[str, Any]:
        """The members of the modelled error that are there, by wire name."""
        from .structure import plain, present

        return {wire: plain(value) for _, wire, _, value in present(self)}

    def __str__(self) -> str:
        where = f" ({self.operation}, HTTP {self.status_code})" if self.operation else ""
        return f"{self.code}{where}: {self.message or 'the service gave no message'}"


def printable(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """Text from outside, fit for a terminal or a log: shortened, with anything that could steer either removed."""
    if len(text) <= limit and text.isprintable():
        return text
    kept = "".join(c if c.isprintable() else " " for c in text[: limit + 1])
    return kept if len(kept) <= limit else kept[: limit - 3] + "..."


def query_error_code(headers: Mapping[str, str]) -> str:
    """The code of an error in the protocol that a service once spoke: the header ``x-amzn-query-error: CODE;FAULT``.

    Empty where there is no such header (Smithy, "awsQueryCompatible trait").
    """
    code, _, fault = headers.get("x-amzn-query-error", "").partition(";")
    return printable(code.strip(), 128) if fault and ";" not in fault else ""


def drop_frames(error: BaseException) -> BaseException:
    """Take the tracebacks from an error and from what led to it; the error is returned.

    The frames of an HTTP or JSON library hold whole messages as locals, and so signatures, tokens and passwords, and
    there are tools that print the locals of every frame.
    """
    chain: list[BaseException | None] = [error]
    for link in chain:
        if link is not None and link.__traceback__ is not None:
            link.__traceback__ = None
            chain += (link.__cause__, link.__context__)
    return error
