# SPDX-License-Identifier: Apache-2.0
"""The front-end of published models: what each trait becomes, what is passed over and what is refused."""

from __future__ import annotations

import copy
import dataclasses
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from heliograph_codegen import frontends, ir
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import Sides, c2j, c2j_files, dump, yaml_model
from heliograph_codegen.frontends.document import parse
from heliograph_codegen.frontends.standard_endpoint import standard_prefix
from heliograph_codegen.ir import Binding, Entry, Kind, Location
from heliograph_codegen.limits import DEFAULT_LIMITS, Limits

ROOT = Path(__file__).resolve().parent.parent.parent

Json = dict[str, Any]


def document(
    shapes: Json | None = None, operation: Json | None = None, *, protocol: str = "rest-json", **metadata: Any
) -> Json:
    """A model of one operation ``Do``; its input and output are the shapes ``In`` and ``Out`` where there are such."""
    shapes = shapes or {}
    do: Json = {"name": "Do", "http": {"method": "POST", "requestUri": "/do"}}
    do |= {side: {"shape": name} for side, name in (("input", "In"), ("output", "Out")) if name in shapes}
    return {
        "metadata": {
            "protocol": protocol,
            "apiVersion": "2020-01-01",
            "serviceId": "Tiny Things",
            "endpointPrefix": "tiny",
            "targetPrefix": "Tiny",
            "jsonVersion": "1.0",
            **metadata,
        },
        "operations": {"Do": {**do, **(operation or {})}},
        "shapes": shapes,
    }


def structure(members: Json, **traits: Any) -> Json:
    return {"type": "structure", "members": members, **traits}


def load(source: Json, **options: Any) -> ir.Model:
    """Load a model, see that its YAML is the same model, and that the document was left alone."""
    kept = copy.deepcopy(source)
    model = c2j.load(source, **options)
    text = dump(model)
    again = yaml_model.decode(parse(text, "", DEFAULT_LIMITS))
    assert again == model
    assert ir.digest(again) == ir.digest(model)
    assert dump(again) == text
    assert source == kept
    return model


def do(model: ir.Model) -> ir.Operation:
    return model.operations["Do"]


def member(model: ir.Model, name: str, shape: str = "In") -> ir.Member:
    return model.structure(shape).members[name]


def warnings_of(source: Json, **options: Any) -> list[str]:
    found: list[str] = []
    load(source, warn=found.append, **options)
    return found


def problem_of(source: Any, **options: Any) -> str:
    with pytest.raises(GenerationError) as caught:
        c2j.load(source, **options)
    return str(caught.value)


# --- Service ---


def test_a_service_is_read_from_its_metadata() -> None:
    source = document(
        protocol="json",
        protocols=["query", "json", "smithy-rpc-v2-cbor"],
        signingName="tiny-signing",
        auth=["aws.auth#sigv4a", "aws.auth#sigv4"],
        awsQueryCompatible={},
        protocolSettings={"h2": "eventstream"},
        uid="tiny-2020",
    )
    source |= {
        "documentation": "<p>Tiny.</p>",
        "deprecated": True,
        "deprecatedMessage": "Gone <b>soon</b>.",
        "clientContextParams": {"Fast": {"type": "boolean", "documentation": "Quick."}},
    }
    service = load(source).service
    assert service.id == "Tiny Things"
    assert service.version == "2020-01-01"
    assert service.protocols == (ir.Protocol.JSON, ir.Protocol.CBOR, ir.Protocol.QUERY)
    assert service.protocol is ir.Protocol.JSON
    assert service.signing_name == "tiny-signing"
    assert service.auth == (ir.Auth.SIGV4A, ir.Auth.SIGV4)
    assert (service.target_prefix, service.json_version) == ("Tiny", "1.0")
    assert service.query_compatible
    assert service.http2 is ir.Http2.EVENT_STREAM
    assert service.documentation == "Tiny."
    assert service.deprecated == ir.Deprecated("Gone soon.")
    assert service.client_params == (ir.ClientParam("Fast", ir.ParamType.BOOLEAN, "Quick."),)


@pytest.mark.parametrize(
    ("metadata", "auth", "signing"),
    [
        ({}, (ir.Auth.SIGV4,), "tiny"),
        ({"signatureVersion": "s3v4"}, (ir.Auth.SIGV4,), "tiny"),
        ({"signatureVersion": "v2"}, (ir.Auth.SIGV2,), "tiny"),
        ({"signatureVersion": "bearer"}, (ir.Auth.BEARER,), "tiny"),
        ({"auth": ["smithy.api#noAuth"]}, (ir.Auth.NONE,), ""),
        ({"auth": ["smithy.api#noAuth", "aws.auth#sigv4"]}, (ir.Auth.SIGV4, ir.Auth.NONE), "tiny"),
    ],
    ids=str,
)
def test_auth_is_listed_or_follows_the_signature_version(
    metadata: Json, auth: tuple[ir.Auth, ...], signing: str
) -> None:
    service = load(document(**metadata)).service
    assert (service.auth, service.signing_name) == (auth, signing)


def test_a_protocol_can_be_chosen() -> None:
    source = document(protocol="json", protocols=["json", "query"])
    assert load(source, protocol="query").service.protocols == (ir.Protocol.QUERY,)
    assert "does not speak 'ec2'" in problem_of(source, protocol="ec2")


@pytest.mark.parametrize(
    ("metadata", "identity"),
    [
        ({"protocol": "rest-json"}, "Unnamed Service"),
        ({"protocol": "rest-json", "endpointPrefix": "data.iot"}, "iot"),
        ({"protocol": "json", "targetPrefix": "com.example.Foo_2020"}, "Foo 2020"),
        ({"protocol": "query", "serviceFullName": "Things & More"}, "Things More"),
        ({"protocol": "ec2", "serviceId": "7 Up"}, "Unnamed Service 7 Up"),
    ],
    ids=str,
)
def test_a_fragment_needs_little_metadata(metadata: Json, identity: str) -> None:
    source = {"metadata": metadata, "operations": {"Do": {}}}
    model = load(source)
    assert model.service.id == identity
    assert model.service.version == "0"
    assert do(model).path == ir.Path()
    assert any("serviceId" in line for line in warnings_of(source))
    assert load({"metadata": metadata}).operations == {}


# --- Operations ---


def test_an_operation_is_read() -> None:
    source = document(
        {
            "In": structure(
                {
                    "Host": {"shape": "Text", "hostLabel": True},
                    "Alg": {"shape": "Text", "location": "header", "locationName": "x-alg"},
                    "Table": {"shape": "Text", "contextParam": {"name": "Arn"}},
                }
            ),
            "Text": {"type": "string"},
            "Gone": structure({}, exception=True),
        },
        {
            "http": {"method": "PUT", "requestUri": "/a?b=c&d", "responseCode": 202},
            "documentation": "<p>Does.</p>",
            "errors": [{"shape": "Gone"}, {"shape": "Gone"}],
            "idempotent": True,
            "readonly": True,
            "authtype": "v4-unsigned-body",
            "endpoint": {"hostPrefix": "{Host}.data-"},
            "deprecated": True,
            "deprecatedSince": "2021",
            "staticContextParams": {
                "Kind": {"value": "x"},
                "Fast": {"value": False},
                "All": {"value": ["a"]},
            },
            "operationContextParams": {"Arns": {"path": "Tables[*].Arn"}},
            "endpointdiscovery": {"required": True},
            "endpointoperation": True,
            "httpChecksum": {
                "requestAlgorithmMember": "Alg",
                "requestValidationModeMember": "Alg",
                "responseAlgorithms": ["CRC32", "SHA1"],
            },
            "httpChecksumRequired": True,
            "requestcompression": {"encodings": ["gzip"]},
        },
    )
    model = load(source)
    operation = do(model)
    assert (operation.method, str(operation.path), operation.status) == ("PUT", "/a?b=c&d", 202)
    assert operation.documentation == "Does."
    assert operation.errors == ("Gone",)
    assert operation.idempotent
    assert operation.readonly
    assert operation.auth is None
    assert operation.unsigned_payload
    assert str(operation.host_prefix) == "{Host}.data-"
    assert operation.deprecated == ir.Deprecated("", "2021")
    assert operation.static_params == (
        ir.StaticParam("All", ("a",)),
        ir.StaticParam("Fast", False),
        ir.StaticParam("Kind", "x"),
    )
    assert operation.input_params == (ir.InputParam("Arns", "Tables[*].Arn"),)
    assert operation.endpoint_discovery == ir.EndpointDiscovery(required=True)
    assert operation.endpoint_operation
    assert operation.checksum == ir.Checksum(True, "Alg", "Alg", ("CRC32", "SHA1"))
    assert operation.compression == ("gzip",)
    assert member(model, "Host").host_label
    assert member(model, "Host").required
    assert member(model, "Table").context_param == "Arn"


@pytest.mark.parametrize(
    ("traits", "auth"),
    [
        ({"authtype": "none"}, (ir.Auth.NONE,)),
        ({"authtype": "none", "auth": ["smithy.api#noAuth"]}, (ir.Auth.NONE,)),
        ({"auth": ["smithy.api#httpBearerAuth"]}, (ir.Auth.BEARER,)),
        ({}, None),
    ],
    ids=str,
)
def test_an_operation_may_have_its_own_auth(traits: Json, auth: tuple[ir.Auth, ...] | None) -> None:
    assert do(load(document({}, traits))).auth == auth


# --- Shapes ---


def test_shapes_are_read() -> None:
    source = document(
        {
            "Out": structure(
                {
                    name: {"shape": name}
                    for name in ("Name", "Size", "When", "Level", "Things", "Map", "Any", "Either")
                }
            ),
            "Name": {"type": "string", "min": 1, "max": 9, "pattern": "[a-z]+", "sensitive": True},
            "Size": {"type": "double", "min": 0.5, "documentation": "<p>How much.</p>", "box": True},
            "When": {"type": "timestamp", "timestampFormat": "rfc822"},
            "Level": {"type": "string", "enum": ["LOW", "on"]},
            "Things": {
                "type": "list",
                "member": {"shape": "Name"},
                "sparse": True,
                "max": 3,
                "deprecated": True,
            },
            "Map": {"type": "map", "key": {"shape": "Level"}, "value": {"shape": "Things"}},
            "Any": structure({}, document=True, documentation="Whatever."),
            "Either": structure({"A": {"shape": "Name"}, "B": {"shape": "Size"}}, union=True, sensitive=True),
        }
    )
    shapes = load(source).shapes
    name, size, when, level = shapes["Name"], shapes["Size"], shapes["When"], shapes["Level"]
    assert name.constraints == ir.Constraints(length=ir.Bounds(1, 9), pattern="[a-z]+")
    assert name.sensitive == ir.Sensitive()
    assert size.constraints == ir.Constraints(range=ir.Bounds(0.5))
    assert (size.kind, size.documentation) == (Kind.DOUBLE, "How much.")
    assert isinstance(when, ir.SimpleShape)
    assert when.timestamp_format is ir.TimestampFormat.HTTP_DATE
    assert isinstance(level, ir.EnumShape)
    assert [value.value for value in level.values] == ["LOW", "on"]
    things, mapping = shapes["Things"], shapes["Map"]
    assert isinstance(things, ir.ListShape)
    assert (things.element, things.sparse, things.deprecated) == ("Name", True, ir.Deprecated())
    assert isinstance(mapping, ir.MapShape)
    assert (mapping.key, mapping.value) == ("Level", "Things")
    assert shapes["Any"].kind is Kind.DOCUMENT
    assert shapes["Either"].kind is Kind.UNION


def test_types_that_say_nothing_else_become_builtin_ones() -> None:
    source = document(
        {
            "Out": structure(
                {
                    "A": {"shape": "AString"},
                    "B": {"shape": "string"},
                    "C": {"shape": "long"},
                    "D": {"shape": "Chr"},
                }
            ),
            "AString": {"type": "string", "box": True},
            "string": {"type": "string", "max": 3},
            "long": {"type": "integer"},
            "Chr": {"type": "character"},
            "string_": {"type": "string"},
        }
    )
    model = load(source)
    assert set(model.shapes) == {"Out", "string__"}
    targets = {each.name: each.target for each in model.structure("Out").members.values()}
    assert targets == {"A": "string", "B": "string__", "C": "integer", "D": "string"}


def test_names_may_be_looser_than_in_our_own_models() -> None:
    source = document(
        {
            "Out": structure({"a-b": {"shape": "__x"}, "c.d": {"shape": "thing"}, "$e": {"shape": "Thing"}}),
            "__x": {"type": "string", "max": 1},
            "thing": structure({}),
            "Thing": structure({}),
        }
    )
    model = load(source)
    assert set(model.shapes) == {"Out", "__x", "thing", "Thing"}
    assert set(model.structure("Out").members) == {"a-b", "c.d", "$e"}


def test_patterns_lose_what_no_yaml_can_hold() -> None:
    source = document(
        {"Out": structure({"A": {"shape": "S"}}), "S": {"type": "string", "pattern": "[\x00-\ud7ff\ud800]"}}
    )
    assert load(source).shapes["S"].constraints.pattern == "[\\u0000-\ud7ff\\uD800]"


@pytest.mark.parametrize(
    ("traits", "expected"),
    [
        ({"exception": True}, ir.ErrorTrait(code="Bad")),
        ({"exception": True, "error": {"httpStatusCode": 404}}, ir.ErrorTrait(code="Bad", status=404)),
        (
            {"exception": True, "error": {"httpStatusCode": 503}},
            ir.ErrorTrait(code="Bad", status=503, fault=ir.Fault.SERVER),
        ),
        (
            {"error": {"httpStatusCode": 503, "senderFault": True, "code": "Bad.Code"}},
            ir.ErrorTrait(code="Bad.Code", status=503, fault=ir.Fault.CLIENT),
        ),
        ({"exception": True, "fault": True}, ir.ErrorTrait(code="Bad", fault=ir.Fault.SERVER)),
        (
            {"exception": True, "retryable": {"throttling": True}},
            ir.ErrorTrait(code="Bad", retryable=ir.Retryable(throttling=True)),
        ),
        ({}, ir.ErrorTrait(code="Bad")),
    ],
    ids=str,
)
def test_errors_say_code_status_fault_and_whether_to_retry(traits: Json, expected: ir.ErrorTrait) -> None:
    source = document({"Bad": structure({}, **traits)}, {"errors": [{"shape": "Bad"}]})
    assert load(source).structure("Bad").error == expected


def test_an_error_may_be_told_by_the_operation_that_lists_it() -> None:
    said = {"shape": "Bad", "exception": True, "error": {"code": "Too Bad", "httpStatusCode": 409}}
    source = document({"Bad": structure({})}, {"errors": [said]})
    assert load(source).structure("Bad").error == ir.ErrorTrait(code="Too Bad", status=409)


# --- Members ---

SHAPES: Json = {
    "Text": {"type": "string"},
    "Number": {"type": "integer"},
    "Map": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
}


@pytest.mark.parametrize(
    ("reference", "binding"),
    [
        ({"shape": "Text", "location": "header", "locationName": "X-A"}, Binding(Location.HEADER, "X-A")),
        ({"shape": "Text", "location": "header"}, Binding(Location.HEADER, "A")),
        (
            {"shape": "Map", "location": "headers", "locationName": "X-"},
            Binding(Location.PREFIX_HEADERS, "X-"),
        ),
        ({"shape": "Map", "location": "headers"}, Binding(Location.PREFIX_HEADERS)),
        ({"shape": "Text", "location": "querystring", "locationName": "a"}, Binding(Location.QUERY, "a")),
        ({"shape": "Map", "location": "querystring"}, Binding(Location.QUERY_MAP)),
        ({"shape": "Text"}, None),
    ],
    ids=str,
)
def test_members_of_rest_services_have_a_place(reference: Json, binding: Binding | None) -> None:
    model = load(document({"In": structure({"A": reference}), **SHAPES}))
    assert member(model, "A").binding == binding
    assert member(model, "A").wire_name == "A"


def test_labels_are_required_whatever_the_model_says() -> None:
    source = document(
        {"In": structure({"A": {"shape": "Text", "location": "uri", "locationName": "a-b"}}), **SHAPES},
        {"http": {"method": "GET", "requestUri": "/x/{a-b+}"}},
    )
    model = load(source)
    assert member(model, "A").binding == Binding(Location.LABEL, "a-b")
    assert member(model, "A").required


@pytest.mark.parametrize(
    ("protocol", "shapes", "warning"),
    [
        (
            "json",
            {"In": structure({"A": {"shape": "Text", "location": "header"}})},
            "'location: header' has no meaning",
        ),
        ("json", {"In": structure({"A": {"shape": "Map"}}, payload="A")}, "'payload' has no meaning here"),
        (
            "rest-json",
            {"Out": structure({"A": {"shape": "Text", "location": "uri"}})},
            "'location: uri' has no mean",
        ),
        (
            "rest-json",
            {
                "In": structure({"B": {"shape": "B"}}),
                "B": structure({"A": {"shape": "Text", "location": "header"}}),
            },
            "'location: header' has no meaning here and was passed over",
        ),
    ],
    ids=str,
)
def test_places_without_a_meaning_are_passed_over(protocol: str, shapes: Json, warning: str) -> None:
    source = document({**shapes, **SHAPES}, protocol=protocol)
    assert any(warning in line for line in warnings_of(source))
    found = load(source)
    assert all(
        each.binding is None
        for shape in found.shapes.values()
        if isinstance(shape, ir.StructureShape)
        for each in shape.members.values()
    )


def test_a_streaming_payload_takes_its_traits_from_the_shape() -> None:
    source = document(
        {
            "In": structure({"Body": {"shape": "Stream"}}, payload="Body"),
            "Stream": {"type": "blob", "streaming": True, "requiresLength": True},
            "Out": structure(
                {
                    "Body": {"shape": "Blob", "streaming": True},
                    "Code": {"shape": "Number", "location": "statusCode"},
                },
                payload="Body",
            ),
            "Blob": {"type": "blob"},
            **SHAPES,
        }
    )
    model = load(source)
    given, answer = member(model, "Body"), member(model, "Body", "Out")
    assert given.binding == answer.binding == Binding(Location.PAYLOAD)
    assert (given.streaming, given.requires_length) == (True, True)
    assert (answer.streaming, answer.requires_length) == (True, False)
    assert member(model, "Code", "Out").binding == Binding(Location.STATUS)


def test_event_streams_hold_events_with_headers_and_payloads() -> None:
    source = document(
        {
            "Out": structure({"Events": {"shape": "Events"}}, payload="Events"),
            "Events": structure({"One": {"shape": "One"}, "Bad": {"shape": "Bad"}}, eventstream=True),
            "One": structure(
                {"H": {"shape": "Text", "eventheader": True}, "P": {"shape": "Blob", "eventpayload": True}},
                event=True,
            ),
            "Bad": structure({}, exception=True),
            "Blob": {"type": "blob"},
            **SHAPES,
        }
    )
    model = load(source)
    events = model.structure("Events")
    assert (events.kind, events.event_stream) == (Kind.UNION, True)
    assert member(model, "H", "One").event_part is ir.EventPart.HEADER
    assert member(model, "P", "One").event_part is ir.EventPart.PAYLOAD
    assert model.structure("Bad").error is not None


def test_xml_traits_stand_where_they_hold() -> None:
    source = document(
        {
            "In": structure(
                {
                    "List": {"shape": "List", "locationName": "Items"},
                    "Flat": {"shape": "FlatList", "locationName": "flat"},
                    "Map": {
                        "shape": "NamedMap",
                        "flattened": True,
                        "xmlNamespace": {"uri": "urn:m", "prefix": "m"},
                    },
                    "Kind": {"shape": "Text", "locationName": "xsi:type", "xmlAttribute": True},
                    "Who": {"shape": "Who"},
                }
            ),
            "List": {
                "type": "list",
                "member": {"shape": "Text", "locationName": "item", "xmlNamespace": "urn:e"},
            },
            "FlatList": {"type": "list", "member": {"shape": "Text"}, "flattened": True},
            "NamedMap": {
                "type": "map",
                "key": {"shape": "Text", "locationName": "K", "xmlNamespace": "urn:k"},
                "value": {"shape": "Text", "locationName": "V"},
            },
            "Who": structure({}, xmlNamespace={"uri": "urn:w", "prefix": "w"}, locationName="Root"),
            **SHAPES,
        },
        {"input": {"shape": "In", "locationName": "PutIt", "xmlNamespace": {"uri": "https://example.test/"}}},
        protocol="rest-xml",
    )
    model = load(source)
    assert (do(model).input_element, do(model).input_namespace) == (
        "PutIt",
        ir.XmlNamespace("https://example.test/"),
    )
    assert member(model, "List").wire_name == "Items"
    assert (member(model, "Flat").wire_name, member(model, "Flat").flattened) == ("flat", True)
    assert member(model, "Map").flattened
    assert member(model, "Map").xml_namespace == ir.XmlNamespace("urn:m", "m")
    assert (member(model, "Kind").wire_name, member(model, "Kind").xml_attribute) == ("xsi:type", True)
    assert member(model, "Who").wire_name == "Who"
    assert member(model, "Who").xml_namespace == ir.XmlNamespace("urn:w", "w")
    listed, mapping = model.shapes["List"], model.shapes["NamedMap"]
    assert isinstance(listed, ir.ListShape)
    assert listed.entry == Entry(name="item", namespace=ir.XmlNamespace("urn:e"))
    assert isinstance(mapping, ir.MapShape)
    assert mapping.key_entry == Entry(name="K", namespace=ir.XmlNamespace("urn:k"))
    assert mapping.value_entry == Entry(name="V")


@pytest.mark.parametrize(
    ("reference", "traits", "root"),
    [
        ({"shape": "Body"}, {}, "Body"),
        ({"shape": "Body"}, {"locationName": "Hello"}, "Hello"),
        ({"shape": "Body", "locationName": "Given"}, {"locationName": "Hello"}, "Given"),
        ({"shape": "Body", "locationName": "A"}, {}, "Body"),
        ({"shape": "Body", "locationName": "A", "xmlNamespace": "urn:a"}, {}, "A"),
    ],
    ids=str,
)
def test_the_root_of_an_xml_payload_is_named_by_member_shape_or_shape_name(
    reference: Json, traits: Json, root: str
) -> None:
    source = document(
        {"In": structure({"A": reference}, payload="A"), "Body": structure({}, **traits)}, protocol="rest-xml"
    )
    assert member(load(source), "A").wire_name == root
    source["metadata"]["protocol"] = "rest-json"
    assert member(load(source), "A").wire_name == "A"


@pytest.mark.parametrize(
    ("reference", "shape", "wire"),
    [
        ({}, {"flattened": True, "member": {"shape": "Text", "locationName": "Item"}}, "Item"),
        (
            {"locationName": "Own"},
            {"flattened": True, "member": {"shape": "Text", "locationName": "Item"}},
            "Own",
        ),
        ({"flattened": True}, {"member": {"shape": "Text", "locationName": "Item"}}, "A"),
        ({}, {"flattened": True, "member": {"shape": "Text"}}, "A"),
        ({}, {"locationName": "Its", "member": {"shape": "Text"}}, "Its"),
    ],
    ids=str,
)
def test_flattened_lists_of_query_services_are_named_as_they_always_were(
    reference: Json, shape: Json, wire: str
) -> None:
    shapes = {"In": structure({"A": {"shape": "L", **reference}}), "L": {"type": "list", **shape}, **SHAPES}
    assert member(load(document(shapes, protocol="query")), "A").wire_name == wire


def test_query_and_ec2_traits_are_read() -> None:
    shapes = {
        "Out": structure(
            {"A": {"shape": "Text", "locationName": "a", "queryName": "AA"}}, resultWrapper="Wrapped"
        ),
        **SHAPES,
    }
    model = load(document(shapes, protocol="ec2"))
    assert (member(model, "A", "Out").wire_name, member(model, "A", "Out").query_name) == ("a", "AA")
    assert do(model).result_wrapper == "Wrapped"
    said = {"output": {"shape": "Out", "resultWrapper": "DoResult"}}
    assert do(load(document(shapes, said, protocol="query"))).result_wrapper == "DoResult"


def test_json_values_tokens_and_formats_are_read() -> None:
    source = document(
        {
            "In": structure(
                {
                    "Json": {"shape": "Text", "jsonvalue": True},
                    "Token": {"shape": "Text", "idempotencyToken": True},
                    "When": {"shape": "Time", "timestampFormat": "unixTimestamp"},
                    "Old": {"shape": "Text", "deprecated": True, "deprecatedMessage": "<p>No.</p>"},
                    "Jsons": {"shape": "Jsons"},
                },
                required=["Json", "Absent"],
            ),
            "Time": {"type": "timestamp"},
            "Jsons": {"type": "list", "member": {"shape": "Text", "jsonvalue": True}},
            **SHAPES,
        }
    )
    model = load(source)
    assert (member(model, "Json").json_value, member(model, "Json").required) == (True, True)
    assert member(model, "Token").idempotency_token
    assert member(model, "When").timestamp_format is ir.TimestampFormat.EPOCH_SECONDS
    assert member(model, "Old").deprecated == ir.Deprecated("No.")
    listed = model.shapes["Jsons"]
    assert isinstance(listed, ir.ListShape)
    assert listed.entry.json_value
    assert any("'required' names 'Absent'" in line for line in warnings_of(source))


# --- What is passed over, and what is refused ---


def test_unused_shapes_are_left_out_with_one_warning_but_no_error_is() -> None:
    source = document(
        {
            "Lost": structure({"A": {"shape": "LostToo"}}),
            "LostToo": {"type": "string", "max": 3},
            "Unlisted": structure({"Message": {"shape": "Used"}}, exception=True),
            "Used": {"type": "string", "max": 9},
        }
    )
    model = load(source)
    assert set(model.shapes) == {"Unlisted", "Used"}
    assert model.service.errors == ("Unlisted",)
    [line] = warnings_of(source)
    assert line == "model:/shapes/Lost: 2 shapes that nothing uses were left out: Lost, LostToo"


def test_unknown_keys_are_warnings_that_count() -> None:
    source = document(
        {
            "In": structure({"A": {"shape": "Text", "new": 1}, "B": {"shape": "Text", "new": 2}}),
            **SHAPES,
            "Text": {"type": "string", "odd": True},
        }
    )
    source["metadata"]["other"] = True
    lines = [line for line in warnings_of(source) if "is not known" in line]
    assert lines == [
        "model:/metadata/other: the key 'other' of the metadata is not known and was passed over",
        "model:/shapes/Text/odd: the key 'odd' of a shape is not known and was passed over",
        "model:/shapes/In/members/A/new: the key 'new' of a member is not known and was passed over "
        "(2 times; this is the first)",
    ]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ({}, "model:/: the model has no 'metadata'; give the model's own file"),
        (document(protocol="soap"), "model:/metadata: the protocol is 'soap'"),
        (
            document(auth=["aws.auth#sigv5"]),
            "model:/metadata/auth: the auth 'aws.auth#sigv5' of 'metadata' of the model",
        ),
        (document(protocolSettings={"h2": "never"}), "model:/metadata/protocolSettings/h2: 'h2' of "),
        (document(endpointPrefix="a/b"), "model:/metadata/endpointPrefix: 'a/b' cannot be"),
        (
            document({}, {"http": {"requestUri": "/a/../b"}}),
            "model:/operations/Do/http/requestUri: '/a/../b' is no path",
        ),
        (document({}, {"http": {"method": "FETCH"}}), "'FETCH' is no HTTP method"),
        (
            document({}, {"http": {"responseCode": 404}}),
            "'responseCode' of 'http' of operation Do is not a whole number",
        ),
        (document({}, {"endpoint": {"hostPrefix": "a b"}}), "'a b' is no host prefix"),
        (document({}, {"input": {"shape": "Inn"}}), "of the shape 'Inn', which is not there"),
        (document({}, {"authtype": "v9"}), "'authtype' of operation Do cannot be 'v9'"),
        (
            document({"In": structure({"A": {"shape": "B"}})}),
            "member of In, A is of the shape 'B', which is not there",
        ),
        (
            document({"In": {"type": "struct"}}),
            "the type 'struct' of shape In is not known; did you mean 'structure'?",
        ),
        (document({"In": structure({"A": []})}), "model:/shapes/In/members/A: 'A' of "),
        (document({"I n": {"type": "string"}}), "'I n' is no name of a shape"),
        (
            document({"In": structure({"A B": {"shape": "Text"}}), **SHAPES}),
            "'A B' is no name of a member",
        ),
        (
            document({"In": structure({"A": {"shape": "Text", "location": "trailer"}}), **SHAPES}),
            "model:/shapes/In/members/A/location: 'location' of member of In, A cannot be 'trailer'",
        ),
        (
            document({"In": structure({"A": {"shape": "Text", "resultWrapper": "x"}}), **SHAPES}),
            "model:/shapes/In/members/A/resultWrapper: the generator cannot make 'resultWrapper' on a member yet",
        ),
        (
            document(
                {
                    "In": structure({"A": {"shape": "L"}}),
                    "L": {"type": "list", "member": {"shape": "M"}},
                    "M": {"type": "list", "member": {"shape": "Text"}, "flattened": True},
                    **SHAPES,
                }
            ),
            "model:/shapes/L/member: the generator cannot make 'flattened' on an element, key or value yet",
        ),
        (
            document(
                {
                    "In": structure({"A": {"shape": "Time"}}),
                    "Time": {"type": "timestamp", "timestampFormat": "x"},
                }
            ),
            "model:/shapes/Time/timestampFormat: 'timestampFormat' of shape Time cannot be 'x'",
        ),
        (document({"In": structure({}, payload="A")}), "the payload 'A' is no member of shape In"),
        (
            document({"Out": structure({"A": {"shape": "E"}}), "E": {"type": "string", "enum": ["a\x00"]}}),
            "a value of shape E has an unprintable character",
        ),
        (
            document({}, {"name": "Other"}, protocol="query"),
            "model:/operations/Do/name: operation Do is called 'Other' too; which one is sent is not clear",
        ),
        (
            document({}, {"staticContextParams": {"A": {"value": 1}}}),
            "'value' of static parameter A is not true",
        ),
        (
            document({}, {"documentation": 1}),
            "model:/operations/Do/documentation: 'documentation' of operation Do",
        ),
    ],
    ids=lambda value: value[:60] if isinstance(value, str) else "",
)
def test_a_mistake_is_named_with_its_place(source: Json, problem: str) -> None:
    assert problem in problem_of(source)


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (Limits(operations=0), "operations"),
        (Limits(shapes=1), "shapes"),
        (Limits(members=0), "members"),
        (Limits(nodes=10), "nodes"),
        (Limits(depth=3), "depth"),
        (Limits(name_length=5), "name_length"),
        (Limits(text_length=5), "text_length"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_model_stays_within_the_caps(limits: Limits, name: str) -> None:
    assert f"the limit {name} allows" in problem_of(
        document({"In": structure({"A": {"shape": "Text"}}), **SHAPES}), limits=limits
    )


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "not valid JSON"),
        (b"[1]", "no JSON object"),
        (b'{"a": 1, "a": 2}', "the key 'a' stands in one object twice"),
        (b'{"a": NaN}', "NaN is no number in JSON"),
        (b'{"a": 1e999}', "a number that is not finite"),
        (b'{"a": ' + b"9" * 2000 + b"}", "the number is too long"),
        (b'{"a": ' + b"9" * 5000 + b"}", "the number is too long"),
        (b"[" * 100_000, "nested too deeply"),
        (b"\xff\xfe{}", "not UTF-8"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_file_must_be_honest_json(tmp_path: Path, data: bytes, problem: str) -> None:
    path = tmp_path / "service-2.json"
    path.write_bytes(data)
    assert problem in problem_of(path)
    packed = tmp_path / "service-2.json.gz"
    packed.write_bytes(gzip.compress(data))
    assert problem in problem_of(packed)


def test_a_packed_file_is_capped_after_unpacking(tmp_path: Path) -> None:
    path = tmp_path / "service-2.json.gz"
    path.write_bytes(gzip.compress(b" " * 10_000))
    assert "the limit file_bytes allows 100" in problem_of(path, limits=Limits(file_bytes=100))
    path.write_bytes(b"\x1f\x8bno")
    assert "cannot be read" in problem_of(path)


def test_a_parsed_document_is_json_and_ends() -> None:
    assert "a key of the type int" in problem_of({1: 2})
    assert "a value of the type set" in problem_of({"a": set()})
    endless: Json = {}
    endless["a"] = endless
    assert "the limit depth allows 100" in problem_of(endless)


# --- Side files ---


def beside(folder: Path, **files: Json) -> Path:
    """A folder as botocore keeps one; keywords are file names with underscores."""
    for name, content in files.items():
        data = json.dumps(content).encode()
        stem = name.replace("__", ".").replace("_", "-")
        is_packed = stem in ("service-2", "endpoint-rule-set-1")
        (folder / f"{stem}.json{'.gz' if is_packed else ''}").write_bytes(
            gzip.compress(data) if is_packed else data
        )
    return folder / "service-2.json.gz"


LISTING: Json = document(
    {
        "In": structure({"Next": {"shape": "Text"}, "Max": {"shape": "Number"}}),
        "Out": structure({"Next": {"shape": "Text"}, "Names": {"shape": "Names"}}),
        "Names": {"type": "list", "member": {"shape": "Text"}},
        **SHAPES,
    }
)
PAGINATORS: Json = {
    "pagination": {
        "Do": {"input_token": "Next", "output_token": "Next", "limit_key": "Max", "result_key": ["Names"]}
    }
}
WAITERS: Json = {
    "version": 2,
    "waiters": {
        "NamesThere": {
            "operation": "Do",
            "delay": 5,
            "maxAttempts": 20,
            "description": "Until <b>there</b>.",
            "acceptors": [
                {"state": "success", "matcher": "path", "argument": "length(Names) > `0`", "expected": True},
                {"state": "retry", "matcher": "pathAll", "argument": "Names[]", "expected": "x"},
                {"state": "retry", "matcher": "pathAny", "argument": "Names[]", "expected": "y"},
                {"state": "failure", "matcher": "status", "expected": 404},
                {"state": "failure", "matcher": "error", "expected": "Gone"},
            ],
        }
    },
}
EXAMPLES: Json = {
    "version": "1.0",
    "examples": {
        "Do": [
            {
                "id": "do-1",
                "title": "Lists",
                "description": "All.",
                "input": {"Max": 3},
                "output": {"Names": ["a"]},
            },
            {"id": "do-2", "title": "Wrong", "input": {"Max": "three"}},
        ]
    },
}
EXTRAS: Json = {
    "version": 1.0,
    "merge": {
        "pagination": {"Do": {"non_aggregate_keys": ["Next"], "more_results": "More"}},
        "shapes": {"Out": {"members": {"More": {"shape": "Yes"}}}, "Yes": {"type": "boolean"}},
    },
}


def expected_paginator() -> ir.Paginator:
    return ir.Paginator(
        input_tokens=("Next",),
        output_tokens=("Next",),
        results=("Names",),
        limit="Max",
        more="More",
        constant=("Next",),
    )


def test_what_stands_beside_a_model_is_read(tmp_path: Path) -> None:
    path = beside(
        tmp_path,
        service_2=LISTING,
        paginators_1=PAGINATORS,
        waiters_2=WAITERS,
        examples_1=EXAMPLES,
        paginators_1__sdk_extras=EXTRAS,
        endpoint_rule_set_1={"version": "1.0", "parameters": {}, "rules": []},
    )
    lines: list[str] = []
    model = c2j.load(path, warn=lines.append)
    assert do(model).paginator == expected_paginator()
    assert model.structure("Out").members["More"].target == "boolean"
    [waiter] = model.waiters
    assert (waiter.name, waiter.operation, waiter.delay, waiter.max_attempts) == ("NamesThere", "Do", 5, 20)
    assert waiter.documentation == "Until there."
    assert [each.matcher for each in waiter.acceptors] == list(ir.Matcher)
    assert waiter.acceptors[0] == ir.Acceptor(
        outcome=ir.Outcome.SUCCESS, matcher=ir.Matcher.PATH, expected=True, path="length(Names) > `0`"
    )
    [example] = do(model).examples
    assert (example.title, example.input, example.output) == ("Lists", {"Max": 3}, {"Names": ["a"]})
    assert any("an example does not fit the shapes and was left out" in line for line in lines)
    assert model.service.endpoint_rules == ir.EndpointRules({"version": "1.0", "parameters": {}, "rules": []})
    assert len(ir.EndpointRules({}).digest) == 64


def test_what_is_said_of_operations_that_are_not_there_is_passed_over() -> None:
    other = json.loads(json.dumps({"p": PAGINATORS, "e": EXAMPLES}).replace('"Do"', '"Gone"'))
    lines = warnings_of(LISTING, sides=Sides(paginators=other["p"], examples=other["e"]))
    assert lines[:-1] == [
        "model:/: the paginator of 'Gone', which is no operation, was passed over",
        "model:/: the example of 'Gone', which is no operation, was passed over",
    ]


def test_examples_may_stand_in_the_model() -> None:
    assert [each.title for each in do(load({**LISTING, "examples": EXAMPLES["examples"]})).examples] == [
        "Lists"
    ]


def test_side_files_that_are_given_go_first(tmp_path: Path) -> None:
    sides = Sides(paginators=PAGINATORS, waiters=WAITERS, examples=EXAMPLES, extras=[EXTRAS])
    given = load(LISTING, sides=sides)
    path = beside(tmp_path, service_2=LISTING, paginators_1={"pagination": {}})
    assert c2j.load(path, sides=sides) == given
    assert do(given).paginator == expected_paginator()
    assert do(c2j.load(path)).paginator is None


@pytest.mark.parametrize(
    ("sides", "problem"),
    [
        (Sides(paginators={"version": 1}), "the file of paginators has no object 'pagination'"),
        (Sides(extras=[{"version": 1}]), "the file of extras has no object 'merge'"),
        (Sides(endpoint_rules={"version": "1.0"}), "the endpoint rules lack 'parameters'"),
        (
            Sides(paginators={"pagination": {"Do": {"input_token": "No", "output_token": "a"}}}),
            "names 'No', which is no",
        ),
        (Sides(waiters={"waiters": {"W": {"operation": "Do", "delay": 1}}}), "waiter W lacks 'maxAttempts'"),
        (Sides(paginators=Path("nowhere.json")), "nowhere.json: cannot be read"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_wrong_side_file_is_named(sides: Sides, problem: str) -> None:
    assert problem in problem_of(LISTING, sides=sides)


# --- Where models come from ---


def test_the_format_is_recognised_from_the_content(tmp_path: Path) -> None:
    ours = tmp_path / "a"
    ours.write_text(
        '{"service": "T", "version": "1", "protocol": "rest-json", "signing": "t", "heliograph": 1}'
    )
    theirs = tmp_path / "b"
    theirs.write_text(json.dumps(LISTING))
    assert frontends.format_of(ours) == "yaml"
    assert frontends.format_of(theirs) == "c2j"
    assert frontends.format_of(LISTING) == "c2j"
    assert frontends.load(theirs) == frontends.load(LISTING) == load(LISTING)
    assert frontends.load(theirs, format="c2j") == load(LISTING)
    with pytest.raises(GenerationError, match='the format "smiley" is not known'):
        frontends.load(theirs, format="smiley")
    with pytest.raises(GenerationError, match="side files go with a C2J model"):
        frontends.load(ours, sides=Sides(paginators=PAGINATORS))


def test_the_installed_models_are_found_without_importing_botocore() -> None:
    pytest.importorskip("botocore", reason="the installed botocore's models are read")
    assert "kinesis-video-signaling" in c2j_files.services()
    model = c2j.load("botocore:kinesis-video-signaling")
    assert model == c2j.load("botocore:kinesis-video-signaling@2019-12-04")
    assert model.operations["GetIceServerConfig"].origin == ir.Origin(
        "botocore:kinesis-video-signaling@2019-12-04", None, "/operations/GetIceServerConfig"
    )
    assert "did you mean 'kinesis-video-signaling'?" in problem_of("botocore:kinesis-video-signalling")
    assert "botocore has no version '1' of kinesis" in problem_of("botocore:kinesis@1")
    assert "botocore has no service '../x'" in problem_of("botocore:../x")


def test_the_newest_version_is_taken() -> None:
    pytest.importorskip("botocore", reason="the installed botocore's models are read")
    assert c2j.load("botocore:cloudsearch").service.version == "2013-01-01"
    assert c2j.load("botocore:cloudsearch@2011-02-01").service.version == "2011-02-01"


# --- Endpoints and corrections ---


def test_the_standard_regional_rules_are_recognised() -> None:
    pytest.importorskip("botocore", reason="the installed botocore's rule sets are read")
    data = c2j_files.data_folder()
    rules: dict[str, Json] = {}
    for service in ("kinesis-video-signaling", "s3"):
        [path] = data.glob(f"{service}/*/endpoint-rule-set-1.json.gz")
        rules[service] = json.loads(gzip.decompress(path.read_bytes()))
    assert standard_prefix(rules["kinesis-video-signaling"]) == "kinesisvideo"
    assert standard_prefix(rules["s3"]) is None
    other = copy.deepcopy(rules["kinesis-video-signaling"])
    other["rules"][1]["rules"][0]["rules"][0]["conditions"].pop()
    assert standard_prefix(other) is None


@pytest.mark.parametrize(
    "rules", [{}, {"rules": []}, {"rules": [1, 2]}, {"rules": [{}, {"rules": [{}]}]}], ids=str
)
def test_odd_rules_are_not_the_standard_ones(rules: Json) -> None:
    assert standard_prefix(rules) is None


UNLIKE = {
    "service": {"documentation", "per_resource", "reference"},
    "operation": {"documentation", "examples", "positional", "reference"},
}
"""Where our model of Kinesis Video Signaling says more than the published one: texts, and the order of arguments."""


def test_the_published_and_the_written_model_converge() -> None:
    pytest.importorskip("botocore", reason="the installed botocore's model is compared")
    ours = frontends.load(ROOT / "model" / "kinesis_video_signaling.yaml")
    theirs = frontends.load("botocore:kinesis-video-signaling")
    assert differing(ours.service, theirs.service) == UNLIKE["service"]
    assert set(ours.operations) == set(theirs.operations)
    for name, operation in ours.operations.items():
        assert differing(operation, theirs.operations[name]) == UNLIKE["operation"]
    assert {name: silent(shape) for name, shape in ours.shapes.items()} == {
        name: silent(shape) for name, shape in theirs.shapes.items()
    }


def differing(one: Any, other: Any) -> set[str]:
    fields = [each.name for each in dataclasses.fields(one) if each.compare]
    return {name for name in fields if getattr(one, name) != getattr(other, name)}


def silent(shape: ir.AnyShape) -> ir.AnyShape:
    """The shape without documentation."""
    shape = dataclasses.replace(shape, documentation="")
    if isinstance(shape, ir.EnumShape):
        values = tuple(dataclasses.replace(value, documentation="") for value in shape.values)
        return dataclasses.replace(shape, values=values)
    if isinstance(shape, ir.StructureShape):
        members = {name: dataclasses.replace(each, documentation="") for name, each in shape.members.items()}
        return dataclasses.replace(shape, members=members)
    return shape
