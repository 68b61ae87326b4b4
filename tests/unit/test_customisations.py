"""What some services want besides what their models say."""

from __future__ import annotations

import io
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

import heliograph.generated
from heliograph import ParamError
from heliograph.customisations import Customisation
from heliograph.http import Request, WireResponse
from heliograph_codegen import ir
from heliograph_codegen.customisations import CUSTOMISATIONS, customise, runtime_name
from heliograph_codegen.frontends import dump, load, yaml_model
from heliograph_codegen.frontends.document import parse
from heliograph_codegen.generate import package_of
from heliograph_codegen.limits import DEFAULT_LIMITS
from heliograph_codegen.prune import prune
from proof.packages import shelf

pytest.importorskip("botocore", reason="botocore's models are not installed")


def customisation(name: str) -> Customisation:
    found: Customisation = getattr(heliograph.generated, runtime_name(name))
    return found


def output(**attributes: Any) -> Any:
    return SimpleNamespace(MEMBERS=[(name, name, False, None) for name in attributes], **attributes)


@pytest.mark.parametrize("name", CUSTOMISATIONS)
def test_the_runtime_has_each_customisation_under_its_name(name: str) -> None:
    assert customisation(name).name == name


@pytest.mark.parametrize(
    ("name", "given", "sent"),
    [
        ("route53-ids", {"HostedZoneId": "/hostedzone/Z1"}, {"HostedZoneId": "Z1"}),
        ("route53-ids", {"Id": "/change/C1", "MaxItems": 1}, {"Id": "C1", "MaxItems": 1}),
        ("route53-ids", {"Id": "a/b"}, {"Id": "a/b"}),
        ("glacier-account", {"vaultName": "v"}, {"vaultName": "v", "accountId": "-"}),
        ("glacier-account", {"accountId": "111122223333"}, {"accountId": "111122223333"}),
        ("user-data", {"UserData": "#!/bin/sh"}, {"UserData": "IyEvYmluL3No"}),
        ("user-data", {}, {}),
        ("s3-encoded-keys", {"Bucket": "b"}, {"Bucket": "b", "EncodingType": "url"}),
        ("s3-encoded-keys", {"EncodingType": "url"}, {"EncodingType": "url"}),
        ("s3-copy-source", {"CopySource": "b/a key"}, {"CopySource": "b/a%20key"}),
        ("s3-copy-source", {"CopySource": "b/k?versionId=1+2"}, {"CopySource": "b/k?versionId=1+2"}),
        ("s3-copy-source", {"CopySource": {"Bucket": "b", "Key": "k/?"}}, {"CopySource": "b/k/%3F"}),
        (
            "s3-copy-source",
            {"CopySource": {"Bucket": "b", "Key": "k", "VersionId": "v"}},
            {"CopySource": "b/k?versionId=v"},
        ),
        (
            "s3-customer-key",
            {"SSECustomerKey": "k" * 32},
            {
                "SSECustomerKey": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
                "SSECustomerKeyMD5": "mT2HRsMGJ5IX5C+0rreZ8Q==",
            },
        ),
        ("s3-customer-key", {"SSECustomerKey": "x", "SSECustomerKeyMD5": "y"}, None),
    ],
)
def test_input_is_changed_before_it_is_written(
    name: str, given: dict[str, Any], sent: dict[str, Any] | None
) -> None:
    members = customisation(name).members
    assert members is not None
    before = dict(given)
    assert members(given) == (given if sent is None else sent)
    assert given == before


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("s3-copy-source", {"CopySource": {"Bucket": "b"}}),
        ("s3-copy-source", {"CopySource": {"Bucket": "b", "Key": "k", "Version": "1"}}),
        ("s3-ascii-metadata", {"Metadata": {"door": "fr\u00f6nt"}}),
    ],
)
def test_input_that_s3_would_misread_is_refused(name: str, given: dict[str, Any]) -> None:
    members = customisation(name).members
    assert members is not None
    with pytest.raises(ParamError):
        members(given)


@pytest.mark.parametrize("as_file", [False, True])
def test_an_archive_carries_its_hashes(as_file: bool) -> None:
    request = customisation("glacier-hashes").request
    assert request is not None
    data = b"\0" * (2 << 20)
    body: Any = io.BytesIO(data) if as_file else data
    headers = dict(request(Request("POST", "/", body=body)).headers)
    assert (
        headers["x-amz-content-sha256"] == "5647f05ec18958947d32874eeb788fa396a05d0bab7c1b71f112ceb7e9b31eee"
    )
    assert (
        headers["x-amz-sha256-tree-hash"]
        == "861890b487038d840e9d71d43bbc0fd4571453fb9d9b1f370caa3582a29b0ec7"
    )
    assert not as_file or body.tell() == 0


def test_a_search_goes_as_a_form() -> None:
    request = customisation("search-as-form").request
    assert request is not None
    made = request(Request("GET", "/2013-01-01/search", query="q=ring&format=sdk"))
    assert (made.method, made.query, made.body) == ("POST", "", b"q=ring&format=sdk")
    assert dict(made.headers) == {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("name", "answer", "expected"),
    [
        (
            "s3-error-in-success",
            (200, {}, b"<?xml?>\n<Error><Code>InternalError</Code></Error>"),
            (500, None),
        ),
        ("s3-error-in-success", (200, {}, b"<CopyObjectResult/>"), (200, None)),
        (
            "s3-bucket-location",
            (200, {}, b"<LocationConstraint>eu-west-1</LocationConstraint>"),
            (200, b"<Location><LocationConstraint>eu-west-1</LocationConstraint></Location>"),
        ),
        ("s3-bucket-location", (200, {}, b"<LocationConstraint/>"), (200, b"<Location></Location>")),
        ("s3-bucket-location", (404, {}, b"<Error/>"), (404, b"<Error/>")),
        (
            "oauth-errors",
            (400, {}, b'{"error": "invalid_grant", "error_description": "too old"}'),
            (400, b'{"message": "too old", "error": "invalid_grant", "error_description": "too old"}'),
        ),
        ("oauth-errors", (400, {}, b"<html>"), (400, b"<html>")),
    ],
)
def test_answers_are_changed_before_they_are_read(
    name: str, answer: tuple[int, dict[str, str], bytes], expected: tuple[int, bytes | None]
) -> None:
    response = customisation(name).response
    assert response is not None
    changed = response(WireResponse(*answer))
    assert (changed.status, changed.body) == (expected[0], answer[2] if expected[1] is None else expected[1])


def test_an_oauth_error_gets_the_name_that_the_model_gives_it() -> None:
    response = customisation("oauth-errors").response
    assert response is not None
    changed = response(WireResponse(400, {}, b'{"error": "authorization_pending"}'))
    assert changed.headers["x-amzn-errortype"] == "AuthorizationPendingException"


@pytest.mark.parametrize(("date", "is_kept"), [("Tue, 29 Apr 2014 18:30:38 GMT", True), ("never", False)])
def test_expires_that_is_no_date_is_left_out(date: str, is_kept: bool) -> None:
    response = customisation("s3-expires").response
    assert response is not None
    assert ("expires" in response(WireResponse(200, {"expires": date}, b"")).headers) is is_kept


def test_keys_are_decoded_where_the_client_asked_for_them_encoded() -> None:
    decode = customisation("s3-encoded-keys").output
    assert decode is not None
    listed = output(encoding_type="url", prefix="a%2Bb", contents=[output(key="a+b%0Ac")], next_marker=None)
    decode(listed, {"Bucket": "b"})
    assert (listed.prefix, listed.contents[0].key, listed.next_marker) == ("a+b", "a b\nc", None)
    decode(listed, {"EncodingType": "url"})
    assert listed.prefix == "a+b"


def test_policies_are_decoded_wherever_they_stand() -> None:
    decode = customisation("iam-policies").output
    assert decode is not None
    roles = output(roles=[output(assume_role_policy_document="%7B%22Version%22%7D")], is_truncated=False)
    decode(roles, {})
    assert roles.roles[0].assume_role_policy_document == '{"Version"}'


@pytest.mark.parametrize(
    ("name", "operation", "customisations"),
    [
        ("route53", "GetHostedZone", ("route53-ids",)),
        ("glacier", "UploadArchive", ("glacier-account", "glacier-hashes")),
        ("iam", "GetRole", ("iam-policies",)),
        ("sso-oidc", "CreateToken", ("oauth-errors",)),
        ("cloudsearchdomain", "Search", ("search-as-form",)),
        ("autoscaling", "CreateLaunchConfiguration", ("user-data",)),
    ],
)
def test_published_models_are_customised(name: str, operation: str, customisations: tuple[str, ...]) -> None:
    assert load(f"botocore:{name}").operations[operation].customisations == customisations


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("apigateway", ("accept", "application/json")),
        ("glacier", ("x-amz-glacier-version", "2012-06-01")),
    ],
)
def test_some_services_want_a_header_with_every_request(name: str, header: tuple[str, str]) -> None:
    assert all(each.headers == (header,) for each in load(f"botocore:{name}").operations.values())


def test_the_bucket_of_s3_is_left_to_the_endpoint_rules() -> None:
    model = load("botocore:s3")
    operation = model.operations["GetObject"]
    assert str(operation.path) == "/{Key+}"
    bucket = model.structure(operation.input or "").members["Bucket"]
    assert bucket.binding == ir.Binding(ir.Location.ENDPOINT)
    assert not [each.name for each in model.operations.values() if "{Bucket}" in str(each.path)]


def test_a_service_that_nobody_knows_more_of_stays_as_it_is() -> None:
    model = load("botocore:sns")
    assert customise(model) is model


POLLING = {
    "kinesis": {"ReceiveDeadLetterQueueRecords": 30, "ReceiveQueueRecords": 30},
    "sqs": {"ReceiveMessage": 30},
    "stepfunctions": {"GetActivityTask": 65},
    "swf": {"PollForActivityTask": 70, "PollForDecisionTask": 70},
}
"""Operations that wait for something to happen, and the seconds for which a client waits with them."""


@pytest.mark.parametrize("name", POLLING)
def test_some_operations_wait_for_something_to_happen(name: str) -> None:
    operations = load(f"botocore:{name}").operations
    found = {each.name: each.read_timeout for each in operations.values() if each.long_polling}
    assert {each: timeout and timeout.seconds for each, timeout in found.items()} == POLLING[name]


@pytest.mark.parametrize("name", POLLING)
def test_generated_clients_know_which_operations_wait(name: str) -> None:
    others = {
        "kinesis": "ListStreams",
        "sqs": "ListQueues",
        "stepfunctions": "ListActivities",
        "swf": "ListDomains",
    }
    model = prune(load(f"botocore:{name}"), [*POLLING[name], others[name]])
    with shelf() as opened:
        operations = opened.put(package_of(model, f"polling_{name}", is_formatted=False)).OPERATIONS
    for operation, seconds in POLLING[name].items():
        assert operations[operation].long_polling
        assert operations[operation].read_timeout == seconds > 20, "a poll may take 20 seconds"
    assert not operations[others[name]].long_polling
    assert operations[others[name]].read_timeout is None


def test_what_a_model_says_of_waiting_holds() -> None:
    model = load("botocore:sqs")
    patient = replace(model.operations["ReceiveMessage"], read_timeout=ir.ReadTimeout(90))
    changed = customise(replace(model, operations={**model.operations, "ReceiveMessage": patient}))
    assert changed.operations["ReceiveMessage"].read_timeout == ir.ReadTimeout(90)


@pytest.mark.parametrize("name", ["dynamodb", "dynamodbstreams"])
def test_dynamodb_is_tried_more_often_and_sooner(name: str) -> None:
    assert load(f"botocore:{name}").service.retries == ir.Retries(attempts=4, base=25)


@pytest.mark.parametrize(
    ("checksum", "status"), [("3421780262", 200), ("1", 500), ("no number", 200), (None, 200)]
)
def test_a_damaged_answer_of_dynamodb_counts_as_an_error_of_the_server(
    checksum: str | None, status: int
) -> None:
    response = customisation("dynamodb-checksum").response
    assert response is not None
    headers = {} if checksum is None else {"x-amz-crc32": checksum}
    assert response(WireResponse(200, headers, b"123456789")).status == status


def test_predictions_are_asked_for_where_the_caller_says() -> None:
    endpoint = load("botocore:machinelearning").structure("PredictInput").members["PredictEndpoint"]
    assert endpoint.context_param == "Endpoint"


def test_s3_control_has_no_host_labels_where_it_has_no_host_prefixes() -> None:
    model = load("botocore:s3control")
    assert not any(operation.host_prefix for operation in model.operations.values())
    assert yaml_model.decode(parse(dump(model), "model.yaml", DEFAULT_LIMITS)) == model
