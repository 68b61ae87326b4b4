# SPDX-License-Identifier: Apache-2.0
"""Each entry of the list of what never shows, wherever a client could show it."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

import kinesis_video_signaling as package
from heliograph import Credentials, HeliographError, ServiceError, eventstream, sigv4
from heliograph.call import Presigned
from heliograph.events import EventReader
from heliograph.http import WireRequest, WireResponse
from heliograph.redaction import redacted
from heliograph.settings import Timeout
from heliograph.structure import ResponseInfo
from heliograph.testing import AsyncRecordingTransport, RecordingTransport
from heliograph.testing.fakes import SentRequest
from heliograph.wire import cbor, rest_json, xml

SECRET = "cAnArY/secret+0123456789"
SENT = quote(SECRET, safe="")
CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
SIGNED = f"AWS4-HMAC-SHA256 Credential={SECRET}/x/aws4_request, SignedHeaders=host, Signature={SECRET}"
HEADERS = {
    "authorization": SIGNED,
    "cookie": f"session={SECRET}; theme=dark {SECRET}",
    "proxy-authorization": f"Basic {SECRET}",
    "set-cookie": f"session={SECRET}; Path=/",
    "x-amz-security-token": SECRET,
}
QUERIES = ("x-amz-credential", "x-amz-security-token", "x-amz-signature")
CASES: dict[str, Callable[[str], str]] = {"lower": str.lower, "upper": str.upper, "title": str.title}


def shows(text: str) -> bool:
    return "cAnArY" in text


EVERY_HEADER = [
    pytest.param(spelt(name), value, id=f"{name} {case}")
    for name, value in HEADERS.items()
    for case, spelt in CASES.items()
]
EVERY_QUERY = [
    pytest.param(spelt(name), id=f"{name} {case}") for name in QUERIES for case, spelt in CASES.items()
]


# What a client holds


def wire_request(target: str, headers: list[tuple[str, str]]) -> WireRequest:
    return WireRequest(
        "POST", "https", "x.test", None, target, headers, SECRET.encode(), Timeout(), None, 1,
        operation="GetIceServerConfig", members={"ChannelARN": SECRET},
    )  # fmt: skip


def holders(target: str, headers: list[tuple[str, str]]) -> dict[str, Any]:
    """Whatever of ours holds a target or headers, of a request or of an answer."""
    request = wire_request(target, headers)
    answer = WireResponse(200, {name.lower(): value for name, value in headers}, SECRET.encode())
    url = f"https://x.test{target}"
    return {
        "request": request,
        "sent request": SentRequest(request),
        "answer": answer,
        "response info": ResponseInfo(answer, 1),
        "presigned": Presigned(url, dict(headers), "GET", b""),
        "signed": sigv4.Signed(SECRET, SECRET, SECRET, headers, url),
    }


@pytest.mark.parametrize("shown", [repr, str, "{}".format, lambda held: repr([{"held": (held,)}])])
@pytest.mark.parametrize(("name", "value"), EVERY_HEADER)
def test_a_header_does_not_show_in_what_holds_it(name: str, value: str, shown: Callable[[Any], str]) -> None:
    for kind, held in holders("/", [(name, value)]).items():
        assert not shows(shown(held)), kind


@pytest.mark.parametrize("name", EVERY_QUERY)
def test_a_query_does_not_show_in_what_holds_it(name: str) -> None:
    for kind, held in holders(f"/v1?a=b&{name}={SENT}&c=d", []).items():
        assert not shows(f"{held!r} {held}"), kind


# What a service says


QUOTED = {
    "as it was sent": "The canonical request should have been\n'POST\n/\n\nhost:x.test\n{}:{}\n\nhost\n'",
    "in one line": "you sent {}: {}",
    "as JSON": '{{"headers": {{"{}": "{}"}}}}',
    "as an assignment": "{}={}",
}


@pytest.mark.parametrize("form", QUOTED)
@pytest.mark.parametrize(("name", "value"), EVERY_HEADER)
def test_a_header_that_a_service_quotes_is_overwritten(name: str, value: str, form: str) -> None:
    text = QUOTED[form].format(name, value)
    assert shows(text)
    assert not shows(redacted(text))
    assert name in redacted(text)


@pytest.mark.parametrize("text", ["GET https://x.test/?a=1&{}={}&b=2", "'{}={}'", "{}%3D{}", "?{}={}#x"])
@pytest.mark.parametrize("name", EVERY_QUERY)
def test_a_query_that_a_service_quotes_is_overwritten(name: str, text: str) -> None:
    assert redacted(text.format(name, SENT)) == text.format(name, "***")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "User: arn:aws:iam::111122223333:user/u is not authorized to perform: kinesisvideo:GetIceServerConfig",
        "Failed authorization: the policy denies it",
        "The signature has expired",
        "Credential should be scoped to a valid region",
        "a bearer of news",
    ],
)
def test_what_a_service_says_otherwise_stays(text: str) -> None:
    assert redacted(text) == text


SAID = f"The signature does not match. Canonical request: 'POST\n/\nx-amz-security-token:{SECRET}\n\nhost'"


def answer(body: bytes) -> WireResponse:
    return WireResponse(403, {"smithy-protocol": "rpc-v2-cbor"}, body)


def event_error() -> tuple[str, str | None, Any]:
    headers = {":message-type": "error", ":error-code": "No", ":error-message": SAID}
    reader = EventReader(answer(b""), "Op", {}, {}, rest_json.read_json_error, ServiceError)
    reader.feed(eventstream.encode(eventstream.Message(headers, b"")))
    with pytest.raises(ServiceError) as caught:
        reader.next()
    return caught.value.code, caught.value.message, {}


XML = f"<Response><Error><Code>No</Code><Message>{SAID}</Message></Error></Response>"
ERRORS: dict[str, Callable[[], tuple[str, str | None, Any]]] = {
    "JSON": lambda: rest_json.read_json_error(answer(json.dumps({"__type": "No", "message": SAID}).encode())),
    "JSON of REST": lambda: rest_json.read_error(
        answer(json.dumps({"code": "No", "Message": SAID}).encode())
    ),
    "no JSON": lambda: rest_json.read_json_error(answer(SAID.encode())),
    "XML": lambda: xml.read_xml_error(answer(XML.encode())),
    "no XML": lambda: xml.read_xml_error(answer(SAID.encode())),
    "CBOR": lambda: cbor.read_cbor_error(answer(cbor.cbor_body({"__type": "No", "message": SAID}))),
    "no CBOR": lambda: cbor.read_cbor_error(answer(SAID.encode())),
    "an event": event_error,
}


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_does_not_show_the_request_that_it_quotes(kind: str) -> None:
    code, message, _ = ERRORS[kind]()
    assert message is not None
    assert message.startswith(
        "The signature does not match. Canonical request: 'POST / x-amz-security-token:***"
    )
    error = ServiceError(code, message)
    assert not shows(f"{error} {error!r}")


# What is recorded


def recorded(flavour: str, path: Path, headers: dict[str, str], body: dict[str, Any]) -> str:
    given = httpx.MockTransport(lambda request: httpx.Response(200, json=body, headers=headers))
    settings: dict[str, Any] = {
        "region": "eu-west-1",
        "endpoint_url": "https://x.test",
        "credentials": Credentials("AKIDEXAMPLE", SECRET, SECRET),
    }

    async def run() -> None:
        transport = AsyncRecordingTransport(package, path, given)
        await package.AsyncClient(transport=transport, **settings).get_ice_server_config(CHANNEL)

    if flavour == "sync":
        transport = RecordingTransport(package, path, given)
        package.Client(transport=transport, **settings).get_ice_server_config(CHANNEL)
    else:
        asyncio.run(run())
    return path.read_text("ascii")


both = pytest.mark.parametrize("flavour", ["sync", "async"])


@both
@pytest.mark.parametrize(("name", "value"), EVERY_HEADER)
def test_a_header_is_not_recorded(name: str, value: str, flavour: str, tmp_path: Path) -> None:
    text = recorded(flavour, tmp_path / "r.json", {name: value, "x-note": "kept"}, {})
    assert not shows(text)
    assert "kept" in text


@both
@pytest.mark.parametrize("name", EVERY_QUERY)
def test_a_query_is_not_recorded(name: str, flavour: str, tmp_path: Path) -> None:
    url = f"https://x.test/?{name}={SENT}&a=1"
    text = recorded(flavour, tmp_path / "r.json", {"location": url}, {"Next": [{"Url": url}]})
    assert not shows(text)
    assert text.count(f"{name}={'*' * len(SENT)}&a=1") == 2


# Members


ICE = {"Password": SECRET, "Ttl": 300, "Uris": [f"turn:{SECRET}@x.test?{SECRET}"], "Username": SECRET}


@pytest.mark.parametrize("member", ["Password", "Uris", "Username"])
def test_a_turn_server_does_not_show(member: str) -> None:
    server = package.IceServer.from_dict({member: ICE[member]})
    output = package.GetIceServerConfigResponse(ice_server_list=[server, server])
    for shown in (
        repr(server),
        repr(output),
        repr([{"a": (output,)}]),
        f"{output} {server}",
        "%r" % [server],
    ):
        assert not shows(shown)
        assert f"{member.lower()}=***" in shown


class Lines(logging.Handler):
    """What every logger says at every level."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{self.format(record)} {record.args!r}")


@pytest.fixture
def heard() -> Iterator[list[str]]:
    handler, root = Lines(), logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in ("heliograph", "httpx", "httpcore", "asyncio"))]
    levels = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.setLevel(1)
    root.addHandler(handler)
    yield handler.lines
    root.removeHandler(handler)
    for logger, level in levels:
        logger.setLevel(level)


@both
@pytest.mark.parametrize("status", [200, 403, 503])
def test_neither_turn_servers_nor_offers_show_at_debug(status: int, flavour: str, heard: list[str]) -> None:
    """Logs at every level, the output, and what tools print of an error's frames."""
    body = {"IceServerList": [ICE], "Answer": SECRET, "message": SAID}
    given = httpx.MockTransport(lambda request: httpx.Response(status, json=body))
    settings: dict[str, Any] = {
        "region": "eu-west-1",
        "endpoint_url": "https://x.test",
        "credentials": Credentials("AKIDEXAMPLE", SECRET, SECRET),
        "transport": given,
        "max_attempts": 1,
    }
    sent = SECRET if status == 200 else "what the caller's own frames show"
    shown: list[str] = []
    for make in CALLS:
        try:
            if flavour == "sync":
                shown.append(repr(make(package.Client(**settings), sent)))
            else:
                shown.append(repr(asyncio.run(awaited(make(package.AsyncClient(**settings), sent)))))
        except HeliographError as error:
            frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
            shown += [f"{error} {error!r}"]
            shown += [str(frame.locals) for frame in frames if "/heliograph/" in frame.filename]
    assert len(shown) == 2 if status == 200 else len(shown) > 6
    assert not shows("\n".join(shown))
    assert any("heliograph" in line and "attempt 1: HTTP" in line for line in heard)
    assert not shows("\n".join(heard))


CALLS: list[Callable[[Any, str], Any]] = [
    lambda client, sent: client.get_ice_server_config(CHANNEL, username=sent),
    lambda client, sent: client.send_alexa_offer_to_master(CHANNEL, sent, "sender"),
]


async def awaited(output: Any) -> Any:
    return await output
