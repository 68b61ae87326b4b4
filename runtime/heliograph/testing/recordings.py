# SPDX-License-Identifier: Apache-2.0
"""What a service really answered, kept in a file without secrets, and given again later.

The file holds no value that was sent: each member of an input is a salted hash, enough to see which one differs. Of
what was answered, members that the model marks as secret are overwritten, in the body and in headers, and so are the
signatures and tokens of URLs; where that cannot be done, nothing is written.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from .. import redaction
from ..errors import ConfigError, HeliographError, ServiceError, drop_frames
from ..http import WireResponse
from ..structure import Structure, plain, present

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..effects import Sends, SendsAsync
    from ..http import WireRequest

VERSION = 1
_UNWANTED = redaction.HEADERS | {"connection", "content-length", "keep-alive", "transfer-encoding"}
_HASH_DIGITS = 16


class _Recorder:
    """What both flavours of recording share."""

    def __init__(self, package: Any, path: str | os.PathLike[str]) -> None:
        self._package = package
        self._path = os.fspath(path)
        self._salt = os.urandom(8).hex()
        self._exchanges: list[dict[str, Any]] = []
        self._lock = Lock()

    def _refuse_streams(self, request: WireRequest) -> None:
        if request.streams or not isinstance(request.body, bytes):
            raise ConfigError(
                f"{request.operation}: bodies that are streams cannot be recorded; use FakeTransport"
            )

    def _keep(self, request: WireRequest, response: WireResponse) -> None:
        entry = {
            "operation": request.operation,
            "members": hashes(self._salt, request.members),
            "answer": without_secrets(self._package, request.operation, response),
        }
        with self._lock:
            self._exchanges.append(entry)
            document = {
                "heliograph_recording": VERSION,
                "service": self._package.Client.SERVICE.name,
                "salt": self._salt,
                "exchanges": self._exchanges,
            }
            text = json.dumps(document, indent=1, ensure_ascii=True) + "\n"
            with open(self._path, "w", encoding="ascii") as file:
                file.write(text)


class RecordingTransport(_Recorder):
    """Sends the calls of synchronous clients on and keeps what comes back.

    Arguments:
        package: the generated package whose calls it carries.
        path: the file to write, anew with the first answer.
        transport: what really carries the requests: an httpx transport or one of heliograph's; it is not closed
            with this. One of its own by default.
    """

    def __init__(self, package: Any, path: str | os.PathLike[str], transport: Any = None) -> None:
        super().__init__(package, path)
        from ..transport import Transport, adapt

        self._own = Transport() if transport is None else None
        self._transport: Sends = self._own or adapt(transport, "sync")

    def send(self, request: WireRequest) -> WireResponse:
        """Send one request, and keep its answer."""
        self._refuse_streams(request)
        response = self._transport.send(request)
        self._keep(request, response)
        return response

    def close(self) -> None:
        """Close the connections it opened itself."""
        if self._own is not None:
            self._own.close()


class AsyncRecordingTransport(_Recorder):
    """The same for asynchronous clients; the file is written on another thread."""

    def __init__(self, package: Any, path: str | os.PathLike[str], transport: Any = None) -> None:
        super().__init__(package, path)
        from ..transport import AsyncTransport, adapt

        self._own = AsyncTransport() if transport is None else None
        self._transport: SendsAsync = self._own or adapt(transport, "async")

    async def send(self, request: WireRequest) -> WireResponse:
        """Send one request, and keep its answer."""
        import asyncio

        self._refuse_streams(request)
        response = await self._transport.send(request)
        await asyncio.get_running_loop().run_in_executor(None, self._keep, request, response)
        return response

    async def aclose(self) -> None:
        """Close the connections it opened itself."""
        if self._own is not None:
            await self._own.aclose()


class _Replayer:
    """What both flavours of replaying share."""

    def __init__(self, package: Any, path: str | os.PathLike[str]) -> None:
        self._path = os.fspath(path)
        service = package.Client.SERVICE.name
        try:
            with open(self._path, encoding="utf-8") as file:
                document = json.load(file)
            if document["heliograph_recording"] != VERSION:
                raise ConfigError(f"{self._path}: a recording of version {VERSION} is needed; record it anew")
            if document["service"] != service:
                raise ConfigError(f"{self._path}: it holds calls of {document['service']}, not of {service}")
            self._salt = str(document["salt"])
            self._left: list[dict[str, Any]] = list(document["exchanges"])
        except OSError as error:
            raise ConfigError(f"{self._path}: cannot be read ({error.strerror})") from error
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, HeliographError):
                raise
            raise ConfigError(f"{self._path}: it is no recording of heliograph") from error
        self._number = 0
        self._lock = Lock()

    def _answer(self, request: WireRequest) -> WireResponse:
        with self._lock:
            self._number += 1
            if not self._left:
                raise AssertionError(
                    f"{self._path}: {request.operation} comes after the last recorded exchange"
                )
            entry = self._left[0]
            self._compare(entry, request)
            del self._left[0]
        answer = entry["answer"]
        text = answer.get("text")
        body = base64.b64decode(answer["base64"]) if text is None else text.encode("utf-8")
        return WireResponse(answer["status"], dict(answer["headers"]), body)

    def _compare(self, entry: Mapping[str, Any], request: WireRequest) -> None:
        place = f"{self._path}: exchange {self._number}"
        if request.operation != entry["operation"]:
            raise AssertionError(f"{place} is {entry['operation']}, and {request.operation} was called")
        recorded, called = entry["members"], hashes(self._salt, request.members)
        changed = {path for path in recorded.keys() & called.keys() if recorded[path] != called[path]}
        states = [
            *((path, "differs") for path in changed),
            *((path, "was added") for path in called.keys() - recorded.keys()),
            *((path, "is missing") for path in recorded.keys() - called.keys()),
        ]
        differing = [f"{path} {state}" for path, state in sorted(states)]
        if differing:
            raise AssertionError(f"{place}, {request.operation}: {'; '.join(differing)}")

    def assert_all_used(self) -> None:
        """Raise an AssertionError where a recorded exchange was never asked for."""
        if self._left:
            names = [entry["operation"] for entry in self._left]
            raise AssertionError(f"{self._path}: recorded exchanges that were never asked for: {names}")


class ReplayTransport(_Replayer):
    """Answers the calls of synchronous clients from a recording, in its order.

    Arguments:
        package: the generated package whose calls it answers.
        path: the file that a recording transport wrote.

    A call that differs from the recorded one is an AssertionError that names the members which differ.

    Raises:
        ConfigError: the file is no recording of this service.
    """

    def send(self, request: WireRequest) -> WireResponse:
        """The next recorded answer."""
        return self._answer(request)

    def close(self) -> None:
        """Nothing: there is nothing to close."""


class AsyncReplayTransport(_Replayer):
    """The same for asynchronous clients."""

    async def send(self, request: WireRequest) -> WireResponse:
        """The next recorded answer."""
        return self._answer(request)

    async def aclose(self) -> None:
        """Nothing: there is nothing to close."""


def hashes(salt: str, members: Mapping[str, Any]) -> dict[str, str]:
    """A hash for each value of an input, by its path in wire names."""
    return {
        path: sha256(f"{salt}\0{path}\0{_canonical(value)}".encode("utf-8", "surrogatepass")).hexdigest()[
            :_HASH_DIGITS
        ]
        for name, given in members.items()
        if given is not None
        for path, value in _leaves(plain(given), name)
    }


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if issubclass(type(value), Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}")
    elif issubclass(type(value), list) and value:
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def _canonical(value: Any) -> str:
    if isinstance(value, datetime):
        return f"datetime {value.timestamp()}"
    if isinstance(value, str):
        return "str " + str.__str__(value)
    return f"{type(value).__name__} {value!r}"


def without_secrets(package: Any, operation: str, response: WireResponse) -> dict[str, Any]:
    """An answer as the file holds it.

    Raises:
        ConfigError: a secret of it cannot be overwritten.
    """
    secrets = _secrets_of(package, operation, response)
    body = response.body
    is_json = body.lstrip()[:1] in (b"{", b"[")
    ordered = sorted(secrets, key=len, reverse=True)  # one may be a part of another
    for value in ordered:
        for plain_form, other_form in _forms(value, is_json):
            body = body.replace(plain_form, other_form)
    headers: dict[str, str] = {}
    for name, text in response.headers.items():
        if name not in _UNWANTED:
            for value in ordered:
                for plain_form, other_form in _forms(value, False):
                    text = text.replace(plain_form.decode("latin-1"), other_form.decode("latin-1"))
            headers[name] = _redacted(text)
    body = _redacted(body.decode("latin-1")).encode("latin-1")
    again = _secrets_of(package, operation, WireResponse(response.status, headers, body))
    if secrets & again or (len(secrets) != 0 and not again):
        raise ConfigError(f"{operation}: a secret of the answer cannot be overwritten; nothing was recorded")
    kept: dict[str, Any] = {"status": response.status, "headers": headers}
    try:
        kept["text"] = body.decode("utf-8")
    except UnicodeDecodeError:
        kept["base64"] = base64.b64encode(body).decode("ascii")
    return kept


def _redacted(text: str) -> str:
    """The text without what signs a request in it, as long as before."""
    return redaction.redacted(text, lambda secret: "*" * len(secret))


def _forms(value: str | bytes, is_json: bool) -> Iterator[tuple[bytes, bytes]]:
    """How a secret may stand on the wire, and what stands there instead, of the same length."""
    if isinstance(value, bytes):
        yield base64.b64encode(value), base64.b64encode(b"*" * len(value))
        if not is_json:
            yield value, b"*" * len(value)
        return
    forms = {json.dumps(value, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
    if is_json:
        for form in forms:
            yield f'"{form}"'.encode(), b'"' + b"*" * len(form.encode()) + b'"'
        return
    for form in (value, escape(value)):
        yield form.encode(), b"*" * len(form.encode())


def _secrets_of(package: Any, operation: str, response: WireResponse) -> set[str | bytes]:
    """The values of members that the model marks as secret.

    Raises:
        ConfigError: the answer cannot be read, so nobody knows what is secret in it.
    """
    service = package.Client.SERVICE
    info = package.OPERATIONS[operation]
    try:
        if response.status < 300:
            return {*_secret_values(info.read(response), False)}
        code, message, members = service.read_error(response)
        kind = info.error_classes.get(code) or service.errors.get(code, service.base_error)
        error = kind(code, message)
        error.read_members(members)
        return {*_secret_values(error, False)}
    except ConfigError:
        raise
    except (ArithmeticError, AttributeError, HeliographError, LookupError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{operation}: an answer that cannot be read may hold secrets; nothing was recorded"
        ) from drop_frames(error)


def _secret_values(value: Any, secret: bool) -> Iterator[str | bytes]:
    if isinstance(value, (Structure, ServiceError)):
        for _, _, marked, item in present(value):
            yield from _secret_values(item, secret or marked)
    elif issubclass(type(value), Mapping):
        for item in value.values():
            yield from _secret_values(item, secret)
    elif issubclass(type(value), (list, tuple)):
        for item in value:
            yield from _secret_values(item, secret)
    elif secret and isinstance(value, (str, bytes)):
        if value:
            yield value
    elif secret and value is not None:
        raise ConfigError(
            f"a secret that is no text but a {type(value).__name__} cannot be overwritten; nothing was recorded"
        )
