# SPDX-License-Identifier: Apache-2.0
"""Harmless models as botocore publishes them that together have every key that is read, for the corpus to spoil."""

from __future__ import annotations

from typing import Any

from hostile_models import RULES

Json = dict[str, Any]

RULE_SET = "rule set"
"""The key, in these models alone, of the rule set that stands beside a model."""

_METADATA: Json = {
    "apiVersion": "2026-01-01",
    "endpointPrefix": "belltower",
    "protocol": "rest-json",
    "protocols": ["rest-json"],
    "serviceId": "Bell Tower",
    "serviceFullName": "The hole tower",
    "signatureVersion": "v4",
    "signingName": "belltower",
    "auth": ["aws.auth#sigv4"],
    "uid": "hole-2026-01-01",
}
_OLD: Json = {"deprecated": True, "deprecatedMessage": "Use hole.", "deprecatedSince": "2026"}


def _to(shape: str, **more: Any) -> Json:
    return {"shape": shape, **more}


def _structure(members: Json, **more: Any) -> Json:
    return {"type": "structure", "members": members, **more}


C2J_MODELS: dict[str, Json] = {
    "c2j bindings": {
        "metadata": {**_METADATA, "protocolSettings": {"h2": "eventstream"}},
        "documentation": "<p>Rings bells.</p><p>Some of them are hole and <b>loud</b>.</p>",
        **_OLD,
        "operations": {
            "RingBell": {
                "name": "RingBell",
                "http": {"method": "PUT", "requestUri": "/bells/hole/{BellId}?how=hole", "responseCode": 200},
                "input": _to("RingBellRequest"),
                "output": _to("RingBellResponse", documentation="Not hole."),
                "errors": [_to("BellMissing")],
                "documentation": "<p>Rings <code>one</code> bell hole.</p>",
                "documentationUrl": "https://example.com/hole",
                "endpoint": {"hostPrefix": "hole-{Where}."},
                "idempotent": True,
                "readonly": True,
                "httpChecksumRequired": True,
                "httpChecksum": {
                    "requestChecksumRequired": True,
                    "requestAlgorithmMember": "Algorithm",
                    "requestValidationModeMember": "Mode",
                    "responseAlgorithms": ["CRC32"],
                },
                "requestcompression": {"encodings": ["gzip"]},
                **_OLD,
            },
            "ListBells": {
                "name": "ListBells",
                "http": {"method": "POST", "requestUri": "/bells"},
                "input": _to("ListBellsRequest"),
                "output": _to("ListBellsResponse"),
                "errors": [_to("TowerGone")],
                "auth": ["smithy.api#noAuth"],
                "authtype": "none",
                "unsignedPayload": False,
                "endpointdiscovery": {},
            },
            "DescribeEndpoints": {
                "http": {"method": "POST", "requestUri": "/endpoints"},
                "output": _to("DescribeEndpointsResponse"),
                "endpointoperation": True,
            },
            "Listen": {
                "http": {"method": "GET", "requestUri": "/sounds"},
                "output": _to("ListenResponse"),
            },
            "Sing": {
                "http": {"method": "POST", "requestUri": "/songs"},
                "input": _to("SingRequest"),
            },
        },
        "shapes": {
            "RingBellRequest": _structure(
                {
                    "BellId": _to(
                        "BellId", location="uri", locationName="BellId", documentation="Which hole."
                    ),
                    "Where": _to("Text", hostLabel=True),
                    "How": _to("Text", location="querystring", locationName="pitch"),
                    "Rest": _to("Words", location="querystring"),
                    "Ringer": _to("Text", location="header", locationName="X-Ringer"),
                    "Said": _to("Text", location="header", locationName="X-Said", jsonvalue=True),
                    "Notes": _to("Words", location="headers", locationName="X-Note-"),
                    "Algorithm": _to("Tone", location="header", locationName="x-amz-checksum-algorithm"),
                    "Mode": _to("Mode", location="header", locationName="x-amz-checksum-mode"),
                    "Greeting": _to("Text", locationName="greeting", **_OLD),
                    "Token": _to("Text", idempotencyToken=True),
                    "When": _to("Moment", timestampFormat="iso8601"),
                    "Key": _to("Key", sensitive=True),
                },
                required=["BellId", "Where"],
            ),
            "RingBellResponse": _structure(
                {
                    "Code": _to("Number", location="statusCode"),
                    "Sent": _to("Moment", location="header", locationName="X-Sent"),
                    "Tone": _to("Tone"),
                    "Sound": _to("Sound"),
                    "Any": _to("Any"),
                },
            ),
            "ListBellsRequest": _structure({"Next": _to("Text"), "Most": _to("Number")}),
            "ListBellsResponse": _structure(
                {"Bells": _to("Bells"), "Next": _to("Text"), "More": _to("Yes"), "State": _to("Text")}
            ),
            "DescribeEndpointsResponse": _structure({"Endpoints": _to("Endpoints")}, required=["Endpoints"]),
            "Endpoints": {"type": "list", "member": _to("Endpoint")},
            "Endpoint": _structure(
                {"Address": _to("Text"), "CachePeriodInMinutes": _to("Long")},
                required=["Address", "CachePeriodInMinutes"],
            ),
            "ListenResponse": _structure({"Sounds": _to("Sounds")}, payload="Sounds"),
            "Sounds": _structure({"Ding": _to("Ding"), "Gone": _to("TowerGone")}, eventstream=True),
            "Ding": _structure(
                {"Loudness": _to("Number", eventheader=True), "Data": _to("Blob", eventpayload=True)},
                event=True,
            ),
            "SingRequest": _structure(
                {"Song": _to("Song", streaming=True, requiresLength=True)}, payload="Song"
            ),
            "Song": {"type": "blob"},
            "BellMissing": _structure(
                {"Reason": _to("Text", documentation="Why hole.")},
                error={"code": "NoBell", "httpStatusCode": 404, "senderFault": True},
                exception=True,
                documentation="<p>There is no hole.</p>",
            ),
            "TowerGone": _structure(
                {"Reason": _to("Text")}, exception=True, fault=True, retryable={"throttling": True}
            ),
            "BellId": {"type": "string", "pattern": "^[a-z]hole$", "min": 1, "max": 64},
            "Key": {"type": "string", "sensitive": True},
            "Text": {"type": "string"},
            "Mode": {"type": "string", "enum": ["ENABLED"]},
            "Tone": {
                "type": "string",
                "enum": ["LOW", "High"],
                "documentation": "<p>A pitch hole.</p>",
                **_OLD,
            },
            "Words": {"type": "map", "key": _to("Text"), "value": _to("Text")},
            "Bells": {"type": "list", "member": _to("Bell"), "sparse": True},
            "Bell": _structure({"Name": _to("Text", documentation="Its hole."), "Tone": _to("Text")}),
            "Sound": _structure({"Ding": _to("Text"), "Dong": _to("Long")}, union=True),
            "Any": _structure({}, document=True),
            "Number": {"type": "integer"},
            "Long": {"type": "long"},
            "Blob": {"type": "blob"},
            "Yes": {"type": "boolean"},
            "Moment": {"type": "timestamp", "timestampFormat": "rfc822"},
        },
        "pagination": {
            "ListBells": {
                "input_token": "Next",
                "output_token": "Next || Bells[-1].Name",
                "limit_key": "Most",
                "more_results": "More",
                "result_key": ["Bells", "State"],
                "non_aggregate_keys": ["State"],
            }
        },
        "waiters": {
            "BellsRung": {
                "operation": "ListBells",
                "delay": 5,
                "maxAttempts": 40,
                "description": "<p>Wait until hole is rung.</p>",
                "documentation": "<p>Wait for hole.</p>",
                "deprecated": True,
                "acceptors": [
                    {"state": "success", "matcher": "path", "argument": "State", "expected": "rung hole"},
                    {
                        "state": "failure",
                        "matcher": "pathAny",
                        "argument": "Bells[?Tone == 'hole'].Name",
                        "expected": "low",
                    },
                    {"state": "retry", "matcher": "error", "expected": "TowerGone"},
                ],
            }
        },
        "examples": {
            "RingBell": [
                {
                    "id": "hole-1",
                    "title": "A loud hole bell",
                    "description": "<p>It is heard afar.</p>",
                    "input": {"BellId": "one", "Where": "here", "Greeting": "good hole"},
                    "output": {"Tone": "LOW"},
                }
            ]
        },
    },
    "c2j query": {
        "metadata": {
            **_METADATA,
            "protocol": "query",
            "protocols": ["query"],
            "xmlNamespace": "https://hole/",
        },
        "operations": {
            "RingBell": {
                "name": "RingBell",
                "http": {"method": "POST", "requestUri": "/"},
                "input": _to(
                    "RingBellMessage", locationName="Ring", xmlNamespace={"uri": "https://example.com/hole"}
                ),
                "output": _to("RingBellAnswer", resultWrapper="RingBellResult"),
                "errors": [
                    _to("BellMissing", error={"code": "NoBell", "httpStatusCode": 404}, exception=True)
                ],
            }
        },
        "shapes": {
            "RingBellMessage": _structure(
                {
                    "Bell": _to("Text", locationName="bell", queryName="Bells"),
                    "Tones": _to("Tones", flattened=True, locationName="tone"),
                }
            ),
            "RingBellAnswer": _structure({"Bell": _to("Text", xmlAttribute=True, locationName="rung")}),
            "Tones": {"type": "list", "member": _to("Text", locationName="item"), "flattened": True},
            "Text": {"type": "string"},
            "BellMissing": _structure({"Reason": _to("Text")}),
        },
    },
    "c2j json": {
        RULE_SET: RULES,
        "clientContextParams": {"Tower": {"type": "string", "documentation": "<p>Which hole.</p>"}},
        "metadata": {
            **_METADATA,
            "protocol": "json",
            "protocols": ["json"],
            "jsonVersion": "1.1",
            "targetPrefix": "BellTower_hole",
            "awsQueryCompatible": {},
        },
        "operations": {
            "RingBell": {
                "input": _to("RingBellMessage"),
                "staticContextParams": {"Loud": {"value": False}},
                "operationContextParams": {"Bells": {"path": "Chime.Names[*]"}},
            }
        },
        "shapes": {
            "RingBellMessage": _structure(
                {"Tower": _to("Text", contextParam={"name": "Tower"}), "Chime": _to("Chime")}
            ),
            "Chime": _structure({"Names": _to("Names")}),
            "Names": {"type": "list", "member": _to("Text")},
            "Text": {"type": "string"},
        },
    },
}
"""By their names among the hostile models."""

C2J_KEYS = frozenset(
    (
        f"{RULE_SET}|apiVersion|endpointPrefix|protocol|protocols|serviceId|serviceFullName|signatureVersion|signingName"
        "|auth|uid|protocolSettings|h2|jsonVersion|targetPrefix|awsQueryCompatible|metadata|documentation|deprecated"
        "|deprecatedMessage|deprecatedSince|clientContextParams|operations|shapes|pagination|waiters|examples|name|http"
        "|method|requestUri|responseCode|input|output|errors|documentationUrl|endpoint|hostPrefix|idempotent|readonly"
        "|httpChecksumRequired|httpChecksum|requestChecksumRequired|requestAlgorithmMember|requestValidationModeMember"
        "|responseAlgorithms|requestcompression|encodings|authtype|unsignedPayload|endpointdiscovery|endpointoperation"
        "|shape|location|locationName|jsonvalue|hostLabel|idempotencyToken|timestampFormat|sensitive|type|members"
        "|required|payload|eventstream|eventheader|eventpayload|event|streaming|requiresLength|error|code"
        "|httpStatusCode|senderFault|exception|fault|retryable|throttling|pattern|min|max|enum|key|value|member|sparse"
        "|union|document|input_token|output_token|limit_key|more_results|result_key|non_aggregate_keys|operation|delay"
        "|maxAttempts|description|acceptors|state|matcher|argument|expected|id|title|xmlNamespace|uri|resultWrapper"
        "|queryName|flattened|xmlAttribute|staticContextParams|operationContextParams|path|contextParam|version"
        "|parameters|rules|conditions|fn|argv|ref|assign|url|properties|authSchemes|signingRegion|headers|builtIn"
        "|default"
    ).split("|")
)
"""Keys that the format gives a meaning; every other key is a name of the model's own."""
