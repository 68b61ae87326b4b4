# SPDX-License-Identifier: Apache-2.0
"""The models beside Smithy's protocol cases: they load, hold together, and survive as YAML."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from heliograph_codegen import frontends, ir
from heliograph_codegen.frontends import dump, yaml_model
from heliograph_codegen.frontends.document import parse
from heliograph_codegen.limits import DEFAULT_LIMITS

SERVICES = {
    "aws.protocoltests.ec2.AwsEc2": ("ec2", 25),
    "aws.protocoltests.json.JsonProtocol": ("json", 18),
    "aws.protocoltests.json10.JsonRpc10": ("json", 16),
    "aws.protocoltests.json10.QueryCompatibleJsonRpc10": ("json", 1),
    "aws.protocoltests.query.AwsQuery": ("query", 33),
    "aws.protocoltests.restjson.RestJson": ("rest-json", 113),
    "aws.protocoltests.restjson.validation.RestJsonValidation": ("rest-json", 12),
    "aws.protocoltests.restxml.RestXml": ("rest-xml", 65),
    "aws.protocoltests.restxml.xmlns.RestXmlWithNamespace": ("rest-xml", 1),
    "aws.protocoltests.rpcv2cbor.NonQueryCompatibleRpcV2Protocol": ("smithy-rpc-v2-cbor", 1),
    "aws.protocoltests.rpcv2cbor.QueryCompatibleRpcV2Protocol": ("smithy-rpc-v2-cbor", 1),
    "com.amazonaws.s3.AmazonS3": ("rest-xml", 4),
    "smithy.protocoltests.rpcv2Cbor.RpcV2Protocol": ("smithy-rpc-v2-cbor", 14),
    "smithy.protocoltests.rpcv2Json.RpcV2JsonProtocol": ("smithy-rpc-v2-json", 15),
}
"""Protocol and number of operations of each."""

EXPECTED_WARNINGS = re.compile(
    r"[^ ]+: ('httpQuery' has no meaning here and was passed over"
    r"|the trait 'smithy.api#pattern' of a (member of a list|key or value of a map) is not read and was passed over.*"
    r"|the service has no usable 'sdkId'; '[A-Za-z0-9]+' stands for it)"
)
"""All there is to say of them. A new kind of line is a new trait: look at it."""


def test_every_model_is_read(suites: Path) -> None:
    found = {path.name.removesuffix(".ast.json") for path in (suites / "smithy-protocols").glob("*.ast.json")}
    assert found == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_model_loads_and_survives_as_yaml(suites: Path, service: str) -> None:
    lines: list[str] = []
    model = frontends.load(suites / f"smithy-protocols/{service}.ast.json", warn=lines.append)
    assert [line for line in lines if not EXPECTED_WARNINGS.fullmatch(line)] == []
    assert (model.service.protocol, len(model.operations)) == SERVICES[service]
    text = dump(model)
    again = yaml_model.decode(parse(text, service, DEFAULT_LIMITS))
    assert again == model
    assert ir.digest(again) == ir.digest(model)
    assert dump(again) == text
