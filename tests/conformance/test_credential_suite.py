# SPDX-License-Identifier: Apache-2.0
"""The published scenarios of the credential chain: files and environment in, recorded HTTP traffic, keys out."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Mapping
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
from heliograph.credentials.container import Container, container_address
from heliograph.credentials.context import Context
from heliograph.credentials.environment import Environment
from heliograph.credentials.instance import Instance
from heliograph.credentials.profile import source_of
from heliograph.credentials.provider import Keys, Provider
from heliograph.credentials.resolving import with_files
from heliograph.effects import drive, drive_async
from heliograph.errors import CredentialsError, HeliographError
from heliograph.timestamps import parse

WHEN = datetime(2021, 8, 5, 18, 0, tzinfo=UTC)
NEEDS_A_SHELL = "credential_process_account_id_fallback"
"""Its command is a pipe, which only a shell understands; commands are run without one. What it would write is given."""
NO_TLS_IN_A_FILE = {"assume_role_override_global_profile_url", "assume_role_override_service_profile_url"}
"""They name endpoints without TLS in a file. That is refused; with TLS they hold."""


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
    nothing: Callable[[], Any] = lambda: None  # noqa: E731 - no request is sent
    found, ends = (
        drive(effects, nothing, None)
        if flavour == "sync"
        else asyncio.run(drive_async(effects, nothing, None))
    )
    return {"token": found.reveal(), "expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_every_scenario_of_the_chain(suites: Path, flavour: str, subtests: pytest.Subtests) -> None:
    cases = json.loads((suites / "config/credential-chain.json").read_text())["cases"]
    assert len(cases) == 35
    for case in cases:
        name = case["case_id"].rpartition("/")[2]
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
        with subtests.test(case["case_id"]):
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


GIVES_A_TOKEN = "config/assume-role/026"
"""A session of SSO without account and role: it gives a bearer token, and no keys."""


def test_every_case_of_roles(suites: Path, subtests: pytest.Subtests) -> None:
    cases = json.loads((suites / "config/assume-role.json").read_text())["cases"]
    assert len(cases) == 21
    for case in cases:
        given, expected = case["input"], case["output"]
        parsed = {
            "profiles": given["profiles"],
            "sso_sessions": given.get("sso_sessions", {}),
            "services": {},
        }
        with subtests.test(case["case_id"]):
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


def test_every_address_of_a_container(suites: Path, subtests: pytest.Subtests) -> None:
    cases = json.loads((suites / "config/ecs-credentials.json").read_text())["cases"]
    assert len(cases) == 8
    for case in cases:
        with subtests.test(case["case_id"]):
            found = container_address(case["env"])
            expected = case["result"].get("Ok")
            assert (found[0].url + found[1] if found is not None else None) == expected


def test_every_case_of_recursion_detection(suites: Path, subtests: pytest.Subtests) -> None:
    cases = json.loads((suites / "config/recursion-detection.json").read_text())["cases"]
    assert len(cases) == 3
    for case in cases:
        with subtests.test(case["case_id"]):
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
def test_every_case_of_login(flavour: str, subtests: pytest.Subtests) -> None:
    folder = os.environ.get("HELIOGRAPH_BOTOCORE_SDIST")
    if not folder:
        pytest.skip("botocore's own cases: set HELIOGRAPH_BOTOCORE_SDIST to its unpacked source distribution")
    cases = json.loads(Path(folder, "tests/unit/login/login-provider-test-cases.json").read_text())
    assert len(cases) == 8
    now = datetime(2025, 11, 19, tzinfo=UTC)
    env = {"HOME": "/home", "AWS_REGION": "us-east-1", "AWS_PROFILE": "signin"}
    for case in cases:
        files = {"/home/.aws/config": case["configContents"]}
        cache = "/home/.aws/login/cache/"
        files |= {cache + name: json.dumps(text) for name, text in case["cacheContents"].items()}
        service = SignIn(case.get("mockApiCalls", []))
        with subtests.test(case["documentation"]):
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
