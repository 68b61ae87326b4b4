# SPDX-License-Identifier: Apache-2.0
"""What requests say of who sends them, and what the requests behind the chain of credentials take from the client."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from base64 import urlsafe_b64decode as b64decode
from collections.abc import Callable
from hashlib import sha1, sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

import kinesis_video_signaling as package
from heliograph import ANONYMOUS, ConfigError, Credentials
from heliograph._version import __version__
from heliograph.credentials import AssumeRole, Cached, Container, Environment, Process, Provider
from heliograph.user_agent import user_agent

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
ENDS = "2099-01-01T00:00:00Z"
STS = f"""<Response><{{0}}Result><Credentials><AccessKeyId>AKIDROLE</AccessKeyId>
<SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken><Expiration>{ENDS}</Expiration></Credentials></{{0}}Result></Response>"""
KEYS = {"AccessKeyId": "AKID", "SecretAccessKey": "secret", "Token": "token", "Expiration": ENDS}
ROLE = "role_arn = arn:aws:iam::111122223333:role/r"
STATIC = "aws_access_key_id = AKID\naws_secret_access_key = secret\n"
VARIABLES = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
SESSION = "sso_account_id = 111122223333\nsso_role_name = r\n"
PROGRAM = f"credential_process = {sys.executable} -c \"print('{{}}')\"".format(
    json.dumps({**KEYS, "Version": 1, "SessionToken": "token"}).replace('"', '\\"')
)


class World:
    """The two shared files, the environment, and every service that the chain asks."""

    def __init__(self, flavour: str, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.flavour = flavour
        self.folder = folder
        self.sent: list[httpx.Request] = []
        self._patch = patch
        for name in list(os.environ):
            if name.startswith("AWS_"):
                patch.delenv(name)
        self.env(
            HOME=str(folder),
            AWS_REGION="eu-west-1",
            AWS_CONFIG_FILE=str(folder / "config"),
            AWS_SHARED_CREDENTIALS_FILE=str(folder / "credentials"),
        )

    def env(self, **variables: str) -> None:
        for name, value in variables.items():
            self._patch.setenv(name, value)

    def config(self, text: str) -> None:
        (self.folder / "config").write_text(text)

    def keep(self, *path: str, **document: Any) -> None:
        """A file of the user's, such as the AWS CLI writes after a sign-in."""
        file = self.folder.joinpath(*path)
        file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        file.write_text(json.dumps(document))
        file.chmod(0o600)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        host = request.url.host
        if request.url.path.endswith("/api/token"):
            return httpx.Response(200, text="token")
        if request.url.path.endswith("security-credentials/"):
            return httpx.Response(200, text="role")
        if host.startswith("169.254."):
            return httpx.Response(200, json=KEYS)
        if host.startswith("sts"):
            name = "AssumeRoleWithWebIdentity" if b"WebIdentity" in request.content else "AssumeRole"
            return httpx.Response(200, text=STS.format(name))
        if host.startswith("portal.sso"):
            given = {"accessKeyId": "AKID", "secretAccessKey": "secret", "sessionToken": "t"}
            return httpx.Response(200, json={"roleCredentials": {**given, "expiration": 4070908800000}})
        if "signin" in host:
            given = {"accessKeyId": "AKID", "secretAccessKey": "secret", "sessionToken": "t"}
            return httpx.Response(200, json={"accessToken": given, "expiresIn": 900, "refreshToken": "r"})
        if host.startswith("oidc"):
            return httpx.Response(200, json={"accessToken": "new", "expiresIn": 3600})
        return httpx.Response(200, json={})

    def call(self, **options: Any) -> httpx.Request:
        """Make one call; its request."""
        options = {"transport": httpx.MockTransport(self.answer), **options}
        if self.flavour == "sync":
            package.Client(**options).get_ice_server_config(CHANNEL)
        else:
            asyncio.run(_awaited(package.AsyncClient(**options)))
        return self.sent[-1]


async def _awaited(client: package.AsyncClient) -> None:
    await client.get_ice_server_config(CHANNEL)


@pytest.fixture(params=["sync", "async"])
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(request.param, tmp_path, monkeypatch)


def features(request: httpx.Request) -> str:
    """The letters of a request's user agent."""
    (letters,) = [field for field in request.headers["user-agent"].split(" ") if field.startswith("m/")]
    return letters.removeprefix("m/")


# The header


def golden(**arguments: Any) -> str:
    return user_agent(**{"platform": "linux", "python": "3.11.7", "implementation": "cpython", **arguments})


HEAD = f"heliograph/{__version__} ua/2.1"
PYTHON = "lang/python#3.11.7 md/pyimpl#cpython"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, f"{HEAD} os/linux {PYTHON} cfg/retry-mode#standard"),
        (
            {
                "features": "F,N,B,g", "retry_mode": "adaptive", "app_id": "door",
                "env": {"AWS_EXECUTION_ENV": "AWS_Lambda"},
            },
            f"{HEAD} os/linux {PYTHON} exec-env/AWS_Lambda m/F,N,B,g cfg/retry-mode#adaptive app/door",
        ),
        ({"platform": "win32"}, f"{HEAD} os/windows {PYTHON} cfg/retry-mode#standard"),
        ({"platform": "darwin"}, f"{HEAD} os/macos {PYTHON} cfg/retry-mode#standard"),
        ({"platform": "android"}, f"{HEAD} os/android {PYTHON} cfg/retry-mode#standard"),
        ({"platform": "ios"}, f"{HEAD} os/ios {PYTHON} cfg/retry-mode#standard"),
        ({"platform": "sunos5"}, f"{HEAD} os/other {PYTHON} cfg/retry-mode#standard"),
        ({"app_id": ""}, f"{HEAD} os/linux {PYTHON} cfg/retry-mode#standard"),
    ],
)  # fmt: skip
def test_the_header_is_this_text(arguments: dict[str, Any], expected: str) -> None:
    assert golden(**arguments) == expected


ALLOWED = "!$%&'*+-.^_`|~,0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_every_other_character_becomes_a_hyphen() -> None:
    plain = golden(app_id="X", env={"AWS_EXECUTION_ENV": "Y"}, python="Z", implementation="Q")
    for character in [*map(chr, range(256)), "\u20ac", "\u2028", "\U0001f600"]:
        shown = character if character in ALLOWED else "-"
        dirty = golden(
            app_id=character, env={"AWS_EXECUTION_ENV": character}, python=character, implementation=character
        )
        expected = plain
        for place in ("app/X", "exec-env/Y", "python#Z", "pyimpl#Q"):
            expected = expected.replace(place, place[:-1] + shown)
        assert dirty == expected


def test_it_names_no_other_product() -> None:
    assert not {"boto3", "botocore", "aws-sdk"} & set(golden().lower().replace("/", " ").split())


@pytest.mark.parametrize("app_id", ["door\r\nx-injected: 1", "door\nx", "\r", "d\u00f6r", "a b"])
def test_nothing_in_an_app_id_reaches_another_header(app_id: str, world: World) -> None:
    world.env(**VARIABLES)
    for place in ("code", "environment"):
        if place == "environment":
            world.env(AWS_SDK_UA_APP_ID=app_id)
        request = world.call(**{"app_id": app_id} if place == "code" else {})
        agent = request.headers["user-agent"]
        assert agent.isascii()
        assert agent.isprintable()
        assert (
            agent.rpartition(" ")[2] == f"app/{''.join(each if each in ALLOWED else '-' for each in app_id)}"
        )
        assert "x-injected" not in request.headers


def test_an_app_id_of_more_than_fifty_characters_is_refused(world: World) -> None:
    world.env(**VARIABLES)
    assert world.call(app_id="a" * 50).headers["user-agent"].endswith(" app/" + "a" * 50)
    with pytest.raises(ConfigError, match=r"app_id given in code: .* 50 characters at most"):
        world.call(app_id="a" * 51)
    world.env(AWS_SDK_UA_APP_ID="a" * 51)
    with pytest.raises(ConfigError, match=r"app_id from AWS_SDK_UA_APP_ID: .* 50 characters at most"):
        world.call()


def test_the_header_is_not_signed(world: World) -> None:
    world.env(**VARIABLES)
    signed = world.call().headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0]
    assert "user-agent" not in signed.split(";")


# What a call makes use of


@pytest.mark.parametrize(
    ("options", "env", "config", "letters", "mode"),
    [
        ({}, {}, "", "E,g", "standard"),
        ({"retry_mode": "adaptive"}, {}, "", "F,g", "adaptive"),
        ({}, {"AWS_RETRY_MODE": "adaptive"}, "", "F,g", "adaptive"),
        ({"endpoint_url": "https://here.test"}, {}, "", "E,N,g", "standard"),
        ({}, {"AWS_ENDPOINT_URL": "https://here.test"}, "", "E,N,g", "standard"),
        ({}, {}, "endpoint_url = https://here.test", "E,N,g", "standard"),
        ({"credentials": ANONYMOUS}, {}, "", "E", "standard"),
    ],
)  # fmt: skip
def test_settings_have_their_letters(
    options: dict[str, Any], env: dict[str, str], config: str, letters: str, mode: str, world: World
) -> None:
    world.env(**VARIABLES, **env)
    world.config(f"[default]\n{config}\n")
    request = world.call(**options)
    assert features(request) == letters
    assert f"cfg/retry-mode#{mode}" in request.headers["user-agent"].split(" ")


SOURCES: dict[str, tuple[str, dict[str, str], str]] = {
    # the profile, the environment, the letters of the call
    "environment": ("", VARIABLES, "g"),
    "profile": (STATIC, {}, "n"),
    "process": (PROGRAM, {}, "v,w"),
    "container": ("", {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/keys"}, "z"),
    "instance": ("", {"AWS_EC2_METADATA_DISABLED": "false"}, "0"),
    "role with a profile": (f"{ROLE}\nsource_profile = base\n[profile base]\n{STATIC}", {}, "n,o,i"),
    "role with the environment": (
        f"{ROLE}\ncredential_source = Environment", {"AWS_PROFILE": "only", **VARIABLES}, "g,p,i",
    ),
    "role with a container": (
        f"{ROLE}\ncredential_source = EcsContainer", {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/keys"}, "z,p,i",
    ),
    "role with the instance": (
        f"{ROLE}\ncredential_source = Ec2InstanceMetadata", {"AWS_EC2_METADATA_DISABLED": "false"}, "0,p,i",
    ),
    "role with a role": (
        f"{ROLE}\nsource_profile = mid\n[profile mid]\n{ROLE}\nsource_profile = base\n[profile base]\n{STATIC}",
        {}, "n,o,i",
    ),
    "role with a process": (f"{ROLE}\nsource_profile = base\n[profile base]\n{PROGRAM}", {}, "v,w,o,i"),
    "identity of a profile": (f"{ROLE}\nweb_identity_token_file = TOKEN", {}, "q,k"),
    "identity of the environment": (
        "", {"AWS_WEB_IDENTITY_TOKEN_FILE": "TOKEN", "AWS_ROLE_ARN": "arn:aws:iam::1:role/r"}, "h,k",
    ),
    "sso session": (
        f"sso_session = s\n{SESSION}[sso-session s]\nsso_start_url = https://d.test\nsso_region = eu-west-1", {}, "r,s",
    ),
    "sso without a session": (f"sso_start_url = https://d.test\nsso_region = eu-west-1\n{SESSION}", {}, "t,u"),
    "login": ("login_session = mine", {}, "AC,AD"),
}  # fmt: skip


def signed_in(world: World) -> None:
    """Every sign-in that a profile may name."""
    (world.folder / "token").write_text("token")
    for name in ("s", "https://d.test"):
        world.keep(
            ".aws",
            "sso",
            "cache",
            f"{sha1(name.encode()).hexdigest()}.json",
            accessToken="token",
            expiresAt=ENDS,
        )
    token = {
        "accessKeyId": "AKID",
        "secretAccessKey": "secret",
        "sessionToken": "t",
        "accountId": "1",
        "expiresAt": ENDS,
    }
    name = f"{sha256(b'mine').hexdigest()}.json"
    world.keep(".aws", "login", "cache", name, accessToken=token, refreshToken="r", dpopKey="k", clientId="c")


@pytest.mark.parametrize("source", SOURCES)
def test_sources_of_credentials_have_their_letters(source: str, world: World) -> None:
    profile, env, letters = SOURCES[source]
    signed_in(world)
    token = str(world.folder / "token")
    name = env.get("AWS_PROFILE", "default")
    if name == "only":  # keys of the environment would go before the profile's role
        world.config(f"[profile only]\n{profile}\n")
        world.env(**{key: value for key, value in env.items() if key != "AWS_PROFILE"})
        request = world.call(profile="only")
    else:
        world.config(f"[default]\n{profile.replace('TOKEN', token)}\n")
        world.env(**{key: value.replace("TOKEN", token) for key, value in env.items()})
        request = world.call()
    assert features(request) == f"E,{letters}"
    for asked in world.sent[:-1]:
        if asked.url.host.startswith("sts") and "authorization" in asked.headers:
            before = letters.removesuffix(",i") if source != "role with a role" else "n,o"
            assert features(asked).removeprefix("E,") in (before, letters)


def given_keys() -> Credentials:
    return Credentials("AKID", "secret")


@pytest.mark.parametrize(
    ("given", "letters"),
    [
        (Credentials("AKID", "secret"), "e"),
        (given_keys, "e"),
        (Cached(given_keys), "e"),
        (Environment(), "g"),
        (Container(), "z"),
        (Process(PROGRAM.removeprefix("credential_process = ")), "w"),
        (AssumeRole("arn:aws:iam::111122223333:role/r", Credentials("AKID", "secret")), "e,i"),
        (AssumeRole("arn:aws:iam::111122223333:role/r", Environment()), "g,i"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_credentials_given_in_code_have_their_letters(
    given: Credentials | Provider | Callable[[], Credentials], letters: str, world: World
) -> None:
    world.env(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="/keys", **VARIABLES)
    assert features(world.call(credentials=given)) == f"E,{letters}"


# What the services behind the chain take from the client

ROLE_OF_A_PROFILE = f"[default]\n{ROLE}\nsource_profile = base\n[profile base]\n{STATIC}"


@pytest.mark.parametrize(
    ("options", "env", "host"),
    [
        ({}, {}, "sts.eu-west-1.amazonaws.com"),
        ({"region": "us-west-2"}, {}, "sts.us-west-2.amazonaws.com"),
        ({"use_fips": True, "region": "us-west-2"}, {}, "sts-fips.us-west-2.amazonaws.com"),
        ({"use_dualstack": True}, {}, "sts.eu-west-1.api.aws"),
        ({"use_dualstack": True, "use_fips": True}, {}, "sts-fips.eu-west-1.api.aws"),
        ({}, {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_REGION": "us-west-2"}, "sts-fips.us-west-2.amazonaws.com"),
        ({"use_fips": False}, {"AWS_USE_FIPS_ENDPOINT": "true"}, "sts.eu-west-1.amazonaws.com"),
        ({}, {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, "sts.eu-west-1.amazonaws.com"),
        ({}, {"AWS_ENDPOINT_URL_STS": "https://sts-mine.test"}, "sts-mine.test"),
        ({"endpoint_url": "https://service.test"}, {}, "sts.eu-west-1.amazonaws.com"),
        (
            {"ignore_configured_endpoint_urls": True}, {"AWS_ENDPOINT_URL_STS": "https://sts-mine.test"},
            "sts.eu-west-1.amazonaws.com",
        ),
        ({"region": "cn-north-1"}, {}, "sts.cn-north-1.amazonaws.com.cn"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["role", "identity"])
def test_sts_is_asked_where_the_client_says(
    kind: str, options: dict[str, Any], env: dict[str, str], host: str, world: World
) -> None:
    (world.folder / "token").write_text("token")
    world.config(
        ROLE_OF_A_PROFILE
        if kind == "role"
        else f"[default]\n{ROLE}\nweb_identity_token_file = {world.folder / 'token'}\n"
    )
    world.env(**env)
    world.call(**options)
    assert [request.url.host for request in world.sent[:-1]] == [host]


@pytest.mark.parametrize(
    ("options", "portal", "oidc"),
    [
        ({}, "portal.sso.eu-west-1.amazonaws.com", "oidc.eu-west-1.amazonaws.com"),
        ({"region": "us-west-2"}, "portal.sso.eu-west-1.amazonaws.com", "oidc.eu-west-1.amazonaws.com"),
        ({"use_dualstack": True}, "portal.sso.eu-west-1.api.aws", "oidc.eu-west-1.api.aws"),
        ({"use_fips": True}, "portal.sso-fips.eu-west-1.amazonaws.com", "oidc-fips.eu-west-1.amazonaws.com"),
    ],
)  # fmt: skip
def test_sso_is_asked_in_its_own_region_as_the_client_says(
    options: dict[str, Any], portal: str, oidc: str, world: World
) -> None:
    world.config(f"[default]\n{SOURCES['sso session'][0]}\n")
    world.keep(
        ".aws", "sso", "cache", f"{sha1(b's').hexdigest()}.json", accessToken="old", expiresAt="2020-01-01T00:00:00Z",
        refreshToken="r", clientId="c", clientSecret="s", registrationExpiresAt=ENDS,
    )  # fmt: skip
    world.call(**options)
    assert [request.url.host for request in world.sent[:-1]] == [oidc, portal]


@pytest.mark.parametrize(
    ("options", "host"),
    [
        ({}, "eu-west-1.signin.aws.amazon.com"),
        ({"region": "us-west-2"}, "eu-west-1.signin.aws.amazon.com"),
        ({"use_fips": True}, "signin-fips.eu-west-1.amazonaws.com"),
        ({"use_dualstack": True}, "signin.eu-west-1.api.aws"),
    ],
)
def test_a_login_is_renewed_where_it_was_made_as_the_client_says(
    options: dict[str, Any], host: str, world: World
) -> None:
    ec = pytest.importorskip(
        "cryptography.hazmat.primitives.asymmetric.ec", reason="renewing needs the extra login"
    )
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    token = {"accessKeyId": "OLD", "secretAccessKey": "secret", "sessionToken": "t", "accountId": "1"}
    world.config("[default]\nlogin_session = mine\n")
    world.keep(
        ".aws", "login", "cache", f"{sha256(b'mine').hexdigest()}.json", refreshToken="r", clientId="c",
        accessToken={**token, "expiresAt": "2020-01-01T00:00:00Z"}, dpopKey=key.decode(), signInRegion="eu-west-1",
    )  # fmt: skip
    assert features(world.call(**options)) == "E,AC,AD"
    (asked,) = world.sent[:-1]
    assert asked.url.host == host
    claims = asked.headers["dpop"].split(".")[1]
    assert json.loads(b64decode(claims + "=="))["htu"] == f"https://{host}/v1/token"


def test_the_application_is_named_to_the_services_behind_the_chain_too(world: World) -> None:
    world.config(ROLE_OF_A_PROFILE)
    world.call(app_id="door")
    assert len(world.sent) == 2
    assert all(request.headers["user-agent"].endswith(" app/door") for request in world.sent)
