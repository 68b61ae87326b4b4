# SPDX-License-Identifier: Apache-2.0
"""What must never leave this machine, or never goes where a server wants it: seen from the server's end."""

from __future__ import annotations

import importlib
import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from faultserver import CHANNEL, OK, Serve, answering, http

from heliograph import ConfigError, Credentials, CredentialsError, HeliographError, ParamError, ServiceError
from heliograph.credentials import Container, Instance
from heliograph_codegen.generate import generate

MODEL: dict[str, Any] = {
    "heliograph": 1,
    "service": "Sent Things",
    "version": "2026-01-01",
    "protocol": "rest-json",
    "auth": ["bearer", "sigv4"],
    "signing": "faults",
    "operations": {
        "PutThing": {
            "http": "PUT /things",
            "input": {
                "Note": {"type": "string", "header": "x-note"},
                "Token": {"type": "string", "idempotency-token": True, "header": "x-token"},
                "Meta": {"type": "Meta", "prefix-headers": "x-meta-"},
            },
        }
    },
    "shapes": {"Meta": {"map": {"key": "string", "value": "string"}}},
}


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A service that takes bearer tokens, and whose input becomes headers."""
    folder = tmp_path_factory.mktemp("sent")
    generate(MODEL, folder, package="sent_things")
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("sent_things")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == "sent_things"]:
            del sys.modules[name]


# Bearer tokens (S4)


@pytest.mark.parametrize("given", ["code", "a function", "the environment"])
def test_a_bearer_token_does_not_leave_without_tls(
    given: str, things: Any, caller: Any, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even to this machine: a connection is not so much as opened."""
    server = serve(answering(http(200, b"{}")))
    options: dict[str, Any] = {"credentials": None, "endpoint_url": server.url}
    if given == "the environment":
        monkeypatch.setenv("AWS_BEARER_TOKEN_FAULTS", "cAnArY-token")
    else:
        options["bearer_token"] = "cAnArY-token" if given == "code" else lambda: "cAnArY-token"
    with pytest.raises(ConfigError, match="over https only"):
        caller.call(lambda client: client.put_thing(), things, **options)
    assert server.connections == 0


def test_a_bearer_token_is_sent_over_tls(
    things: Any, caller: Any, serve: Serve, authority: trustme.CA, bundle: str
) -> None:
    server = serve(answering(http(200, b"{}")), tls(authority))
    caller.call(
        lambda client: client.put_thing(), things, endpoint_url=server.url, ca_bundle=bundle,
        credentials=None, bearer_token="cAnArY-token",
    )  # fmt: skip
    assert server.requests[0].header("authorization") == "Bearer cAnArY-token"


def tls(authority: trustme.CA) -> Any:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.mark.parametrize(
    ("place", "warnings"),
    [
        ("code", 1),
        ("AWS_ENDPOINT_URL", 1),
        ("AWS_ENDPOINT_URL_KINESIS_VIDEO_SIGNALING", 1),
        ("profile", None),
    ],
)
def test_a_host_without_tls_is_warned_of_once_or_refused(
    place: str, warnings: int | None, caller: Any, serve: Serve, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture, tmp_path: Path,
) -> None:  # fmt: skip
    """By way of a proxy, since no other machine than this one is asked."""
    proxy = serve(answering(OK))
    url = "http://service.test"
    options: dict[str, Any] = {"proxy": proxy.url}
    if place == "code":
        options["endpoint_url"] = url
    elif place == "profile":
        (tmp_path / "config").write_text(f"[default]\nendpoint_url = {url}\n")
    else:
        monkeypatch.setenv(place, url)
    caplog.set_level(logging.WARNING, "heliograph")
    if warnings is None:
        with pytest.raises(ConfigError, match="without TLS must be given in code or in the environment"):
            caller.call(**options)
        assert proxy.connections == 0
        return

    def twice(client: Any) -> Any:
        if caller.flavour == "sync":
            return [client.get_ice_server_config(CHANNEL) for _ in range(2)]

        async def run() -> Any:
            return [await client.get_ice_server_config(CHANNEL) for _ in range(2)]

        return run()

    caller.call(twice, **options)
    assert len(proxy.requests) == 2
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "service.test are not encrypted" in caplog.text


def test_this_machine_without_tls_is_not_warned_of(
    caller: Any, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "heliograph")
    caller.call(endpoint_url=serve(answering(OK)).url)
    assert caplog.records == []


# Redirects (S5)

REDIRECTS = [300, 301, 302, 303, 304, 307, 308]


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("to", ["the same origin", "another origin", "a path", "another scheme", "nowhere"])
def test_a_redirect_leads_nowhere(to: str, status: int, caller: Any, serve: Serve) -> None:
    elsewhere = serve(answering(OK))
    places = {
        "another origin": f"{elsewhere.url}/v1/get-ice-server-config",
        "a path": "/elsewhere",
        "another scheme": f"//user:cAnArY@127.0.0.1:{elsewhere.port}/",
        "nowhere": "",
    }
    answers: list[bytes] = []
    server = serve(lambda peer: answering(*answers)(peer))
    place = places.get(to, f"{server.url}/elsewhere")
    answers += [http(status, b"", [("Location", place)] if place else []), OK]
    with pytest.raises(ServiceError) as caught:
        caller.call(endpoint_url=server.url)
    assert caught.value.status_code == status
    assert (len(server.requests), elsewhere.connections) == (1, 0)
    assert "cAnArY" not in f"{caught.value} {caught.value.__notes__ if place else ''}"


@pytest.mark.parametrize("status", REDIRECTS)
def test_a_proxy_s_redirect_leads_nowhere(status: int, caller: Any, serve: Serve) -> None:
    elsewhere = serve(answering(OK))
    proxy = serve(answering(http(status, b"", [("Location", elsewhere.url)])))
    with pytest.raises(HeliographError):
        caller.call(endpoint_url="https://service.test", proxy=proxy.url, max_attempts=1)
    assert (len(proxy.requests), elsewhere.connections) == (1, 0)
    assert proxy.requests[0].method == "CONNECT"
    assert proxy.requests[0].header("authorization") is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind", ["container", "instance", "instance token"])
def test_a_redirect_of_a_metadata_service_leads_nowhere(status: int, kind: str, serve: Serve) -> None:
    elsewhere = serve(answering(http(200, {"AccessKeyId": "A"})))
    away = http(status, b"", [("Location", f"{elsewhere.url}/x")])
    server = serve(answering(away) if kind != "instance" else answering(http(200, b"token"), away))
    if kind == "container":
        source: Any = Container()
        env = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{server.url}/x",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "agent-token",
        }
    else:
        source, env = Instance(), {"AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url}
    with pytest.raises(CredentialsError):
        source.fetch(env={**env, "HOME": "/none"}, sleep=lambda seconds: None)
    assert server.requests
    assert elsewhere.connections == 0


def test_nothing_here_speaks_websocket() -> None:
    """Clients of it follow redirects by themselves: whoever adds one adds its rows above."""
    root = Path(__file__).resolve().parents[2]
    sources = [path for folder in ("runtime", "generated", "local") for path in (root / folder).rglob("*.py")]
    found = [
        path.name
        for path in sources
        for word in ("import websockets", "from websockets", "ws_connect", "WebSocketResponse", "wsproto")
        if word in path.read_text("utf-8")
    ]
    assert len(sources) > 50
    assert found == []


# Headers (S8)

FORBIDDEN = [chr(code) for code in (*range(0x20), 0x7F) if code != 0x09]
BEYOND = ["\u0100", "\u2028", "\U0001f639"]
"""Characters that no header can hold, since they are not of Latin-1."""
NO_TOKEN = [*FORBIDDEN, "\t", " ", *'"(),/:;<=>?@[\\]{}', "\x80", "\xe9", *BEYOND]


def member(**members: Any) -> Any:
    return lambda client: client.put_thing(**members)


def keys(*given: str) -> dict[str, Any]:
    return {"credentials": Credentials(*given)}


REFUSED: dict[str, tuple[type[HeliographError], Callable[[str], dict[str, Any]]]] = {
    "a member": (ParamError, lambda text: {"use": member(note=text)}),
    "a value of a map": (ParamError, lambda text: {"use": member(meta={"key": text})}),
    "a token of ours": (ParamError, lambda text: {"idempotency_token": lambda: text}),
    "a token of theirs": (ParamError, lambda text: {"use": member(token=text)}),
    "the id of a call": (ParamError, lambda text: {"invocation_id": lambda: text}),
    "an access key": (CredentialsError, lambda text: keys(text, "cAnArY")),
    "a session token": (CredentialsError, lambda text: keys("AKID", "cAnArY", text)),
    "a function's session token": (
        CredentialsError,
        lambda text: {"credentials": lambda: Credentials("AKID", "cAnArY", text)},
    ),
    "a bearer token": (CredentialsError, lambda text: {"bearer_token": text, "credentials": None}),
    "a region": (ConfigError, lambda text: {"region": text}),
    "a host": (ConfigError, lambda text: {"endpoint_url": f"http://127.0.0.1{text}:1"}),
    "a path": (ConfigError, lambda text: {"endpoint_url": f"http://127.0.0.1:1/{text}"}),
}


@pytest.mark.parametrize("way", REFUSED)
def test_what_would_break_a_header_is_refused_before_a_byte_is_sent(
    way: str, things: Any, caller: Any, serve: Serve
) -> None:
    kind, options_of = REFUSED[way]
    server = serve(answering(http(200, b"{}")))
    for character in [*FORBIDDEN, *BEYOND]:
        for form in ("a{}x-injected: b", "{}", "a{}"):
            options = {"endpoint_url": server.url, **options_of(form.format(character))}
            with pytest.raises(kind) as caught:
                caller.call(options.pop("use", member()), things, **options)
            assert str(caught.value).isprintable(), ascii(character)
    assert server.connections == 0


@pytest.mark.parametrize("checked", [True, False], ids=["checked", "unchecked"])
def test_what_makes_no_header_name_is_refused_before_a_byte_is_sent(
    checked: bool, things: Any, caller: Any, serve: Serve
) -> None:
    server = serve(answering(http(200, b"{}")))
    for character in NO_TOKEN:
        with pytest.raises(ParamError, match="not a header name"):
            caller.call(
                member(meta={f"a{character}b": "c"}), things, endpoint_url=server.url, validate_params=checked
            )
    assert server.connections == 0


REPLACED: dict[str, Callable[[str], tuple[dict[str, Any], dict[str, str], str]]] = {
    "app_id": lambda text: ({"app_id": text}, {}, ""),
    "AWS_SDK_UA_APP_ID": lambda text: ({}, {"AWS_SDK_UA_APP_ID": text}, ""),
    "sdk_ua_app_id": lambda text: ({}, {}, f"sdk_ua_app_id = {text}"),
    "AWS_EXECUTION_ENV": lambda text: ({}, {"AWS_EXECUTION_ENV": text}, ""),
    "_X_AMZN_TRACE_ID": lambda text: ({}, {"AWS_LAMBDA_FUNCTION_NAME": "f", "_X_AMZN_TRACE_ID": text}, ""),
}


@pytest.mark.parametrize("way", REPLACED)
def test_what_would_break_a_header_of_the_configuration_is_replaced(
    way: str, caller: Any, serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = serve(answering(OK))
    sent = 0
    for character in [*FORBIDDEN, *BEYOND, "\xe9"]:
        if (character == "\0" and way[0] in "A_") or (character in "\r\n" and way.startswith("sdk")):
            continue  # cannot stand there
        options, variables, line = REPLACED[way](f"a{character}x-injected:b")
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        (tmp_path / "config").write_text(f"[default]\n{line}\n", "utf-8")
        caller.call(endpoint_url=server.url, **options)
        sent += 1
        request = server.requests[-1]
        assert (
            character.encode("latin-1", "replace") not in request.head.replace(b"\r\n", b"")
            or character in "?"
        )
        assert request.header("x-injected") is None
        assert json.loads(request.body) == {"ChannelARN": CHANNEL}
    assert sent == len(server.requests) >= 32
    assert "x-injected" in request.head.decode("latin-1")
