# SPDX-License-Identifier: Apache-2.0
"""Secrets stay where they are needed: not in a repr, a pickle, a log, an error, or the locals a traceback shows.

A canary is text that stands nowhere but in a secret. It is put wherever a secret can be; then everything that could
show one is rendered, and searched for it, also in its percent-encoded and base64 forms.
"""

from __future__ import annotations

import asyncio
import base64
import copy
import io
import json
import logging
import os
import pickle
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

import kinesis_video_signaling as package
from heliograph import ConnectError, Credentials, HeliographError, sigv4, transport
from heliograph.core import Core
from heliograph.credentials import AssumeRole, Cached, Context, Process, Secret
from heliograph.effects import RunProcess, WriteFile
from heliograph.http import WireRequest, WireResponse
from heliograph.observing import CallStarted
from heliograph.structure import ResponseInfo
from heliograph.testing import Answer, FakeTransport, RecordingTransport
from heliograph.testing.fakes import SentRequest

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
SECRET_KEY = "cAnArY+secret/key0123456789"
TOKEN = "cAnArY+session/token0123456789=="
PASSWORD = "cAnArYturnPassword0123456789"
PROXY = "cAnArYproxyPassword"
CANARIES = [SECRET_KEY, TOKEN, PASSWORD, PROXY]
KEYS = Credentials("AKIDEXAMPLE", SECRET_KEY, TOKEN)
ICE = {
    "IceServerList": [
        {"Password": PASSWORD, "Ttl": 300, "Uris": [f"turn:x?{PASSWORD}"], "Username": PASSWORD}
    ]
}


def found(text: str) -> list[str]:
    """The canaries in a text, in any form; a signature of this credential scope counts as one."""
    forms = [
        form for c in CANARIES for form in (c, quote(c, safe=""), base64.b64encode(c.encode()).decode()[:-4])
    ]
    return [form for form in [*forms, "Signature=", "cAnArY"] if form in text]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but the test's own."""
    for name in list(os.environ):
        if name.upper().startswith("AWS_") or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def client(flavour: str = "sync", **options: Any) -> Any:
    kind = package.Client if flavour == "sync" else package.AsyncClient
    answer = httpx.MockTransport(lambda request: httpx.Response(200, json=ICE))
    settings = {
        "region": "eu-west-1",
        "endpoint_url": "https://service.test",
        "credentials": KEYS,
        "transport": answer,
        "max_attempts": 1,
        **options,
    }
    return kind(**settings)


def test_the_search_finds_what_it_looks_for() -> None:
    for canary in CANARIES:
        assert found(f"x{canary}x")
    assert found(quote(TOKEN, safe=""))
    assert found(base64.b64encode(PROXY.encode()).decode())
    assert not found("nothing")


# Objects


def objects() -> dict[str, Any]:
    """Everything that holds a secret."""
    made = client()
    output = made.get_ice_server_config(CHANNEL)
    wire = WireRequest(
        "POST", "https", "service.test", None, f"/x?X-Amz-Security-Token={quote(TOKEN)}",
        [("authorization", f"Signature={SECRET_KEY}"), ("x-amz-security-token", TOKEN)], PASSWORD.encode(),
        made._core.timeout, None, 100,
    )  # fmt: skip
    answer = WireResponse(200, {"set-cookie": TOKEN}, json.dumps(ICE).encode())
    return {
        "secret": Secret(SECRET_KEY),
        "credentials": KEYS,
        "client": made,
        "core": made._core,
        "output": output,
        "server": output.ice_server_list[0],
        "answer": package.SendAlexaOfferToMasterResponse(answer=PASSWORD),
        "presigned": made.presign("GetIceServerConfig", {"ChannelARN": CHANNEL}),
        "request": wire,
        "response": answer,
        "response info": ResponseInfo(answer, 1),
        "target": made._core.target,
        "signed": signed(),
        "error": refused(),
        "cause of an error": ConnectError("broken"),
        "provider": Cached(lambda: KEYS),
        "role": AssumeRole("arn:aws:iam::111122223333:role/r", KEYS),
        "process": Process(f"program {PASSWORD}"),
        "context of a source": Context({"AWS_SECRET_ACCESS_KEY": SECRET_KEY}),
        "settings": made._core.given,
        "sent request": SentRequest(wire),
        "made answer": Answer(200, PASSWORD.encode(), {"set-cookie": TOKEN}),
        "fake": faked(),
        "recorder": RecordingTransport(
            package, "none.json", httpx.MockTransport(lambda request: httpx.Response(200))
        ),
        "event": CallStarted("1", "S", "O", 0.0),
        "file to write": WriteFile("/x", Secret(SECRET_KEY)),
        "program to run": RunProcess([Secret(PASSWORD)], 1.0),
    }


def signed() -> sigv4.Signed:
    moment = datetime(2030, 1, 1, tzinfo=UTC)
    return sigv4.sign(
        "GET", "https://x.test/", [], b"", KEYS, "eu-west-1", "s", moment, where="query", expires=60
    )


def refused() -> HeliographError:
    """An error of the service whose headers hold something, and which was made from something telling."""
    body = json.dumps({"message": f"the request had\nx-amz-security-token:{TOKEN}\n"}).encode()
    answer = httpx.MockTransport(
        lambda request: httpx.Response(403, content=body, headers={"set-cookie": TOKEN})
    )
    with pytest.raises(HeliographError) as caught:
        client(transport=answer).get_ice_server_config(CHANNEL)
    return caught.value


def faked() -> FakeTransport:
    fake = FakeTransport(package).on("GetIceServerConfig", ICE)
    client(transport=fake).get_ice_server_config(CHANNEL, username=PASSWORD)
    return fake


RENDERERS: dict[str, Callable[[Any], str]] = {
    "repr": repr,
    "str": str,
    "format": lambda value: f"{value} {value!r:>200}",
    "ascii": ascii,
    "percent": lambda value: "%s %r" % (value, value),  # noqa: UP031 - the form that is tested
    "in a list": lambda value: repr([value, {"k": (value,)}]),
    "pprint": lambda value: __import__("pprint").pformat(value),
    "log": lambda value: logging.LogRecord("n", 10, "p", 1, "%s %r", (value, value), None).getMessage(),
    "error": lambda value: str(ValueError(value)) + repr(HeliographError(value)),
}


@pytest.mark.parametrize("renderer", RENDERERS)
def test_an_object_does_not_show_its_secrets(renderer: str) -> None:
    for name, value in objects().items():
        assert found(RENDERERS[renderer](value)) == [], name


@pytest.mark.parametrize(
    "spread", [pickle.dumps, copy.copy, copy.deepcopy], ids=lambda spread: spread.__name__
)
def test_what_is_a_secret_as_a_whole_is_not_spread(spread: Callable[[Any], Any]) -> None:
    made = objects()
    whole = (
        "secret",
        "credentials",
        "client",
        "presigned",
        "core",
        "request",
        "signed",
        "sent request",
    )
    for name in whole:
        with pytest.raises(TypeError, match="cannot be pickled"):
            spread(made[name])
    for name in ("role", "process", "settings", "file to write", "program to run"):
        with pytest.raises(TypeError, match=r"cannot be pickled|cannot pickle"):
            copy.deepcopy(made[name])


def test_credentials_have_no_dictionary_to_look_into() -> None:
    for value in (KEYS, objects()["presigned"], objects()["request"]):
        with pytest.raises(TypeError):
            vars(value)


def test_a_secret_signs_and_compares_as_its_text() -> None:
    secret = Secret(SECRET_KEY)
    assert secret == SECRET_KEY
    assert hash(secret) == hash(SECRET_KEY)
    assert secret.encode() == SECRET_KEY.encode()
    assert "AWS4" + secret == f"AWS4{SECRET_KEY}"
    assert secret.reveal() == Secret(secret).reveal() == SECRET_KEY
    assert type(secret.reveal()) is str


def test_the_output_reads_plainly_all_the_same() -> None:
    server = objects()["server"]
    assert (server.password, server.to_dict()["Password"]) == (PASSWORD, PASSWORD)
    assert repr(server) == "IceServer(password=***, ttl=300, uris=***, username=***)"


# Logs


class Captured(logging.Handler):
    """Everything that any logger says at any level, with tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
        self.stream = io.StringIO()

    def emit(self, record: logging.LogRecord) -> None:
        self.stream.write(self.format(record) + repr(record.args) + "\n")


@pytest.fixture
def captured() -> Any:
    """A handler on the root logger, and the loggers of every library at DEBUG."""
    handler = Captured()
    names = ["", "heliograph", "httpx", "httpcore", "asyncio", "httpcore.connection", "httpcore.http11"]
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(1)
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


class OneAnswer:
    """A server on a socket of this machine that answers every connection the same."""

    def __init__(self, answer: bytes) -> None:
        import socket
        import threading

        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            with sock:
                sock.settimeout(10)
                if not sock.recv(65536):
                    return
                sock.sendall(self._answer)

    def close(self) -> None:
        import socket

        host, port = self._listener.getsockname()[:2]
        socket.create_connection((host, port), 10).close()
        self._thread.join(10)
        self._listener.close()


def raw(status: int, body: bytes, length: int | None = None, headers: str = "") -> bytes:
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status} X\r\ncontent-length: {size}\r\n{headers}connection: close\r\n\r\n"
    return head.encode() + body


TELLING = f"set-cookie: a={TOKEN}\r\nx-amz-security-token: {TOKEN}\r\nx-key: {PASSWORD}\r\n"
"""Headers of an answer; the last stands for a member that the model marks as secret."""


ANSWERS = {
    "success": raw(200, json.dumps(ICE).encode()),
    "success with headers": raw(200, json.dumps(ICE).encode(), headers=TELLING),
    "an error": raw(403, b'{"message": "no"}'),
    "an error with headers": raw(403, b'{"message": "no"}', headers=TELLING),
    "a redirect": raw(
        302, b"", headers=f"location: https://u:{PASSWORD}@x.test/?X-Amz-Signature={TOKEN}\r\n"
    ),
    "a throttled one": raw(503, b"{}"),
    "not JSON": raw(200, json.dumps(ICE).encode()[:-3]),
    "another shape": raw(200, json.dumps({"IceServerList": {"Password": PASSWORD}}).encode()),
    "an odd item": raw(200, json.dumps({"IceServerList": [*ICE["IceServerList"], PASSWORD]}).encode()),
    "a list": raw(200, json.dumps([ICE]).encode()),
    "cut short": raw(200, json.dumps(ICE).encode(), 9999),
    "too long": raw(200, json.dumps(ICE).encode() * 20),
    "no HTTP": b"cannot\r\n\r\n",
}


def call(flavour: str, url: str, **options: Any) -> Any:
    settings = {"transport": None, "endpoint_url": url, "max_response_bytes": 1000, **options}

    async def run() -> Any:
        async with client("async", **settings) as made:
            return await made.get_ice_server_config(CHANNEL)

    if flavour == "async":
        return asyncio.run(run())
    with client("sync", **settings) as made:
        return made.get_ice_server_config(CHANNEL)


def failure(run: Callable[[], Any]) -> HeliographError | None:
    """The error of ours that it ends in, if it does."""
    try:
        run()
    except HeliographError as error:
        return error
    return None


both = pytest.mark.parametrize("flavour", ["sync", "async"])


def rendered(error: BaseException) -> str:
    """A traceback as tools print it that show the locals of every frame, but for frames of this module."""
    seen: set[int] = set()
    lines: list[str] = []
    chain: list[BaseException | None] = [error]
    for link in chain:
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        lines += [repr(link), str(link), *getattr(link, "__notes__", [])]
        frames = traceback.TracebackException.from_exception(link, capture_locals=True).stack
        for frame in frames:
            if frame.filename != __file__:
                lines.append(f"{frame.name} {frame.locals}")
        chain += [link.__cause__, link.__context__]
    return "\n".join(lines)


@both
@pytest.mark.parametrize("answer", ANSWERS)
def test_no_log_and_no_traceback_shows_a_secret(answer: str, flavour: str, captured: Captured) -> None:
    server = OneAnswer(ANSWERS[answer])
    error = failure(lambda: call(flavour, server.url))
    server.close()
    assert (error is None) == answer.startswith("success")
    shown = "" if error is None else rendered(error)
    assert error is None or "drive" in shown, "frames of ours are there"
    assert found(shown) == []
    log = captured.stream.getvalue()
    assert "heliograph.http DEBUG GetIceServerConfig attempt 1" in log
    assert "httpcore.http11 DEBUG" in log
    assert found(log) == []


@both
@pytest.mark.parametrize("answer", ["success with headers", "an error with headers"])
def test_no_log_shows_a_secret_where_httpx_carries_the_call(
    answer: str, flavour: str, captured: Captured
) -> None:
    server = OneAnswer(ANSWERS[answer])
    given = httpx.HTTPTransport() if flavour == "sync" else httpx.AsyncHTTPTransport()
    failure(lambda: call(flavour, server.url, transport=given))
    server.close()
    log = captured.stream.getvalue()
    assert "httpcore.http11 DEBUG receive_response_headers.complete" in log
    assert "set-cookie" in log.lower(), "names are shown"
    assert found(log) == []


@both
def test_a_request_that_cannot_be_written_does_not_show_itself(flavour: str) -> None:
    """The frames below hold the header lines at that moment."""
    import socket

    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        payload = "x" * 6_000_000  # more than the buffers of two sockets hold
        options = {"timeout": 0.1, "transport": None, "endpoint_url": url}

        async def send_async() -> None:
            async with client("async", **options) as made:
                await made.send_alexa_offer_to_master(CHANNEL, payload, "sender")

        def send() -> None:
            with client("sync", **options) as made:
                made.send_alexa_offer_to_master(CHANNEL, payload, "sender")

        error = failure(send if flavour == "sync" else lambda: asyncio.run(send_async()))
    assert error is not None
    assert "sending to" in str(error)
    assert found(rendered(error)) == []


@both
def test_credentials_from_the_environment_do_not_show(flavour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)
    server = OneAnswer(ANSWERS["an error"])
    with pytest.raises(package.ServiceError) as caught:
        call(flavour, server.url, credentials=None)
    server.close()
    assert found(rendered(caught.value)) == []


FILE = (
    f"[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = {SECRET_KEY}\n"
    f"aws_session_token = {TOKEN}\n"
)


@both
@pytest.mark.parametrize(
    "damage", ["", "region = eu west", f"{SECRET_KEY}", f"[{SECRET_KEY}", f" {TOKEN}", "max_attempts = many"]
)
def test_credentials_from_a_file_do_not_show(damage: str, flavour: str, tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text(FILE + damage + "\n")
    server = OneAnswer(ANSWERS["an error"])
    with pytest.raises(HeliographError) as caught:
        call(flavour, server.url, credentials=None, **{"region": None} if "region" in damage else {})
    server.close()
    assert found(rendered(caught.value)) == []


@both
def test_one_file_does_not_show_while_the_other_cannot_be_read(
    flavour: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text(FILE)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path))
    with pytest.raises(HeliographError, match="cannot be read") as caught:
        call(flavour, "https://service.test", credentials=None)
    assert found(rendered(caught.value)) == []


class Plain:
    """Somebody else's credentials, which print everything."""

    access_key, secret_key, token = "AKIDEXAMPLE", SECRET_KEY, TOKEN

    def __repr__(self) -> str:
        return f"Plain({self.secret_key}, {self.token})"


@both
def test_somebody_elses_credentials_do_not_show_while_a_call_runs(flavour: str) -> None:
    server = OneAnswer(ANSWERS["an error"])
    with pytest.raises(package.ServiceError) as caught:
        call(flavour, server.url, credentials=Plain())
    server.close()
    assert found(rendered(caught.value)) == []


class NoLine(Plain):
    """One whose token cannot be sent."""

    token = f"{TOKEN}\n"


@both
@pytest.mark.parametrize("keys", [(Plain(),), NoLine()], ids=["no keys at all", "keys that cannot be sent"])
@pytest.mark.parametrize("kind", ["object", "function", "Cached"])
def test_somebody_elses_credentials_do_not_show_when_they_are_refused(
    kind: str, keys: Any, flavour: str
) -> None:
    given = {"object": keys, "function": lambda: keys, "Cached": Cached(lambda: keys)}[kind]
    with pytest.raises(HeliographError, match=r"no credentials|line break") as refused:
        call(flavour, "https://service.test", credentials=given)
    assert found(rendered(refused.value)) == []


@both
def test_a_proxys_password_does_not_show(flavour: str, captured: Captured) -> None:
    server = OneAnswer(b"HTTP/1.1 407 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    proxy = server.url.replace("://", f"://user:{PROXY}@")
    with pytest.raises(HeliographError, match="407") as caught:
        call(flavour, "https://service.test", proxy=proxy)
    server.close()
    assert found(rendered(caught.value)) == []
    assert found(captured.stream.getvalue()) == []
    with pytest.raises(HeliographError, match="proxy: it is the URL") as caught:
        call(flavour, "https://service.test", proxy=f"ftp://user:{PROXY}@proxy.test")
    assert found(rendered(caught.value)) == []


def test_nothing_of_ours_keeps_a_secret_in_the_open() -> None:
    """What the client holds between calls prints as safely as the client."""
    made = client()
    made.get_ice_server_config(CHANNEL)
    core: Core = made._core
    for name, value in vars(core).items():
        assert found(f"{name} {value!r}") == []
    assert found(repr(transport._leases)) == []
