# SPDX-License-Identifier: Apache-2.0
"""The shared configuration files, and the order in which code, environment and profile are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph import config, errors
from heliograph.config import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "canary-secret"


# --- the shared files


@pytest.mark.parametrize(
    ("text", "profiles"),
    {
        "[default]": {"default": {}},
        "[default]\nA=1\n[default]\nb=2": {"default": {"a": "1", "b": "2"}},
        "\ufeff[default]\r\na = 1\r\n": {"default": {"a": "1"}},
        "[profile a/b.c%d@e:f+g_h-1]": {"a/b.c%d@e:f+g_h-1": {}},
        "[profile \u00e4]\na=1": {},
        "[profile]\na=1": {},
        "[]\na=1": {},
        "[default] more text\na=1": {"default": {"a": "1"}},
        "[default]\na = #1": {"default": {"a": ""}},
        "[default]\na = x#1;2": {"default": {"a": "x#1;2"}},
        "[default]\na=1\n\n# comment\n\tb\n c": {"default": {"a": "1\nb\nc"}},
        "[default]\nin valid = 1\n continued\nb=2": {"default": {"b": "2"}},
        "[default]\na = 100%\nb = %(a)s": {"default": {"a": "100%", "b": "%(a)s"}},
    }.items(),
    ids=repr,
)
def test_the_format_beyond_the_published_cases(text: str, profiles: dict[str, Any]) -> None:
    assert config.parse_profile(text)["profiles"] == profiles


def test_sections_are_sorted_by_kind() -> None:
    text = "[profile a]\nx=1\n[sso-session s]\ny=2\n[services v]\nkinesis_video =\n endpoint_url = http://u\n"
    parsed = config.parse_profile(text, "[sso-session s]\nx=1\n[services v]\nx=1\n[b]\nz=3")
    assert parsed == {
        "profiles": {"a": {"x": "1"}, "b": {"z": "3"}},
        "sso_sessions": {"s": {"y": "2"}},
        "services": {"v": {"kinesis_video": "\nendpoint_url = http://u"}},
    }


def test_sub_properties() -> None:
    assert config.sub_properties("\nA = 1\nb=2=3\nc =") == {"a": "1", "b": "2=3", "c": ""}
    assert config.sub_properties("plain") == {}


@pytest.mark.parametrize(
    ("text", "line"),
    {
        f"{CANARY} = {CANARY}": 1,
        f"# comment\n\n {CANARY}": 3,
        f"[default]\n{CANARY}": 2,
        f"[default]\n= {CANARY}": 2,
        f"[default]\n {CANARY}": 2,
        f"[default]\ns3 =\n {CANARY}": 3,
        f"[default]\ns3 =\n = {CANARY}": 3,
        f"[{CANARY}": 1,
        f"[{CANARY} # ]": 1,
    }.items(),
    ids=repr,
)
def test_an_error_names_file_and_line_and_never_shows_the_line(text: str, line: int) -> None:
    with pytest.raises(errors.ConfigError, match=rf"^/a/config:{line}: ") as caught:
        config.parse_profile(text, config_path="/a/config")
    assert CANARY not in repr(caught.value)
    assert caught.value.__cause__ is None
    with pytest.raises(errors.ConfigError, match=rf"^/b/credentials:{line}: "):
        config.parse_profile("", text, credentials_path="/b/credentials")


@given(st.text(st.sampled_from("[]=#; \t\r\n\x00\ufeffaprofile\u00e4"), max_size=80), st.text(max_size=80))
def test_any_text_is_read_or_refused(config_text: str, credentials_text: str) -> None:
    try:
        parsed = config.parse_profile(config_text, credentials_text)
    except ConfigError:
        return
    assert set(parsed) == {"profiles", "sso_sessions", "services"}


@pytest.mark.parametrize(
    ("env", "platform", "expected"),
    [
        ({"HOME": "/h"}, "darwin", ("/h/.aws/config", "/h/.aws/credentials")),
        (
            {"HOME": "/h", "AWS_CONFIG_FILE": "~/c", "AWS_SHARED_CREDENTIALS_FILE": "/k"}, "linux",
            ("/h/c", "/k"),
        ),
        ({"USERPROFILE": "C:\\u"}, "win32", ("C:\\u\\.aws\\config", "C:\\u\\.aws\\credentials")),
        ({"HOME": "C:\\h", "AWS_CONFIG_FILE": "~/c"}, "win32", ("C:\\h/c", "C:\\h\\.aws\\credentials")),
        ({"HOME": "/h", "AWS_CONFIG_FILE": ""}, "linux", ("/h/.aws/config", "/h/.aws/credentials")),
        ({}, "linux", ("~/.aws/config", "~/.aws/credentials")),
    ],
    ids=str,
)  # fmt: skip
def test_file_locations(env: dict[str, str], platform: str, expected: tuple[str, str]) -> None:
    assert config.file_locations(env, platform=platform) == expected


# --- one setting at a time

Layer = tuple[str, str, Any]
SETTINGS: dict[str, tuple[Callable[..., Any], tuple[Any, Any], list[Layer], Layer]] = {
    # function, argument and its outcome, variables in order, profile key; each with text and outcome
    "region": (
        config.region, ("eu-west-1", "eu-west-1"),
        [("AWS_REGION", "eu-west-2", "eu-west-2"), ("AWS_DEFAULT_REGION", "eu-west-3", "eu-west-3")],
        ("region", "eu-north-1", "eu-north-1"),
    ),
    "use_fips": (
        config.use_fips, (True, True), [("AWS_USE_FIPS_ENDPOINT", "False", False)],
        ("use_fips_endpoint", "TRUE", True),
    ),
    "use_dualstack": (
        config.use_dualstack, (False, False), [("AWS_USE_DUALSTACK_ENDPOINT", "true", True)],
        ("use_dualstack_endpoint", "false", False),
    ),
    "max_attempts": (
        config.max_attempts, (1, 1), [("AWS_MAX_ATTEMPTS", "2", 2)], ("max_attempts", "7", 7),
    ),
    "retry_mode": (
        config.retry_mode, ("adaptive", "adaptive"), [("AWS_RETRY_MODE", "legacy", "standard")],
        ("retry_mode", "Adaptive", "adaptive"),
    ),
    "ca_bundle": (
        config.ca_bundle, ("/code", "/code"), [("AWS_CA_BUNDLE", "/env", "/env")],
        ("ca_bundle", "/profile", "/profile"),
    ),
    "app_id": (
        config.app_id, ("a" * 50, "a" * 50), [("AWS_SDK_UA_APP_ID", "env", "env")],
        ("sdk_ua_app_id", "profile", "profile"),
    ),
}  # fmt: skip
DEFAULTS = {
    "region": None, "use_fips": False, "use_dualstack": False, "max_attempts": None, "retry_mode": "standard",
    "ca_bundle": None, "app_id": None,
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_code_then_environment_then_profile_then_default(name: str) -> None:
    resolve, (argument, given_in_code), variables, (key, text, in_profile) = SETTINGS[name]
    env = {variable: value for variable, value, _ in variables}
    assert resolve(argument, env, {key: text}) == given_in_code
    for variable, _, outcome in variables:
        assert resolve(None, env, {key: text}) == outcome
        env[variable] = ""
    assert resolve(None, env, {key: text}) == in_profile
    assert resolve(None, env, {key: ""}) == resolve(None, {}, {}) == DEFAULTS[name]


WRONG = {
    "region": ["eu_west_1", "x@attacker.test:443/#"],
    "use_fips": ["yes", "1", "on", "true "],
    "use_dualstack": ["no"],
    "max_attempts": ["abc", "0", "-1", "1.5", "+3", "1_0", "\u0663", "9" * 5000],
    "retry_mode": ["simple"],
    "app_id": ["a" * 51],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in WRONG for text in WRONG[name]])
def test_an_unusable_value_is_refused_with_its_place(name: str, text: str) -> None:
    resolve, _, variables, (key, _, _) = SETTINGS[name]
    for variable, _, _ in variables:
        with pytest.raises(ConfigError, match=f"from {variable}: "):
            resolve(None, {variable: text}, {})
    with pytest.raises(ConfigError, match=f"from profile key {key}: "):
        resolve(None, {}, {key: text})
    with pytest.raises(ConfigError, match="given in code: "):
        resolve(text, {}, {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("region", 1), ("use_fips", "true"), ("use_fips", 1), ("max_attempts", "3"), ("max_attempts", True),
        ("max_attempts", 2.0), ("retry_mode", "legacy"), ("app_id", 5),
    ],
)  # fmt: skip
def test_an_argument_has_its_type(name: str, value: object) -> None:
    with pytest.raises(ConfigError, match="given in code: "):
        SETTINGS[name][0](value, {}, {})


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("a", True), ("A1", True), ("us-east-1", True), ("a--b", True), ("1", True), ("a" * 63, True),
        ("", False), ("a" * 64, False), ("-", False), ("-a", False), ("a-", False), ("a.b", False),
        ("us-east-1\n", False), ("\nus", False), ("a/b", False), ("a%2fb", False), ("a\x00", False),
        ("[::1]", False), ("a_b", False), ("\u0661\u0662", False), ("\u00e9", False), ("\u00b2", False),
        ("x@attacker.com:443/#", False), (" a", False),
    ],
    ids=repr,
)  # fmt: skip
def test_a_region_is_a_host_label(text: str, good: bool) -> None:
    assert config.host_label(text) is good
    if good:
        assert config.region(text, {}, {}) == text
    else:
        with pytest.raises(ConfigError, match=r"region given in code: .* it is 1 to 63 letters"):
            config.region(text, {}, {})


def test_profile_names_and_profiles() -> None:
    assert config.profile_name("code", {"AWS_PROFILE": "env"}) == "code"
    assert config.profile_name(None, {"AWS_PROFILE": "env", "AWS_DEFAULT_PROFILE": "old"}) == "env"
    assert config.profile_name(None, {"AWS_PROFILE": "", "AWS_DEFAULT_PROFILE": "old"}) == "old"
    assert config.profile_name(None, {}) == "default"
    parsed = config.parse_profile("[profile a]\nx=1")
    assert config.profile_of(parsed, "a") == {"x": "1"}
    assert config.profile_of(parsed, "default") == {}
    with pytest.raises(ConfigError, match="profile 'b': neither the configuration file nor"):
        config.profile_of(parsed, "b")


ENV_SPECIFIC = {"AWS_ENDPOINT_URL_KINESIS_VIDEO_SIGNALING": "https://env.specific"}
ENV_GENERIC = {"AWS_ENDPOINT_URL": "https://env.generic"}
ENV_OTHER = {"AWS_ENDPOINT_URL_S3": "https://env.other"}
IN_SERVICES = {"services": "dev"}
IN_PROFILE = {"endpoint_url": "https://profile"}
SERVICES = config.parse_profile(
    "[services dev]\nkinesis_video_signaling =\n  endpoint_url = https://block\n"
    "s3 =\n  endpoint_url = https://s3\n"
    "[services other]\ns3 =\n  endpoint_url = https://s3\n"
)["services"]


@pytest.mark.parametrize(
    ("code", "env", "profile", "expected"),
    [
        (None, {}, {}, None),
        ("https://code", ENV_SPECIFIC, IN_PROFILE, ("https://code", "argument")),
        (None, ENV_GENERIC | ENV_SPECIFIC, IN_SERVICES | IN_PROFILE,
         ("https://env.specific", "AWS_ENDPOINT_URL_KINESIS_VIDEO_SIGNALING")),
        (None, ENV_GENERIC, IN_SERVICES | IN_PROFILE, ("https://env.generic", "AWS_ENDPOINT_URL")),
        (None, ENV_OTHER, IN_SERVICES | IN_PROFILE, ("https://block", "services section")),
        (None, {}, IN_PROFILE, ("https://profile", "profile key endpoint_url")),
        (None, {}, {"services": "other"} | IN_PROFILE, ("https://profile", "profile key endpoint_url")),
        (None, {}, {"services": "other"}, None),
        (None, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"} | ENV_SPECIFIC, IN_PROFILE, None),
        (None, ENV_SPECIFIC, {"ignore_configured_endpoint_urls": "true"} | IN_SERVICES, None),
        (None, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"} | ENV_GENERIC,
         {"ignore_configured_endpoint_urls": "true"}, ("https://env.generic", "AWS_ENDPOINT_URL")),
        ("https://code", {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, {}, ("https://code", "argument")),
    ],
    ids=str,
)  # fmt: skip
def test_endpoint_urls(
    code: str | None, env: dict[str, str], profile: dict[str, str], expected: tuple[str, str] | None
) -> None:
    assert config.endpoint_url(code, env, profile, SERVICES, "Kinesis Video Signaling") == expected


@pytest.mark.parametrize(
    ("env", "profile", "services", "problem"),
    [
        ({}, {"services": "gone"}, {}, r"no section \[services gone\]"),
        ({}, {"services": "dev"}, {"dev": {"s3": "https://x"}}, r"\[services dev\]: s3 must be followed by"),
        ({"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "1"}, {}, {}, "from AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
    ],
    ids=str,
)
def test_a_broken_endpoint_configuration_is_refused(
    env: dict[str, str], profile: dict[str, str], services: dict[str, dict[str, str]], problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem):
        config.endpoint_url(None, env, profile, services, "S3")
