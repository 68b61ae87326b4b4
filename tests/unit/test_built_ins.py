# SPDX-License-Identifier: Apache-2.0
"""What clients give to endpoint rules: each built-in from its sources, and nothing that the rules do not ask for."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ConfigError
from heliograph.built_ins import Sources, client_parameters

BUILT_INS = {
    "AWS::Region": "Region",
    "AWS::UseFIPS": "UseFIPS",
    "AWS::UseDualStack": "UseDualStack",
    "SDK::Endpoint": "Endpoint",
    "AWS::Auth::AccountId": "AccountId",
    "AWS::Auth::AccountIdEndpointMode": "AccountIdEndpointMode",
    "AWS::STS::UseGlobalEndpoint": "StsGlobal",
    "AWS::S3::UseGlobalEndpoint": "UseGlobalEndpoint",
    "AWS::S3::ForcePathStyle": "ForcePathStyle",
    "AWS::S3::Accelerate": "Accelerate",
    "AWS::S3::UseArnRegion": "UseArnRegion",
    "AWS::S3Control::UseArnRegion": "ControlUseArnRegion",
    "AWS::S3::DisableMultiRegionAccessPoints": "DisableMultiRegionAccessPoints",
    "AWS::Some::NewThing": "NewThing",
}
DEFAULTS = {
    "UseFIPS": False,
    "UseDualStack": False,
    "AccountIdEndpointMode": "preferred",
    "StsGlobal": False,
    "UseGlobalEndpoint": False,
}


def parameters(
    given: dict[str, Any] | None = None,
    env: dict[str, str] | None = None,
    profile: dict[str, str] | None = None,
    built_ins: dict[str, str] = BUILT_INS,
) -> dict[str, Any]:
    sources = Sources(given or {}, env or {}, profile or {}, None)
    return client_parameters(built_ins, frozenset(built_ins.values()), sources)


def test_newer_defaults_hold_where_nothing_is_said() -> None:
    assert parameters() == DEFAULTS


def test_nothing_is_looked_up_that_the_rules_do_not_ask_for() -> None:
    broken = {"AWS_STS_REGIONAL_ENDPOINTS": "odd", "AWS_USE_FIPS_ENDPOINT": "odd"}
    assert parameters(env=broken, built_ins={"AWS::Region": "Where"}) == {}
    assert parameters({"region": "eu-west-1"}, built_ins={"AWS::Region": "Where"}) == {"Where": "eu-west-1"}


@pytest.mark.parametrize(
    ("given", "env", "profile", "changed"),
    [
        ({"region": "eu-west-1"}, {"AWS_REGION": "us-east-1"}, {}, {"Region": "eu-west-1"}),
        ({}, {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, {}, {"StsGlobal": True}),
        ({}, {}, {"sts_regional_endpoints": "Legacy"}, {"StsGlobal": True}),
        (
            {"region": "us-east-1"},
            {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "legacy"},
            {},
            {"Region": "us-east-1", "UseGlobalEndpoint": True},
        ),
        (
            {"region": "eu-west-1"},
            {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "legacy"},
            {},
            {"Region": "eu-west-1"},
        ),
        ({}, {}, {"s3": "\naddressing_style = path"}, {"ForcePathStyle": True}),
        ({}, {}, {"s3": "\naddressing_style = virtual"}, {}),
        ({}, {}, {"s3": "\nuse_accelerate_endpoint = true"}, {"Accelerate": True}),
        (
            {},
            {"AWS_S3_USE_ARN_REGION": "false"},
            {"s3_use_arn_region": "true"},
            {"UseArnRegion": False, "ControlUseArnRegion": False},
        ),
        (
            {},
            {},
            {"s3": "\nuse_arn_region = true"},
            {"UseArnRegion": True, "ControlUseArnRegion": True},
        ),
        (
            {},
            {"AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS": "true"},
            {},
            {"DisableMultiRegionAccessPoints": True},
        ),
        ({}, {"AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"}, {}, {"AccountIdEndpointMode": "disabled"}),
        (
            {"endpoint_params": {"ForcePathStyle": True, "UseFIPS": True}},
            {"AWS_USE_FIPS_ENDPOINT": "odd"},
            {},
            {"ForcePathStyle": True, "UseFIPS": True},
        ),
    ],
)
def test_a_setting_changes_its_parameter(
    given: dict[str, Any], env: dict[str, str], profile: dict[str, str], changed: dict[str, Any]
) -> None:
    assert parameters(given, env, profile) == {**DEFAULTS, **changed}


@pytest.mark.parametrize(
    ("env", "profile", "where"),
    [
        ({"AWS_STS_REGIONAL_ENDPOINTS": "odd"}, {}, "AWS_STS_REGIONAL_ENDPOINTS: 'odd'"),
        ({}, {"account_id_endpoint_mode": "odd"}, "profile key account_id_endpoint_mode: 'odd'"),
        ({}, {"s3": "\naddressing_style = odd"}, r"profile key s3.addressing_style: 'odd'"),
        ({"AWS_S3_USE_ARN_REGION": "odd"}, {}, "from AWS_S3_USE_ARN_REGION: 'odd'"),
        ({}, {"s3": "\nuse_accelerate_endpoint = odd"}, "from profile key s3.use_accelerate_endpoint: 'odd'"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    env: dict[str, str], profile: dict[str, str], where: str
) -> None:
    with pytest.raises(ConfigError, match=where):
        parameters(env=env, profile=profile)
