# SPDX-License-Identifier: Apache-2.0
"""Each source of credentials: what it asks, what it makes of the answer, and how it says what is wrong."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import stat
import sys
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

import kinesis_video_signaling as package
from heliograph.config import parse_profile
from heliograph.credentials import (
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
    SsoToken,
    WebIdentity,
)
from heliograph.credentials.instance import stable
from heliograph.credentials.profile import source_of
from heliograph.credentials.resolving import with_files
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
) -> Any:
    context = Context(env, clock=lambda: now, memory=memory, profile=profile, random=lambda: random)
    effects = with_files(source.load(context), {} if files is None else files)
    carrier = server or Server()

    async def sleep(seconds: float) -> None: ...

    try:
        if flavour == "sync":
            return drive(effects, lambda: carrier, lambda seconds: None)
        return asyncio.run(drive_async(effects, lambda: AsyncServer(carrier), sleep))
    except HeliographError as error:
        drop_frames(error)  # as each way in does: they hold documents with secrets
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
    with pytest.raises(CredentialsError, match="AWS_CREDENTIAL_EXPIRATION") as caught:
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
        ("https://agent.test?id=1", ("https", "agent.test", None, "/?id=1")),
    ],
)
def test_a_container_asks_its_agent(uri: str, place: tuple[Any, ...], flavour: str) -> None:
    server = Server((200, {**ANSWER, "AccountId": "123456789012"}))
    env = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": uri}
    found = fetch(Container(), server, env, flavour=flavour)
    (request,) = server.sent
    assert (request.scheme, request.host, request.port, request.target) == place
    assert request.is_direct
    assert request.limit == 65536
    assert request.timeout.connect == request.timeout.read == 2
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
        (200, b"<html>"),
        (200, b"[1]"),
        (200, {"AccessKeyId": "A"}),
        ConnectError("x"),
    ],
)
def test_an_agent_that_gives_no_keys_is_asked_three_times(answer: Answer) -> None:
    server = Server(answer, answer, answer)
    with pytest.raises(CredentialsError, match="no credentials after 3 attempts"):
        fetch(Container(), server, {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"})
    assert len(server.sent) == 3
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
        (HOME, [TOKEN, (404, b"")], None),
        (HOME, [TOKEN, (401, b""), (200, "another"), ROLE, (200, ANSWER)], "AKID"),
        (HOME, [TOKEN, (401, b""), (200, "another"), (401, b"")], "HTTP 401"),
        (HOME, [TOKEN, (403, b"")], "HTTP 403"),
        (HOME, [TOKEN, (200, b"")], "no credentials"),
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


@pytest.mark.parametrize(
    "env",
    [
        {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv5"},
        {"AWS_METADATA_SERVICE_TIMEOUT": "soon"},
        {"AWS_EC2_METADATA_DISABLED": "1"},
        {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "0"},
        {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://u@h/"},
    ],
)
def test_settings_that_cannot_be_used_are_named(env: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"AWS_|DISABLED"):
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
    assert ("used on" in caplog.text) == (left <= 900 + 120 + int(random * 481))


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


def test_a_coroutine_function_may_get_the_code() -> None:
    async def code(serial: str) -> str:
        return "123456"

    server = Server((200, STS.format("AssumeRole")))
    fetch(AssumeRole("arn:r", BASE, mfa_serial="dev", mfa_code=code), server, flavour="async")
    assert server.form()["TokenCode"] == "123456"


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


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bare", "in a circle: bare -> bare"),
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
    assert f"profile {name}" in str(caught.value)
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
    for seconds in (0, 30, 59, 60, 99):
        assert sso(server, files, memory, NOW + timedelta(seconds=seconds))[0] == f"{CANARY}-access"
    assert len(server.sent) == 2
    with pytest.raises(CredentialsError, match="run: aws sso login --sso-session dev"):
        sso(server, files, memory, NOW + timedelta(seconds=100))
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    "change",
    [{"refreshToken": None}, {"clientSecret": None}, {"registrationExpiresAt": "2029-12-31T00:00:00Z"}],
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
[sso-session dev]
sso_start_url = https://x.test/start
sso_region = eu-north-1
[sso-session half]
sso_region = eu-north-1
"""


@pytest.mark.parametrize(
    ("name", "says"),
    [("gone", "sso-session absent"), ("differs", "sso_region differs"), ("half", "lacks sso_start_url")],
)
def test_a_session_that_cannot_be_used_is_named(name: str, says: str) -> None:
    with pytest.raises(CredentialsError, match=f"profile {name}.*{says}"):
        fetch(Profile(name), files={"/home/.aws/config": SSO_PROFILES})


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
    with pytest.raises(CredentialsError, match="aws sso login") as caught:
        fetch(Profile("good"), Server((401, {"message": "no"})), files=files, flavour=flavour)
    assert CANARY not in str(caught.value)


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


def test_the_proof_of_a_login_session_can_be_checked_with_its_public_key() -> None:
    from base64 import urlsafe_b64decode

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
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    key.public_key().verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    said = json.loads(decoded(claims))
    assert (said["htm"], said["htu"], said["iat"]) == (
        "POST",
        "https://eu-north-1.signin.aws.amazon.com/v1/token",
        int(NOW.timestamp()),
    )
    assert len(said["jti"]) == 36
    assert json.loads(decoded(head))["alg"] == "ES256"


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
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        .decode()
    )
    answer = (400, {"__type": "AccessDeniedException", "error": error, "message": "no"})
    with pytest.raises(CredentialsError, match=says) as caught:
        fetch(Login("session", place="profile p"), Server(answer), files=login_file(pem))
    assert "profile p" in str(caught.value)


def test_a_login_without_cryptography_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(CredentialsError, match=r"pip install 'heliograph\[login\]'"):
        fetch(Login("session"), files=login_file("key"))


def test_a_login_key_that_is_none_does_not_show() -> None:
    with pytest.raises(CredentialsError, match="no P-256 key") as caught:
        fetch(Login("session"), files=login_file(f"{CANARY} key"))
    assert CANARY not in str(caught.value)


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


@pytest.mark.parametrize(
    "source", [AssumeRole("arn:r", BASE), Process(f"x {CANARY}"), Login(CANARY), Cached(lambda: BASE)]
)
def test_no_source_prints_a_secret(source: Provider) -> None:
    assert CANARY not in f"{source!r} {source} {vars(source)}".replace(f"'session': '{CANARY}'", "")
