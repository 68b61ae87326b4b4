# SPDX-License-Identifier: Apache-2.0
"""Settings: the shared configuration files, and where each setting comes from.

A setting given in code wins over the environment, which wins over the profile. Nothing here reads a file or
the process's environment: the caller passes texts and mappings. The format of the files is the one AWS's SDKs
share ("Shared config and credentials files"), which Python's ``configparser`` does not implement. An empty
value, of a variable or of a key, counts as not set.
"""

from __future__ import annotations

from .errors import ConfigError, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    Properties = dict[str, str]
    Sections = dict[str, Properties]

__all__ = [
    "ConfigError",
    "app_id",
    "boolean",
    "ca_bundle",
    "endpoint_url",
    "file_locations",
    "host_label",
    "in_home",
    "look_up",
    "max_attempts",
    "parse_profile",
    "profile_name",
    "profile_of",
    "region",
    "retry_mode",
    "sub_properties",
    "use_dualstack",
    "use_fips",
]

ARGUMENT = "argument"
"""The source of a setting that was given in code."""
APP_ID_LIMIT = 50
"""Characters."""

_BLANKS = " \t"
_NAME_MARKS = str.maketrans("", "", "_-/.%@:+")


# --- the shared files


def parse_profile(
    config_text: str,
    credentials_text: str = "",
    *,
    config_path: str = "~/.aws/config",
    credentials_path: str = "~/.aws/credentials",
) -> dict[str, Sections]:
    """Read the texts of the two shared files; a file that is missing is an empty text.

    Arguments:
        config_text: the configuration file's text.
        credentials_text: the credentials file's text; its properties win over equal ones of the other.
        config_path: how errors call the configuration file.
        credentials_path: how errors call the credentials file.

    Returns:
        ``profiles``, ``sso_sessions`` and ``services``: the sections of each by name, and their properties by
        lower-case name. The value of a property with sub-properties is their lines, each after a line feed;
        see :func:`sub_properties`. Sections and properties with names that are not allowed are left out.

    Raises:
        ConfigError: a line that cannot be understood; the text has file and line number, never the line.
    """
    kinds: dict[str, Sections] = {"profile": {}, "sso-session": {}, "services": {}}
    plain_default: Properties | None = None
    for heading, properties in _sections(config_text, config_path):
        kind, _, name = heading.replace("\t", " ").partition(" ")
        name = name.strip()
        if heading == "default":
            plain_default = (plain_default or {}) | properties
        elif kind in kinds and _is_name(name):
            kinds[kind].setdefault(name, {}).update(properties)
    profiles = kinds["profile"]
    if plain_default is not None:
        profiles.setdefault("default", plain_default)
    for name, properties in _sections(credentials_text, credentials_path):
        if _is_name(name):
            profiles.setdefault(name, {}).update(properties)
    return {"profiles": profiles, "sso_sessions": kinds["sso-session"], "services": kinds["services"]}


def sub_properties(value: str) -> Properties:
    """The properties inside a property's value, by lower-case name; none where the value is plain text."""
    if not value.startswith("\n"):
        return {}
    pairs = (line.partition("=") for line in value[1:].split("\n"))
    return {name.strip(_BLANKS).lower(): inner.strip(_BLANKS) for name, _, inner in pairs}


def file_locations(env: Mapping[str, str], *, platform: str) -> tuple[str, str]:
    """The paths of the configuration and the credentials file.

    ``AWS_CONFIG_FILE`` and ``AWS_SHARED_CREDENTIALS_FILE`` name them; otherwise they are in ``.aws`` in the
    home directory, which ``~`` stands for in the variables too.

    Arguments:
        env: the environment.
        platform: ``sys.platform``, or any name; one that starts with ``win`` is Windows.
    """
    home, separator = _home(env, platform)

    def located(variable: str, name: str) -> str:
        path = env.get(variable)
        if not path:
            return in_home(env, ".aws", name, platform=platform)
        return home + path[1:] if home and path[:2] in ("~/", "~" + separator) else path

    return located("AWS_CONFIG_FILE", "config"), located("AWS_SHARED_CREDENTIALS_FILE", "credentials")


def in_home(env: Mapping[str, str], *parts: str, platform: str) -> str:
    """A path in the home directory; it starts with ``~`` where the environment does not say which that is.

    Arguments:
        env: the environment.
        parts: the names of directories and, last, of the file.
        platform: as for :func:`file_locations`.
    """
    home, separator = _home(env, platform)
    return separator.join((home or "~", *parts))


def _home(env: Mapping[str, str], platform: str) -> tuple[str | None, str]:
    """The home directory, and what separates the parts of paths."""
    home = env.get("HOME")
    if not platform.startswith("win"):
        return home, "/"
    return home or env.get("USERPROFILE") or env.get("HOMEDRIVE", "") + env.get("HOMEPATH", ""), "\\"


def _sections(text: str, path: str) -> list[tuple[str, Properties]]:
    """The sections of one file in order: what stands between the brackets, and the properties."""
    sections: list[tuple[str, Properties]] = []
    properties: Properties = {}
    name: str | None = None  # of the property that a continuation belongs to
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        line = line.rstrip(" \t\r")
        if not line or line[0] in "#;":
            continue
        try:
            if line[0] == "[":
                name, properties = None, {}
                sections.append((_heading(line), properties))
            elif not sections:
                raise ConfigError(
                    "Expected a profile definition, a line such as [default], before anything else"
                )
            elif line[0] in _BLANKS:
                if name is None:
                    raise ConfigError("Expected a property definition, found continuation")
                if name in properties:
                    properties[name] += "\n" + _continuation(line, properties[name])
            else:
                name, value = _property(_without_comment(line), "property")
                if _is_name(name):
                    properties[name] = value
        except ConfigError as error:
            raise ConfigError(f"{path}:{number}: {error}") from None
    return sections


def _heading(line: str) -> str:
    """What stands between the brackets; anything after them is ignored."""
    before_comment = line.partition("#")[0].partition(";")[0]
    heading, bracket, _ = before_comment[1:].partition("]")
    if not bracket:
        raise ConfigError("Profile definition must end with ']'")
    return heading.strip(_BLANKS)


def _continuation(line: str, value: str) -> str:
    """An indented line, comment signs included; below an empty value it must be a property itself."""
    line = line.strip(_BLANKS)
    if not value or value.startswith("\n"):
        _property(line, "sub-property")
    return line


def _property(line: str, what: str) -> tuple[str, str]:
    """Lower-case name and value."""
    name, equals, value = line.partition("=")
    name = name.strip(_BLANKS).lower()
    if not equals:
        raise ConfigError(f"Expected an '=' sign defining a {what}")
    if not name:
        raise ConfigError(f"{what.capitalize()} did not have a name")
    return name, value.strip(_BLANKS)


def _without_comment(line: str) -> str:
    """The line up to the first ``#`` or ``;`` that follows a blank."""
    for place, sign in enumerate(line):
        if sign in "#;" and line[place - 1] in _BLANKS:
            return line[:place]
    return line


def _is_name(text: str) -> bool:
    """Whether a section or a property may be called that: ASCII letters, digits and ``_-/.%@:+``."""
    return text.isascii() and bool(text) and (text.translate(_NAME_MARKS) or "a").isalnum()


# --- one setting at a time


_AUTHS = {"httpBearerAuth": "bearer", "noAuth": "none"}
"""What models call ways that have another name here."""


def look_up(
    code: object, env: Mapping[str, str], variables: tuple[str, ...], profile: Mapping[str, str], key: str
) -> tuple[object, str]:
    """The first value there is, and where it stands; ``(None, "")`` where there is none.

    Arguments:
        code: the client's argument, ``None`` where it was not given.
        env: the environment.
        variables: names in it, the first wins.
        profile: the properties of the profile in use.
        key: a name in it.
    """
    if code is not None:
        return code, ARGUMENT
    for variable in variables:
        if value := env.get(variable):
            return value, variable
    if value := profile.get(key):
        return value, f"profile key {key}"
    return None, ""


def boolean(
    code: bool | None, env: Mapping[str, str], variable: str, profile: Mapping[str, str], key: str
) -> bool:
    """A switch: ``true`` or ``false`` in any letter case, and off where it is not set."""
    value, where = look_up(code, env, (variable,), profile, key)
    if isinstance(value, bool):
        return value
    if value is None:
        return False
    text = value.lower() if isinstance(value, str) and where != ARGUMENT else None
    if text not in ("true", "false"):
        raise _unusable(key, where, value, "it is true or false")
    return text == "true"


def profile_name(code: str | None, env: Mapping[str, str]) -> str:
    """The profile in use: given in code, ``AWS_PROFILE``, ``AWS_DEFAULT_PROFILE``, or ``default``."""
    return code or env.get("AWS_PROFILE") or env.get("AWS_DEFAULT_PROFILE") or "default"


def profile_of(parsed: Mapping[str, Sections], name: str) -> Properties:
    """The properties of a profile. The one called ``default`` may be missing, any other must exist."""
    profile = parsed["profiles"].get(name)
    if profile is None and name != "default":
        shown = printable(name, 80)
        raise ConfigError(
            f"profile {shown!r}: neither the configuration file nor the credentials file has it"
        )
    return profile or {}


def region(code: str | None, env: Mapping[str, str], profile: Mapping[str, str]) -> str | None:
    """The region, if any: ``AWS_REGION``, ``AWS_DEFAULT_REGION``, ``region``.

    It becomes part of a host name, so it must be a host label: a region such as ``x@example.org/`` would send
    requests, signed ones, to somebody else.
    """
    value, where = look_up(code, env, ("AWS_REGION", "AWS_DEFAULT_REGION"), profile, "region")
    if value is None:
        return None
    if not isinstance(value, str) or not host_label(value):
        raise _unusable(
            "region", where, value, "it is 1 to 63 letters, digits and inner hyphens, like eu-west-1"
        )
    return value


def endpoint_url(
    code: str | None,
    env: Mapping[str, str],
    profile: Mapping[str, str],
    services: Sections,
    service_id: str,
    *,
    ignore: bool | None = None,
) -> tuple[str, str] | None:
    """The endpoint somebody configured, and where it stands; ``None`` where the endpoint rules decide.

    In this order: the argument, ``AWS_ENDPOINT_URL_<SERVICE>``, ``AWS_ENDPOINT_URL``, the service's block in
    the ``[services x]`` section that the profile's ``services`` names, the profile's ``endpoint_url``. All
    but the first are ignored where the client's argument ``ignore_configured_endpoint_urls``, else the variable
    ``AWS_IGNORE_CONFIGURED_ENDPOINT_URLS``, else the profile's key is true.

    Arguments:
        code: the client's argument.
        env: the environment.
        profile: the properties of the profile in use.
        services: the ``services`` of :func:`parse_profile`.
        service_id: as the model has it, ``Kinesis Video Signaling``.
        ignore: the client's argument for that.

    Returns:
        The URL, not checked, and ``'argument'``, the name of a variable, ``'services section'`` or
        ``'profile key endpoint_url'``.
    """
    if code is not None:
        return code, ARGUMENT
    key = "ignore_configured_endpoint_urls"
    if boolean(ignore, env, "AWS_" + key.upper(), profile, key):
        return None
    name = service_id.replace(" ", "_")
    for variable in (f"AWS_ENDPOINT_URL_{name.upper()}", "AWS_ENDPOINT_URL"):
        if url := env.get(variable):
            return url, variable
    if url := _service_block(profile, services, name.lower()).get("endpoint_url"):
        return url, "services section"
    if url := profile.get("endpoint_url"):
        return url, "profile key endpoint_url"
    return None


def use_fips(code: bool | None, env: Mapping[str, str], profile: Mapping[str, str]) -> bool:
    """Whether to use FIPS endpoints: ``AWS_USE_FIPS_ENDPOINT``, ``use_fips_endpoint``."""
    return boolean(code, env, "AWS_USE_FIPS_ENDPOINT", profile, "use_fips_endpoint")


def use_dualstack(code: bool | None, env: Mapping[str, str], profile: Mapping[str, str]) -> bool:
    """Whether to use dual-stack endpoints: ``AWS_USE_DUALSTACK_ENDPOINT``, ``use_dualstack_endpoint``."""
    return boolean(code, env, "AWS_USE_DUALSTACK_ENDPOINT", profile, "use_dualstack_endpoint")


def inject_host_prefix(code: bool | None, env: Mapping[str, str], profile: Mapping[str, str]) -> bool:
    """Whether operations may put something in front of the host; ``AWS_DISABLE_HOST_PREFIX_INJECTION`` and
    ``disable_host_prefix_injection`` say that they may not.
    """
    if code is not None:
        return boolean(code, {}, "", {}, "inject_host_prefix")
    name = "disable_host_prefix_injection"
    return not boolean(None, env, f"AWS_{name.upper()}", profile, name)


def auth_scheme_preference(env: Mapping[str, str], profile: Mapping[str, str]) -> tuple[str, ...]:
    """Ways to prove who calls, the preferred one first: ``AWS_AUTH_SCHEME_PREFERENCE``, ``auth_scheme_preference``.

    Names are those that models use; what is not known is passed over.
    """
    text, _ = look_up(None, env, ("AWS_AUTH_SCHEME_PREFERENCE",), profile, "auth_scheme_preference")
    names = [name.strip().rpartition("#")[2] for name in str(text or "").split(",")]
    return tuple(_AUTHS.get(name, name) for name in names if name)


def region_set(env: Mapping[str, str], profile: Mapping[str, str]) -> tuple[str, ...]:
    """Regions for signatures of version 4A: ``AWS_SIGV4A_SIGNING_REGION_SET``, ``sigv4a_signing_region_set``."""
    value, where = look_up(
        None, env, ("AWS_SIGV4A_SIGNING_REGION_SET",), profile, "sigv4a_signing_region_set"
    )
    regions = tuple(each.strip() for each in str(value).split(",")) if value is not None else ()
    for each in regions:
        if each != "*" and not host_label(each.replace("*", "a")):
            raise _unusable(
                "sigv4a_signing_region_set", where, value, "it is regions, or *, with commas between"
            )
    return regions


def max_attempts(code: int | None, env: Mapping[str, str], profile: Mapping[str, str]) -> int | None:
    """Requests a call may send, the first included, if set: ``AWS_MAX_ATTEMPTS``, ``max_attempts``."""
    value, where = look_up(code, env, ("AWS_MAX_ATTEMPTS",), profile, "max_attempts")
    if (
        isinstance(value, str)
        and where != ARGUMENT
        and value.isascii()
        and value.isdigit()
        and len(value) < 10
    ):
        value = int(value)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise _unusable("max_attempts", where, value, "it is a whole number, 1 or more; 1 means no retry")
    return value


def retry_mode(code: str | None, env: Mapping[str, str], profile: Mapping[str, str]) -> str:
    """``standard`` or ``adaptive``: ``AWS_RETRY_MODE``, ``retry_mode``.

    The ``legacy`` of older configuration means ``standard``; nobody asks for it in code.
    """
    value, where = look_up(code, env, ("AWS_RETRY_MODE",), profile, "retry_mode")
    mode = str(value) if where == ARGUMENT else str(value or "standard").lower()
    if mode == "legacy" and where != ARGUMENT:
        return "standard"
    if mode not in ("standard", "adaptive"):
        raise _unusable("retry_mode", where, value, "it is standard or adaptive")
    return mode


def ca_bundle(
    code: str | PathLike[str] | None, env: Mapping[str, str], profile: Mapping[str, str]
) -> str | PathLike[str] | None:
    """The file of certificates to trust, if any: ``AWS_CA_BUNDLE``, ``ca_bundle``."""
    if code is not None:
        return code
    return env.get("AWS_CA_BUNDLE") or profile.get("ca_bundle") or None


def app_id(code: str | None, env: Mapping[str, str], profile: Mapping[str, str]) -> str | None:
    """What the user agent says of the application, if anything: ``AWS_SDK_UA_APP_ID``, ``sdk_ua_app_id``."""
    value, where = look_up(code, env, ("AWS_SDK_UA_APP_ID",), profile, "sdk_ua_app_id")
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > APP_ID_LIMIT:
        raise _unusable("app_id", where, value, f"it is text of {APP_ID_LIMIT} characters at most")
    return value


def adds_checksums(code: str | None, env: Mapping[str, str], profile: Mapping[str, str]) -> bool:
    """Whether requests get checksums where they may: ``AWS_REQUEST_CHECKSUM_CALCULATION`` and its profile key."""
    key = "request_checksum_calculation"
    return _when_supported(code, env, "AWS_REQUEST_CHECKSUM_CALCULATION", profile, key)


def checks_answers(code: str | None, env: Mapping[str, str], profile: Mapping[str, str]) -> bool:
    """Whether answers' checksums are looked at: ``AWS_RESPONSE_CHECKSUM_VALIDATION`` and its profile key."""
    key = "response_checksum_validation"
    return _when_supported(code, env, "AWS_RESPONSE_CHECKSUM_VALIDATION", profile, key)


def _when_supported(
    code: str | None, env: Mapping[str, str], variable: str, profile: Mapping[str, str], key: str
) -> bool:
    value, where = look_up(code, env, (variable,), profile, key)
    mode = "when_supported" if value is None else str(value).lower()
    if mode not in ("when_supported", "when_required"):
        name = "checksum_mode" if where == ARGUMENT else key
        raise _unusable(name, where, value, "it is when_supported or when_required")
    return mode == "when_supported"


def discovers_endpoints(env: Mapping[str, str], profile: Mapping[str, str]) -> bool | None:
    """Whether services are asked where they answer: ``AWS_ENABLE_ENDPOINT_DISCOVERY``, ``endpoint_discovery_enabled``.

    ``None``, also for the word ``auto``, leaves it to the service, which is asked where its model requires that.
    """
    key = "endpoint_discovery_enabled"
    value, where = look_up(None, env, ("AWS_ENABLE_ENDPOINT_DISCOVERY",), profile, key)
    known = {"auto": None, "true": True, "false": False}
    text = "auto" if value is None else str(value).lower()
    if text not in known:
        raise _unusable(key, where, value, "it is true, false or auto")
    return known[text]


CONNECT_SECONDS = {"standard": 3.1, "legacy": 3.1, "cross-region": 3.1, "in-region": 1.1, "mobile": 30.0}
"""How long connecting may take by the mode of defaults, as AWS's SDKs have it; ``legacy`` means ``standard`` here."""


def defaults_mode(env: Mapping[str, str], profile: Mapping[str, str], region: str | None) -> str:
    """Which defaults suit the place this runs in: ``AWS_DEFAULTS_MODE``, ``defaults_mode``; ``standard`` by default.

    ``auto`` is ``in-region`` or ``cross-region`` where AWS runs the program, as ``AWS_EXECUTION_ENV`` and the
    environment's region tell, and ``standard`` elsewhere. No metadata service is asked.

    Arguments:
        env: the environment.
        profile: the properties of the profile in use.
        region: the region that is called.
    """
    value, where = look_up(None, env, ("AWS_DEFAULTS_MODE",), profile, "defaults_mode")
    mode = "standard" if value is None else str(value).lower()
    if mode == "auto":
        here = env.get("AWS_EXECUTION_ENV") and (env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION"))
        return "standard" if not here else "in-region" if here == region else "cross-region"
    if mode not in CONNECT_SECONDS:
        raise _unusable("defaults_mode", where, value, f"it is auto or one of {', '.join(CONNECT_SECONDS)}")
    return mode


def corrects_clock_skew(env: Mapping[str, str], profile: Mapping[str, str]) -> bool:
    """Whether requests are signed at the service's time: unless ``AWS_DISABLE_CLOCK_SKEW_CORRECTION`` is set."""
    return not boolean(
        None, env, "AWS_DISABLE_CLOCK_SKEW_CORRECTION", profile, "disable_clock_skew_correction"
    )


def disable_request_compression(
    code: bool | None, env: Mapping[str, str], profile: Mapping[str, str]
) -> bool:
    """Whether bodies are never compressed: ``AWS_DISABLE_REQUEST_COMPRESSION``."""
    return boolean(code, env, "AWS_DISABLE_REQUEST_COMPRESSION", profile, "disable_request_compression")


def request_min_compression_size_bytes(
    code: int | None, env: Mapping[str, str], profile: Mapping[str, str]
) -> int:
    """The size from which bodies are compressed: ``AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES``; 10240 by default."""
    key = "request_min_compression_size_bytes"
    value, where = look_up(code, env, ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",), profile, key)
    if value is None:
        return 10240
    text = str(value)
    if (
        isinstance(value, bool)
        or not text.isascii()
        or not text.isdecimal()
        or int(text[:9]) > MOST_COMPRESSED
    ):
        raise _unusable(key, where, value, f"it is a number from 0 to {MOST_COMPRESSED}")
    return int(text)


MOST_COMPRESSED = 10_485_760
"""The largest value of the setting above."""


def host_label(text: str) -> bool:
    """Whether text is one label of a host name (RFC 1123): 1 to 63 letters, digits, inner hyphens."""
    return (
        len(text) <= 63
        and text.isascii()
        and text.replace("-", "").isalnum()
        and text[0] != "-"
        and text[-1] != "-"
    )


def _service_block(profile: Mapping[str, str], services: Sections, name: str) -> Properties:
    """What the profile's services section says of one service."""
    section = profile.get("services")
    if not section:
        return {}
    shown = printable(section, 80)
    if section not in services:
        raise ConfigError(f"profile key services: the configuration file has no section [services {shown}]")
    block = services[section].get(name, "")
    if block and not block.startswith("\n"):
        raise ConfigError(f"[services {shown}]: {name} must be followed by indented lines, not by a value")
    return sub_properties(block)


def _unusable(name: str, where: str, value: object, rule: str) -> ConfigError:
    """The error for a value that cannot be used."""
    origin = "given in code" if where == ARGUMENT else f"from {where}"
    return ConfigError(f"{name} {origin}: {printable(repr(value), 80)} cannot be used; {rule}")
