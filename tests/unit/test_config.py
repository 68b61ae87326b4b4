# SPDX-License-Identifier: Apache-2.0
"""The shared configuration files, and the order in which code, environment and profile are asked."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph import built_ins, config, errors
from heliograph.config import ConfigError
from heliograph.credentials import Context, instance

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


class Setting(NamedTuple):
    """One setting: who reads it, and every place it may stand in, each with a value and what comes of that."""

    read: Callable[..., Any]
    """Takes the argument, the environment and the profile."""
    argument: tuple[Any, Any] | None
    variables: list[tuple[str, str, Any]]
    """The first wins."""
    key: tuple[str, str, Any] | None
    default: Any

    @property
    def layers(self) -> list[tuple[str, str, Any, Any]]:
        """Kind, name, value and outcome of each place, the first wins."""
        found = [("argument", "", *self.argument)] if self.argument else []
        found += [("variable", *each) for each in self.variables]
        return found + ([("profile", *self.key)] if self.key else [])

    def where(self, *layers: tuple[str, str, Any, Any]) -> Any:
        """What is read where these places say something, and no other."""
        code: Any = None
        env: dict[str, str] = {}
        profile: dict[str, str] = {}
        for kind, name, value, _ in layers:
            if kind == "argument":
                code = value
            elif kind == "variable":
                env[name] = value
            else:
                profile[name] = value
        return self.read(code, env, profile)


def without_argument(read: Callable[..., Any]) -> Callable[..., Any]:
    return lambda code, env, profile: read(env, profile)


def built_in(read: Callable[[built_ins.Sources], Any]) -> Callable[..., Any]:
    return lambda code, env, profile: read(built_ins.Sources({}, env, profile, None))


def metadata(attribute: str) -> Callable[..., Any]:
    """What the source of an instance's keys makes of its settings."""
    return lambda code, env, profile: getattr(instance._Service(Context(env), profile), attribute)


def metadata_url(code: None, env: dict[str, str], profile: dict[str, str]) -> Any:
    return metadata("_address")(code, env, profile).url


def metadata_is_off(code: None, env: dict[str, str], profile: dict[str, str]) -> bool:
    try:
        instance._Service(Context(env), profile)
    except instance.NotThere:
        return True
    return False


def ignores(code: bool | None, env: dict[str, str], profile: dict[str, str]) -> bool:
    """Whether a configured endpoint is passed over."""
    profile = {**profile, "endpoint_url": "https://configured.test"}
    return config.endpoint_url(None, env, profile, {}, "S3", ignore=code) is None


def endpoint(code: str | None, env: dict[str, str], profile: dict[str, str]) -> str | None:
    found = config.endpoint_url(code, env, profile, {}, "Kinesis Video Signaling")
    return None if found is None else found[0]


def switch(name: str, read: Callable[..., Any], *, has_argument: bool = True) -> Setting:
    """A setting that is true or false, and false by default."""
    return Setting(
        read,
        (True, True) if has_argument else None,
        [(f"AWS_{name.upper()}", "False", False)],
        (name, "TRUE", True),
        False,
    )


SETTINGS = {
    "region": Setting(
        config.region, ("eu-west-1", "eu-west-1"),
        [("AWS_REGION", "eu-west-2", "eu-west-2"), ("AWS_DEFAULT_REGION", "eu-west-3", "eu-west-3")],
        ("region", "eu-north-1", "eu-north-1"), None,
    ),
    "profile": Setting(
        lambda code, env, profile: config.profile_name(code, env), ("code", "code"),
        [("AWS_PROFILE", "env", "env"), ("AWS_DEFAULT_PROFILE", "old", "old")], None, "default",
    ),
    "endpoint_url": Setting(
        endpoint, ("https://code.test", "https://code.test"),
        [
            ("AWS_ENDPOINT_URL_KINESIS_VIDEO_SIGNALING", "https://own.test", "https://own.test"),
            ("AWS_ENDPOINT_URL", "https://all.test", "https://all.test"),
        ],
        ("endpoint_url", "https://profile.test", "https://profile.test"), None,
    ),
    "ignore_configured_endpoint_urls": switch("ignore_configured_endpoint_urls", ignores),
    "use_fips": switch("use_fips_endpoint", config.use_fips),
    "use_dualstack": switch("use_dualstack_endpoint", config.use_dualstack),
    "max_attempts": Setting(
        config.max_attempts, (1, 1), [("AWS_MAX_ATTEMPTS", "2", 2)], ("max_attempts", "7", 7), None
    ),
    "retry_mode": Setting(
        config.retry_mode, ("adaptive", "adaptive"), [("AWS_RETRY_MODE", "legacy", "standard")],
        ("retry_mode", "Adaptive", "adaptive"), "standard",
    ),
    "ca_bundle": Setting(
        config.ca_bundle, ("/code", "/code"), [("AWS_CA_BUNDLE", "/env", "/env")],
        ("ca_bundle", "/profile", "/profile"), None,
    ),
    "app_id": Setting(
        config.app_id, ("a" * 50, "a" * 50), [("AWS_SDK_UA_APP_ID", "env", "env")],
        ("sdk_ua_app_id", "profile", "profile"), None,
    ),
    "defaults_mode": Setting(
        without_argument(lambda env, profile: config.defaults_mode(env, profile, None)), None,
        [("AWS_DEFAULTS_MODE", "In-Region", "in-region")], ("defaults_mode", "mobile", "mobile"), "standard",
    ),
    "disable_clock_skew_correction": switch(
        "disable_clock_skew_correction", without_argument(lambda *places: not config.corrects_clock_skew(*places)),
        has_argument=False,
    ),
    "disable_request_compression": switch("disable_request_compression", config.disable_request_compression),
    "request_min_compression_size_bytes": Setting(
        config.request_min_compression_size_bytes, (0, 0), [("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "1", 1)],
        ("request_min_compression_size_bytes", "10485760", 10485760), 10240,
    ),
    "request_checksum_calculation": Setting(
        config.adds_checksums, ("when_supported", True),
        [("AWS_REQUEST_CHECKSUM_CALCULATION", "WHEN_REQUIRED", False)],
        ("request_checksum_calculation", "when_supported", True), True,
    ),
    "response_checksum_validation": Setting(
        config.checks_answers, ("when_supported", True), [("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required", False)],
        ("response_checksum_validation", "When_Supported", True), True,
    ),
    "inject_host_prefix": Setting(
        config.inject_host_prefix, (True, True), [("AWS_DISABLE_HOST_PREFIX_INJECTION", "true", False)],
        ("disable_host_prefix_injection", "false", True), True,
    ),
    "account_id_endpoint_mode": Setting(
        built_in(built_ins.account_id_mode), None, [("AWS_ACCOUNT_ID_ENDPOINT_MODE", "Required", "required")],
        ("account_id_endpoint_mode", "disabled", "disabled"), "preferred",
    ),
    "auth_scheme_preference": Setting(
        without_argument(config.auth_scheme_preference), None,
        [("AWS_AUTH_SCHEME_PREFERENCE", "httpBearerAuth, aws.auth#sigv4a", ("bearer", "sigv4a"))],
        ("auth_scheme_preference", "sigv4,noAuth", ("sigv4", "none")), (),
    ),
    "sigv4a_signing_region_set": Setting(
        without_argument(config.region_set), None, [("AWS_SIGV4A_SIGNING_REGION_SET", "*", ("*",))],
        ("sigv4a_signing_region_set", "us-east-1, us-west-*", ("us-east-1", "us-west-*")), (),
    ),
    "endpoint_discovery_enabled": Setting(
        without_argument(config.discovers_endpoints), None, [("AWS_ENABLE_ENDPOINT_DISCOVERY", "False", False)],
        ("endpoint_discovery_enabled", "TRUE", True), None,
    ),
    "ec2_metadata_disabled": Setting(
        metadata_is_off, None, [("AWS_EC2_METADATA_DISABLED", "True", True)], None, False
    ),
    "ec2_metadata_v1_disabled": Setting(
        metadata("_allows_1"), None, [("AWS_EC2_METADATA_V1_DISABLED", "true", False)],
        ("ec2_metadata_v1_disabled", "False", True), False,
    ),
    "ec2_metadata_service_endpoint": Setting(
        metadata_url, None, [("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1", "http://127.0.0.1:1")],
        ("ec2_metadata_service_endpoint", "http://127.0.0.1:2", "http://127.0.0.1:2"), "http://169.254.169.254",
    ),
    "ec2_metadata_service_endpoint_mode": Setting(
        metadata_url, None, [("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6", "http://[fd00:ec2::254]")],
        ("ec2_metadata_service_endpoint_mode", "IPv4", "http://169.254.169.254"), "http://169.254.169.254",
    ),
    "metadata_service_timeout": Setting(
        metadata("_seconds"), None, [("AWS_METADATA_SERVICE_TIMEOUT", "2.5", 2.5)],
        ("metadata_service_timeout", "3", 3.0), 1.0,
    ),
    "metadata_service_num_attempts": Setting(
        metadata("_attempts"), None, [("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1", 1)],
        ("metadata_service_num_attempts", "5", 5), 3,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_read_from_each_place_alone(name: str) -> None:
    setting = SETTINGS[name]
    for layer in setting.layers:
        assert setting.where(layer) == layer[3], layer
    assert setting.where() == setting.default


@pytest.mark.parametrize("name", SETTINGS)
def test_of_two_places_the_first_is_heard(name: str) -> None:
    setting = SETTINGS[name]
    for first, second in itertools.pairwise(setting.layers):
        assert setting.where(first, second) == first[3], (first, second)
    assert setting.where(*setting.layers) == setting.layers[0][3]


@pytest.mark.parametrize("name", SETTINGS)
def test_an_empty_text_says_nothing(name: str) -> None:
    setting = SETTINGS[name]
    empty = [(kind, key, "", None) for kind, key, _, _ in setting.layers if kind != "argument"]
    assert setting.where(*empty) == setting.default
    for place, layer in enumerate(empty[:-1]):
        following = [each for each in setting.layers if each[0] != "argument"][place + 1]
        assert setting.where(layer, following) == following[3]


ELSEWHERE = {
    *("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ENDPOINT_URL_<SERVICE>", "AWS_EXECUTION_ENV"),
    *("AWS_STS_REGIONAL_ENDPOINTS", "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "AWS_S3_USE_ARN_REGION"),
    "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",
}
"""Variables whose tests stand elsewhere: by the files, the user agent, the built-ins of endpoint rules."""


def test_the_page_of_settings_names_those_that_are_read() -> None:
    page = (Path(__file__).parents[2] / "docs/settings.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(AWS_[A-Z0-9_]+(?:<SERVICE>)?)`", page))
    read = {variable for setting in SETTINGS.values() for variable, _, _ in setting.variables}
    own = "AWS_ENDPOINT_URL_KINESIS_VIDEO_SIGNALING"
    assert named == (read - {own}) | ELSEWHERE
    keys = {setting.key[0] for setting in SETTINGS.values() if setting.key}
    assert {key for key in keys if f"`{key}`" not in page} == {
        "ec2_metadata_service_endpoint",
        "ec2_metadata_service_endpoint_mode",
    }


SWITCHES = [
    *("ignore_configured_endpoint_urls", "use_fips", "use_dualstack", "disable_clock_skew_correction"),
    *(
        "disable_request_compression",
        "inject_host_prefix",
        "ec2_metadata_disabled",
        "ec2_metadata_v1_disabled",
    ),
]


@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize("text", ["yes", "no", "1", "0", "on", "true ", "truee", "t", "\u0442rue"])
def test_only_true_and_false_are_words_for_a_switch(name: str, text: str) -> None:
    setting = SETTINGS[name]
    for kind, key, _, _ in setting.layers:
        if kind == "argument":
            continue
        origin = f"from {key}: " if kind == "variable" else f"from profile key {key}: "
        with pytest.raises(ConfigError, match=f"{origin}.*it is true or false"):
            setting.where((kind, key, text, None))
        for good in ("true", "TRUE", "True", "tRuE", "false", "FALSE"):
            setting.where((kind, key, good, None))


WRONG = {
    "region": ["eu_west_1", "x@attacker.test:443/#"],
    "max_attempts": ["abc", "0", "-1", "1.5", "+3", "1_0", "\u0663", "9" * 5000],
    "retry_mode": ["simple"],
    "app_id": ["a" * 51],
    "defaults_mode": ["fast", "in region"],
    "request_min_compression_size_bytes": ["-1", "10485761", "1.5", "many", "\u0663"],
    "request_checksum_calculation": ["always"],
    "response_checksum_validation": ["never"],
    "sigv4a_signing_region_set": ["eu_west_1", "*,x@attacker.test"],
    "endpoint_discovery_enabled": ["yes", "1"],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name in WRONG for text in WRONG[name]])
def test_an_unusable_value_is_refused_with_its_place(name: str, text: str) -> None:
    setting = SETTINGS[name]
    for kind, key, _, _ in setting.layers:
        origin = {"argument": "given in code: ", "variable": f"from {key}: "}.get(
            kind, f"from profile key {key}: "
        )
        with pytest.raises(ConfigError, match=origin):
            setting.where((kind, key, text, None))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("region", 1), ("use_fips", "true"), ("use_fips", 1), ("max_attempts", "3"), ("max_attempts", True),
        ("max_attempts", 2.0), ("retry_mode", "legacy"), ("app_id", 5),
    ],
)  # fmt: skip
def test_an_argument_has_its_type(name: str, value: object) -> None:
    with pytest.raises(ConfigError, match="given in code: "):
        SETTINGS[name].read(value, {}, {})


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
