# SPDX-License-Identifier: Apache-2.0
"""One small service, written as a C2J document and as a Smithy JSON AST, is one model."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph_codegen import ir
from heliograph_codegen.frontends import Sides, c2j, smithy

Json = dict[str, Any]

RULES: Json = {
    "version": "1.0",
    "parameters": {"Region": {"type": "String", "builtIn": "AWS::Region"}, "Arn": {"type": "String"}},
    "rules": [
        {"conditions": [], "endpoint": {"url": "https://things.{Region}.test"}, "type": "endpoint"},
    ],
}


def _shape(kind: str, traits: Json | None = None, **more: Any) -> Json:
    return {"type": kind, **more, **({"traits": _traits(traits)} if traits else {})}


def _traits(traits: Json) -> Json:
    return {name if "#" in name else f"smithy.api#{name}": value for name, value in traits.items()}


def _to(target: str, more: Json | None = None, **traits: Any) -> Json:
    """A reference, to a shape of the prelude where it has one of this name."""
    prelude = ("String", "Integer", "Timestamp", "Blob", "Document", "Unit", "Long")
    namespace = "smithy.api" if target in prelude else "test.things"
    given = _traits({**traits, **(more or {})})
    return {"target": f"{namespace}#{target}", **({"traits": given} if given else {})}


def _refs(*names: str) -> list[Json]:
    return [{"target": f"test.things#{name}"} for name in names]


REST: Json = {
    "smithy": "2.0",
    "metadata": {"suppressions": []},
    "shapes": {
        f"test.things#{name}": shape
        for name, shape in {
            "ThingService": _shape(
                "service",
                {
                    "aws.api#service": {
                        "sdkId": "Tiny Things",
                        "endpointPrefix": "tiny",
                        "arnNamespace": "tiny",
                    },
                    "aws.auth#sigv4": {"name": "tiny-signing"},
                    "aws.protocols#restJson1": {"http": ["http/1.1", "h2"], "eventStreamHttp": ["h2"]},
                    "smithy.rules#endpointRuleSet": RULES,
                    "smithy.rules#clientContextParams": {
                        "Fast": {"type": "boolean", "documentation": "<p>Quick.</p>"}
                    },
                    "documentation": "<p>Keeps <b>things</b>.</p>",
                    "title": "Things",
                    "paginated": {"inputToken": "Token", "outputToken": "Next.Token"},
                },
                version="2020-01-01",
                operations=_refs("PutThing", "Watch"),
                resources=_refs("Thing"),
            ),
            "Thing": _shape(
                "resource",
                identifiers={"Id": {"target": "test.things#Id"}},
                read={"target": "test.things#GetThing"},
                list={"target": "test.things#ListThings"},
            ),
            "GetThing": _shape(
                "operation",
                {
                    "http": {"method": "GET", "uri": "/things/{Id}/{Path+}?kind=any", "code": 203},
                    "readonly": {},
                    "endpoint": {"hostPrefix": "{Account}.data-"},
                    "documentation": "<p>Gets a thing.</p>",
                    "smithy.rules#staticContextParams": {
                        "Kind": {"value": "read"},
                        "All": {"value": ["a", "b"]},
                    },
                    "smithy.waiters#waitable": {
                        "ThingReady": {
                            "documentation": "<p>Until it is ready.</p>",
                            "minDelay": 5,
                            "acceptors": [
                                {
                                    "state": "success",
                                    "matcher": {
                                        "output": {
                                            "path": "State",
                                            "expected": "READY",
                                            "comparator": "stringEquals",
                                        }
                                    },
                                },
                                {
                                    "state": "failure",
                                    "matcher": {
                                        "output": {
                                            "path": "States",
                                            "expected": "BAD",
                                            "comparator": "anyStringEquals",
                                        }
                                    },
                                },
                                {"state": "retry", "matcher": {"errorType": "test.things#Gone"}},
                                {"state": "failure", "matcher": {"success": False}},
                            ],
                        }
                    },
                    "examples": [
                        {
                            "title": "One",
                            "input": {"Id": "a", "Path": "b", "Account": "c"},
                            "output": {"Code": 203},
                        }
                    ],
                    "suppress": ["x"],
                },
                input=_to("GetThingRequest"),
                output=_to("GetThingResponse"),
                errors=_refs("Gone", "Busy"),
            ),
            "GetThingRequest": _shape(
                "structure",
                {"input": {}},
                members={
                    "Id": _to("Id", httpLabel={}, required={}),
                    "Path": _to("String", httpLabel={}, required={}),
                    "Account": _to("String", hostLabel={}, required={}, httpHeader="x-account"),
                    "Since": _to("Timestamp", httpQuery="since", timestampFormat="epoch-seconds"),
                    "More": _to("Words", httpQueryParams={}),
                    "Arn": _to(
                        "String", {"httpHeader": "x-arn", "smithy.rules#contextParam": {"name": "Arn"}}
                    ),
                },
            ),
            "GetThingResponse": _shape(
                "structure",
                {"output": {}},
                members={
                    "Code": _to("Integer", httpResponseCode={}),
                    "Meta": _to("Words", httpPrefixHeaders="x-meta-"),
                    "State": _to("State", jsonName="state", documentation="<p>How it is.</p>"),
                    "States": _to("States"),
                    "Size": _to("Size", deprecated={"message": "Do not ask.", "since": "2021"}),
                    "When": _to("Moment"),
                    "Any": _to("Document"),
                    "Tree": _to("Tree"),
                    "Choice": _to("Choice"),
                    "Sparse": _to("SparseMap"),
                    "Secret": _to("Secret"),
                },
            ),
            "ListThings": _shape(
                "operation",
                {
                    "http": {"method": "POST", "uri": "/things"},
                    "paginated": {"items": "Things", "pageSize": "Most"},
                    "aws.protocols#httpChecksum": {
                        "requestChecksumRequired": True,
                        "requestAlgorithmMember": "Alg",
                    },
                    "requestCompression": {"encodings": ["gzip"]},
                    "smithy.rules#operationContextParams": {"Arn": {"path": "Arns[*]"}},
                    "optionalAuth": {},
                },
                input=_to("ListThingsRequest"),
                output=_to("ListThingsResponse"),
            ),
            "ListThingsRequest": _shape(
                "structure",
                members={
                    "Token": _to("String"),
                    "Most": _to("Integer"),
                    "Arns": _to("States"),
                    "Alg": _to("Algorithm", httpHeader="x-alg"),
                    "Once": _to("String", idempotencyToken={}),
                },
            ),
            "ListThingsResponse": _shape("structure", members={"Things": _to("Trees"), "Next": _to("Next")}),
            "Next": _shape("structure", members={"Token": _to("String")}),
            "PutThing": _shape(
                "operation",
                {
                    "http": {"method": "PUT", "uri": "/things"},
                    "idempotent": {},
                    "aws.auth#unsignedPayload": {},
                    "deprecated": {},
                },
                input=_to("PutThingRequest"),
                output=_to("Unit"),
            ),
            "PutThingRequest": _shape(
                "structure", members={"Body": _to("Body", httpPayload={}, required={})}
            ),
            "Watch": _shape(
                "operation",
                {"http": {"method": "POST", "uri": "/watch"}, "auth": ["aws.auth#sigv4"]},
                input=_to("Unit"),
                output=_to("WatchResponse"),
            ),
            "WatchResponse": _shape("structure", members={"Events": _to("Events", httpPayload={})}),
            "Events": _shape("union", {"streaming": {}}, members={"Seen": _to("Seen"), "Busy": _to("Busy")}),
            "Seen": _shape(
                "structure",
                members={"At": _to("Timestamp", eventHeader={}), "Data": _to("Blob", eventPayload={})},
            ),
            "Gone": _shape(
                "structure",
                {"error": "client", "httpError": 404, "documentation": "<p>It went.</p>"},
                members={"Message": _to("String")},
            ),
            "Busy": _shape(
                "structure",
                {"error": "server", "httpError": 503, "retryable": {"throttling": True}},
                members={},
            ),
            "Id": _shape("string", {"length": {"min": 1, "max": 64}, "pattern": "^[a-z]+$"}),
            "Words": _shape("map", key=_to("String"), value=_to("String")),
            "State": _shape(
                "enum",
                members={"READY": _to("Unit", enumValue="READY"), "BAD": _to("Unit")},
            ),
            "States": _shape("list", {"length": {"max": 9}}, member=_to("String")),
            "Algorithm": _shape("string"),
            "Size": _shape("double", {"range": {"min": 0.5}}),
            "Moment": _shape("timestamp", {"timestampFormat": "http-date"}),
            "Tree": _shape("structure", members={"Left": _to("Tree"), "Name": _to("String")}),
            "Trees": _shape("list", member=_to("Tree")),
            "Choice": _shape("union", {"sensitive": {}}, members={"A": _to("String"), "B": _to("Long")}),
            "SparseMap": _shape("map", {"sparse": {}}, key=_to("State"), value=_to("Integer")),
            "Secret": _shape("string", {"sensitive": {}}),
            "Body": _shape("blob", {"streaming": {}, "requiresLength": {}}),
        }.items()
    },
}

REST_C2J: Json = {
    "metadata": {
        "apiVersion": "2020-01-01",
        "endpointPrefix": "tiny",
        "protocol": "rest-json",
        "protocolSettings": {"h2": "eventstream"},
        "serviceId": "Tiny Things",
        "signatureVersion": "v4",
        "signingName": "tiny-signing",
    },
    "documentation": "<p>Keeps <b>things</b>.</p>",
    "clientContextParams": {"Fast": {"type": "boolean", "documentation": "<p>Quick.</p>"}},
    "operations": {
        "GetThing": {
            "name": "GetThing",
            "http": {"method": "GET", "requestUri": "/things/{Id}/{Path+}?kind=any", "responseCode": 203},
            "input": {"shape": "GetThingRequest"},
            "output": {"shape": "GetThingResponse"},
            "errors": [{"shape": "Gone"}, {"shape": "Busy"}],
            "documentation": "<p>Gets a thing.</p>",
            "endpoint": {"hostPrefix": "{Account}.data-"},
            "staticContextParams": {"All": {"value": ["a", "b"]}, "Kind": {"value": "read"}},
            "readonly": True,
        },
        "ListThings": {
            "name": "ListThings",
            "http": {"method": "POST", "requestUri": "/things"},
            "input": {"shape": "ListThingsRequest"},
            "output": {"shape": "ListThingsResponse"},
            "auth": ["smithy.api#noAuth"],
            "authtype": "none",
            "httpChecksum": {"requestChecksumRequired": True, "requestAlgorithmMember": "Alg"},
            "requestcompression": {"encodings": ["gzip"]},
            "operationContextParams": {"Arn": {"path": "Arns[*]"}},
        },
        "PutThing": {
            "name": "PutThing",
            "http": {"method": "PUT", "requestUri": "/things"},
            "input": {"shape": "PutThingRequest"},
            "idempotent": True,
            "deprecated": True,
            "authtype": "v4-unsigned-body",
            "unsignedPayload": True,
        },
        "Watch": {
            "name": "Watch",
            "http": {"method": "POST", "requestUri": "/watch"},
            "output": {"shape": "WatchResponse"},
            "auth": ["aws.auth#sigv4"],
        },
    },
    "shapes": {
        "GetThingRequest": {
            "type": "structure",
            "required": ["Id", "Path", "Account"],
            "members": {
                "Id": {"shape": "Id", "location": "uri", "locationName": "Id"},
                "Path": {"shape": "String", "location": "uri", "locationName": "Path"},
                "Account": {
                    "shape": "String",
                    "hostLabel": True,
                    "location": "header",
                    "locationName": "x-account",
                },
                "Since": {
                    "shape": "Timestamp",
                    "location": "querystring",
                    "locationName": "since",
                    "timestampFormat": "unixTimestamp",
                },
                "More": {"shape": "Words", "location": "querystring"},
                "Arn": {
                    "shape": "String",
                    "location": "header",
                    "locationName": "x-arn",
                    "contextParam": {"name": "Arn"},
                },
            },
        },
        "GetThingResponse": {
            "type": "structure",
            "members": {
                "Code": {"shape": "Integer", "location": "statusCode"},
                "Meta": {"shape": "Words", "location": "headers", "locationName": "x-meta-"},
                "State": {"shape": "State", "locationName": "state", "documentation": "<p>How it is.</p>"},
                "States": {"shape": "States"},
                "Size": {
                    "shape": "Size",
                    "deprecated": True,
                    "deprecatedMessage": "Do not ask.",
                    "deprecatedSince": "2021",
                },
                "When": {"shape": "Moment"},
                "Any": {"shape": "Document"},
                "Tree": {"shape": "Tree"},
                "Choice": {"shape": "Choice"},
                "Sparse": {"shape": "SparseMap"},
                "Secret": {"shape": "Secret"},
            },
        },
        "ListThingsRequest": {
            "type": "structure",
            "members": {
                "Token": {"shape": "String"},
                "Most": {"shape": "Integer"},
                "Arns": {"shape": "States"},
                "Alg": {"shape": "Algorithm", "location": "header", "locationName": "x-alg"},
                "Once": {"shape": "String", "idempotencyToken": True},
            },
        },
        "ListThingsResponse": {
            "type": "structure",
            "members": {"Things": {"shape": "Trees"}, "Next": {"shape": "Next"}},
        },
        "Next": {"type": "structure", "members": {"Token": {"shape": "String"}}},
        "PutThingRequest": {
            "type": "structure",
            "required": ["Body"],
            "members": {"Body": {"shape": "Body"}},
            "payload": "Body",
        },
        "WatchResponse": {
            "type": "structure",
            "members": {"Events": {"shape": "Events"}},
            "payload": "Events",
        },
        "Events": {
            "type": "structure",
            "members": {"Seen": {"shape": "Seen"}, "Busy": {"shape": "Busy"}},
            "eventstream": True,
        },
        "Seen": {
            "type": "structure",
            "members": {
                "At": {"shape": "Timestamp", "eventheader": True},
                "Data": {"shape": "Blob", "eventpayload": True},
            },
            "event": True,
        },
        "Gone": {
            "type": "structure",
            "members": {"Message": {"shape": "String"}},
            "documentation": "<p>It went.</p>",
            "error": {"httpStatusCode": 404, "senderFault": True},
            "exception": True,
        },
        "Busy": {
            "type": "structure",
            "members": {},
            "error": {"httpStatusCode": 503},
            "exception": True,
            "fault": True,
            "retryable": {"throttling": True},
        },
        "Id": {"type": "string", "min": 1, "max": 64, "pattern": "^[a-z]+$"},
        "Words": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "String"}},
        "State": {"type": "string", "enum": ["READY", "BAD"]},
        "States": {"type": "list", "member": {"shape": "String"}, "max": 9},
        "Algorithm": {"type": "string"},
        "Size": {"type": "double", "min": 0.5},
        "Moment": {"type": "timestamp", "timestampFormat": "rfc822"},
        "Tree": {"type": "structure", "members": {"Left": {"shape": "Tree"}, "Name": {"shape": "String"}}},
        "Trees": {"type": "list", "member": {"shape": "Tree"}},
        "Choice": {
            "type": "structure",
            "members": {"A": {"shape": "String"}, "B": {"shape": "Long"}},
            "sensitive": True,
            "union": True,
        },
        "SparseMap": {
            "type": "map",
            "key": {"shape": "State"},
            "value": {"shape": "Integer"},
            "sparse": True,
        },
        "Secret": {"type": "string", "sensitive": True},
        "Body": {"type": "blob", "streaming": True, "requiresLength": True},
        "String": {"type": "string"},
        "Integer": {"type": "integer", "box": True},
        "Long": {"type": "long", "box": True},
        "Timestamp": {"type": "timestamp"},
        "Blob": {"type": "blob"},
        "Document": {"type": "structure", "members": {}, "document": True},
    },
}
SIDES = Sides(
    endpoint_rules=RULES,
    paginators={
        "pagination": {
            "ListThings": {
                "input_token": "Token",
                "output_token": "Next.Token",
                "result_key": "Things",
                "limit_key": "Most",
            }
        }
    },
    waiters={
        "version": 2,
        "waiters": {
            "ThingReady": {
                "operation": "GetThing",
                "delay": 5,
                "maxAttempts": 40,
                "description": "<p>Until it is ready.</p>",
                "acceptors": [
                    {"state": "success", "matcher": "path", "argument": "State", "expected": "READY"},
                    {"state": "failure", "matcher": "pathAny", "argument": "States", "expected": "BAD"},
                    {"state": "retry", "matcher": "error", "expected": "Gone"},
                    {"state": "failure", "matcher": "error", "expected": True},
                ],
            }
        },
    },
    examples={
        "examples": {
            "GetThing": [
                {"title": "One", "input": {"Id": "a", "Path": "b", "Account": "c"}, "output": {"Code": 203}}
            ]
        }
    },
)

FORMS: Json = {
    "smithy": "1.0",
    "shapes": {
        f"test.things#{name}": shape
        for name, shape in {
            "Things_2020": _shape(
                "service",
                {
                    "aws.api#service": {"sdkId": "Form Things"},
                    "aws.auth#sigv4": {"name": "forms"},
                    "aws.protocols#awsQuery": {},
                    "xmlNamespace": {"uri": "https://forms.test/"},
                },
                version="2020-01-01",
                operations=_refs("Do"),
            ),
            "Do": _shape("operation", input=_to("DoRequest"), output=_to("DoResponse"), errors=_refs("Gone")),
            "DoRequest": _shape(
                "structure",
                members={
                    "Flat": _to("Names", xmlFlattened={}, xmlName="flat"),
                    "Deep": _to("Names"),
                    "Map": _to("Map", xmlName="m", xmlNamespace={"uri": "urn:m", "prefix": "m"}),
                },
            ),
            "DoResponse": _shape(
                "structure",
                members={"Kind": _to("Kind", xmlAttribute={}, xmlName="xsi:type"), "On": _to("Flag")},
            ),
            "Names": _shape("set", member=_to("String", xmlName="item")),
            "Map": _shape("map", key=_to("String", xmlName="K"), value=_to("String", xmlName="V")),
            "Kind": _shape("string", {"enum": [{"value": "a b"}, {"value": "c"}]}),
            "Flag": _shape("boolean", {"box": {}}),
            "Gone": _shape(
                "structure",
                {
                    "error": "client",
                    "aws.protocols#awsQueryError": {"code": "Thing.Gone", "httpResponseCode": 410},
                },
                members={"Message": _to("String")},
            ),
        }.items()
    },
}
FORMS_C2J: Json = {
    "metadata": {
        "apiVersion": "2020-01-01",
        "protocol": "query",
        "serviceId": "Form Things",
        "signingName": "forms",
        "xmlNamespace": "https://forms.test/",
    },
    "operations": {
        "Do": {
            "name": "Do",
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": "DoRequest"},
            "output": {"shape": "DoResponse", "resultWrapper": "DoResult"},
            "errors": [{"shape": "Gone"}],
        }
    },
    "shapes": {
        "DoRequest": {
            "type": "structure",
            "members": {
                "Flat": {"shape": "Names", "flattened": True, "locationName": "flat"},
                "Deep": {"shape": "Names"},
                "Map": {"shape": "Map", "locationName": "m", "xmlNamespace": {"uri": "urn:m", "prefix": "m"}},
            },
        },
        "DoResponse": {
            "type": "structure",
            "members": {
                "Kind": {"shape": "Kind", "locationName": "xsi:type", "xmlAttribute": True},
                "On": {"shape": "Flag"},
            },
        },
        "Names": {"type": "list", "member": {"shape": "String", "locationName": "item"}},
        "Map": {
            "type": "map",
            "key": {"shape": "String", "locationName": "K"},
            "value": {"shape": "String", "locationName": "V"},
        },
        "Kind": {"type": "string", "enum": ["a b", "c"]},
        "Flag": {"type": "boolean"},
        "String": {"type": "string"},
        "Gone": {
            "type": "structure",
            "members": {"Message": {"shape": "String"}},
            "error": {"code": "Thing.Gone", "httpStatusCode": 410, "senderFault": True},
            "exception": True,
        },
    },
}


@pytest.mark.parametrize(
    ("ast", "document", "sides"),
    [(REST, REST_C2J, SIDES), (FORMS, FORMS_C2J, Sides())],
    ids=["rest", "forms"],
)
def test_both_forms_are_one_model(ast: Json, document: Json, sides: Sides) -> None:
    lines: list[str] = []
    ours = smithy.load(ast, warn=lines.append)
    theirs = c2j.load(document, sides=sides, warn=lines.append)
    assert lines == []
    assert ours.service == theirs.service
    assert ours.operations == theirs.operations
    assert ours.shapes == theirs.shapes
    assert ours.waiters == theirs.waiters
    assert ir.digest(ours) == ir.digest(theirs)
