# SPDX-License-Identifier: Apache-2.0
"""What a client knows for the built-ins of endpoint rules: settings, each from code, the environment or the profile.

The rules name what they want to know (``AWS::Region``); nothing else is looked up. Where a setting has an older and a
newer meaning the newer one is the default: regional hosts for STS and for S3 in us-east-1.
"""

from __future__ import annotations

from . import config
from .errors import ConfigError, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

ACCOUNT_ID = "AWS::Auth::AccountId"
"""The built-in that is known with the credentials only."""
ACCOUNT_ID_MODE = "AWS::Auth::AccountIdEndpointMode"


class Sources:
    """Where settings stand.

    Attributes:
        given: the client's arguments.
        env: the environment.
        profile: the properties of the profile in use.
        endpoint: the endpoint somebody configured.
    """

    __slots__ = ("endpoint", "env", "given", "profile")

    def __init__(
        self,
        given: Mapping[str, Any],
        env: Mapping[str, str],
        profile: Mapping[str, str],
        endpoint: str | None,
    ) -> None:
        self.given = given
        self.env = env
        self.profile = profile
        self.endpoint = endpoint

    def flag(self, variable: str, *keys: str) -> bool | None:
        """A switch; ``None`` where nothing is said. A key ``s3.NAME`` stands in the profile's ``s3`` block."""
        inside = config.sub_properties(self.profile.get("s3", ""))
        properties = {**{f"s3.{name}": value for name, value in inside.items()}, **self.profile}
        for key in keys:
            if self.env.get(variable) or properties.get(key):
                return config.boolean(None, self.env, variable, properties, key)
        return None

    def choice(self, variable: str, key: str, values: tuple[str, ...]) -> str:
        """One of a few words, in any letter case; the first where nothing is said."""
        value, where = config.look_up(None, self.env, (variable,), self.profile, key)
        text = str(value or values[0]).lower()
        if text not in values:
            raise ConfigError(
                f"{where}: {printable(text, 80)!r} cannot be used; it is one of {', '.join(values)}"
            )
        return text


def client_parameters(
    built_ins: Mapping[str, str], known: frozenset[str], sources: Sources
) -> dict[str, Any]:
    """What a client gives to its service's rules, by parameter.

    Arguments:
        built_ins: the parameters that the rules have for built-ins, by the whole name of each.
        known: all parameters of the rules.
        sources: where settings stand.

    Raises:
        ConfigError: a setting cannot be used, or ``endpoint_params`` names what the rules do not have.
    """
    given: Mapping[str, Any] = sources.given.get("endpoint_params", {})
    for name in given:
        if name not in known:
            raise ConfigError(
                f"endpoint_params: the endpoint rules have no {printable(str(name), 80)};"
                f" they have {', '.join(sorted(known))}"
            )
    found: dict[str, Any] = {}
    for built_in, parameter in built_ins.items():
        read = _READERS.get(built_in)
        if read is not None and parameter not in given:
            found[parameter] = read(sources)
    found.update(given)
    return {name: value for name, value in found.items() if value is not None}


def account_id_mode(sources: Sources) -> str:
    """Whether hosts of the account are used: ``AWS_ACCOUNT_ID_ENDPOINT_MODE``, ``account_id_endpoint_mode``."""
    return sources.choice(
        "AWS_ACCOUNT_ID_ENDPOINT_MODE", "account_id_endpoint_mode", ("preferred", "disabled", "required")
    )


def _use_global_s3(sources: Sources) -> bool:
    """The old host of S3 in us-east-1, which the rules take for that region alone."""
    mode = sources.choice(
        "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "s3_us_east_1_regional_endpoint", ("regional", "legacy")
    )
    region = config.region(sources.given.get("region"), sources.env, sources.profile)
    return mode == "legacy" and region == "us-east-1"


def _force_path_style(sources: Sources) -> bool | None:
    style = config.sub_properties(sources.profile.get("s3", "")).get("addressing_style", "auto").lower()
    if style not in ("auto", "path", "virtual"):
        raise ConfigError(
            f"profile key s3.addressing_style: {printable(style, 80)!r} cannot be used; it is auto, path or virtual"
        )
    return style == "path" or None


_READERS: Mapping[str, Callable[[Sources], Any]] = {
    "AWS::Region": lambda each: config.region(each.given.get("region"), each.env, each.profile),
    "AWS::UseFIPS": lambda each: config.use_fips(each.given.get("use_fips"), each.env, each.profile),
    "AWS::UseDualStack": lambda each: config.use_dualstack(
        each.given.get("use_dualstack"), each.env, each.profile
    ),
    "SDK::Endpoint": lambda each: each.endpoint,
    ACCOUNT_ID_MODE: account_id_mode,
    "AWS::STS::UseGlobalEndpoint": lambda each: (
        each.choice("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints", ("regional", "legacy"))
        == "legacy"
    ),
    "AWS::S3::UseGlobalEndpoint": _use_global_s3,
    "AWS::S3::ForcePathStyle": _force_path_style,
    "AWS::S3::Accelerate": lambda each: each.flag("", "s3.use_accelerate_endpoint"),
    "AWS::S3::UseArnRegion": lambda each: each.flag(
        "AWS_S3_USE_ARN_REGION", "s3_use_arn_region", "s3.use_arn_region"
    ),
    "AWS::S3Control::UseArnRegion": lambda each: each.flag(
        "AWS_S3_USE_ARN_REGION", "s3_use_arn_region", "s3.use_arn_region"
    ),
    "AWS::S3::DisableMultiRegionAccessPoints": lambda each: each.flag(
        "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",
        "s3_disable_multiregion_access_points",
        "s3.s3_disable_multiregion_access_points",
    ),
}
