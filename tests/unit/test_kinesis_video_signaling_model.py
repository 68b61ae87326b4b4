# SPDX-License-Identifier: Apache-2.0
"""The model of Kinesis Video Signaling: the service's published facts, and the dialect's JSON Schema."""

from __future__ import annotations

import base64
import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from botocore.loaders import Loader

from heliograph_codegen import ir, passes
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import dump, load, yaml_model

ROOT = Path(__file__).resolve().parents[2]
PATH = ROOT / "model" / "kinesis_video_signaling.yaml"
SCHEMA_PATH = ROOT / "codegen" / "heliograph_codegen" / "model.schema.json"


@pytest.fixture(scope="module")
def model() -> ir.Model:
    return load(PATH)


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """The same service as botocore describes it."""
    found: dict[str, Any] = Loader().load_service_model("kinesis-video-signaling", "service-2")
    return found


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return found


# --- The service ---


def test_the_generator_can_make_it(model: ir.Model) -> None:
    passes.supported(model)


def test_the_service(model: ir.Model) -> None:
    service = model.service
    assert service.id == "Kinesis Video Signaling"
    assert service.version == "2019-12-04"
    assert service.protocol is ir.Protocol.REST_JSON
    assert service.signing_name == "kinesisvideo"
    assert service.endpoint == ir.StandardEndpoint("kinesisvideo")
    assert service.auth == (ir.Auth.SIGV4,)
    assert "GetSignalingChannelEndpoint" in service.per_resource


@pytest.mark.parametrize(
    ("name", "path", "positional", "required", "errors"),
    [
        (
            "GetIceServerConfig",
            "/v1/get-ice-server-config",
            ("ChannelARN", "params"),
            {"ChannelARN"},
            (
                "InvalidClientException",
                "SessionExpiredException",
                "ClientLimitExceededException",
                "ResourceNotFoundException",
                "InvalidArgumentException",
                "NotAuthorizedException",
            ),
        ),
        (
            "SendAlexaOfferToMaster",
            "/v1/send-alexa-offer-to-master",
            ("ChannelARN", "MessagePayload", "SenderClientId", "params"),
            {"ChannelARN", "MessagePayload", "SenderClientId"},
            (
                "ClientLimitExceededException",
                "ResourceNotFoundException",
                "InvalidArgumentException",
                "NotAuthorizedException",
            ),
        ),
    ],
    ids=["GetIceServerConfig", "SendAlexaOfferToMaster"],
)
def test_an_operation(
    model: ir.Model,
    name: str,
    path: str,
    positional: tuple[str, ...],
    required: set[str],
    errors: tuple[str, ...],
) -> None:
    operation = model.operations[name]
    assert (operation.method, str(operation.path), operation.status) == ("POST", path, 200)
    assert operation.positional == positional
    assert operation.errors == errors
    assert operation.documentation
    assert operation.reference.endswith(f"/API_signaling_{name}.html")
    members = model.structure(str(operation.input)).members.values()
    assert {member.name for member in members if member.required} == required


def test_there_are_two_operations(model: ir.Model) -> None:
    assert list(model.operations) == ["GetIceServerConfig", "SendAlexaOfferToMaster"]


@pytest.mark.parametrize(
    ("name", "status", "member"),
    [
        ("InvalidClientException", 400, "message"),
        ("SessionExpiredException", 400, "message"),
        ("ClientLimitExceededException", 400, "Message"),
        ("ResourceNotFoundException", 404, "Message"),
        ("InvalidArgumentException", 400, "Message"),
        ("NotAuthorizedException", 401, "Message"),
    ],
)
def test_an_error(model: ir.Model, name: str, status: int, member: str) -> None:
    shape = model.structure(name)
    assert shape.error is not None
    assert (shape.error.code, shape.error.status, shape.error.fault) == (name, status, ir.Fault.CLIENT)
    assert list(shape.members) == [member]
    assert shape.documentation
    is_throttling = name == "ClientLimitExceededException"
    assert (shape.error.retryable is not None) == is_throttling
    if shape.error.retryable is not None:
        assert shape.error.retryable.throttling
        assert shape.error.retryable.reason


@pytest.mark.parametrize(
    ("structure", "secrets"),
    [
        ("IceServer", {"Username", "Password", "Uris"}),
        ("GetIceServerConfigRequest", set()),
        ("SendAlexaOfferToMasterRequest", {"MessagePayload"}),
        ("SendAlexaOfferToMasterResponse", {"Answer"}),
    ],
)
def test_secrets_are_marked_with_a_reason(model: ir.Model, structure: str, secrets: set[str]) -> None:
    members = model.structure(structure).members.values()
    assert {member.name for member in members if model.is_secret(member)} == secrets
    for member in members:
        mark = member.sensitive or model.shape(member.target).sensitive
        assert mark is None or mark.reason


def test_an_alexa_offer_may_take_as_long_as_a_message_lives(model: ir.Model) -> None:
    timeout = model.operations["SendAlexaOfferToMaster"].read_timeout
    assert timeout is not None
    assert timeout.seconds > 120
    assert timeout.reason
    assert model.operations["GetIceServerConfig"].read_timeout is None


def test_every_member_that_callers_meet_is_documented(model: ir.Model) -> None:
    ends = [name for operation in model.operations.values() for name in (operation.input, operation.output)]
    for name in (*ends, "IceServer"):
        for member in model.structure(str(name)).members.values():
            assert member.documentation, f"{name}.{member.name}"


def test_every_operation_has_examples(model: ir.Model) -> None:
    for operation in model.operations.values():
        assert len(operation.examples) == 2
    offer = model.operations["SendAlexaOfferToMaster"].examples[0]
    assert offer.output is not None
    for encoded, kind in ((offer.input["MessagePayload"], "offer"), (offer.output["Answer"], "answer")):
        signal = json.loads(base64.b64decode(str(encoded), validate=True))
        assert signal["type"] == kind
        assert signal["sdp"].startswith("v=0\r\n")


def test_what_aws_publishes_is_what_the_model_says(model: ir.Model, published: dict[str, Any]) -> None:
    """Members, kinds, constraints, required lists, errors and status codes; texts and marks are our own."""
    theirs = published["shapes"]
    assert set(model.operations) == set(published["operations"])
    for name, operation in published["operations"].items():
        ours = model.operations[name]
        assert (ours.method, str(ours.path)) == (operation["http"]["method"], operation["http"]["requestUri"])
        assert (ours.input, ours.output) == (operation["input"]["shape"], operation["output"]["shape"])
        assert list(ours.errors) == [error["shape"] for error in operation["errors"]]
    only_theirs = set(theirs) - set(model.shapes)
    assert only_theirs == {"errorMessage", "ErrorMessage"}
    assert set(model.shapes) <= set(theirs)
    for name, shape in model.shapes.items():
        assert _described(shape) == _published(theirs[name]), name


def _described(shape: ir.AnyShape) -> dict[str, Any]:
    bounds = shape.constraints.length or shape.constraints.range or ir.Bounds()
    match shape:
        case ir.StructureShape():
            return {
                "type": "structure",
                "members": {name: member.target for name, member in shape.members.items()},
                "required": sorted(name for name, member in shape.members.items() if member.required),
                "status": shape.error and shape.error.status,
            }
        case ir.ListShape():
            return {"type": "list", "member": shape.element}
        case ir.EnumShape():
            return {"type": "string", "enum": [value.value for value in shape.values]}
        case _:
            return {
                "type": shape.kind.value,
                "min": bounds.least,
                "max": bounds.most,
                "pattern": shape.constraints.pattern,
            }


def _published(shape: dict[str, Any]) -> dict[str, Any]:
    if shape["type"] == "structure":
        plain = {"errorMessage": "string", "ErrorMessage": "string"}
        targets = {name: member["shape"] for name, member in shape["members"].items()}
        return {
            "type": "structure",
            "members": {name: plain.get(target, target) for name, target in targets.items()},
            "required": sorted(shape.get("required", [])),
            "status": shape["error"]["httpStatusCode"] if "error" in shape else None,
        }
    if shape["type"] == "list":
        return {"type": "list", "member": shape["member"]["shape"]}
    if "enum" in shape:
        return {"type": shape["type"], "enum": shape["enum"]}
    return {
        "type": shape["type"],
        "min": shape.get("min"),
        "max": shape.get("max"),
        "pattern": shape.get("pattern", ""),
    }


# --- The schema ---


def test_the_first_line_names_the_schema_for_editors() -> None:
    first = PATH.read_text(encoding="utf-8").splitlines()[0]
    name = first.removeprefix("# yaml-language-server: $schema=")
    assert (PATH.parent / name).resolve() == SCHEMA_PATH


def test_the_schema_is_one(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_model_and_its_dump_fit_the_schema(
    schema: dict[str, Any], document: dict[str, Any], model: ir.Model
) -> None:
    jsonschema.validate(document, schema)
    jsonschema.validate(yaml.safe_load(dump(model)), schema)


def test_the_schema_knows_the_keys_that_the_loader_knows(schema: dict[str, Any]) -> None:
    definitions = schema["$defs"]
    assert set(schema["properties"]) == yaml_model.MODEL_KEYS
    assert set(definitions["operation"]["properties"]) == yaml_model.OPERATION_KEYS
    assert set(definitions["member"]["oneOf"][1]["properties"]) == yaml_model.MEMBER_KEYS
    assert set(definitions["error"]["properties"]) == yaml_model.ERROR_KEYS
    assert set(definitions["waiter"]["properties"]) == yaml_model.WAITER_KEYS
    assert set(definitions["acceptor"]["properties"]) == yaml_model.ACCEPTOR_KEYS
    operation = definitions["operation"]["properties"]
    assert set(operation["paginator"]["properties"]) == yaml_model.PAGINATOR_KEYS
    assert set(operation["checksum"]["properties"]) == yaml_model.CHECKSUM_KEYS
    assert set(definitions["example"]["properties"]) == yaml_model.EXAMPLE_KEYS
    assert set(definitions["enum-value"]["oneOf"][1]["properties"]) == yaml_model.ENUM_VALUE_KEYS
    ways = {way["required"][0]: set(way["properties"]) for way in definitions["shape"]["oneOf"]}
    assert ways == {way: keys | yaml_model.COMMON_KEYS | {way} for way, keys in yaml_model.SHAPE_KEYS.items()}


def test_every_key_of_the_schema_is_described(schema: dict[str, Any]) -> None:
    named = [
        schema,
        *(schema["$defs"][name] for name in ("operation", "error", "example", "waiter", "acceptor")),
    ]
    named += [schema["$defs"]["member"]["oneOf"][1], *schema["$defs"]["shape"]["oneOf"]]
    for entry in named:
        for key, value in entry["properties"].items():
            assert value.get("description"), key


ICE = ("operations", "GetIceServerConfig")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("heliograph",), 2),
        (("servise",), "x"),
        (("service",), "Kinesis  Video"),
        (("service",), 7),
        (("version",), 20191204),
        (("protocol",), "rest-jason"),
        (("protocol",), []),
        (("auth",), "basic"),
        (("endpoint",), {}),
        (("endpoint",), {"prefix": "a/b"}),
        (("endpoint",), {"prefix": "a", "rules": {"version": "1.0", "parameters": {}, "rules": []}}),
        (("endpoint",), {"rules": {"version": "1.0", "parameters": {}}}),
        (("client-params",), {"A b": "string"}),
        (("client-params",), {"A": "number"}),
        (("common-errors",), "InvalidClientException"),
        (("http2",), "always"),
        (("deprecated",), {"why": "x"}),
        (("waiters",), {"Ready": {"operation": "GetIceServerConfig", "delay": 1, "max-attempts": 1}}),
        ((*ICE, "paginator"), {"input-tokens": "ClientId"}),
        ((*ICE, "checksum"), {"required": "yes"}),
        ((*ICE, "compression"), "g zip"),
        ((*ICE, "static-params"), {"A": 1}),
        ((*ICE, "endpoint-discovery"), True),
        ((*ICE, "input-element"), "a b"),
        ((*ICE, "input-namespace"), {"prefix": "x"}),
        ((*ICE, "input", "ClientId"), {"type": "ClientId", "event": "body"}),
        ((*ICE, "input", "ClientId"), {"type": "ClientId", "xml-namespace": "no uri"}),
        (("reference",), "http://example.test"),
        (("documentation",), " "),
        (("operations", "Get-It"), {"http": "POST /a"}),
        ((*ICE, "http"), "POST"),
        ((*ICE, "http"), "POTS /a"),
        ((*ICE, "status"), 404),
        ((*ICE, "verb"), "POST"),
        ((*ICE, "errors"), "InvalidClientException"),
        ((*ICE, "read-timeout"), 0),
        ((*ICE, "read-timeout"), {"reason": "slow"}),
        ((*ICE, "input", "ClientId"), {"required": True}),
        ((*ICE, "input", "ClientId"), {"type": "ClientId", "required": "yes"}),
        ((*ICE, "input", "ClientId"), {"type": "ClientId", "requird": True}),
        ((*ICE, "input", "ClientId"), {"type": "ClientId", "header": "a b"}),
        ((*ICE, "input", "ClientId"), {"type": "ClientId", "label": False}),
        ((*ICE, "input", "Client Id"), "ClientId"),
        ((*ICE, "examples"), [{"input": {}}]),
        ((*ICE, "examples"), [{"title": "x"}]),
        ((*ICE, "examples"), [{"title": "x", "output": {}, "error": {"X": {}}}]),
        (("shapes", "ClientId"), {"type": "strng"}),
        (("shapes", "ClientId"), {"type": "string", "length": "1-2"}),
        (("shapes", "ClientId"), {"type": "string", "length": ".."}),
        (("shapes", "ClientId"), {"type": "string", "length": -1}),
        (("shapes", "ClientId"), {"type": "string", "enum": ["A"]}),
        (("shapes", "ClientId"), {"length": "1..2"}),
        (("shapes", "ClientId"), "string"),
        (("shapes", "Ttl"), {"type": "integer", "range": "a..b"}),
        (("shapes", "Service"), {"enum": []}),
        (("shapes", "Service"), {"enum": [1]}),
        (("shapes", "Service"), {"int-enum": ["TURN"]}),
        (("shapes", "Uris"), {"list": "Uri", "sparse": 1}),
        (("shapes", "Uris"), {"map": {"key": "string"}}),
        (("shapes", "Password"), {"type": "string", "sensitive": {}}),
        (("errors", "InvalidClientException", "status"), "400"),
        (("errors", "InvalidClientException", "status"), 200),
        (("errors", "InvalidClientException", "fault"), "mine"),
        (("errors", "InvalidClientException", "retryable"), {"because": "x"}),
    ],
    ids=lambda value: "/".join(value) if isinstance(value, tuple) else json.dumps(value)[:40],
)
def test_schema_and_loader_refuse_the_same_documents(
    schema: dict[str, Any], document: dict[str, Any], place: tuple[str, ...], value: Any
) -> None:
    wrong = copy.deepcopy(document)
    inner = wrong
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(wrong))
    with pytest.raises(GenerationError, match=f"^model:/{place[0]}"):
        load(wrong)
