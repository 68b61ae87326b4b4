# SPDX-License-Identifier: Apache-2.0
"""The published scenarios of the credential chain: files and environment in, recorded HTTP traffic, keys out.

What is otherwise here stands in ``config_exceptions.json``, each with its reason; the tests show it, and that the case
holds with what the reason names put right.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from heliograph._services.sts.operations import SERVICE
from heliograph.core import Core
from heliograph.credentials import (
    AssumeRole,
    Credentials,
    Sso,
    SsoToken,
    WebIdentity,
    resolve,
    resolve_async,
)
from heliograph.credentials.container import Container
from heliograph.credentials.context import Context
from heliograph.credentials.environment import Environment
from heliograph.credentials.instance import Instance
from heliograph.credentials.profile import source_of
from heliograph.credentials.provider import Keys, Provider
from heliograph.credentials.resolving import with_files
from heliograph.effects import drive, drive_async
from heliograph.errors import CredentialsError, HeliographError
from heliograph.timestamps import parse
from proof.sources import nobody
from proof.suites import Published, exceptions, read

WHEN = datetime(2021, 8, 5, 18, 0, tzinfo=UTC)
EXCEPTIONS = exceptions("config_exceptions.json")
FOLDER = "credentials/profile-provider"
NEEDS_A_SHELL = f"{FOLDER}/credential_process_account_id_fallback"
NO_TLS_IN_A_FILE = {f"{FOLDER}/assume_role_override_{level}_profile_url" for level in ("global", "service")}
GIVES_A_TOKEN = "config/assume-role/026"


def test_the_exceptions_are_those_that_are_shown() -> None:
    of_these = {name for name in EXCEPTIONS if not name.startswith("botocore/cfg/")}
    assert of_these == {NEEDS_A_SHELL, *NO_TLS_IN_A_FILE, GIVES_A_TOKEN}


class Replay(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers requests as they were recorded, in order, and compares each with the recorded one."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        self.left = self._exchanges(events)

    @staticmethod
    def _exchanges(events: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any], bytes]]:
        requests: dict[int, dict[str, Any]] = {}
        answers: dict[int, dict[str, Any]] = {}
        bodies: dict[int, bytes] = {}
        for event in events:
            connection, action = event["connection_id"], event["action"]
            if "Request" in action:
                requests[connection] = action["Request"]["request"]
            elif "Response" in action:
                answers[connection] = action["Response"]["response"]["Ok"]
            elif "Data" in action and action["Data"]["direction"] == "Response":
                bodies[connection] = bodies.get(connection, b"") + action["Data"]["data"]["Utf8"].encode()
        return [(requests[each], answers[each], bodies.get(each, b"")) for each in requests]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert self.left, f"{request.method} {request.url} was not recorded"
        recorded, answer, body = self.left.pop(0)
        wanted = urlsplit(recorded["uri"])
        assert request.method == recorded["method"]
        assert (request.url.scheme, request.url.host) == (wanted.scheme, wanted.hostname)
        assert request.url.path == (wanted.path or "/")
        assert sorted(parse_qsl(request.url.query.decode())) == sorted(parse_qsl(wanted.query))
        for name, values in recorded["headers"].items():
            if name.startswith(("x-amz-sso", "x-aws-ec2")) or name in ("accept", "authorization"):
                sent = request.headers.get(name)
                if str(values[0]).startswith("AWS4-HMAC-SHA256"):
                    assert sent is not None
                    assert sent.startswith("AWS4-HMAC-SHA256")
                else:
                    assert sent == values[0], name
        if "authorization" not in recorded["headers"]:  # a container's token is left out of the recordings
            assert "AWS4" not in request.headers.get("authorization", "")
        return httpx.Response(answer["status"], content=body)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._answer(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self._answer(request)


def no_sleep(seconds: float) -> None:
    """Recorded time passes at once."""


async def no_sleep_async(seconds: float) -> None:
    """The same for tasks."""


def outcome(flavour: str, case: Mapping[str, Any], files: dict[str, str], replay: Replay) -> Credentials:
    env: dict[str, str] = case["env"]
    profile = None
    if (
        "/profile-provider/" in case["case_id"]
    ):  # these are about the profile alone, not what stands around it
        env = {**env, "AWS_EC2_METADATA_DISABLED": "true"}
        profile = env.get("AWS_PROFILE", "default")
    if flavour == "sync":
        return resolve(env, files, replay, clock=lambda: WHEN, sleep=no_sleep, profile=profile)
    return asyncio.run(
        resolve_async(env, files, replay, clock=lambda: WHEN, sleep=no_sleep_async, profile=profile)
    )


def token(flavour: str, env: Mapping[str, str], files: dict[str, str]) -> dict[str, str]:
    """The bearer token that a profile of the environment names."""
    context = Context(env, clock=lambda: WHEN)

    def load() -> Any:
        parsed = yield from context.files()
        from heliograph.credentials.sso import sso_token_of

        profile = parsed["profiles"][context.profile_name]
        return (yield from sso_token_of(profile, parsed["sso_sessions"], "profile").load(context))

    effects = with_files(load(), files)
    found, ends = (
        drive(effects, nobody, None) if flavour == "sync" else asyncio.run(drive_async(effects, nobody, None))
    )
    return {"token": found.reveal(), "expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_every_scenario_of_the_chain(suites: Path, flavour: str, published: Published) -> None:
    for case in read(suites / "config/credential-chain.json", 35):
        name = case["case_id"]
        files = {f"/{path}": text for path, text in case["fs"].items()}
        events = case["http_traffic"].get("events", [])
        if name in NO_TLS_IN_A_FILE:
            with pytest.raises(HeliographError, match="without TLS"):
                outcome(flavour, case, dict(files), Replay([]))
            files = {path: text.replace("http://", "https://") for path, text in files.items()}
            events = json.loads(json.dumps(events).replace("http://aws.", "https://aws."))
        if name == NEEDS_A_SHELL:
            with pytest.raises(CredentialsError, match="no JSON object"):
                outcome(flavour, case, dict(files), Replay([]))
            files["echo"] = (
                '{"Version": 1, "AccessKeyId": "ASIARTESTID", "SecretAccessKey": "TESTSECRETKEY",'
                ' "SessionToken": "TESTSESSIONTOKEN", "Expiration": "2022-05-02T18:36:00+00:00"}'
            )
        expected = case["test_case"]["result"].get("Ok")
        replay = Replay(events)
        with published(f"config/credential-chain {flavour}", name, excepted=name in EXCEPTIONS):
            if expected is None:
                with pytest.raises(HeliographError):
                    outcome(flavour, case, files, replay)
            elif "token" in expected:
                assert token(flavour, case["env"], files) == expected
            else:
                found = outcome(flavour, case, files, replay)
                assert found == Credentials(
                    expected["access_key_id"],
                    expected["secret_access_key"],
                    expected.get("session_token"),
                    expected.get("account_id") or found.account_id,
                    datetime.fromtimestamp(expected["expiry"], UTC) if "expiry" in expected else None,
                )
            assert replay.left == [], "a recorded request was not sent"


# Chains of roles


def steps(source: Provider | None) -> list[dict[str, Any]]:
    """A source as the published cases write it: the base first, then each role."""
    if isinstance(source, AssumeRole):
        return [*steps(source.source), {"AssumeRole": {"role_arn": source.role_arn}}]
    if isinstance(source, Keys):
        keys = source.credentials
        plain = {"access_key_id": keys.access_key, "secret_access_key": keys.secret_key.reveal()}
        return [{"AccessKey": plain}]
    if isinstance(source, WebIdentity):
        said = {"role_arn": source.role_arn, "web_identity_token_file": source.token_file}
        return [
            {
                "WebIdentityToken": said
                | ({"role_session_name": source.session_name} if source.session_name else {})
            }
        ]
    if isinstance(source, Sso):
        where: SsoToken = source.token
        said = {"sso_account_id": source.account_id, "sso_role_name": source.role_name}
        return [{"Sso": said | {"sso_region": where.region, "sso_start_url": where.start_url}}]
    named = {Environment: "Environment", Container: "EcsContainer", Instance: "Ec2InstanceMetadata"}
    return [{"NamedSource": named[type(source)]}]


def test_every_case_of_roles(suites: Path, published: Published) -> None:
    for case in read(suites / "config/assume-role.json", 21):
        given, expected = case["input"], case["output"]
        parsed = {
            "profiles": given["profiles"],
            "sso_sessions": given.get("sso_sessions", {}),
            "services": {},
        }
        with published("config/assume-role", case["case_id"], excepted=case["case_id"] in EXCEPTIONS):
            if case["case_id"] == GIVES_A_TOKEN:
                with pytest.raises(CredentialsError, match="bearer token"):
                    source_of(given["selected_profile"], parsed)
            elif "Error" not in expected:
                assert steps(source_of(given["selected_profile"], parsed)) == expected["ProfileChain"]
            else:
                assert names_nothing(given["selected_profile"], parsed)


def names_nothing(profile: str, parsed: dict[str, Any]) -> bool:
    """Whether a profile names no source, or one that cannot be used."""
    try:
        return source_of(profile, parsed) is None
    except CredentialsError as error:
        return f"profile {profile}" in str(error) or "profile B" in str(error)


class Agent(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """The agent of a container; remembers what it was asked."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.urls.append(str(request.url))
        keys = {"AccessKeyId": "AKIDAGENT", "SecretAccessKey": "secret", "Token": "token"}
        return httpx.Response(200, json={**keys, "Expiration": "2021-08-06T00:00:00Z"})

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


def fetched(flavour: str, source: Provider, env: Mapping[str, str], transport: Any) -> Credentials:
    """What a source gives."""
    if flavour == "sync":
        return source.fetch(env=env, transport=transport, clock=lambda: WHEN)
    return asyncio.run(source.fetch_async(env=env, transport=transport, clock=lambda: WHEN))


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_every_address_of_a_container(flavour: str, suites: Path, published: Published) -> None:
    for case in read(suites / "config/ecs-credentials.json", 8):
        with published(f"config/ecs-credentials {flavour}", case["case_id"]):
            asked = Agent()
            if (expected := case["result"].get("Ok")) is not None:
                assert fetched(flavour, Container(), case["env"], asked).access_key == "AKIDAGENT"
                assert asked.urls == [expected]
            else:
                with pytest.raises(CredentialsError):
                    fetched(flavour, Container(), case["env"], asked)
                assert asked.urls == []


def test_every_case_of_recursion_detection(suites: Path, published: Published) -> None:
    for case in read(suites / "config/recursion-detection.json", 3):
        with published("config/recursion-detection", case["case_id"]):
            assert case["requestHeadersBefore"] == []
            found = Core(SERVICE, {}, case["env"]).trace_headers([])
            wanted = [tuple(line.split(": ", 1)) for line in case["requestHeadersAfter"]]
            assert found == [(name.lower(), value) for name, value in wanted]


# Sessions of ``aws login``


class SignIn(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """The sign-in service of one case."""

    def __init__(self, calls: list[dict[str, Any]]) -> None:
        self.calls = list(calls)

    def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        call = self.calls.pop(0)
        assert str(request.url) == "https://us-east-1.signin.aws.amazon.com/v1/token"
        assert json.loads(body) == call["request"]["tokenInput"]
        assert request.headers["dpop"].count(".") == 2
        assert "authorization" not in request.headers
        if "response" in call:
            return httpx.Response(200, json=call["response"]["tokenOutput"])
        return httpx.Response(call["responseCode"], json={})

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._answer(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self._answer(request, await request.aread())


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_every_case_of_login(flavour: str, botocore_sdist: Path, published: Published) -> None:
    path = botocore_sdist / "tests/unit/login/login-provider-test-cases.json"
    cases = json.loads(path.read_text(encoding="utf-8"))
    assert len(cases) == 8
    now = datetime(2025, 11, 19, tzinfo=UTC)
    env = {"HOME": "/home", "AWS_REGION": "us-east-1", "AWS_PROFILE": "signin"}
    for case in cases:
        files = {"/home/.aws/config": case["configContents"]}
        cache = "/home/.aws/login/cache/"
        files |= {cache + name: json.dumps(text) for name, text in case["cacheContents"].items()}
        service = SignIn(case.get("mockApiCalls", []))
        with published(f"botocore/login {flavour}", case["documentation"]):
            for expected in case["outcomes"]:
                if expected["result"] == "error":
                    with pytest.raises(CredentialsError, match="login"):
                        found = signed_in(flavour, env, files, service, now)
                elif expected["result"] == "credentials":
                    found = signed_in(flavour, env, files, service, now)
                    assert found == Credentials(
                        expected["accessKeyId"],
                        expected["secretAccessKey"],
                        expected["sessionToken"],
                        expected["accountId"],
                        parse(expected["expiresAt"], "date-time"),
                    )
                else:
                    kept = {name: json.loads(files[cache + name]) for name in expected if name != "result"}
                    assert kept == {name: text for name, text in expected.items() if name != "result"}
            assert service.calls == []


def signed_in(
    flavour: str, env: dict[str, str], files: dict[str, str], service: SignIn, now: datetime
) -> Credentials:
    if flavour == "sync":
        return resolve(env, files, service, clock=lambda: now)
    return asyncio.run(resolve_async(env, files, service, clock=lambda: now))
