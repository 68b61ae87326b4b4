# SPDX-License-Identifier: Apache-2.0
"""No source shows a secret."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

from heliograph.credentials import (
    ANONYMOUS,
    AssumeRole,
    Cached,
    Container,
    Context,
    Credentials,
    Instance,
    Login,
    Process,
    Profile,
    Provider,
    WebIdentity,
)
from heliograph.credentials.resolving import with_files
from heliograph.effects import drive, drive_async
from heliograph.errors import (
    HeliographError,
)
from proof.sources import (
    ANSWER,
    BASE,
    CACHED,
    CANARY,
    HOME,
    NOW,
    ROLE,
    SSO_FILE,
    SSO_PROFILES,
    STS,
    TOKEN,
    AsyncServer,
    Server,
    both,
    login_file,
    rendered,
    stamp,
)

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
