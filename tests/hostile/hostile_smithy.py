# SPDX-License-Identifier: Apache-2.0
"""Harmless Smithy models that together have every trait that is read, for the corpus to spoil."""

from __future__ import annotations

from typing import Any

from hostile_models import RULES

Json = dict[str, Any]

_PRELUDE = frozenset("Blob Boolean Double Integer Long String Timestamp Unit".split())


def _full(name: str) -> str:
    return name if "#" in name else f"smithy.api#{name}"


def _id(name: str) -> str:
    return f"{'smithy.api' if name in _PRELUDE else 'bells'}#{name}"


def _traits(traits: Json) -> Json:
    return {"traits": {_full(name): value for name, value in traits.items()}} if traits else {}


def _to(target: str, more: Json | None = None, **traits: Any) -> Json:
    return {"target": _id(target), **_traits({**traits, **(more or {})})}


def _refs(*names: str) -> list[Json]:
    return [{"target": _id(name)} for name in names]


def _shape(kind: str, traits: Json | None = None, **more: Any) -> Json:
    return {"type": kind, **more, **_traits(traits or {})}


def _structure(members: Json, traits: Json | None = None) -> Json:
    return _shape("structure", traits, members=members)


def _operation(traits: Json | None = None, **ends: Any) -> Json:
    return _shape("operation", traits, **ends)


def _service(traits: Json, *operations: str, **more: Any) -> Json:
    return _shape(
        "service",
        {"aws.api#service": {"sdkId": "Bell Tower", "endpointPrefix": "belltower"}, **traits},
        version="2026-01-01",
        operations=_refs(*operations),
        **more,
    )


def _document(shapes: Json, **more: Any) -> Json:
    return {"smithy": "2.0", "shapes": {_id(name): shape for name, shape in shapes.items()}, **more}


SMITHY_MODELS: dict[str, Json] = {
    "smithy bindings": _document(
        {
            "BellTower": _service(
                {
                    "aws.auth#sigv4": {"name": "belltower"},
                    "aws.protocols#restJson1": {"http": ["http/1.1", "h2"], "eventStreamHttp": ["http/1.1"]},
                    "documentation": "<p>Rings bells.</p><p>Some of them are hole and <b>loud</b>.</p>",
                    "title": "The hole tower",
                    "xmlNamespace": {"uri": "https://example.com/hole"},
                    "suppress": ["hole"],
                    "cors": {"origin": "https://hole"},
                },
                "RingBell",
                resources=_refs("Tower"),
                rename={_id("Tune"): "Melody"},
            ),
            "Tower": _shape("resource", identifiers={"TowerId": _to("String")}, read=_to("SeeTower")),
            "SeeTower": _operation(
                {"http": {"method": "GET", "uri": "/towers/{TowerId}?see=hole", "code": 200}, "readonly": {}},
                input=_to("SeeTowerInput"),
                output=_to("Unit"),
            ),
            "SeeTowerInput": _structure({"TowerId": _to("String", httpLabel={}, required={})}),
            "RingBell": _operation(
                {
                    "http": {"method": "PUT", "uri": "/bells/hole/{BellId}", "code": 200},
                    "documentation": "Rings <code>one</code> bell hole.",
                    "idempotent": {},
                    "aws.auth#unsignedPayload": {},
                    "endpoint": {"hostPrefix": "hole-{Where}."},
                    "deprecated": {"message": "Use hole.", "since": "2026"},
                    "externalDocumentation": {"Guide": "https://example.com/hole"},
                    "examples": [
                        {
                            "title": "A loud hole bell",
                            "documentation": "It is heard afar.",
                            "input": {"BellId": "one", "Where": "here", "Greeting": "good hole"},
                            "output": {"Tone": "LOW"},
                        },
                        {
                            "title": "No bell",
                            "input": {"BellId": "two", "Where": "here"},
                            "error": {"shapeId": _id("BellMissing"), "content": {"Reason": "It fell."}},
                        },
                    ],
                },
                input=_to("RingBellInput"),
                output=_to("RingBellOutput"),
                errors=_refs("BellMissing"),
            ),
            "RingBellInput": _structure(
                {
                    "BellId": _to("BellId", httpLabel={}, required={}, documentation="Which hole."),
                    "Where": _to("String", hostLabel={}, required={}),
                    "How": _to("String", httpQuery="how"),
                    "Rest": _to("Words", httpQueryParams={}),
                    "Ringer": _to("String", httpHeader="X-Ringer"),
                    "Said": _to("Note", httpHeader="X-Said"),
                    "Notes": _to("Words", httpPrefixHeaders="X-Note-"),
                    "Greeting": _to("String", jsonName="greeting", default="hello", recommended={}),
                    "Token": _to("String", idempotencyToken={}),
                    "Key": _to("Key", sensitive={}, pattern="[a-z]hole", length={"min": 1, "max": 64}),
                    "Loudness": _to("Integer", range={"min": 1, "max": 9}, clientOptional={}),
                    "Tune": _to("Tune"),
                },
                {"input": {}},
            ),
            "RingBellOutput": _structure(
                {
                    "Code": _to("Integer", httpResponseCode={}),
                    "Sent": _to("Timestamp", httpHeader="X-Sent", timestampFormat="http-date"),
                    "Rest": _to("Words", httpPrefixHeaders="X-Rest-"),
                    "Tone": _to("Tone"),
                    "OldTone": _to("OldTone", deprecated={"message": "Hear hole.", "since": "2025"}),
                    "Rank": _to("Rank"),
                    "Sound": _to("Sound"),
                    "Tune": _to("Tune"),
                },
                {"output": {}},
            ),
            "BellId": _shape("string", {"pattern": "^[a-z]hole$", "documentation": "What a bell is called."}),
            "Key": _shape("string", {"sensitive": {}}),
            "Note": _shape("string", {"mediaType": "application/json"}),
            "Words": _shape("map", key=_to("String"), value=_to("String")),
            "Tune": _shape(
                "list",
                {"length": {"max": 9}, "sparse": {}},
                member=_to("Tone", documentation="Tones of hole."),
            ),
            "Tone": _shape(
                "enum",
                {"documentation": "A pitch hole."},
                members={
                    "LOW": _to("Unit", enumValue="LOW"),
                    "HIGH": _to("Unit", enumValue="High", documentation="Hurts."),
                },
            ),
            "OldTone": _shape(
                "string",
                {
                    "enum": [
                        {"value": "dull", "name": "DULL", "documentation": "Not hole."},
                        {"value": "clear"},
                    ]
                },
            ),
            "Rank": _shape("intEnum", members={"FIRST": _to("Unit", enumValue=1)}),
            "Sound": _shape(
                "union",
                {"documentation": "What it does."},
                members={"Ding": _to("String"), "Dong": _to("Long", documentation="How many.")},
            ),
            "Reasons": _structure({"Reason": _to("String", documentation="Why hole.")}, {"mixin": {}}),
            "BellMissing": _shape(
                "structure",
                {
                    "error": "client",
                    "httpError": 404,
                    "retryable": {"throttling": True},
                    "documentation": "There is no hole.",
                },
                mixins=_refs("Reasons"),
                members={},
            ),
            "BellMissing$Reason": {"type": "apply", **_traits({"length": {"max": 200}})},
        },
        metadata={"suppressions": [{"id": "hole", "namespace": "bells", "reason": "hole"}]},
    ),
    "smithy calls": _document(
        {
            "BellTower": _service(
                {
                    "auth": ["aws.auth#sigv4a", "smithy.api#httpBearerAuth"],
                    "aws.auth#sigv4a": {"name": "belltower"},
                    "httpBearerAuth": {},
                    "aws.protocols#restJson1": {"http": ["http/1.1"]},
                    "smithy.rules#endpointRuleSet": RULES,
                    "smithy.rules#clientContextParams": {
                        "Tower": {"type": "string", "documentation": "<p>Which hole.</p>"}
                    },
                    "smithy.rules#endpointTests": {"testCases": [{"documentation": "hole"}]},
                    "paginated": {"inputToken": "Next", "pageSize": "Most"},
                },
                "ListBells",
                "RingBell",
                "Listen",
                errors=_refs("TowerGone"),
            ),
            "ListBells": _operation(
                {
                    "http": {"method": "POST", "uri": "/bells"},
                    "readonly": {},
                    "optionalAuth": {},
                    "paginated": {"outputToken": "Next", "items": "Bells"},
                    "smithy.rules#staticContextParams": {"Loud": {"value": False}},
                    "smithy.rules#operationContextParams": {"Bells": {"path": "Chime.Names[*]"}},
                    "smithy.waiters#waitable": {
                        "BellsRung": {
                            "documentation": "Wait until hole is rung.",
                            "deprecated": True,
                            "minDelay": 5,
                            "maxDelay": 20,
                            "tags": ["hole"],
                            "acceptors": [
                                {
                                    "state": "success",
                                    "matcher": {
                                        "output": {
                                            "path": "State",
                                            "expected": "rung hole",
                                            "comparator": "stringEquals",
                                        }
                                    },
                                },
                                {
                                    "state": "failure",
                                    "matcher": {
                                        "output": {
                                            "path": "Bells[?Tone == 'hole'].Name",
                                            "expected": "low",
                                            "comparator": "anyStringEquals",
                                        }
                                    },
                                },
                                {
                                    "state": "retry",
                                    "matcher": {
                                        "output": {
                                            "path": "length(Bells) > `3`",
                                            "expected": "true",
                                            "comparator": "booleanEquals",
                                        }
                                    },
                                },
                                {"state": "retry", "matcher": {"errorType": "TowerGone"}},
                                {"state": "failure", "matcher": {"success": False}},
                            ],
                        }
                    },
                },
                input=_to("ListBellsInput"),
                output=_to("ListBellsOutput"),
            ),
            "ListBellsInput": _structure(
                {
                    "Next": _to("String"),
                    "Most": _to("Integer"),
                    "Chime": _to("Chime"),
                    "Tower": _to("String", {"smithy.rules#contextParam": {"name": "Tower"}}),
                }
            ),
            "ListBellsOutput": _structure(
                {"Bells": _to("Bells"), "Next": _to("String"), "State": _to("String")}
            ),
            "Chime": _structure({"Names": _to("Names")}),
            "Names": _shape("list", member=_to("String")),
            "Bells": _shape("list", member=_to("Bell")),
            "Bell": _structure({"Name": _to("String"), "Tone": _to("String")}),
            "RingBell": _operation(
                {
                    "http": {"method": "POST", "uri": "/ring"},
                    "httpChecksumRequired": {},
                    "requestCompression": {"encodings": ["gzip"]},
                    "aws.protocols#httpChecksum": {
                        "requestChecksumRequired": True,
                        "requestAlgorithmMember": "Algorithm",
                        "requestValidationModeMember": "Mode",
                        "responseAlgorithms": ["CRC32", "SHA256"],
                    },
                    "auth": ["aws.auth#sigv4"],
                },
                input=_to("RingBellInput"),
                output=_to("RingBellOutput"),
            ),
            "RingBellInput": _structure(
                {
                    "Algorithm": _to("Algorithm", httpHeader="x-amz-checksum-algorithm"),
                    "Mode": _to("Mode", httpHeader="x-amz-checksum-mode"),
                    "Sound": _to("Sound", httpPayload={}, default=""),
                }
            ),
            "RingBellOutput": _structure({"Echo": _to("Echo", httpPayload={}, required={})}),
            "Algorithm": _shape("enum", members={"CRC32": _to("Unit"), "SHA256": _to("Unit")}),
            "Mode": _shape("enum", members={"ENABLED": _to("Unit")}),
            "Sound": _shape("blob", {"streaming": {}, "requiresLength": {}, "mediaType": "audio/x-hole"}),
            "Echo": _shape("blob", {"streaming": {}}),
            "Listen": _operation(
                {
                    "http": {"method": "GET", "uri": "/sounds"},
                    "longPoll": {"timeoutMillis": 65000},
                    "aws.api#longPoll": {"timeoutMillis": 65000},
                },
                output=_to("ListenOutput"),
            ),
            "ListenOutput": _structure({"Sounds": _to("Sounds", httpPayload={})}),
            "Sounds": _shape(
                "union",
                {"streaming": {}},
                members={"Ding": _to("Ding", documentation="It rings hole."), "Gone": _to("TowerGone")},
            ),
            "Ding": _structure(
                {"Loudness": _to("Integer", eventHeader={}), "Sound": _to("Blob", eventPayload={})}
            ),
            "TowerGone": _structure({"Reason": _to("String")}, {"error": "server", "httpError": 503}),
        }
    ),
    "smithy xml": _document(
        {
            "BellTower": _service(
                {
                    "aws.auth#sigv4": {"name": "belltower"},
                    "aws.protocols#restXml": {},
                    "xmlNamespace": {"uri": "https://example.com/hole/", "prefix": "t"},
                },
                "RingBell",
            ),
            "RingBell": _operation(
                {"http": {"method": "POST", "uri": "/ring"}},
                input=_to("RingBellInput"),
                output=_to("RingBellOutput"),
                errors=_refs("BellMissing"),
            ),
            "RingBellInput": _structure(
                {
                    "Bell": _to(
                        "Bell",
                        xmlName="bell",
                        xmlNamespace={"uri": "https://example.com/hole", "prefix": "b"},
                    ),
                    "Tones": _to("Tones", xmlFlattened={}, xmlName="tone"),
                },
                {"xmlName": "Ring"},
            ),
            "RingBellOutput": _structure({"Bell": _to("Bell", httpPayload={})}),
            "Bell": _structure(
                {
                    "Kind": _to("String", xmlAttribute={}, xmlName="kind"),
                    "Name": _to("String"),
                    "Notes": _to("Notes"),
                },
                {"xmlName": "Chime"},
            ),
            "Tones": _shape(
                "list", member=_to("String", xmlName="item", xmlNamespace={"uri": "https://example.com/tone"})
            ),
            "Notes": _shape("map", key=_to("String", xmlName="by"), value=_to("String", xmlName="said")),
            "BellMissing": _structure({"Reason": _to("String")}, {"error": "client", "httpError": 404}),
        }
    ),
    "smithy query": _document(
        {
            "BellTower": _service(
                {
                    "aws.auth#sigv4": {"name": "belltower"},
                    "aws.protocols#awsQuery": {},
                    "xmlNamespace": {"uri": "https://example.com/hole/"},
                },
                "RingBell",
            ),
            "RingBell": _operation(
                input=_to("RingBellInput"), output=_to("RingBellOutput"), errors=_refs("BellMissing")
            ),
            "RingBellInput": _structure({"Tones": _to("Tones"), "Bell": _to("String", xmlName="bell")}),
            "RingBellOutput": _structure({"Bell": _to("String", xmlName="rung")}),
            "Tones": _shape("list", member=_to("String", xmlName="tone")),
            "BellMissing": _structure(
                {"Reason": _to("String")},
                {
                    "error": "client",
                    "aws.protocols#awsQueryError": {"code": "NoBell", "httpResponseCode": 404},
                },
            ),
        }
    ),
    "smithy ec2": _document(
        {
            "BellTower": _service(
                {"aws.auth#sigv4": {"name": "belltower"}, "aws.protocols#ec2Query": {}}, "RingBell"
            ),
            "RingBell": _operation(input=_to("RingBellInput"), output=_to("Unit")),
            "RingBellInput": _structure({"Bell": _to("String", {"aws.protocols#ec2QueryName": "Bells"})}),
        }
    ),
    "smithy rpc": _document(
        {
            "BellTower": _service(
                {
                    "auth": ["aws.auth#sigv4"],
                    "aws.auth#sigv4": {"name": "belltower"},
                    "aws.protocols#awsJson1_0": {},
                    "aws.protocols#awsJson1_1": {},
                    "smithy.protocols#rpcv2Cbor": {},
                    "smithy.protocols#rpcv2Json": {},
                    "aws.protocols#awsQueryCompatible": {},
                    "aws.api#clientEndpointDiscovery": {
                        "operation": _id("DescribeEndpoints"),
                        "error": _id("BellMissing"),
                    },
                },
                "DescribeEndpoints",
                "RingBell",
            ),
            "DescribeEndpoints": _operation(output=_to("DescribeEndpointsOutput")),
            "DescribeEndpointsOutput": _structure({"Endpoints": _to("Endpoints", required={})}),
            "Endpoints": _shape("list", member=_to("Endpoint")),
            "Endpoint": _structure(
                {
                    "Address": _to("String", required={}),
                    "CachePeriodInMinutes": _to("Long", required={}),
                }
            ),
            "RingBell": _operation(
                {"aws.api#clientDiscoveredEndpoint": {"required": True}},
                input=_to("RingBellInput"),
                output=_to("RingBellInput"),
                errors=_refs("BellMissing"),
            ),
            "RingBellInput": _structure({"Bell": _to("String")}),
            "BellMissing": _structure(
                {"Reason": _to("String")},
                {
                    "error": "client",
                    "aws.protocols#awsQueryError": {"code": "NoBell", "httpResponseCode": 404},
                },
            ),
        }
    ),
}
"""By their names among the hostile models."""

SMITHY_KEYS = frozenset(
    (
        "smithy shapes metadata suppressions id namespace reason type version operations resources errors rename "
        "input output traits members member key value target mixins identifiers read sdkId endpointPrefix name http "
        "eventStreamHttp uri prefix origin method code hostPrefix message since Guide title documentation error "
        "shapeId content min max throttling parameters rules conditions fn argv ref assign url properties "
        "authSchemes signingName signingRegion headers builtIn default required testCases inputToken outputToken "
        "pageSize items path deprecated minDelay maxDelay tags acceptors state matcher expected comparator errorType "
        "success timeoutMillis encodings requestChecksumRequired requestAlgorithmMember requestValidationModeMember "
        "responseAlgorithms httpResponseCode operation endpoint"
    ).split()
)
"""Keys that the AST and its traits give a meaning; every other key is a name of the model's own."""
