# SPDX-License-Identifier: Apache-2.0
"""Settings as a client sees them: code before environment before profile before default, through to the request."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

import kinesis_video_signaling as package
from heliograph import ANONYMOUS, ConfigError, Credentials, CredentialsError, EndpointError, HeliographError
from proof.hosts import HOSTILE

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "env-secret"}


class World:
    """An environment, the two shared files, and a network that answers everything with an empty object."""

    def __init__(self, flavour: str, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.flavour = flavour
        self.folder = folder
        self.sent: list[httpx.Request] = []
        self.status = 200
        self._patch = patch
        for name in list(os.environ):
            if name.upper().startswith("AWS_") or name.upper().endswith("_PROXY"):
                patch.delenv(name)
        self.env(
            AWS_CONFIG_FILE=str(folder / "config"), AWS_SHARED_CREDENTIALS_FILE=str(folder / "credentials")
        )

    def env(self, **variables: str) -> None:
        for name, value in variables.items():
            self._patch.setenv(name, value)

    def config(self, text: str) -> None:
        (self.folder / "config").write_text(text)

    def credentials(self, text: str) -> None:
        (self.folder / "credentials").write_text(text)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return httpx.Response(self.status, json={})

    def call(self, **options: Any) -> httpx.Request:
        """Make one call; the request that was sent last."""
        settings = {"transport": httpx.MockTransport(self.answer), **options}
        if self.flavour == "sync":
            settings.setdefault("sleep", lambda seconds: None)
            package.Client(**settings).get_ice_server_config(CHANNEL)
        else:
            settings.setdefault("sleep", _no_sleep)
            asyncio.run(_awaited(package.AsyncClient(**settings).get_ice_server_config(CHANNEL)))
        return self.sent[-1]


async def _awaited(result: Awaitable[Any]) -> Any:
    return await result


async def _no_sleep(seconds: float) -> None:
    """Nothing waits."""


@pytest.fixture(params=["sync", "async"])
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(request.param, tmp_path, monkeypatch)


def scope(request: httpx.Request) -> tuple[str, str]:
    """Access key and region of a signature."""
    fields = request.headers["authorization"].partition("Credential=")[2].split("/")
    return fields[0], fields[2]


# Precedence


def host_and_region(request: httpx.Request) -> str:
    return f"{request.url.host} {scope(request)[1]}"


def host(request: httpx.Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc.decode()}"


def most_attempts(request: httpx.Request) -> str:
    return request.headers["amz-sdk-request"].rpartition("=")[2]


def app(request: httpx.Request) -> str:
    return request.headers["user-agent"].rpartition(" ")[2]


def key(request: httpx.Request) -> str:
    return scope(request)[0]


class Setting(NamedTuple):
    """How one setting is given in each place, and what shows that it was taken from there."""

    shown: Any
    code: dict[str, Any]
    variables: tuple[tuple[str, str], ...]
    profile: str
    expected: tuple[str, ...]
    """For code, each variable, the profile, and the default."""


SETTINGS = {
    "region": Setting(
        host_and_region,
        {"region": "eu-west-1"},
        (("AWS_REGION", "eu-west-2"), ("AWS_DEFAULT_REGION", "eu-west-3")),
        "region = eu-north-1",
        tuple(
            f"kinesisvideo.{region}.amazonaws.com {region}"
            for region in ("eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1")
        ),
    ),
    "endpoint": Setting(
        host,
        {"endpoint_url": "https://code.test"},
        (
            ("AWS_ENDPOINT_URL_KINESIS_VIDEO_SIGNALING", "https://own.test"),
            ("AWS_ENDPOINT_URL", "https://all.test"),
        ),
        "endpoint_url = https://profile.test",
        (
            "https://code.test",
            "https://own.test",
            "https://all.test",
            "https://profile.test",
            "https://kinesisvideo.us-west-2.amazonaws.com",
        ),
    ),
    "max_attempts": Setting(
        most_attempts,
        {"max_attempts": 5},
        (("AWS_MAX_ATTEMPTS", "6"),),
        "max_attempts = 7",
        ("5", "6", "7", "3"),
    ),
    "app_id": Setting(
        app,
        {"app_id": "code"},
        (("AWS_SDK_UA_APP_ID", "env"),),
        "sdk_ua_app_id = profile",
        ("app/code", "app/env", "app/profile", "cfg/retry-mode#standard"),
    ),
    "use_fips": Setting(
        lambda request: request.url.host.split(".")[0],
        {"use_fips": False},
        (("AWS_USE_FIPS_ENDPOINT", "TRUE"),),
        "use_fips_endpoint = true",
        ("kinesisvideo", "kinesisvideo-fips", "kinesisvideo-fips", "kinesisvideo"),
    ),
    "use_dualstack": Setting(
        lambda request: request.url.host.rpartition(".")[2],
        {"use_dualstack": True},
        (("AWS_USE_DUALSTACK_ENDPOINT", "false"),),
        "use_dualstack_endpoint = true",
        ("aws", "com", "aws", "com"),
    ),
    "ignore_configured_endpoint_urls": Setting(
        lambda request: request.url.host,
        {"ignore_configured_endpoint_urls": False},
        (("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True"),),
        "ignore_configured_endpoint_urls = true",
        (
            "configured.test",
            "kinesisvideo.us-west-2.amazonaws.com",
            "kinesisvideo.us-west-2.amazonaws.com",
            "configured.test",
        ),
    ),
    "retry_mode": Setting(
        lambda request: request.headers["user-agent"].partition("retry-mode#")[2],
        {"retry_mode": "standard"},
        (("AWS_RETRY_MODE", "Adaptive"),),
        "retry_mode = adaptive",
        ("standard", "adaptive", "adaptive", "standard"),
    ),
    "connect_timeout": Setting(
        lambda request: str(request.extensions["timeout"]["connect"]),
        {"timeout": 5},
        (("AWS_DEFAULTS_MODE", "in-region"),),
        "defaults_mode = mobile",
        ("5", "1.1", "30.0", "3.1"),
    ),
    "credentials": Setting(
        key,
        {"credentials": Credentials("AKIDCODE", "secret")},
        (("AWS_ACCESS_KEY_ID", "AKIDENV"),),
        "aws_access_key_id = AKIDPROFILE\naws_secret_access_key = secret",
        ("AKIDCODE", "AKIDENV", "AKIDPROFILE"),
    ),
}


def levels() -> Any:
    """Rows for each place of each setting: it alone, it and the next, and it and all that follow."""
    for name, setting in SETTINGS.items():
        places = ["code", *(variable for variable, _ in setting.variables), "profile", "default"]
        for level, expected in enumerate(setting.expected):
            for last in sorted({level, min(level + 1, len(places) - 1), len(places) - 1}):
                said = range(level, last + 1)
                yield pytest.param(setting, said, expected, id=f"{name}-{places[level]}-{places[last]}")


@pytest.mark.parametrize(("setting", "places", "expected"), list(levels()))
def test_the_first_place_that_says_something_is_heard(
    setting: Setting, places: range, expected: str, world: World
) -> None:
    fallback = "" if setting.shown is host_and_region else "region = us-west-2\n"
    if setting is SETTINGS["ignore_configured_endpoint_urls"]:
        fallback += "endpoint_url = https://configured.test\n"
    profile = len(setting.variables) + 1
    world.config(f"[default]\n{fallback}{setting.profile if profile in places else ''}\n")
    for place, (variable, value) in enumerate(setting.variables, 1):
        if place in places:
            world.env(**{variable: value})
    options: dict[str, Any] = {}
    if setting.shown is not key:
        options = {"credentials": Credentials("AKID", "secret")}
    elif 1 in places:
        world.env(AWS_SECRET_ACCESS_KEY="secret")
    assert setting.shown(world.call(**options, **(setting.code if 0 in places else {}))) == expected


def test_the_retry_mode_of_old_configuration_is_another_and_says_so(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "heliograph")
    world.env(AWS_RETRY_MODE="legacy", AWS_REGION="eu-west-1", **KEYS)
    assert "cfg/retry-mode#standard" in world.call().headers["user-agent"]
    (record,) = [each for each in caplog.records if each.name == "heliograph.retries"]
    assert record.levelname == "INFO"
    assert (
        record.getMessage() == "AWS_RETRY_MODE: the retry mode legacy is not offered; standard stands for it"
    )


def test_empty_variables_are_not_set(world: World) -> None:
    world.env(AWS_REGION="", AWS_DEFAULT_REGION="eu-west-3", AWS_ENDPOINT_URL="", AWS_MAX_ATTEMPTS="", **KEYS)
    request = world.call()
    assert host_and_region(request) == "kinesisvideo.eu-west-3.amazonaws.com eu-west-3"
    assert most_attempts(request) == "3"


def test_a_profile_is_named_in_code_or_by_a_variable(world: World) -> None:
    world.config(
        "".join(f"[profile {name}]\nregion = eu-west-{n}\n" for n, name in enumerate(("a", "b", "c"), 1))
    )
    world.env(**KEYS)
    world.env(AWS_DEFAULT_PROFILE="c")
    assert scope(world.call())[1] == "eu-west-3"
    world.env(AWS_PROFILE="b")
    assert scope(world.call())[1] == "eu-west-2"
    assert scope(world.call(profile="a", credentials=Credentials("AKID", "s")))[1] == "eu-west-1"


def test_settings_are_those_of_the_moment_a_client_is_made(world: World) -> None:
    world.env(AWS_REGION="eu-west-1", **KEYS)
    options: dict[str, Any] = {"transport": httpx.MockTransport(world.answer)}
    client = package.Client(**options)
    world.env(AWS_REGION="eu-west-2", AWS_ACCESS_KEY_ID="AKIDLATER")
    client.get_ice_server_config(CHANNEL)
    package.Client(**options).get_ice_server_config(CHANNEL)
    assert [scope(request) for request in world.sent] == [
        ("AKIDENV", "eu-west-1"),
        ("AKIDLATER", "eu-west-2"),
    ]


# Endpoints


def test_an_endpoint_may_stand_in_a_services_section(world: World) -> None:
    world.config(
        "[default]\nregion = eu-west-1\nservices = here\nendpoint_url = https://for-all.test\n"
        "[services here]\nkinesis_video_signaling =\n  endpoint_url = https://section.test/base/\n"
        "kinesis_video =\n  endpoint_url = https://other.test\n"
    )
    world.env(**KEYS)
    assert str(world.call().url) == "https://section.test/base/v1/get-ice-server-config"
    world.env(AWS_ENDPOINT_URL="https://variable.test")
    assert host(world.call()) == "https://variable.test"
    world.env(AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true")
    assert host(world.call()) == "https://kinesisvideo.eu-west-1.amazonaws.com"
    assert host(world.call(endpoint_url="https://code.test:8443")) == "https://code.test:8443"


def test_an_endpoint_has_parts_that_go_into_the_request_and_the_signature(world: World) -> None:
    options: dict[str, Any] = {"region": "eu-west-1", "credentials": Credentials("AKID", "secret")}
    for url, authority, path in [
        ("https://Service.Test:443/", "service.test", "/v1/get-ice-server-config"),
        ("https://service.test:8443/a/b", "service.test:8443", "/a/b/v1/get-ice-server-config"),
        ("https://[::1]:8443", "[::1]:8443", "/v1/get-ice-server-config"),
        ("http://localhost:80", "localhost", "/v1/get-ice-server-config"),
    ]:
        request = world.call(endpoint_url=url, **options)
        assert request.headers["host"] == authority
        assert request.url.raw_path.decode() == path


@pytest.mark.parametrize(
    "place",
    ["services section", "profile key endpoint_url"],
)
def test_an_endpoint_without_tls_is_not_taken_from_a_file(place: str, world: World) -> None:
    world.env(**KEYS)
    section = "kinesis_video_signaling =\n  endpoint_url = http://{}\n"
    text = "[default]\nregion = eu-west-1\n" + (
        "services = x\n[services x]\n" + section
        if place == "services section"
        else "endpoint_url = http://{}\n"
    )
    world.config(text.format("service.test"))
    with pytest.raises(ConfigError, match=f"{place}: an endpoint without TLS must be given in code"):
        world.call()
    assert world.sent == []
    for here in ("localhost:4566", "127.0.0.1:1", "[::1]", "x.localhost"):
        world.config(text.format(here))
        assert world.call().url.scheme == "http"


def test_an_endpoint_without_tls_is_warned_of_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "heliograph")
    options: dict[str, Any] = {"region": "eu-west-1", "credentials": Credentials("AKID", "secret")}
    world.call(endpoint_url="http://localhost:1", **options)
    world.call(endpoint_url="https://service.test", **options)
    assert caplog.records == []
    client = package.Client(
        endpoint_url="http://service.test", transport=httpx.MockTransport(world.answer), **options
    )
    client.get_ice_server_config(CHANNEL)
    client.get_ice_server_config(CHANNEL)
    (record,) = caplog.records
    assert (record.levelname, record.name) == ("WARNING", "heliograph.http")
    assert record.getMessage() == (
        "requests to service.test are not encrypted: its endpoint (argument) is an http URL"
    )
    world.env(AWS_ENDPOINT_URL="http://service.test")
    world.call(**options)
    assert "(AWS_ENDPOINT_URL)" in caplog.records[-1].getMessage()


# What is wrong, and where


@pytest.mark.parametrize(
    ("env", "config", "says"),
    [
        ({"AWS_MAX_ATTEMPTS": "abc"}, "", "max_attempts from AWS_MAX_ATTEMPTS: 'abc' cannot be used"),
        ({"AWS_MAX_ATTEMPTS": "0"}, "", "max_attempts from AWS_MAX_ATTEMPTS"),
        ({}, "max_attempts = many", "max_attempts from profile key max_attempts: 'many'"),
        ({"AWS_RETRY_MODE": "eager"}, "", "retry_mode from AWS_RETRY_MODE: 'eager'"),
        ({"AWS_USE_FIPS_ENDPOINT": "yes"}, "", "use_fips_endpoint from AWS_USE_FIPS_ENDPOINT: 'yes'"),
        ({"AWS_DEFAULTS_MODE": "fast"}, "", "defaults_mode from AWS_DEFAULTS_MODE: 'fast'"),
        ({}, "ignore_configured_endpoint_urls = 1", "from profile key ignore_configured_endpoint_urls: '1'"),
        ({}, "use_dualstack_endpoint = 1", "use_dualstack_endpoint from profile key use_dualstack_endpoint: '1'"),
        ({"AWS_REGION": "eu west"}, "", "region from AWS_REGION: 'eu west' cannot be used"),
        ({}, "region = eu_west_1", "region from profile key region: 'eu_west_1'"),
        ({"AWS_ENDPOINT_URL": "service.test"}, "", "AWS_ENDPOINT_URL: 'service.test' is no absolute"),
        ({}, "endpoint_url = https://u:p@x.test", "profile key endpoint_url: an endpoint has no user"),
        ({}, "services = gone", "profile key services: the configuration file has no section [services gone]"),
        ({"AWS_SDK_UA_APP_ID": "x" * 51}, "", "app_id from AWS_SDK_UA_APP_ID"),
        ({"AWS_PROFILE": "gone"}, "", "profile 'gone': neither the configuration file nor the credentials file"),
        ({"AWS_CA_BUNDLE": "/no/such/file"}, "", "ca_bundle: /no/such/file holds no readable certificates"),
        ({}, "ca_bundle = /no/such/file", "ca_bundle: /no/such/file holds no readable certificates"),
        ({}, "no equals sign", "config:3: Expected an '=' sign"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named_with_its_place(
    env: dict[str, str], config: str, says: str, world: World
) -> None:
    world.config(
        f"[default]\nmax_attempts = 3\n{config}\n"
        if "max_attempts" not in config
        else f"[default]\n{config}\n"
    )
    world.env(**{"AWS_REGION": "eu-west-1"} if "region" not in config else {}, **KEYS)
    world.env(**env)
    options: dict[str, Any] = {"transport": None} if "ca_bundle" in says else {}
    with pytest.raises(ConfigError) as caught:
        world.call(**options)
    assert says in str(caught.value)
    assert caught.value.attempts == 0
    assert world.sent == []


def test_a_file_that_cannot_be_read_is_named(world: World) -> None:
    world.env(AWS_CONFIG_FILE=str(world.folder), **KEYS)
    with pytest.raises(ConfigError, match=f"{world.folder}: cannot be read") as caught:
        world.call(region="eu-west-1")
    assert isinstance(caught.value.__cause__, OSError)


def test_files_that_are_not_there_say_nothing(world: World) -> None:
    world.env(AWS_CONFIG_FILE=str(world.folder / "no" / "config"), AWS_REGION="eu-west-1", **KEYS)
    assert scope(world.call()) == ("AKIDENV", "eu-west-1")


def test_no_region_is_an_error_that_names_every_way_to_give_one(world: World) -> None:
    world.env(**KEYS)
    with pytest.raises(
        EndpointError, match="no region: pass region=, or set AWS_REGION, or region in the profile"
    ):
        world.call()
    with pytest.raises(ConfigError, match="no region to sign for"):
        world.call(endpoint_url="https://service.test")
    with pytest.raises(ConfigError, match="no region to sign for"):
        world.call(endpoint_url="https://service.test", credentials=lambda: Credentials("AKID", "secret"))
    assert world.sent == []
    request = world.call(endpoint_url="https://service.test", credentials=ANONYMOUS)
    assert "authorization" not in request.headers


@pytest.mark.parametrize("region", HOSTILE, ids=ascii)
def test_a_region_never_leads_elsewhere(region: str, world: World) -> None:
    keys = Credentials("AKID", "secret")
    with pytest.raises(HeliographError):
        world.call(region=region, credentials=keys)
    with pytest.raises(HeliographError):
        world.call(region="eu-west-1", endpoint_params={"Region": region}, credentials=keys)
    if region and "\0" not in region:
        world.env(AWS_REGION=region)
        with pytest.raises(HeliographError):
            world.call(credentials=keys)
        world.env(AWS_REGION="")
    if (
        not set(region) & set("\n\r") and region and region == region.strip()
    ):  # files have blanks around values
        world.config(f"[default]\nregion = {region}\n")
        with pytest.raises(HeliographError):
            world.call(credentials=keys)
    assert world.sent == []


# Credentials


def test_the_chain_is_environment_then_profile(world: World) -> None:
    world.credentials(
        "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = secret\naws_session_token = token\n"
        "[other]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = secret\n"
    )
    request = world.call(region="eu-west-1")
    assert (key(request), request.headers["x-amz-security-token"]) == ("AKIDFILE", "token")
    world.env(**KEYS)
    request = world.call(region="eu-west-1")
    assert key(request) == "AKIDENV"
    assert "x-amz-security-token" not in request.headers
    world.env(AWS_PROFILE="other")
    assert key(world.call(region="eu-west-1")) == "AKIDENV"
    assert key(world.call(region="eu-west-1", profile="other")) == "AKIDOTHER", (
        "named in code, it comes first"
    )


@pytest.mark.parametrize(
    ("env", "credentials", "says"),
    [
        ({"AWS_EC2_METADATA_DISABLED": "true"}, "", "no credentials: pass credentials=, set AWS_ACCESS_KEY_ID"),
        ({"AWS_ACCESS_KEY_ID": "AKID"}, "", "AWS_SECRET_ACCESS_KEY is not set though its companion is"),
        ({"AWS_SECRET_ACCESS_KEY": "cAnArY"}, "", "AWS_ACCESS_KEY_ID is not set though its companion is"),
        ({}, "aws_access_key_id = AKID", "profile default: aws_secret_access_key is missing"),
        ({}, "aws_secret_access_key = cAnArY", "profile default: aws_access_key_id is missing"),
        ({}, "role_arn = arn:aws:iam::1:role/x", "profile default: role_arn needs source_profile"),
        ({"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "cAnArY", "AWS_SESSION_TOKEN": "cAnArY\n"}, "",
         "token holds a line break"),
        ({"AWS_ACCESS_KEY_ID": "AKID\r", "AWS_SECRET_ACCESS_KEY": "cAnArY"}, "", "access_key holds a line break"),
        ({"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "cAnArY\u00e9"}, "", "secret_key holds"),
    ],
)  # fmt: skip
def test_credentials_that_are_broken_or_missing(
    env: dict[str, str], credentials: str, says: str, world: World
) -> None:
    world.credentials(f"[default]\n{credentials}\n")
    world.env(**env)
    with pytest.raises(CredentialsError) as caught:
        world.call(region="eu-west-1")
    assert says in str(caught.value)
    assert "cAnArY" not in str(caught.value)
    assert world.sent == []


class Theirs:
    """Somebody else's credentials, whose keys change as they are read."""

    def __init__(self) -> None:
        self.reads = 0

    @property
    def access_key(self) -> str:
        self.reads += 1
        return f"AKID{self.reads}"

    secret_key = "secret"
    token = None


def test_somebody_elses_object_is_read_for_each_attempt(world: World) -> None:
    world.status = 500
    theirs = Theirs()
    with pytest.raises(package.ServiceError):
        world.call(region="eu-west-1", credentials=theirs)
    assert len({key(request) for request in world.sent}) == 3


def test_a_function_gives_credentials_for_each_attempt(world: World) -> None:
    names = iter("ABCDEF")

    def keys() -> Credentials:
        return Credentials(f"AKID{next(names)}", "secret")

    async def keys_async() -> Credentials:
        await asyncio.sleep(0)
        return keys()

    world.status = 500
    for function in (keys, keys_async) if world.flavour == "async" else (keys,):
        names = iter("ABCDEF")
        world.sent.clear()
        with pytest.raises(package.ServiceError):
            world.call(region="eu-west-1", credentials=function)
        assert [key(request) for request in world.sent] == ["AKIDA", "AKIDB", "AKIDC"]


class AsyncKeys:
    """An object that is called as a coroutine."""

    async def __call__(self) -> Credentials:
        return Credentials("AKID", "secret")

    async def method(self) -> Credentials:
        return await self()


@pytest.mark.parametrize("provider", [AsyncKeys().method, AsyncKeys()], ids=["method", "object"])
def test_a_synchronous_client_does_not_take_an_asynchronous_function(provider: Any, world: World) -> None:
    with pytest.raises(ConfigError, match="an asynchronous function needs an asynchronous client"):
        package.Client(region="eu-west-1", credentials=provider)
    with pytest.raises(ConfigError, match="asynchronous"):
        package.Client(region="eu-west-1").with_options(credentials=provider)
    package.AsyncClient(region="eu-west-1", credentials=provider)
    client = package.Client(
        region="eu-west-1", credentials=lambda: provider(), transport=httpx.MockTransport(world.answer)
    )
    with pytest.raises(CredentialsError, match="it needs an asynchronous client"):
        client.get_ice_server_config(CHANNEL)


def fails() -> Credentials:
    raise RuntimeError("the vault is closed")


@pytest.mark.parametrize(
    ("credentials", "says"),
    [
        (fails, "the credentials function failed: RuntimeError"),
        (lambda: None, "the credentials function returned NoneType is no credentials"),
        (lambda: Credentials("", ""), "the credentials function returned Credentials is no credentials"),
        ("AKID", "credentials: str is no credentials"),
        (("AKID", "secret"), "credentials: tuple is no credentials"),
        (Credentials, "the credentials function failed: TypeError"),
    ],
)  # fmt: skip
def test_what_is_no_credentials_is_refused(credentials: Any, says: str, world: World) -> None:
    with pytest.raises(CredentialsError) as caught:
        world.call(region="eu-west-1", credentials=credentials)
    assert says in str(caught.value)
    assert (caught.value.__cause__ is not None) == ("failed" in says)
    assert world.sent == []


def test_an_anonymous_client_signs_nothing_and_looks_for_nothing(world: World) -> None:
    world.env(**KEYS)
    request = world.call(region="eu-west-1", credentials=ANONYMOUS)
    assert not {"authorization", "x-amz-date", "x-amz-security-token"} & set(request.headers)
    assert request.headers["amz-sdk-request"] == "attempt=1; max=3"


# User agent


def test_the_user_agent_says_what_the_client_is_and_nothing_odd(world: World) -> None:
    world.env(AWS_EXECUTION_ENV="AWS_Lambda python3.11\r\nx: y", **KEYS)
    sent = world.call(region="eu-west-1", app_id="my app/1\u00e9\r\n", endpoint_url="https://service.test")
    agent = sent.headers["user-agent"]
    assert agent.isascii()
    assert agent.isprintable()
    fields = agent.split(" ")
    assert fields[0].startswith("heliograph/")
    assert fields[1] == "ua/2.1"
    assert "exec-env/AWS_Lambda-python3.11--x--y" in fields
    assert "m/E,N,g" in fields
    assert fields[-1] == "app/my-app-1---"
