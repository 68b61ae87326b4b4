# SPDX-License-Identifier: Apache-2.0
"""Keys of the SSO portal, and the tokens that it wants."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest

from heliograph.config import parse_profile
from heliograph.credentials import (
    Context,
    Credentials,
    Profile,
    Sso,
    SsoToken,
)
from heliograph.credentials.profile import source_of
from heliograph.credentials.resolving import with_files
from heliograph.effects import drive
from heliograph.errors import (
    CredentialsError,
    HeliographError,
    drop_frames,
)
from proof.sources import (
    CACHED,
    CANARY,
    HOME,
    NOW,
    RENEWED,
    SSO_FILE,
    SSO_PROFILES,
    Server,
    both,
    driven,
    fetch,
    stamp,
)


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
