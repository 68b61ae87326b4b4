# SPDX-License-Identifier: Apache-2.0
"""Keys that a container's agent gives."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest

from heliograph.credentials import (
    Container,
)
from heliograph.errors import (
    ConnectError,
    CredentialsError,
)
from heliograph.transport import Transport
from proof.sources import (
    ANSWER,
    NOW,
    Answer,
    Server,
    both,
    fetch,
)

HOSTILE = [
    {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": uri}
    for uri in (
        "@evil.test/x",
        "//evil.test",
        "x",
        ".evil.test/x",
        "/a b",
        "/a\r\nx: y",
        "/a\\b",
        "/a#b",
        '/a"b',
        "/a<b",
        "/a>b",
        "/é",
        ":80@evil.test/",
    )
] + [
    {"AWS_CONTAINER_CREDENTIALS_FULL_URI": uri}
    for uri in (
        "http://evil.test/x",
        "http://169.254.170.2@evil.test/",
        "http://evil.test#@169.254.170.2/",
        "http://127.0.0.1.evil.test/",
        "http://user:pass@localhost/",
        "ftp://localhost/",
        "localhost/x",
        "http://169.254.169.254/x",
        "http:///x",
        "http://[::ffff:8.8.8.8]/",
        "http://localhost/a b",
        "http://localhost:99999/",
        "http://localhost\\@evil.test/",
        "http://0.0.0.0/",
        "//evil.test/x",
    )
]


@pytest.mark.parametrize("env", HOSTILE, ids=lambda env: repr(*env.values()))
def test_keys_are_asked_from_no_other_host(env: dict[str, str]) -> None:
    server = Server()
    with pytest.raises(CredentialsError, match="container"):
        fetch(Container(), server, env)
    assert server.sent == []


@both
@pytest.mark.parametrize(
    ("uri", "place"),
    [
        ("http://127.0.0.1:8000/keys?id=1", ("http", "127.0.0.1", 8000, "/keys?id=1")),
        ("http://[::1]/keys", ("http", "::1", None, "/keys")),
        ("http://localhost/keys", ("http", "localhost", None, "/keys")),
        ("http://169.254.170.2/keys", ("http", "169.254.170.2", None, "/keys")),
        ("http://169.254.170.23/keys", ("http", "169.254.170.23", None, "/keys")),
        ("http://[fd00:ec2::23]/keys", ("http", "fd00:ec2::23", None, "/keys")),
        ("https://agent.test", ("https", "agent.test", None, "/")),
        ("https://agent.test?id=1", ("https", "agent.test", None, "/?id=1")),
        ("https://agent.test?a=/b", ("https", "agent.test", None, "/?a=/b")),
    ],
)
def test_a_container_asks_its_agent(uri: str, place: tuple[Any, ...], flavour: str) -> None:
    before = time.monotonic()
    server = Server((200, {**ANSWER, "AccountId": "123456789012"}))
    env = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": uri}
    found = fetch(Container(), server, env, flavour=flavour)
    (request,) = server.sent
    assert (request.scheme, request.host, request.port, request.target) == place
    assert request.is_direct
    assert request.limit == 65536
    timeout = request.timeout
    assert timeout.connect == timeout.read == timeout.write == timeout.pool == 2
    assert request.deadline is not None
    assert before + 4 <= request.deadline <= time.monotonic() + 4
    assert dict(request.headers) == {
        "host": uri.partition("://")[2].partition("/")[0].partition("?")[0],
        "accept-encoding": "identity",
        "accept": "application/json",
    }
    assert (request.method, request.body) == ("GET", b"")
    assert (found.account_id, found.expires) == ("123456789012", NOW + timedelta(hours=6))


def test_requests_to_metadata_services_take_no_proxy() -> None:
    routes = Transport(proxy="http://proxy.test:1")._routes
    server = Server((200, ANSWER))
    fetch(Container(), server, {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "https://agent.test/"})
    (request,) = server.sent
    assert routes.origin(request)[3] is None
    request.is_direct = False
    assert routes.origin(request)[3] is not None


@pytest.mark.parametrize(
    ("token", "sent"),
    [
        ("abc", "abc"),
        ("abc\n", "abc"),
        ("abc\r\n", "abc"),
        ("a\nb", None),
        ("abc\n\n", None),
        ("a\rb\n", None),
        ("a\0", None),
    ],
)
@pytest.mark.parametrize("is_file", [True, False])
def test_the_token_of_a_container_is_one_line(token: str, sent: str | None, is_file: bool) -> None:
    server = Server((200, ANSWER))
    env = {
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "not this" if is_file else token,
    }
    if is_file:
        env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/token"
    if sent is None:
        with pytest.raises(CredentialsError, match="line break"):
            fetch(Container(), server, env, {"/token": token})
    else:
        fetch(Container(), server, env, {"/token": token})
        assert server.header("authorization") == sent


@pytest.mark.parametrize(
    "answer",
    [
        (302, b""),
        (404, b""),
        (500, b""),
        (500, ANSWER),
        (200, b"<html>"),
        (200, b"[1]"),
        (200, {"AccessKeyId": "A"}),
        (200, {name: ANSWER[name] for name in ANSWER if name != "Expiration"}),
        (200, {name: ANSWER[name] for name in ANSWER if name != "Token"}),
        ConnectError("x"),
    ],
)
def test_an_agent_that_gives_no_keys_is_asked_three_times(answer: Answer) -> None:
    server, slept = Server(answer, answer, answer), list[float]()
    with pytest.raises(CredentialsError, match="no credentials after 3 attempts"):
        fetch(Container(), server, {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}, sleep=slept.append)
    assert len(server.sent) == 3
    assert slept == [1.0, 1.0]
    late = Server(answer, (200, ANSWER))
    assert fetch(Container(), late, {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}).access_key == "AKID"
