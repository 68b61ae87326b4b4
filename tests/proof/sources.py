# SPDX-License-Identifier: Apache-2.0
"""A server of whatever a source of credentials asks, what it answers, and ways to fetch."""

from __future__ import annotations

import asyncio
import functools
import json
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from heliograph.credentials import (
    Context,
    Credentials,
    Login,
    Provider,
    SsoToken,
)
from heliograph.credentials.resolving import with_files
from heliograph.effects import drive, drive_async
from heliograph.errors import (
    HeliographError,
    drop_frames,
)
from heliograph.http import WireRequest, WireResponse

TESTS = Path(__file__).parents[1]
NOW = datetime(2030, 1, 1, tzinfo=UTC)
CANARY = "cAnArY-7f3a"
HOME = {"HOME": "/home", "AWS_REGION": "eu-west-1"}
TOKEN, ROLE = (200, "imds-token"), (200, "my-role\n")
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


def nobody() -> Any:
    """Opens the transport of a source that asks no service."""
    raise AssertionError("nothing is sent")


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
BASE = Credentials("AKIDBASE", f"{CANARY}-base")
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
SSO_FILE = SsoToken("", "", "dev").path(Context(HOME))


def stamp(seconds: int) -> str:
    return (NOW + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


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


def rendered(error: BaseException) -> str:
    """A traceback as tools print it that show the locals of every frame, but for frames of tests."""
    lines: list[str] = []
    chain: list[BaseException | None] = [error]
    for link in chain:
        if link is None:
            continue
        lines += [repr(link), str(link), *getattr(link, "__notes__", [])]
        frames = traceback.TracebackException.from_exception(link, capture_locals=True).stack
        ours = [frame for frame in frames if TESTS not in Path(frame.filename).parents]
        lines += [
            f"{frame.name} {frame.locals}" for frame in ours if frame.name != "with_files"
        ]  # the test's files
        chain += [link.__cause__, link.__context__]
    return "\n".join(lines)
