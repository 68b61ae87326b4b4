# SPDX-License-Identifier: Apache-2.0
"""Keys that an instance's metadata service gives."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest

from heliograph.credentials import (
    Chain,
    Context,
    Credentials,
    Instance,
)
from heliograph.credentials.instance import stable
from heliograph.credentials.resolving import with_files
from heliograph.effects import drive
from heliograph.errors import (
    ConfigError,
    ConnectError,
    CredentialsError,
    TimeoutError,
)
from proof.sources import (
    ANSWER,
    CANARY,
    HOME,
    NOW,
    ROLE,
    TOKEN,
    Answer,
    Server,
    both,
    fetch,
)

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
