# SPDX-License-Identifier: Apache-2.0
"""Roles that are assumed, and the profiles that say how."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from heliograph.config import parse_profile
from heliograph.credentials import (
    AssumeRole,
    Chain,
    Container,
    Credentials,
    Environment,
    Instance,
    Profile,
    Provider,
    WebIdentity,
)
from heliograph.credentials.profile import source_of
from heliograph.errors import (
    CredentialsError,
    HeliographError,
)
from proof.sources import (
    BASE,
    CANARY,
    HOME,
    NOW,
    STS,
    Server,
    both,
    fetch,
)


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
