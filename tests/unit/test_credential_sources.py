# SPDX-License-Identifier: Apache-2.0
"""Each source of credentials: what it asks, what it makes of the answer, and how it says what is wrong."""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import os
import re
import stat
import sys
import time
import traceback
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

import kinesis_video_signaling as package
from heliograph.config import parse_profile
from heliograph.credentials import (
    ANONYMOUS,
    AssumeRole,
    Cached,
    Chain,
    Container,
    Context,
    Credentials,
    Environment,
    Instance,
    Login,
    Process,
    Profile,
    Provider,
    Sso,
    SsoToken,
    WebIdentity,
)
from heliograph.credentials.instance import stable
from heliograph.credentials.process import _split
from heliograph.credentials.profile import source_of
from heliograph.credentials.provider import Keys
from heliograph.credentials.resolving import resolve, resolve_async, with_files
from heliograph.effects import ReadFile, drive, drive_async
from heliograph.errors import (
    ConfigError,
    ConnectError,
    CredentialsError,
    HeliographError,
    TimeoutError,
    drop_frames,
)
from heliograph.http import WireRequest, WireResponse
from heliograph.transport import Transport

NOW = datetime(2030, 1, 1, tzinfo=UTC)
CANARY = "cAnArY-7f3a"
HOME = {"HOME": "/home", "AWS_REGION": "eu-west-1"}
ANSWER = {
    "Code": "Success",
    "AccessKeyId": "AKID",
    "SecretAccessKey": f"{CANARY}-secret",
    "Token": f"{CANARY}-token",
    "Expiration": "2030-01-01T06:00:00Z",
}
STS = f"""<{{0}}Response><{{0}}Result><Credentials><AccessKeyId>AKIDROLE</AccessKeyId>
<SecretAccessKey>{CANARY}-role</SecretAccessKey><SessionToken>{CANARY}-session</SessionToken>
<Expiration>2030-01-01T01:00:00Z</Expiration></Credentials>
<AssumedRoleUser><AssumedRoleId>x:y</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn>
</AssumedRoleUser></{{0}}Result></{{0}}Response>"""

Answer = tuple[int, Any] | Exception


class Server:
    """Gives one answer after the other, and keeps the requests."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[WireRequest] = []

    def send(self, request: WireRequest) -> WireResponse:
        self.sent.append(request)
        assert self.answers, f"nobody expected {request!r}"
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        data = (
            body
            if isinstance(body, bytes)
            else body.encode()
            if isinstance(body, str)
            else json.dumps(body).encode()
        )
        return WireResponse(status, {}, data)

    def form(self, number: int = 0) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(bytes(self.sent[number].body).decode()).items()}

    def header(self, name: str, number: int = 0) -> str | None:
        return dict(self.sent[number].headers).get(name)


class AsyncServer:
    def __init__(self, server: Server) -> None:
        self._server = server

    async def send(self, request: WireRequest) -> WireResponse:
        return self._server.send(request)


def fetch(
    source: Provider,
    server: Server | None = None,
    env: Mapping[str, str] = HOME,
    files: Mapping[str, str] | None = None,
    *,
    now: datetime = NOW,
    memory: dict[str, Any] | None = None,
    flavour: str = "sync",
    profile: str | None = None,
    random: float = 0.0,
    sleep: Callable[[float], object] = lambda seconds: None,
) -> Any:
    context = Context(env, clock=lambda: now, memory=memory, profile=profile, random=lambda: random)
    effects = with_files(source.load(context), {} if files is None else files)
    carrier = server or Server()

    async def no_sleep(seconds: float) -> None: ...

    try:
        if flavour == "sync":
            return drive(effects, lambda: carrier, sleep)
        return asyncio.run(drive_async(effects, lambda: AsyncServer(carrier), no_sleep))
    except HeliographError as error:
        drop_frames(error)  # as each way in does: they hold documents with secrets
        raise


def driven(effects: Any) -> Any:
    """What comes of effects that ask no service; errors lose their frames, as each way in takes them away."""
    try:
        return drive(effects, Server, None)
    except HeliographError as error:
        drop_frames(error)
        raise


both = pytest.mark.parametrize("flavour", ["sync", "async"])

# Environment


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ({}, None),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": " "}, None),
        ({"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"}, Credentials("A", "s")),
        (
            {
                "AWS_ACCESS_KEY_ID": "A",
                "AWS_SECRET_ACCESS_KEY": "s",
                "AWS_SESSION_TOKEN": "t",
                "AWS_SECURITY_TOKEN": "old",
            },
            Credentials("A", "s", "t"),
        ),
        (
            {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SECURITY_TOKEN": "old"},
            Credentials("A", "s", "old"),
        ),
        (
            {
                "AWS_ACCESS_KEY_ID": "A",
                "AWS_SECRET_ACCESS_KEY": "s",
                "AWS_ACCOUNT_ID": "1",
                "AWS_CREDENTIAL_EXPIRATION": "2030-01-01T00:00:00Z",
            },
            Credentials("A", "s", None, "1", NOW),
        ),
    ],
)
def test_keys_of_the_environment(env: dict[str, str], found: Credentials | None) -> None:
    assert fetch(Environment(), env=env) == found


@pytest.mark.parametrize("lacking", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_one_key_of_the_environment_without_the_other_is_named(lacking: str) -> None:
    env = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", lacking: " "}
    with pytest.raises(CredentialsError, match=f"environment: {lacking} is not set"):
        fetch(Environment(), env=env)


def test_variables_that_end_are_read_again() -> None:
    first = {
        "AWS_ACCESS_KEY_ID": "A",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_CREDENTIAL_EXPIRATION": "2030-01-01T01:00:00Z",
    }
    later = {**first, "AWS_ACCESS_KEY_ID": "B", "AWS_CREDENTIAL_EXPIRATION": "2030-01-01T02:00:00Z"}
    memory: dict[str, Any] = {}
    source = Environment()
    found = []
    for seconds in (0, 3600 - 500):
        now = NOW + timedelta(seconds=seconds)
        context = Context(first, environment=lambda: later, clock=lambda now=now: now, memory=memory)  # type: ignore[misc]  # bound now
        found.append(drive(source.current(context), Server, None).access_key)
    assert found == ["A", "B"]


def test_a_moment_that_cannot_be_read_is_named_and_not_shown() -> None:
    env = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_CREDENTIAL_EXPIRATION": CANARY}
    with pytest.raises(CredentialsError, match=r"^environment: AWS_CREDENTIAL_EXPIRATION is no") as caught:
        fetch(Environment(), env=env)
    assert CANARY not in str(caught.value)


# Container


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


# Instance

TOKEN, ROLE = (200, "imds-token"), (200, "my-role\n")
LATE = TimeoutError("no answer", "read")
UNREACHABLE = TimeoutError("no connection", "connect")


@both
def test_an_instance_asks_for_a_token_a_role_and_its_keys(flavour: str) -> None:
    server = Server(TOKEN, ROLE, (200, ANSWER))
    found = fetch(Instance(), server, flavour=flavour)
    assert [(each.method, each.target) for each in server.sent] == [
        ("PUT", "/latest/api/token"),
        ("GET", "/latest/meta-data/iam/security-credentials/"),
        ("GET", "/latest/meta-data/iam/security-credentials/my-role"),
    ]
    assert {(each.scheme, each.host, each.is_direct, each.timeout.read) for each in server.sent} == {
        ("http", "169.254.169.254", True, 1.0)
    }
    assert server.header("x-aws-ec2-metadata-token-ttl-seconds") == "21600"
    assert server.header("x-aws-ec2-metadata-token", 1) == "imds-token"
    assert found.access_key == "AKID"


V1 = {**HOME, "AWS_EC2_METADATA_V1_DISABLED": "false"}


@pytest.mark.parametrize(
    ("env", "answers", "outcome"),
    [
        (HOME, [(403, b"")], None),
        (HOME, [(404, b"")], None),
        (HOME, [(405, b"")], None),
        (HOME, [LATE], None),
        (HOME, [UNREACHABLE] * 3, None),
        (HOME, [ConnectError("refused")] * 3, None),
        (HOME, [ConnectError("refused"), TOKEN, ROLE, (200, ANSWER)], "AKID"),
        (HOME, [(500, b""), TOKEN, ROLE, (200, ANSWER)], "AKID"),
        (HOME, [(400, b"")], "HTTP 400 instead of a token"),
        (HOME, [(302, b"")], "HTTP 302 instead of a token"),
        (HOME, [(200, "a\r\nb")], "cannot be sent"),
        (V1, [(403, b""), ROLE, (403, b""), (200, ANSWER)], "AKID"),
        (V1, [LATE, ROLE, LATE, (200, ANSWER)], "AKID"),
        (V1, [(403, b""), (401, b"")], "HTTP 401"),
        (V1, [UNREACHABLE] * 3, None),
        (HOME, [(200, b"\xff")], "cannot be sent"),
        ({**V1, "AWS_EC2_METADATA_V1_DISABLED": "True"}, [(403, b"")], None),
        (HOME, [TOKEN, ROLE, (200, {**ANSWER, "Expiration": None})], "gave no Expiration"),
        (HOME, [TOKEN, LATE, ROLE, (200, ANSWER)], "AKID"),
        (HOME, [TOKEN, (500, b""), (502, b""), (500, b"")], "HTTP 500, no credentials"),
        (HOME, [TOKEN, (499, b"")], "HTTP 499, no credentials"),
        (HOME, [TOKEN, (200, "r+=,.@-_\nother"), (200, ANSWER)], "AKID"),
        (HOME, [TOKEN, (200, "_"), (200, ANSWER)], "AKID"),
        (HOME, [TOKEN, ROLE, (200, {name: ANSWER[name] for name in ANSWER if name != "Code"})], "AKID"),
        ({**HOME, "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1"}, [ConnectError("refused")], None),
        ({**HOME, "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1"}, [(500, b"")], "HTTP 500 instead of a token"),
        (HOME, [TOKEN, (404, b"")], None),
        (HOME, [TOKEN, (401, b""), (200, "another"), ROLE, (200, ANSWER)], "AKID"),
        (HOME, [TOKEN, (401, b""), (200, "another"), (401, b"")], "HTTP 401"),
        (HOME, [TOKEN, (403, b"")], "HTTP 403"),
        (HOME, [TOKEN, (200, b"")], "no credentials"),
        (HOME, [TOKEN, (200, b"\xff")], "the name of the role"),
        (HOME, [TOKEN, (200, "../x")], "the name of the role"),
        (HOME, [TOKEN, (200, "..")], "the name of the role"),
        (HOME, [TOKEN, (200, "a b")], "the name of the role"),
        (HOME, [TOKEN, (200, "a/b")], "the name of the role"),
        (HOME, [TOKEN, (200, "r\u00f4le")], "the name of the role"),
        (HOME, [TOKEN, ROLE, (200, {"Code": "Failed", "Message": CANARY})], "a code other than Success"),
        (HOME, [TOKEN, ROLE, (200, b"<html>")], "no JSON object"),
        (HOME, [TOKEN, ROLE, (200, {**ANSWER, "Token": ""})], "gave no Token"),
        (HOME, [TOKEN, ROLE, (200, {**ANSWER, "Expiration": CANARY})], "is no moment"),
        ({**HOME, "AWS_EC2_METADATA_DISABLED": "TRUE"}, [], None),
    ],
)
def test_what_the_metadata_service_answers(
    env: dict[str, str], answers: list[Answer], outcome: str | None
) -> None:
    server = Server(*answers)
    if outcome == "AKID":
        assert fetch(Instance(), server, env).access_key == outcome
    elif outcome is None:
        assert fetch(Instance(), server, env) is None
    else:
        with pytest.raises(CredentialsError, match=outcome) as caught:
            fetch(Instance(), server, env)
        assert CANARY not in str(caught.value)
    assert server.answers == []


def test_a_token_is_used_for_six_hours() -> None:
    memory: dict[str, Any] = {}
    answers = TOKEN, ROLE, (200, ANSWER), ROLE, (200, ANSWER), TOKEN, ROLE, (200, ANSWER)
    server = Server(*answers)
    for seconds in (0, 21600 - 121, 21600 - 120):
        fetch(Instance(), server, now=NOW + timedelta(seconds=seconds), memory=memory)
    assert [each.method for each in server.sent].count("PUT") == 2
    assert server.header("x-aws-ec2-metadata-token", 3) == "imds-token"


def test_a_profile_that_the_environment_names_must_be_there() -> None:
    with pytest.raises(ConfigError, match="gone"):
        fetch(Chain(), Server(), {**HOME, "AWS_PROFILE": "gone"})


def test_the_hop_limit_of_containers_is_named() -> None:
    env = {**HOME, "AWS_ACCESS_KEY_ID": ""}
    with pytest.raises(CredentialsError, match="hop limit is 1"):
        fetch(Chain(), Server(LATE), env)


@pytest.mark.parametrize(
    ("env", "host", "path"),
    [
        ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"}, "fd00:ec2::254", "/latest"),
        ({"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1338/base"}, "127.0.0.1", "/base/latest"),
    ],
)
def test_where_the_metadata_service_is(env: dict[str, str], host: str, path: str) -> None:
    server = Server((404, b""))
    fetch(Instance(), server, env)
    assert server.sent[0].host == host
    assert server.sent[0].target.startswith(path)


INSTANCE_FILE = """
[default]
metadata_service_timeout = 2.5
metadata_service_num_attempts = 2
ec2_metadata_service_endpoint_mode = ipv6
[profile place]
ec2_metadata_service_endpoint = http://imds.test
[profile old]
ec2_metadata_v1_disabled = false
"""


@pytest.mark.parametrize(
    ("env", "place", "seconds", "attempts"),
    [
        ({}, "fd00:ec2::254", 2.5, 2),
        ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv4"}, "169.254.169.254", 2.5, 2),
        ({"AWS_PROFILE": "place"}, "imds.test", 1.0, 3),
        ({"AWS_PROFILE": "none", "AWS_METADATA_SERVICE_TIMEOUT": "120"}, "169.254.169.254", 120, 3),
        ({"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "20"}, "fd00:ec2::254", 2.5, 20),
    ],
)
def test_settings_of_the_metadata_service(
    env: dict[str, str], place: str, seconds: float, attempts: int
) -> None:
    server = Server(*[ConnectError("refused")] * attempts)
    assert fetch(Instance(), server, {**HOME, **env}, {"/home/.aws/config": INSTANCE_FILE}) is None
    assert {(each.host, each.timeout.connect, each.timeout.read) for each in server.sent} == {
        (place, seconds, seconds)
    }
    assert len(server.sent) == attempts


def test_a_profile_may_allow_the_first_version_of_the_metadata_service() -> None:
    files = {"/home/.aws/config": INSTANCE_FILE}
    server = Server((403, b""), ROLE, (403, b""), (200, ANSWER))
    assert fetch(Instance(), server, {**HOME, "AWS_PROFILE": "old"}, files).access_key == "AKID"
    assert [server.header("x-aws-ec2-metadata-token", each) for each in range(4)] == [None] * 4
    assert server.header("content-length") == "0"
    files = {"/home/.aws/config": INSTANCE_FILE.replace("v1_disabled = false", "v1_disabled = true")}
    assert fetch(Instance(), Server((403, b"")), {**HOME, "AWS_PROFILE": "old"}, files) is None


def test_a_tool_sees_the_end_that_the_metadata_service_states() -> None:
    context = Context(HOME, clock=lambda: NOW + timedelta(days=1), random=lambda: 0.0, is_for_use=False)
    server = Server(TOKEN, ROLE, (200, ANSWER))
    found = drive(with_files(Instance().load(context), {}), lambda: server, None)
    assert found is not None
    assert found.expires == NOW + timedelta(hours=6)
    used = fetch(Instance(), Server(TOKEN, ROLE, (200, ANSWER)), now=NOW + timedelta(days=1))
    assert used.expires == NOW + timedelta(days=1, seconds=1020)


@pytest.mark.parametrize(
    "env",
    [
        {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv5"},
        {"AWS_METADATA_SERVICE_TIMEOUT": "soon"},
        {"AWS_EC2_METADATA_DISABLED": "1"},
        {"AWS_METADATA_SERVICE_TIMEOUT": "0"},
        {"AWS_METADATA_SERVICE_TIMEOUT": "120.5"},
        {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "0"},
        {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "21"},
        {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://u@h/"},
    ],
)
def test_settings_that_cannot_be_used_are_named(env: dict[str, str]) -> None:
    (name,) = env
    says = "it is IPv4 or IPv6" if name.endswith("_MODE") else ""
    with pytest.raises(ConfigError, match=f"{name}.*{says}"):
        fetch(Instance(), env=env)


@pytest.mark.parametrize(
    ("left", "random", "ahead"),
    [
        (1021, 0.0, 1021),
        (1020, 0.0, 1020),
        (60, 0.0, 1020),
        (-3600, 0.0, 1020),
        (60, 0.999, 1500),
        (1501, 0.999, 1501),
    ],
)
def test_keys_that_the_service_does_not_renew_are_used_on(
    left: int, random: float, ahead: int, caplog: pytest.LogCaptureFixture
) -> None:
    keys = Credentials("A", "s", "t", None, NOW + timedelta(seconds=left))
    with caplog.at_level(logging.WARNING, "heliograph"):
        found = stable(keys, NOW, random)
    assert found.expires == NOW + timedelta(seconds=ahead)
    assert [each.name for each in caplog.records] == ["heliograph.credentials"] * (
        ahead != left or left == 1020
    )
    assert (found.access_key, found.token) == ("A", "t")


# Roles

BASE = Credentials("AKIDBASE", f"{CANARY}-base")


@both
def test_a_role_is_assumed_with_all_that_was_said(flavour: str) -> None:
    server = Server((200, STS.format("AssumeRole")))
    asked: list[str] = []
    source = AssumeRole(
        "arn:aws:iam::1:role/r",
        BASE,
        session_name="me",
        duration_seconds=900,
        external_id="ext",
        mfa_serial="dev",
        mfa_code=lambda serial: asked.append(serial) or " 123456\n",
        policy="{}",
        policy_arns=["arn:p"],
        tags={"k": "v"},
        source_identity="id",
        region="us-west-2",
    )
    found = fetch(source, server, flavour=flavour)
    assert server.sent[0].host == "sts.us-west-2.amazonaws.com"
    assert "Credential=AKIDBASE/" in str(server.header("authorization"))
    assert server.form() == {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": "arn:aws:iam::1:role/r",
        "RoleSessionName": "me",
        "DurationSeconds": "900",
        "ExternalId": "ext",
        "SerialNumber": "dev",
        "TokenCode": "123456",
        "Policy": "{}",
        "PolicyArns.member.1.arn": "arn:p",
        "Tags.member.1.Key": "k",
        "Tags.member.1.Value": "v",
        "SourceIdentity": "id",
    }
    assert asked == ["dev"]
    assert found == Credentials(
        "AKIDROLE", f"{CANARY}-role", f"{CANARY}-session", "123456789012", NOW + timedelta(hours=1)
    )


def test_a_service_behind_the_chain_is_asked_with_the_settings_of_the_profile() -> None:
    files = {"/home/.aws/config": "[profile p]\nregion = ap-south-1\n"}
    server, slept = Server((500, b""), (200, STS.format("AssumeRole"))), list[float]()
    fetch(
        AssumeRole("arn:r", BASE),
        server,
        {"HOME": "/home"},
        files,
        profile="p",
        random=0.5,
        sleep=slept.append,
    )
    assert server.sent[1].host == "sts.ap-south-1.amazonaws.com"
    assert server.header("x-amz-date") == "20300101T000000Z"
    assert server.sent[0].limit == 65536
    assert slept == [0.025]


def test_a_coroutine_function_may_get_the_code() -> None:
    async def code(serial: str) -> str:
        return "123456"

    server = Server((200, STS.format("AssumeRole")))
    fetch(AssumeRole("arn:r", BASE, mfa_serial="dev", mfa_code=code), server, flavour="async")
    assert server.form()["TokenCode"] == "123456"


@pytest.mark.parametrize("code", [" ", 123456, None])
@pytest.mark.parametrize("place", ["", "profile p"])
def test_a_code_that_is_none_is_not_sent(code: Any, place: str) -> None:
    server = Server()
    source = AssumeRole("arn:r", BASE, mfa_serial="dev", mfa_code=lambda serial: code, place=place)
    called = f"{place}, assume role arn:r" if place else "assume role arn:r"
    with pytest.raises(CredentialsError, match=f"^{called}: no MFA code; give a function"):
        fetch(source, server)
    assert server.sent == []


def test_a_code_that_cannot_be_got_is_an_error() -> None:
    def fails(serial: str) -> str:
        raise EOFError(CANARY)

    with pytest.raises(CredentialsError, match=r"assume role arn:r: no MFA code \(EOFError\)") as caught:
        fetch(AssumeRole("arn:r", BASE, mfa_serial="dev", mfa_code=fails))
    assert CANARY not in str(caught.value)


def test_the_terminal_is_asked_for_a_code_that_nobody_else_gets(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or "654321")
    server = Server((200, STS.format("AssumeRole")))
    fetch(AssumeRole("arn:r", BASE, mfa_serial="dev"), server)
    assert server.form()["TokenCode"] == "654321"
    assert asked == ["Code of the MFA device dev: "]


def test_what_was_not_said_of_a_role_is_not_sent() -> None:
    server = Server((200, STS.format("AssumeRole")))
    fetch(AssumeRole("arn:r", BASE), server)
    assert server.form() == {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": "arn:r",
        "RoleSessionName": f"heliograph-{int(NOW.timestamp())}",
    }
    assert server.sent[0].host == "sts.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("arn", "account_id"),
    [
        ("<Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn>", "123456789012"),
        ("<Arn>arn:aws:sts::123456789012</Arn>", None),
        ("<Arn>arn:aws:sts:::x</Arn>", None),
    ],
)
def test_the_account_of_a_role_stands_in_the_arn_of_its_session(arn: str, account_id: str | None) -> None:
    body = STS.format("AssumeRole").replace("<Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn>", arn)
    assert fetch(AssumeRole("arn:r", BASE), Server((200, body))).account_id == account_id


def test_an_answer_without_a_session_names_no_account() -> None:
    body = re.sub("(?s)<AssumedRoleUser>.*</AssumedRoleUser>", "", STS.format("AssumeRole"))
    assert fetch(AssumeRole("arn:r", BASE), Server((200, body))).account_id is None


def test_a_token_of_an_identity_provider_is_sent_with_all_that_was_said() -> None:
    server = Server((200, STS.format("AssumeRoleWithWebIdentity")))
    source = WebIdentity("arn:r", "/token", session_name="me", duration_seconds=900, region="us-west-2")
    fetch(source, server, files={"/token": " token\n"})
    assert server.sent[0].host == "sts.us-west-2.amazonaws.com"
    assert server.form() == {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": "2011-06-15",
        "RoleArn": "arn:r",
        "RoleSessionName": "me",
        "DurationSeconds": "900",
        "WebIdentityToken": "token",
    }


@pytest.mark.parametrize("action", ["AssumeRole", "AssumeRoleWithWebIdentity"])
def test_sts_that_gives_no_keys_is_named(action: str) -> None:
    source = AssumeRole("arn:r", BASE) if action == "AssumeRole" else WebIdentity("arn:r", "/token")
    with pytest.raises(CredentialsError, match=r"arn:r: STS answered without credentials"):
        fetch(
            source,
            Server((200, f"<{action}Response><{action}Result/></{action}Response>")),
            files={"/token": "t"},
        )


PROFILES = """
[profile a]
role_arn = arn:a
source_profile = b
duration_seconds = soon
[profile b]
role_arn = arn:b
source_profile = c
[profile c]
aws_access_key_id = AKIDC
aws_secret_access_key = secret
[profile self]
role_arn = arn:self
source_profile = self
aws_access_key_id = AKIDSELF
aws_secret_access_key = secret
[profile bare]
role_arn = arn:bare
source_profile = bare
[profile first]
role_arn = arn:first
source_profile = second
[profile second]
role_arn = arn:second
source_profile = third
[profile third]
role_arn = arn:third
source_profile = second
aws_secret_access_key =
[profile absent]
role_arn = arn:absent
source_profile = elsewhere
[profile half]
aws_access_key_id = AKID
[profile other-half]
aws_secret_access_key = secret
[profile identity]
web_identity_token_file = /token
[profile full]
role_arn = arn:full
source_profile = keys
duration_seconds = 900
role_session_name = me
external_id = ext
mfa_serial = dev
[profile keys]
role_arn = arn:keys
source_profile = c
aws_access_key_id = AKIDKEYS
aws_secret_access_key = secret
aws_session_token = token
aws_account_id = 1
[profile both]
role_arn = arn:both
source_profile = c
credential_source = Environment
[profile neither]
role_arn = arn:neither
[profile odd]
role_arn = arn:odd
credential_source = Elsewhere
[profile empty]
role_arn = arn:empty
source_profile = nothing
[profile nothing]
region = eu-west-1
[profile env]
role_arn = arn:env
credential_source = Environment
"""


def test_roles_are_assumed_one_with_the_keys_of_the_other() -> None:
    server = Server((200, STS.format("AssumeRole")), (200, STS.format("AssumeRole")))
    fetch(Profile("a"), server, files={"/home/.aws/config": PROFILES})
    assert [server.form(each)["RoleArn"] for each in range(2)] == ["arn:b", "arn:a"]
    assert server.form()["RoleSessionName"] == f"heliograph-{int(NOW.timestamp())}"
    assert "DurationSeconds" not in server.form(1)
    assert "Credential=AKIDROLE/" in str(server.header("authorization", 1))
    assert server.header("x-amz-security-token", 1) == f"{CANARY}-session"


def test_a_profile_may_name_itself_where_it_has_keys() -> None:
    server = Server((200, STS.format("AssumeRole")))
    fetch(Profile("self"), server, files={"/home/.aws/config": PROFILES})
    assert "Credential=AKIDSELF/" in str(server.header("authorization"))


def test_a_profile_says_all_of_a_role_and_keys_beside_a_role_go_before_it() -> None:
    server = Server((200, STS.format("AssumeRole")))
    parsed: Any = parse_profile(PROFILES)
    source = source_of("full", parsed, mfa_code=lambda serial: f"code of {serial}")
    assert source is not None
    fetch(source, server)
    assert {name: server.form()[name] for name in server.form() if name not in ("Action", "Version")} == {
        "RoleArn": "arn:full",
        "RoleSessionName": "me",
        "DurationSeconds": "900",
        "ExternalId": "ext",
        "SerialNumber": "dev",
        "TokenCode": "code of dev",
    }
    assert "Credential=AKIDKEYS/" in str(server.header("authorization"))
    assert server.header("x-amz-security-token") == "token"


def test_keys_of_a_profile_are_taken_with_token_and_account() -> None:
    text = PROFILES.replace("role_arn = arn:keys", "region = eu-west-1")
    found = fetch(Profile("keys"), files={"/home/.aws/config": text})
    assert found == Credentials("AKIDKEYS", "secret", "token", "1")


@pytest.mark.parametrize(
    ("env", "role", "session", "token_file"),
    [
        ({}, "arn:profile", "mine", "/profile"),
        ({"AWS_WEB_IDENTITY_TOKEN_FILE": "/env"}, "arn:profile", "mine", "/env"),
        ({"AWS_ROLE_ARN": "arn:env", "AWS_ROLE_SESSION_NAME": "theirs"}, "arn:env", "theirs", "/profile"),
    ],
)
def test_the_environment_goes_before_the_profile_for_an_identity_token(
    env: dict[str, str], role: str, session: str, token_file: str
) -> None:
    text = "[default]\nweb_identity_token_file = /profile\nrole_arn = arn:profile\nrole_session_name = mine\n"
    source = source_of("default", parse_profile(text), env=env)
    assert isinstance(source, WebIdentity)
    assert (source.role_arn, source.session_name, source.token_file) == (role, session, token_file)
    assert source.place == ("environment" if "AWS_WEB_IDENTITY_TOKEN_FILE" in env else "profile default")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Environment", Environment), ("EcsContainer", Container), ("Ec2InstanceMetadata", Instance)],
)
def test_a_role_may_be_assumed_with_the_keys_of_the_surroundings(name: str, kind: type[Provider]) -> None:
    text = f"[default]\nrole_arn = arn:r\ncredential_source = {name}\n"
    source = source_of("default", parse_profile(text))
    assert isinstance(source, AssumeRole)
    assert type(source.source) is kind
    assert source.place == "profile default"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bare", "in a circle: bare -> bare"),
        ("first", "profile third: .* in a circle: first -> second -> third -> second"),
        ("absent", "source_profile elsewhere is not in the shared files"),
        ("half", "profile half: aws_secret_access_key is missing"),
        ("other-half", "profile other-half: aws_access_key_id is missing"),
        ("identity", "profile identity: a file with an identity token is named, and no role"),
        ("both", "exclude each other"),
        ("neither", "needs source_profile or credential_source"),
        ("odd", "credential_source is one of Environment, EcsContainer, Ec2InstanceMetadata"),
        ("empty", "source_profile nothing names no credentials"),
        ("env", "no keys to ask with: environment: not configured"),
        ("missing", "neither of the shared files has it"),
    ],
)
def test_a_profile_that_cannot_be_used_is_named(name: str, says: str) -> None:
    server = Server()
    with pytest.raises(CredentialsError, match=says) as caught:
        fetch(Profile(name), server, files={"/home/.aws/config": PROFILES})
    assert name == "first" or f"profile {name}" in str(caught.value)
    assert server.sent == []


ORDER = """
[profile p]
role_arn = arn:r
source_profile = k
web_identity_token_file = /token
sso_account_id = 1
sso_role_name = r
sso_start_url = https://x.test
sso_region = eu-west-1
aws_access_key_id = AKID
aws_secret_access_key = s
login_session = l
credential_process = program
[profile k]
aws_access_key_id = AKID
aws_secret_access_key = s
"""


def test_the_order_of_the_sources_of_a_profile() -> None:
    """Without its web identity it is a role; then each source is removed in turn."""
    parsed: Any = parse_profile(ORDER)
    profile = parsed["profiles"]["p"]
    found = [type(source_of("p", parsed)).__name__]
    for key in (
        "web_identity_token_file",
        "role_arn",
        "sso_account_id sso_role_name",
        "aws_access_key_id aws_secret_access_key",
        "login_session",
        "credential_process",
    ):
        for name in key.split():
            del profile[name]
        found.append(type(source_of("p", parsed)).__name__)
    assert found == ["WebIdentity", "AssumeRole", "Sso", "Keys", "Login", "Process", "NoneType"]


def test_a_token_of_an_identity_provider_is_read_each_time() -> None:
    files = {"/token": "first\n"}
    env = {
        **HOME,
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
        "AWS_ROLE_ARN": "arn:env",
        "AWS_ROLE_SESSION_NAME": "name",
    }
    answer = (200, STS.format("AssumeRoleWithWebIdentity"))
    server = Server(answer, answer)
    source = Chain()
    fetch(source, server, env, files)
    files["/token"] = "second"
    fetch(source, server, env, files)
    assert [server.form(each)["WebIdentityToken"] for each in range(2)] == ["first", "second"]
    assert (server.form()["RoleArn"], server.form()["RoleSessionName"]) == ("arn:env", "name")
    assert server.header("authorization") is None
    del files["/token"]
    with pytest.raises(CredentialsError, match="/token is not there"):
        fetch(source, server, env, files)


def test_an_error_of_sts_says_for_which_profile() -> None:
    error = (
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>"
    )
    with pytest.raises(
        CredentialsError, match=r"profile self, assume role arn:self: AccessDenied .*not you"
    ) as caught:
        fetch(Profile("self"), Server((403, error)), files={"/home/.aws/config": PROFILES})
    assert isinstance(caught.value.__cause__, HeliographError)


# Processes


def script(folder: Path, body: str) -> str:
    """A command that runs a Python script."""
    path = folder / "a program.py"
    path.write_text(body)
    return f'"{sys.executable}" "{path}"'


GOOD = {"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "s"}


@both
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            f"import sys; print('{CANARY}', file=sys.stderr); print('{CANARY}'); sys.exit(3)",
            "ended with status 3",
        ),
        (f"print('{CANARY}')", "no JSON object"),
        ("print('{}')", "not of version 1"),
        (f"print({json.dumps(json.dumps({**GOOD, 'Version': 2}))})", "not of version 1"),
        ("print('{\"Version\": 1}')", "gave no AccessKeyId"),
        ("print('x' * 70000)", "more than 65536 bytes"),
        ("import sys; sys.stdout.buffer.write(b'\\xff')", "no text in UTF-8"),
        ("print('[' * 60000)", "no JSON object"),
    ],
)
def test_a_program_that_gives_no_keys(body: str, says: str, flavour: str, tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match=says) as caught:
        fetch(Process(f"{script(tmp_path, body)} --password={CANARY}"), flavour=flavour)
    assert CANARY not in repr(caught.value)
    assert caught.value.__cause__ is None


@both
def test_no_shell_sees_the_command(flavour: str, tmp_path: Path) -> None:
    body = f"import json, sys; print(json.dumps({GOOD!r} | {{'SessionToken': ' '.join(sys.argv[1:])}}))"
    found = fetch(
        Process(f"{script(tmp_path, body)} ; $(id) '$HOME' | x > y", account_id="1"), flavour=flavour
    )
    assert found.token is not None
    assert found.token.reveal() == "; $(id) $HOME | x > y"
    assert found.account_id == "1"


@both
def test_a_program_that_hangs_is_stopped(flavour: str, tmp_path: Path) -> None:
    body = f"import os, time\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)"
    with pytest.raises(CredentialsError, match="did not end within"):
        fetch(Process(script(tmp_path, body), timeout=1.5), flavour=flavour)
    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("command", [f"/no/such/{CANARY}", f"'{CANARY}", " "])
def test_a_command_that_cannot_be_started_does_not_show(command: str) -> None:
    with pytest.raises(CredentialsError, match="credential_process") as caught:
        fetch(Process(command, place="profile p"))
    assert "profile p" in str(caught.value)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "called"), [("", "credential_process"), ("profile p", "profile p, credential_process")]
)
def test_an_error_of_a_program_says_where_it_is_named(place: str, called: str) -> None:
    with pytest.raises(CredentialsError, match=f"^{called}: a quotation mark"):
        fetch(Process("'", place=place))
    assert Process("x").timeout == 60


@pytest.mark.parametrize(("said", "found"), [(None, "1"), ("2", "2"), ("", "1"), (3, "1")])
def test_the_account_that_a_program_names_goes_before_that_of_its_profile(said: Any, found: str) -> None:
    written = {**GOOD, "SessionToken": "t", "Expiration": "2030-01-01T06:00:00UTC", "AccountId": said}
    files = {"/home/.aws/config": "[profile p]\ncredential_process = program --now\naws_account_id = 1\n"}
    files["program"] = json.dumps(written)
    assert fetch(Profile("p"), files=files) == Credentials("AKID", "s", "t", found, NOW + timedelta(hours=6))


def test_what_a_program_writes_may_be_given_by_its_whole_command() -> None:
    files = {"program": json.dumps({**GOOD, "AccessKeyId": "OTHER"}), "program --now": json.dumps(GOOD)}
    assert fetch(Process("program --now"), files=files).access_key == "AKID"
    assert fetch(Process("program"), files=files).access_key == "OTHER"


def test_backslashes_of_a_command_stay_where_they_are_part_of_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    command = r'"C:\Program Files\keys.exe" --for "a b" c:\d'
    monkeypatch.setattr(os, "name", "nt")
    words = _split(command)
    monkeypatch.undo()
    assert words == [r"C:\Program Files\keys.exe", "--for", "a b", r"c:\d"]
    assert _split(r"a\ b 'c d'") == ["a b", "c d"]


# SSO

CACHED = {
    "accessToken": f"{CANARY}-access",
    "expiresAt": "2030-01-01T08:00:00Z",
    "refreshToken": f"{CANARY}-refresh",
    "clientId": "client",
    "clientSecret": f"{CANARY}-client",
    "registrationExpiresAt": "2030-02-01T00:00:00Z",
    "extra": "kept",
}
RENEWED = {
    "accessToken": f"{CANARY}-new",
    "expiresIn": 28800,
    "refreshToken": f"{CANARY}-next",
    "tokenType": "Bearer",
}


def sso(
    server: Server, files: dict[str, str], memory: dict[str, Any], now: datetime = NOW
) -> tuple[str, datetime]:
    context = Context(HOME, clock=lambda: now, memory=memory)
    token = SsoToken("https://x.test/start", "eu-north-1", "dev")
    try:
        found, ends = drive(with_files(token.load(context), files), lambda: server, None)
    except HeliographError as error:
        drop_frames(error)  # as in fetch
        raise
    return found.reveal(), ends


SSO_FILE = SsoToken("", "", "dev").path(Context(HOME))


def stamp(seconds: int) -> str:
    return (NOW + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(("left", "asks"), [(901, False), (900, False), (899, True), (1, True), (-10, True)])
def test_a_token_is_renewed_in_its_last_quarter_of_an_hour_and_kept(left: int, asks: bool) -> None:
    files = {SSO_FILE: json.dumps({**CACHED, "expiresAt": stamp(left)})}
    server = Server((200, RENEWED))
    found, ends = sso(server, files, {})
    assert len(server.sent) == asks
    if asks:
        assert (found, ends) == (f"{CANARY}-new", NOW + timedelta(hours=8))
        assert server.sent[0].host == "oidc.eu-north-1.amazonaws.com"
        assert json.loads(bytes(server.sent[0].body)) == {
            "grantType": "refresh_token",
            "clientId": "client",
            "clientSecret": f"{CANARY}-client",
            "refreshToken": f"{CANARY}-refresh",
        }
        assert server.header("authorization") is None
        assert json.loads(files[SSO_FILE]) == {
            **CACHED,
            "accessToken": f"{CANARY}-new",
            "refreshToken": f"{CANARY}-next",
            "expiresAt": stamp(28800),
            "startUrl": "https://x.test/start",
            "region": "eu-north-1",
        }


def test_a_token_that_cannot_be_renewed_is_used_to_its_end_and_asked_for_once_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    files = {SSO_FILE: json.dumps({**CACHED, "expiresAt": stamp(100)})}
    memory: dict[str, Any] = {}
    refused = (400, {"error": "invalid_grant", "error_description": "no"})
    server = Server(refused, refused)
    for seconds, asked in ((0, 1), (30, 1), (59, 1), (60, 2), (99, 2)):
        assert sso(server, files, memory, NOW + timedelta(seconds=seconds))[0] == f"{CANARY}-access"
        assert len(server.sent) == asked
    with pytest.raises(CredentialsError, match="run: aws sso login --sso-session dev"):
        sso(server, files, memory, NOW + timedelta(seconds=100))
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    "change",
    [
        {"refreshToken": None},
        {"clientId": None},
        {"clientSecret": None},
        {"registrationExpiresAt": None},
        {"registrationExpiresAt": "2030-01-01T00:00:00Z"},
    ],
)
def test_a_registration_that_is_not_whole_or_has_ended_is_not_used(change: dict[str, Any]) -> None:
    files = {SSO_FILE: json.dumps({**CACHED, "expiresAt": stamp(100), **change})}
    assert sso(Server(), files, {})[0] == f"{CANARY}-access"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "[]",
        json.dumps({**CACHED, "expiresAt": CANARY}),
        json.dumps({**CACHED, "accessToken": 1}),
    ],
)
def test_a_cache_of_tokens_that_cannot_be_read_is_named(text: str | None) -> None:
    with pytest.raises(CredentialsError, match=r"SSO") as caught:
        sso(Server(), {} if text is None else {SSO_FILE: text}, {})
    assert SSO_FILE in str(caught.value)
    assert CANARY not in str(caught.value)


def test_a_renewed_token_keeps_the_means_to_renew_it_where_the_answer_has_no_others() -> None:
    files = {SSO_FILE: json.dumps({**CACHED, "expiresAt": stamp(100)})}
    sso(Server((200, {name: RENEWED[name] for name in RENEWED if name != "refreshToken"})), files, {})
    assert json.loads(files[SSO_FILE])["refreshToken"] == f"{CANARY}-refresh"


@pytest.mark.parametrize("answer", [{"expiresIn": 1}, {"accessToken": "t"}])
def test_an_answer_without_a_token_leaves_the_old_one(
    answer: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    files = {SSO_FILE: json.dumps({**CACHED, "expiresAt": stamp(100)})}
    assert sso(Server((200, answer)), files, {})[0] == f"{CANARY}-access"
    (record,) = [each for each in caplog.records if each.levelno == logging.WARNING]
    assert record.name == "heliograph.credentials"
    assert record.getMessage() == "SSO: the token could not be renewed: the answer holds no token"


def test_a_token_of_the_older_form_is_found_by_its_portal_and_not_renewed() -> None:
    token = SsoToken("https://x.test/start", "eu-north-1")
    path = token.path(Context(HOME))
    assert path == "/home/.aws/sso/cache/eae8136ad6a82c4f401ea67d0c124fa226b99c12.json"
    files = {path: json.dumps({**CACHED, "expiresAt": stamp(100)})}
    context = Context(HOME, clock=lambda: NOW)
    found, ends = drive(with_files(token.load(context), files), Server, None)
    assert (found.reveal(), ends) == (f"{CANARY}-access", NOW + timedelta(seconds=100))
    with pytest.raises(CredentialsError, match=r"run: aws sso login$"):
        driven(with_files(token.load(Context(HOME, clock=lambda: ends)), files))


SSO_PROFILES = """
[profile gone]
sso_session = absent
sso_account_id = 1
sso_role_name = r
[profile differs]
sso_session = dev
sso_region = eu-west-1
sso_account_id = 1
sso_role_name = r
[profile half]
sso_session = half
sso_account_id = 1
sso_role_name = r
[profile good]
sso_session = dev
sso_account_id = 123
sso_role_name = admin
[profile other]
sso_session = dev
sso_start_url = https://y.test/start
sso_account_id = 1
sso_role_name = r
[profile same]
sso_session = dev
sso_start_url = https://x.test/start
sso_region = eu-north-1
sso_account_id = 1
sso_role_name = r
[profile old]
sso_start_url = https://x.test/start
sso_account_id = 1
sso_role_name = r
[profile account]
sso_session = dev
sso_account_id = 1
[profile role]
sso_session = dev
sso_role_name = r
[profile bearer]
sso_session = dev
[sso-session bare]
sso_start_url = https://x.test/start
[profile where]
sso_session = bare
sso_account_id = 1
sso_role_name = r
[sso-session dev]
sso_start_url = https://x.test/start
sso_region = eu-north-1
[sso-session half]
sso_region = eu-north-1
"""


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gone", "sso-session absent"),
        ("differs", "sso_region differs"),
        ("other", "sso_start_url differs"),
        ("half", r"\[sso-session half\] lacks sso_start_url"),
        ("where", "lacks sso_region"),
        ("old", "it lacks sso_region"),
        ("account", "sso_role_name is missing"),
        ("role", "sso_account_id is missing"),
        ("bearer", "gives a bearer token"),
    ],
)
def test_a_session_that_cannot_be_used_is_named(name: str, says: str) -> None:
    with pytest.raises(CredentialsError, match=f"profile {name}.*{says}"):
        fetch(Profile(name), files={"/home/.aws/config": SSO_PROFILES})


KEYS_WITHOUT_END = {"accessKeyId": "A", "secretAccessKey": "s", "sessionToken": "t"}


@both
def test_the_portal_gives_the_keys_of_a_role(flavour: str) -> None:
    keys = {"accessKeyId": "AKID", "secretAccessKey": "s", "sessionToken": "t", "expiration": 1893459600500}
    files = {"/home/.aws/config": SSO_PROFILES, SSO_FILE: json.dumps(CACHED)}
    server = Server((200, {"roleCredentials": keys}))
    found = fetch(Profile("good"), server, files=files, flavour=flavour)
    assert found == Credentials("AKID", "s", "t", "123", NOW + timedelta(seconds=3600, milliseconds=500))
    assert server.sent[0].host == "portal.sso.eu-north-1.amazonaws.com"
    assert server.sent[0].target == "/federation/credentials?account_id=123&role_name=admin"
    assert server.header("x-amz-sso_bearer_token") == f"{CANARY}-access"
    with pytest.raises(CredentialsError, match=r"; run: aws sso login --sso-session dev$") as caught:
        fetch(Profile("good"), Server((401, {"message": "no"})), files=files, flavour=flavour)
    assert CANARY not in str(caught.value)
    with pytest.raises(CredentialsError, match=r"^profile good, SSO: ") as caught:
        fetch(Profile("good"), Server((403, {"message": "no"})), files=files, flavour=flavour)
    assert "aws sso login" not in str(caught.value)


@pytest.mark.parametrize(
    "answer", [{}, {"roleCredentials": {"accessKeyId": "A"}}, {"roleCredentials": KEYS_WITHOUT_END}]
)
def test_a_portal_that_gives_no_keys_is_named(answer: dict[str, Any]) -> None:
    files = {"/home/.aws/config": SSO_PROFILES, SSO_FILE: json.dumps(CACHED)}
    with pytest.raises(CredentialsError, match="SSO: the portal answered without credentials"):
        fetch(Profile("good"), Server((200, answer)), files=files)


def test_profile_and_session_may_say_the_same() -> None:
    parsed: Any = parse_profile(SSO_PROFILES)
    source = source_of("same", parsed)
    assert isinstance(source, Sso)
    assert (source.token.start_url, source.token.region) == ("https://x.test/start", "eu-north-1")


# Login


def login_file(key: str, **changes: Any) -> dict[str, str]:
    kept: dict[str, Any] = {
        "accessToken": {
            "accessKeyId": "OLD",
            "secretAccessKey": "s",
            "sessionToken": "t",
            "accountId": "1",
            "expiresAt": stamp(300),
        },
        "refreshToken": f"{CANARY}-refresh",
        "clientId": "client",
        "dpopKey": key,
        "signInRegion": "eu-north-1",
        **changes,
    }
    return {Login("session").path(Context(HOME)): json.dumps(kept)}


@functools.cache
def login_key(curve: str = "SECP256R1") -> str:
    """A new private key, as PEM."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(getattr(ec, curve)())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


SIGNED_IN = {
    "accessToken": {"accessKeyId": "NEW", "secretAccessKey": "s", "sessionToken": "t"},
    "expiresIn": 900,
    "refreshToken": f"{CANARY}-next",
    "tokenType": "aws_sigv4",
}


@pytest.mark.parametrize(("passed", "asks"), [(-1, False), (0, True), (600, True)])
def test_keys_of_a_login_are_renewed_in_their_last_five_minutes_and_kept(passed: int, asks: bool) -> None:
    files, server, now = login_file(login_key()), Server((200, SIGNED_IN)), NOW + timedelta(seconds=passed)
    (path,) = files
    found = fetch(Login("session"), server, files=files, now=now)
    assert len(server.sent) == asks
    if not asks:
        assert found == Credentials("OLD", "s", "t", "1", NOW + timedelta(seconds=300))
        return
    ends = now + timedelta(seconds=900)
    assert found == Credentials("NEW", "s", "t", "1", ends)
    assert json.loads(bytes(server.sent[0].body)) == {
        "clientId": "client",
        "refreshToken": f"{CANARY}-refresh",
        "grantType": "refresh_token",
    }
    assert server.header("authorization") is None
    kept = json.loads(files[path])
    assert kept["accessToken"] == {
        "accessKeyId": "NEW",
        "secretAccessKey": "s",
        "sessionToken": "t",
        "accountId": "1",
        "expiresAt": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    assert (kept["refreshToken"], kept["clientId"]) == (f"{CANARY}-next", "client")


@pytest.mark.parametrize("lacking", ["accessToken", "refreshToken", "dpopKey", "clientId"])
@pytest.mark.parametrize("place", ["", "profile p"])
def test_what_a_login_lacks_is_named(lacking: str, place: str) -> None:
    files = login_file("key")
    ((path, text),) = files.items()
    files = {path: json.dumps({name: value for name, value in json.loads(text).items() if name != lacking})}
    called = f"{place}, login session" if place else "login session"
    with pytest.raises(CredentialsError, match=f"^{called}: .* lacks {lacking}; run: aws login$"):
        fetch(Login("session", place=place), files=files)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"accessToken": "text"}, "lacks accessToken; run: aws login"),
        ({"accessToken": {}}, "^login session gave no accessKeyId"),
        ({"dpopKey": ""}, "^login session gave no dpopKey"),
        ({"clientId": 1}, "^login session gave no clientId"),
        ({"refreshToken": None}, "^login session gave no refreshToken"),
    ],
)
def test_a_login_that_holds_something_else_is_named(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(CredentialsError, match=says):
        fetch(Login("session"), files=login_file(login_key(), **changes))


@pytest.mark.parametrize("name", ["accessKeyId", "secretAccessKey", "sessionToken", "accountId", "expiresAt"])
def test_keys_of_a_login_are_whole(name: str) -> None:
    token = {"accessKeyId": "A", "secretAccessKey": "s", "sessionToken": "t", "accountId": "1"}
    token |= {"expiresAt": stamp(900)}
    del token[name]
    with pytest.raises(CredentialsError, match=f"login session gave no {name}"):
        fetch(Login("session"), files=login_file("key", accessToken=token))


def test_a_login_without_a_region_of_its_own_is_renewed_in_that_of_the_settings() -> None:
    server = Server((200, SIGNED_IN))
    fetch(Login("session"), server, files=login_file(login_key(), signInRegion=None))
    assert server.sent[0].host == "eu-west-1.signin.aws.amazon.com"


def test_the_proof_of_a_login_names_the_address_without_a_doubled_slash() -> None:
    server = Server((200, SIGNED_IN))
    env = {**HOME, "AWS_ENDPOINT_URL": "https://signin.test/"}
    fetch(Login("session"), server, env, login_file(login_key()))
    claims = str(server.header("dpop")).split(".")[1]
    assert json.loads(urlsafe_b64decode(f"{claims}==="))["htu"] == "https://signin.test/v1/token"
    assert server.sent[0].target == "/v1/token"


@pytest.mark.parametrize("lacking", ["accessToken", "expiresIn"])
def test_a_renewal_without_keys_is_an_error(lacking: str) -> None:
    answer = {name: value for name, value in SIGNED_IN.items() if name != lacking}
    with pytest.raises(CredentialsError, match="answered without keys; run: aws login"):
        fetch(Login("session"), Server((200, answer)), files=login_file(login_key()))


SESSION_FILE = "3f3af1ecebbd1410ab417ec0d27bbfcb5d340e177ae159b59fc8626c2dfd9175.json"


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        (None, f"/home/.aws/login/cache/{SESSION_FILE}"),
        ("/cache/", f"/cache/{SESSION_FILE}"),
        ("~/own/cache", f"/home/own/cache/{SESSION_FILE}"),
        ("~\\own\\", f"/home/own/{SESSION_FILE}"),
    ],
)
def test_where_a_login_is_kept(folder: str | None, path: str) -> None:
    env = HOME if folder is None else {**HOME, "AWS_LOGIN_CACHE_DIRECTORY": folder}
    assert Login(" session ").path(Context(env)) == path


def test_the_proof_of_a_login_session_can_be_checked_with_its_public_key() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    token = {"accessKeyId": "NEW", "secretAccessKey": "s", "sessionToken": "t"}
    server = Server(
        (200, {"accessToken": token, "expiresIn": 900, "refreshToken": "next", "tokenType": "aws_sigv4"})
    )
    found = fetch(Login("session"), server, files=login_file(pem))
    assert (found.access_key, found.expires) == ("NEW", NOW + timedelta(seconds=900))

    def decoded(part: str) -> bytes:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))

    head, claims, signature = str(server.header("dpop")).split(".")
    raw = decoded(signature)
    assert len(raw) == 64
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    key.public_key().verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    said = json.loads(decoded(claims))
    assert (said["htm"], said["htu"], said["iat"]) == (
        "POST",
        "https://eu-north-1.signin.aws.amazon.com/v1/token",
        int(NOW.timestamp()),
    )
    assert len(said["jti"]) == 36
    said = json.loads(decoded(head))
    assert (said["typ"], said["alg"]) == ("dpop+jwt", "ES256")
    assert (said["jwk"]["kty"], said["jwk"]["crv"]) == ("EC", "P-256")
    point = key.public_key().public_numbers()
    coordinates = [decoded(said["jwk"][name]) for name in ("x", "y")]
    assert [int.from_bytes(each, "big") for each in coordinates] == [point.x, point.y]
    assert [len(each) for each in coordinates] == [32, 32]
    assert "=" not in str(server.header("dpop"))


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("TOKEN_EXPIRED", "has ended"),
        ("USER_CREDENTIALS_CHANGED", "password has changed"),
        ("INSUFFICIENT_PERMISSIONS", "is not allowed"),
        ("OTHER", "AccessDeniedException"),
    ],
)
def test_a_login_that_is_refused_says_why(error: str, says: str) -> None:
    pem = login_key()
    answer = (400, {"__type": "AccessDeniedException", "error": error, "message": "no"})
    with pytest.raises(CredentialsError, match=says) as caught:
        fetch(Login("session", place="profile p"), Server(answer), files=login_file(pem))
    assert "profile p" in str(caught.value)


def test_a_login_without_cryptography_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(CredentialsError, match=r"pip install 'heliograph\[login\]'"):
        fetch(Login("session"), files=login_file("key"))


@pytest.mark.parametrize("curve", [None, "SECP384R1"])
def test_a_login_key_that_is_none_does_not_show(curve: str | None) -> None:
    key = login_key(curve) if curve else f"{CANARY} key"
    with pytest.raises(CredentialsError, match="no P-256 key") as caught:
        fetch(Login("session"), files=login_file(key))
    assert CANARY not in str(caught.value)


# Files that are given


def test_a_path_that_is_given_without_its_first_slash_is_found() -> None:
    text = "[default]\naws_access_key_id = AKID\naws_secret_access_key = s\n"
    assert resolve(HOME, {"home/.aws/credentials": text}, Server()).access_key == "AKID"


def chain_alone(
    flavour: str, answers: list[tuple[int, Any]], env: Mapping[str, str], now: datetime = NOW
) -> Any:
    """What the chain finds for a tool, whose requests go through a transport of httpx."""
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        status, body = left.pop(0)
        return httpx.Response(status, **{"text" if isinstance(body, str) else "json": body})

    carrier = httpx.MockTransport(answer)
    if flavour == "sync":
        return resolve(env, {}, carrier, clock=lambda: now, sleep=lambda seconds: None)

    async def sleep(seconds: float) -> None: ...

    return asyncio.run(resolve_async(env, {}, carrier, clock=lambda: now, sleep=sleep))


@both
def test_a_tool_gets_what_the_chain_finds_as_its_source_gives_it(flavour: str) -> None:
    found = chain_alone(flavour, [TOKEN, ROLE, (200, ANSWER)], HOME, NOW + timedelta(days=1))
    assert (found.access_key, found.expires) == ("AKID", NOW + timedelta(hours=6))


@both
def test_what_a_tool_cannot_get_is_an_error_without_secrets(flavour: str) -> None:
    with pytest.raises(CredentialsError, match="is no moment") as caught:
        chain_alone(flavour, [TOKEN, ROLE, (200, {**ANSWER, "Expiration": "never"})], HOME)
    assert CANARY not in rendered(caught.value)
    keys = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": f"{CANARY}\r\nx: y"}
    with pytest.raises(CredentialsError, match=r"^default chain: .*line break") as caught:
        chain_alone(flavour, [], keys)
    assert CANARY not in str(caught.value)


def test_files_that_cannot_be_changed_are_left_alone() -> None:
    token = SsoToken("https://x.test/start", "eu-north-1", "dev")
    files = MappingProxyType({SSO_FILE: json.dumps({**CACHED, "expiresAt": stamp(100)})})
    server = Server((200, RENEWED))
    found, _ = drive(with_files(token.load(Context(HOME, clock=lambda: NOW)), files), lambda: server, None)
    assert found.reveal() == f"{CANARY}-new"


# Files


def kept_in(folder: Path, text: str = "{}") -> Path:
    from heliograph.private_files import write

    path = folder / "sso" / "cache" / "x.json"
    write(str(path), text)
    return path


posix = pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX systems")


@posix
def test_a_cache_is_its_owners_alone(tmp_path: Path) -> None:
    path = kept_in(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    kept_in(tmp_path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["x.json"]


@posix
@pytest.mark.parametrize("damage", ["link", "folder"])
def test_a_cache_that_somebody_else_could_steer_is_not_written(damage: str, tmp_path: Path) -> None:
    path = kept_in(tmp_path)
    aim = tmp_path / "aim"
    aim.write_text("old")
    if damage == "link":
        path.unlink()
        path.symlink_to(aim)
    else:
        path.parent.chmod(0o777)
    with pytest.raises(PermissionError):
        kept_in(tmp_path, "new")
    assert aim.read_text() == "old"


@posix
@pytest.mark.parametrize("damage", ["link", "mode"])
def test_a_cache_that_somebody_else_could_write_is_not_read(damage: str, tmp_path: Path) -> None:
    path = kept_in(tmp_path)
    if damage == "link":
        path.rename(tmp_path / "aim")
        path.symlink_to(tmp_path / "aim")
    else:
        path.chmod(0o666)

    def read() -> Any:
        return (yield ReadFile(str(path), is_private=True))

    with pytest.raises(OSError, match=r"link|levels|others may write"):
        drive(read(), Server, None)


@posix
@pytest.mark.parametrize("kind", ["login session", "SSO"])
def test_keys_that_were_renewed_are_used_where_they_cannot_be_kept(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from heliograph.private_files import write

    env = {**HOME, "HOME": str(tmp_path)}
    context = Context(env, clock=lambda: NOW)
    (login,) = login_file(login_key()).values()
    login_session, token = Login("session"), SsoToken("https://x.test/start", "eu-north-1", "dev")
    cases: dict[str, tuple[str, str, Any, Server]] = {
        "login session": (login_session.path(context), login, login_session, Server((200, SIGNED_IN))),
        "SSO": (
            token.path(context),
            json.dumps({**CACHED, "expiresAt": stamp(100)}),
            token,
            Server((200, RENEWED)),
        ),
    }
    path, text, source, server = cases[kind]
    write(path, text)

    def open_to_all() -> Server:
        Path(path).parent.chmod(0o777)
        return server

    found: Any = drive(source.load(context), open_to_all, None)
    assert (found.access_key if kind == "login session" else found[0].reveal()) in ("NEW", f"{CANARY}-new")
    (record,) = [each for each in caplog.records if each.levelno == logging.WARNING]
    assert record.name == "heliograph.credentials"
    assert record.getMessage().startswith(f"{kind}: the renewed ")
    assert record.getMessage().endswith("could not be kept (all may write to its directory)")
    assert Path(path).read_text() == text
    with pytest.raises(CredentialsError, match="all may write"):
        driven(source.load(context))


def test_a_crash_before_the_replacement_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept_in(tmp_path, "old")

    def crash(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        kept_in(tmp_path, "new")
    assert path.read_text() == "old"
    assert len(list(path.parent.iterdir())) == 1


# In a client


@both
def test_a_client_takes_a_source_and_keeps_what_it_gives(flavour: str) -> None:
    calls: list[int] = []

    def keys() -> Credentials:
        calls.append(1)
        return Credentials("AKIDOWN", "secret", "token", None, datetime.now(UTC) + timedelta(hours=1))

    server = Server(*[(200, {"IceServerList": []})] * 2)
    arn = "arn:aws:kinesisvideo:eu-west-1:123456789012:channel/c/1"
    options: dict[str, Any] = {"region": "eu-west-1", "credentials": Cached(keys)}
    if flavour == "sync":
        with package.Client(transport=server, **options) as made:
            made.get_ice_server_config(arn)
            made.with_options(timeout=1).get_ice_server_config(arn)
    else:

        async def run() -> None:
            async with package.AsyncClient(transport=AsyncServer(server), **options) as made:
                await made.get_ice_server_config(arn)
                await made.with_options(timeout=1).get_ice_server_config(arn)

        asyncio.run(run())
    assert calls == [1]
    assert "Credential=AKIDOWN/" in str(server.header("authorization", 1))


def test_a_coroutine_function_needs_an_asynchronous_client() -> None:
    async def keys() -> Credentials:
        return BASE

    with pytest.raises(ConfigError, match="asynchronous client"):
        package.Client(region="eu-west-1", credentials=Cached(keys))


@both
def test_a_source_can_be_used_alone(flavour: str) -> None:
    server = Server((200, STS.format("AssumeRole")))
    source = AssumeRole("arn:r", BASE)
    clock: Callable[[], datetime] = lambda: NOW  # noqa: E731 - shorter
    if flavour == "sync":
        found = source.fetch(env=HOME, transport=server, clock=clock)
    else:
        found = asyncio.run(source.fetch_async(env=HOME, transport=AsyncServer(server), clock=clock))
    assert found.access_key == "AKIDROLE"
    assert WebIdentity("arn:r", "/x").token_file == "/x"


@both
def test_a_source_that_is_used_alone_opens_and_closes_its_own_connections(
    flavour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from heliograph import transport

    done: list[str] = []

    class Own(Server):
        def __init__(self, *, proxy_variables: Mapping[str, str]) -> None:
            super().__init__((500, b""), (200, STS.format("AssumeRole")))
            done.append(proxy_variables["HTTPS_PROXY"])

        def close(self) -> None:
            done.append("closed")

    class AsyncOwn(Own):
        async def send(self, request: WireRequest) -> WireResponse:  # type: ignore[override]  # what clients await
            return super().send(request)

        async def aclose(self) -> None:
            self.close()

    monkeypatch.setattr(transport, "Transport", Own)
    monkeypatch.setattr(transport, "AsyncTransport", AsyncOwn)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    source, clock = AssumeRole("arn:r", BASE), lambda: NOW
    if flavour == "sync":
        slept: list[float] = []
        found = source.fetch(region="eu-west-1", clock=clock, sleep=slept.append)
    else:

        async def sleep(seconds: float) -> None: ...

        found = asyncio.run(source.fetch_async(region="eu-west-1", clock=clock, sleep=sleep))
    assert found.access_key == "AKIDROLE"
    assert done == ["http://proxy.test", "closed"]


def test_a_source_that_needs_no_connection_opens_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from heliograph import transport

    monkeypatch.setattr(transport, "Transport", None)
    monkeypatch.setattr(transport, "AsyncTransport", None)
    source = Keys(BASE)
    assert source.fetch(env={}) == asyncio.run(source.fetch_async(env={})) == BASE


def test_a_source_of_ones_own_has_to_say_what_it_does() -> None:
    with pytest.raises(NotImplementedError):
        fetch(Provider())


def test_every_name_of_the_package_is_there() -> None:
    from heliograph import credentials

    assert [name for name in credentials.__all__ if not hasattr(credentials, name)] == []
    assert {*credentials.__all__} <= {*dir(credentials)}


def test_a_token_with_a_line_break_is_not_sent() -> None:
    source = Cached(lambda: Credentials("A", "s", f"{CANARY}\r\nx: y"))
    with pytest.raises(CredentialsError, match="line break") as caught:
        source.fetch(env=HOME)
    assert CANARY not in str(caught.value)


# Secrets


def rendered(error: BaseException) -> str:
    """A traceback as tools print it that show the locals of every frame, but for frames of this module."""
    lines: list[str] = []
    chain: list[BaseException | None] = [error]
    for link in chain:
        if link is None:
            continue
        lines += [repr(link), str(link), *getattr(link, "__notes__", [])]
        frames = traceback.TracebackException.from_exception(link, capture_locals=True).stack
        ours = [frame for frame in frames if frame.filename != __file__]
        lines += [
            f"{frame.name} {frame.locals}" for frame in ours if frame.name != "with_files"
        ]  # the test's files
        chain += [link.__cause__, link.__context__]
    return "\n".join(lines)


SECRET_ENV = {**HOME, "AWS_CONTAINER_AUTHORIZATION_TOKEN": f"{CANARY}-auth"}
TELLING: dict[str, tuple[Any, Server, dict[str, str], dict[str, str]]] = {
    "role": (AssumeRole("arn:r", BASE), Server((403, b"")), HOME, {}),
    "role without keys": (AssumeRole("arn:r", BASE), Server((200, STS.format("Other"))), HOME, {}),
    "web identity": (WebIdentity("arn:r", "/t"), Server((400, b"")), HOME, {"/t": f"{CANARY}-jwt"}),
    "container": (
        Container(),
        Server(*[(200, {**ANSWER, "Expiration": "never"})] * 3),
        {**SECRET_ENV, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"},
        {},
    ),
    "instance": (Instance(), Server(TOKEN, ROLE, (200, {**ANSWER, "Expiration": "never"})), HOME, {}),
    "portal": (
        Profile("good"),
        Server((500, b"")),
        {**HOME, "AWS_MAX_ATTEMPTS": "1"},
        {"/home/.aws/config": SSO_PROFILES, SSO_FILE: json.dumps(CACHED)},
    ),
    "ended session": (
        Profile("good"),
        Server((400, {"error": "invalid_grant"})),
        HOME,
        {"/home/.aws/config": SSO_PROFILES, SSO_FILE: json.dumps({**CACHED, "expiresAt": stamp(-5)})},
    ),
    "login": (Login("session"), Server(), HOME, login_file(f"{CANARY}-key")),
}


@both
@pytest.mark.parametrize("name", TELLING)
def test_no_traceback_and_no_log_shows_a_secret(
    name: str, flavour: str, caplog: pytest.LogCaptureFixture
) -> None:
    source, server, env, files = TELLING[name]
    server = Server(*server.answers)
    effects = with_files(source.current(Context(env, clock=lambda: NOW)), files)

    async def sleep(seconds: float) -> None: ...

    def run() -> None:
        if flavour == "sync":
            drive(effects, lambda: server, lambda seconds: None)
        else:
            asyncio.run(drive_async(effects, lambda: AsyncServer(server), sleep))

    with caplog.at_level(logging.DEBUG), pytest.raises(HeliographError) as caught:
        run()
    shown = rendered(caught.value)
    assert "current" in shown, "frames of ours are there"
    assert CANARY not in shown
    assert CANARY not in caplog.text


def test_credentials_do_not_change_and_equal_by_what_they_hold() -> None:
    full = Credentials("A", "s", "t", "1", NOW)
    for name, value in {
        "access_key": "A",
        "secret_key": "s",
        "token": "t",
        "account_id": "1",
        "expires": NOW,
    }.items():
        assert getattr(full, name) == value
        with pytest.raises(AttributeError, match=f"make new ones to change {name}"):
            setattr(full, name, value)
    assert full == Credentials("A", "s", "t", "1", NOW)
    others = [
        ("B", "s", "t", "1", NOW),
        ("A", "x", "t", "1", NOW),
        ("A", "s", None, "1", NOW),
        ("A", "s", "t", "2", NOW),
    ]
    assert [full == Credentials(*other) for other in others] == [False] * 4
    assert full != "A"
    assert Credentials("A", "s", "").token is None


@pytest.mark.parametrize("hidden", [Credentials("A", CANARY), Credentials("A", CANARY).secret_key, ANONYMOUS])
def test_what_prints_of_credentials(hidden: object) -> None:
    plain = {
        "Credentials": "Credentials(access_key='A', secret_key=***)",
        "Secret": "'***'",
        "Anonymous": "ANONYMOUS",
    }
    assert repr(hidden) == plain[type(hidden).__name__]
    assert f"{Credentials('A', CANARY).secret_key:>5}{Credentials('A', 's').secret_key!s}" == "  ******"


@pytest.mark.parametrize(
    "source", [AssumeRole("arn:r", BASE), Process(f"x {CANARY}"), Login(CANARY), Cached(lambda: BASE)]
)
def test_no_source_prints_a_secret(source: Provider) -> None:
    assert CANARY not in f"{source!r} {source} {vars(source)}".replace(f"'session': '{CANARY}'", "")
