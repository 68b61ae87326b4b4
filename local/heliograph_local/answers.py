# SPDX-License-Identifier: Apache-2.0
"""Answers in the service's form: restJson1 bodies, and errors where its clients look for them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import NamedTuple
from uuid import uuid4

from heliograph.errors import ConfigError


class ErrorShape(NamedTuple):
    """How the signaling model declares an error: its HTTP status, and the member that holds its text."""

    status: int
    member: str


MODELLED_ERRORS = {
    "ClientLimitExceededException": ErrorShape(400, "Message"),
    "InvalidArgumentException": ErrorShape(400, "Message"),
    "InvalidClientException": ErrorShape(400, "message"),
    "NotAuthorizedException": ErrorShape(401, "Message"),
    "ResourceNotFoundException": ErrorShape(404, "Message"),
    "SessionExpiredException": ErrorShape(400, "message"),
}
"""The errors of kinesis-video-signaling 2019-12-04. The two spellings of the text member are the model's."""


class ServiceFault(Exception):
    """An error the service answers with. A channel's master may raise one, too.

    Arguments:
        code: the error's name, ``ResourceNotFoundException``.
        message: its text.
        status: the HTTP status; a modelled error brings its own.

    Raises:
        ConfigError: no status is given and the model has none for this code, or it is not one of an error.
    """

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(code, message)
        if status is None:
            if code not in MODELLED_ERRORS:
                raise ConfigError(f"{code} is not an error of the signaling model: give its HTTP status, too")
            status = MODELLED_ERRORS[code].status
        if not 400 <= status <= 599:
            raise ConfigError(f"an error's HTTP status is 400 to 599, not {status}")
        self.code = code
        self.message = message
        self.status = status

    def __str__(self) -> str:
        return f"{self.code} (HTTP {self.status}): {self.message}"


def invalid_argument(message: str) -> ServiceFault:
    """An input that breaks a documented rule."""
    return ServiceFault("InvalidArgumentException", message)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, complete but for what the transport adds (Content-Length, Connection)."""

    status: int
    headers: dict[str, str]
    body: bytes


def success(document: dict[str, object], now: datetime) -> Answer:
    """An operation's output."""
    return _answer(200, document, {}, now)


def failure(fault: ServiceFault, now: datetime) -> Answer:
    """An error: its code in ``x-amzn-ErrorType``, its text in the member the model names.

    Errors from in front of the service (routing, authentication) are in no model: their text is in
    ``message``, and the body repeats the code as ``__type``.
    """
    headers = {"x-amzn-ErrorType": fault.code}
    if fault.status == 405:
        headers["Allow"] = "POST"
    shape = MODELLED_ERRORS.get(fault.code)
    document: dict[str, object] = (
        {shape.member: fault.message} if shape else {"__type": fault.code, "message": fault.message}
    )
    return _answer(fault.status, document, headers, now)


def _answer(status: int, document: dict[str, object], headers: dict[str, str], now: datetime) -> Answer:
    """``Date`` is the service's clock, not the machine's: clients correct their skew by it."""
    common = {
        "Content-Type": "application/json",
        "x-amzn-RequestId": str(uuid4()),
        "Date": format_datetime(now.astimezone(UTC), usegmt=True),
        "Server": "heliograph-local",
    }
    return Answer(status, common | headers, json.dumps(document, separators=(",", ":")).encode())
