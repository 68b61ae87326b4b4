# SPDX-License-Identifier: Apache-2.0
"""Harmless models that together have every feature that carries text, for the corpus to spoil.

They are several because each is generated thousands of times. ``hole`` marks the place inside of a longer text
where a payload goes besides.
"""

from __future__ import annotations

from typing import Any

HOLE = "hole"

_SERVICE: dict[str, Any] = {
    "heliograph": 1,
    "service": "Bell Tower",
    "version": "2026-01-01",
    "protocol": "rest-json",
    "signing": "belltower",
    "endpoint": {"prefix": "belltower"},
}

RULES: dict[str, Any] = {
    "version": "1.0",
    "parameters": {
        "Region": {"type": "string", "builtIn": "AWS::Region", "documentation": "Where hole is."},
        "Endpoint": {"type": "string", "builtIn": "SDK::Endpoint"},
        "Tower": {"type": "string", "default": "west"},
        "Loud": {"type": "boolean", "required": True, "default": False},
        "Bells": {"type": "stringArray"},
    },
    "rules": [
        {
            "type": "error",
            "documentation": "No hole.",
            "conditions": [{"fn": "booleanEquals", "argv": [{"ref": "Loud"}, True]}],
            "error": "The hole of {Tower} is deaf",
        },
        {
            "type": "endpoint",
            "conditions": [{"fn": "isSet", "argv": [{"ref": "Endpoint"}]}],
            "endpoint": {"url": {"ref": "Endpoint"}},
        },
        {
            "type": "tree",
            "conditions": [
                {"fn": "isSet", "argv": [{"ref": "Region"}]},
                {"fn": "isSet", "argv": [{"ref": "Tower"}]},
                {"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "Part"},
                {
                    "fn": "substring",
                    "argv": [{"ref": "Tower"}, 0, 3, False],
                    "assign": "Start",
                },
            ],
            "rules": [
                {
                    "type": "endpoint",
                    "conditions": [{"fn": "stringEquals", "argv": ["{Start}hole", "abc"]}],
                    "endpoint": {
                        "url": "https://hole.{Start}.{Part#dnsSuffix}/hole",
                        "properties": {
                            "authSchemes": [
                                {
                                    "name": "sigv4",
                                    "signingName": "hole",
                                    "signingRegion": "{Region}",
                                },
                            ],
                        },
                        "headers": {"X-Tower": ["{Start} hole", "tall"]},
                    },
                },
                {
                    "type": "endpoint",
                    "conditions": [],
                    "endpoint": {"url": "https://belltower.{Region}.example.com"},
                },
            ],
        },
        {"type": "error", "conditions": [], "error": "Somewhere is hole"},
    ],
}
"""An endpoint rule set."""

YAML_MODELS: dict[str, dict[str, Any]] = {
    "service": {
        **_SERVICE,
        "per-resource": "Each tower has a host. Ask hole for it.",
        "documentation": "Rings bells.\n\nSome of them are hole and loud.",
        "reference": "https://docs.example.com/hole/index.html",
        "operations": {
            "RingBell": {
                "http": "POST /towers/hole?mode=hole",
                "documentation": "Rings one bell hole.",
                "reference": "https://docs.example.com/ring",
                "positional": ["Loudness", "params"],
                "read-timeout": {"seconds": 130, "reason": "Bells swing for long."},
                "input": {
                    "Loudness": {"type": "integer", "required": True, "range": "1..9"},
                    "Greeting": {"type": "string", "wire-name": "greeting", "default": "hello"},
                    "Token": {"type": "string", "idempotency-token": True},
                    "Key": {
                        "type": "string",
                        "pattern": "[a-z]hole",
                        "length": "1..64",
                        "sensitive": {"reason": "It opens the tower."},
                    },
                },
            },
        },
    },
    "bindings": {
        **_SERVICE,
        "operations": {
            "RingBell": {
                "http": "PUT /towers/{TowerId}",
                "input": {
                    "TowerId": {"type": "TowerId", "required": True, "label": "TowerId"},
                    "Tone": {"type": "string", "query": "tone", "documentation": "How it sounds."},
                    "Ringer": {"type": "string", "header": "X-Ringer"},
                    "Notes": {"type": "Notes", "prefix-headers": "X-Note-"},
                    "Body": {"type": "string", "payload": True},
                },
                "output": {
                    "Sent": {"type": "timestamp", "header": "X-Sent", "timestamp-format": "http-date"},
                    "Bell": {"type": "Bell", "payload": True, "documentation": "The bell."},
                },
            },
        },
        "shapes": {
            "TowerId": {"type": "string", "pattern": "[a-z]+", "documentation": "Which tower."},
            "Notes": {"map": {"key": "string", "value": "string"}},
            "Bell": {"structure": {"Name": "string"}},
        },
    },
    "shapes": {
        **_SERVICE,
        "operations": {"RingBell": {"http": "POST /ring", "input": {"Bell": "Bell"}, "output": "Bell"}},
        "shapes": {
            "Bell": {
                "structure": {
                    "Tone": {"type": "Tone", "documentation": "How it sounds."},
                    "Sound": {"type": "Sound", "documentation": "What it does."},
                    "Inner": "Bells",
                },
                "documentation": "One bell.",
            },
            "Tone": {
                "enum": ["LOW", {"value": "HIGH", "name": "Highest", "documentation": "Hurts."}],
                "documentation": "A pitch.",
            },
            "Bells": {"list": "Bell", "length": "..9"},
            "Sound": {"union": {"Ding": "string", "Dong": {"type": "long", "documentation": "How many."}}},
        },
    },
    "errors": {
        **_SERVICE,
        "operations": {
            "RingBell": {
                "http": "POST /ring",
                "input": {"Greeting": "string", "Notes": "Notes"},
                "output": {"Notes": "Notes"},
                "errors": ["BellMissing"],
                "examples": [
                    {
                        "title": "A loud bell",
                        "documentation": "It is heard afar.",
                        "input": {"Greeting": "good day", "Notes": {"by": "me"}},
                        "output": {"Notes": {"to": "you"}},
                    },
                    {"title": "No bell", "input": {}, "error": {"BellMissing": {"Reason": "It fell."}}},
                ],
            },
        },
        "shapes": {"Notes": {"map": {"key": "string", "value": "string"}}},
        "errors": {
            "BellMissing": {
                "status": 404,
                "code": "BellMissingCode",
                "retryable": {"throttling": True, "reason": "It may be found."},
                "documentation": "There is no bell.",
                "members": {"Reason": {"type": "string", "documentation": "Why."}},
            },
        },
    },
    "rules": {
        **_SERVICE,
        "endpoint": {
            "rules": RULES,
        },
        "client-params": {"Tower": {"type": "string", "documentation": "Which hole."}},
        "operations": {
            "RingBell": {
                "http": "POST /ring",
                "static-params": {"Loud": False},
                "input-params": {"Bells": "Chime.Names[*]"},
                "input": {
                    "Tower": {"type": "string", "context-param": "Tower"},
                    "Chime": "Chime",
                },
            },
        },
        "shapes": {"Chime": {"structure": {"Names": "Names"}}, "Names": {"list": "string"}},
    },
    "continuing": {
        **_SERVICE,
        "operations": {
            "ListBells": {
                "http": "POST /bells",
                "input": {"Tower": {"type": "string", "required": True}, "Next": "string", "Most": "integer"},
                "output": {"Bells": "Bells", "Next": "string", "More": "boolean", "State": "string"},
                "errors": ["BellMissing"],
                "paginator": {
                    "input-tokens": "Next",
                    "output-tokens": "Next || Bells[-1].Name",
                    "limit": "Most",
                    "more": "More",
                    "results": ["Bells", "State"],
                    "constant": ["State"],
                },
            },
        },
        "waiters": {
            "BellsRung": {
                "operation": "ListBells",
                "delay": 5,
                "max-attempts": 40,
                "documentation": "Wait until hole is rung.",
                "deprecated": {"message": "Listen to hole.", "since": "2026"},
                "acceptors": [
                    {"outcome": "success", "path": "State", "expected": "rung hole"},
                    {"outcome": "success", "path-all": "Bells[?Tone == 'hole'].Name", "expected": "low"},
                    {"outcome": "failure", "path-any": "Bells[].Tone", "expected": "broken"},
                    {"outcome": "retry", "path": "length(Bells) > `3`", "expected": True},
                    {"outcome": "retry", "error": "BellMissing"},
                ],
            },
        },
        "shapes": {
            "Bells": {"list": "Bell"},
            "Bell": {"structure": {"Name": "string", "Tone": "string"}},
        },
        "errors": {"BellMissing": {"status": 404, "members": {"Reason": "string"}}},
    },
    "places": {
        **_SERVICE,
        "auth": ["sigv4", "none"],
        "deprecated": {"message": "Towers hole are gone.", "since": "2026"},
        "common-errors": ["TowerGone"],
        "operations": {
            "RingBell": {
                "http": "POST /towers",
                "host-prefix": "hole.",
                "headers": {"x-bell-hole": "loud hole"},
                "customise": "route53-ids",
                "checksum": {"algorithm-member": "Algorithm", "required": True},
                "deprecated": {"message": "Use hole."},
                "input": {
                    "Algorithm": {"type": "Algorithm", "header": "x-amz-checksum-algorithm"},
                    "Tones": {"type": "Tones", "header": "X-Tones"},
                    "Kinds": {"type": "Tones", "query": "kinds"},
                    "Rest": {"type": "Rest", "query-map": True},
                    "Said": {"type": "string", "header": "X-Said", "json-value": True},
                    "Sound": {"type": "Sound", "payload": True, "streaming": True},
                },
                "output": {
                    "Count": {"type": "integer", "status": True},
                    "Rest": {"type": "Rest", "prefix-headers": "X-Rest-"},
                    "Echo": {"type": "Sound", "payload": True, "streaming": True},
                },
            },
            "Climb": {
                "http": "POST /stairs",
                "compression": "gzip",
                "host-prefix": "{Tower}.",
                "input": {"Tower": {"type": "string", "required": True, "host-label": True}},
            },
            "Listen": {"http": "GET /sounds", "output": {"Sounds": {"type": "Sounds", "payload": True}}},
        },
        "shapes": {
            "Algorithm": {"enum": ["CRC32", "SHA256"]},
            "Tones": {"list": "string"},
            "Rest": {"map": {"key": "string", "value": "string"}},
            "Sound": {"type": "blob", "media-type": "audio/x-hole"},
            "Sounds": {
                "union": {"Ding": "Ding", "Gone": "TowerGone"},
                "event-stream": True,
            },
            "Ding": {
                "structure": {
                    "Loudness": {"type": "integer", "event": "header"},
                    "Sound": {"type": "blob", "event": "payload"},
                },
            },
        },
        "errors": {"TowerGone": {"status": 410, "members": {"Reason": "string"}}},
    },
    "xml": {
        **_SERVICE,
        "protocol": "rest-xml",
        "operations": {
            "RingBell": {
                "http": "POST /ring",
                "input-element": "Ring",
                "input-namespace": "https://example.com/hole/",
                "input": {
                    "Bell": {
                        "type": "Bell",
                        "wire-name": "bell",
                        "xml-namespace": {"uri": "https://example.com/hole", "prefix": "b"},
                    },
                    "Tones": {"type": "Tones", "flattened": True, "wire-name": "tone"},
                },
                "output": {"Bell": "Bell", "Tones": "Tones", "Notes": "Notes"},
                "errors": ["BellMissing"],
            },
        },
        "shapes": {
            "Bell": {
                "structure": {
                    "Kind": {"type": "string", "xml-attribute": True, "wire-name": "kind"},
                    "Name": {"type": "string", "documentation": "Its hole."},
                },
            },
            "Tones": {"list": {"type": "string", "name": "item", "namespace": "https://example.com/tone"}},
            "Notes": {
                "map": {"key": {"type": "string", "name": "by"}, "value": {"type": "string", "name": "said"}},
            },
        },
        "errors": {"BellMissing": {"status": 404, "code": "NoBell", "members": {"Reason": "string"}}},
    },
    "query": {
        **_SERVICE,
        "protocol": "query",
        "operations": {
            "RingBell": {
                "result-wrapper": "RingBellResult",
                "input": {"Tones": "Tones", "Bell": {"type": "string", "wire-name": "bell"}},
                "output": {"Bell": "string", "Tones": "Tones"},
            },
        },
        "shapes": {"Tones": {"list": {"type": "string", "name": "tone"}}},
    },
    "headers": {
        **_SERVICE,
        "retries": {"attempts": 4, "base": 25},
        "http2": "event-stream",
        "operations": {
            "RingBell": {
                "http": "POST /ring",
                "idempotent": True,
                "unsigned-payload": True,
                "customise": ["s3-expires", "glacier-account"],
                "headers": {"x-bell": "hole", "x-tower": "loud; q=hole"},
                "checksum": {"validation-member": "Mode", "response-algorithms": ["CRC32", "SHA256"]},
                "errors": ["BellMissing"],
                "input": {
                    "accountId": {"type": "string", "required": True, "header": "X-Account"},
                    "Mode": {"type": "Mode", "header": "x-amz-checksum-mode"},
                    "Note": {"type": "Note", "header": "X-Note"},
                    "Said": {"type": "string", "json-value": True, "header": "X-Said"},
                    "Every": {"type": "Words", "prefix-headers": True},
                    "Sound": {"type": "Sound", "payload": True, "streaming": True, "requires-length": True},
                },
                "output": {
                    "Note": {"type": "Note", "header": "X-Note"},
                    "Said": {"type": "string", "json-value": True, "header": "X-Said"},
                    "Rank": {"type": "Rank", "header": "X-Rank"},
                    "Echo": {"type": "Sound", "payload": True, "streaming": True},
                },
            },
            "Await": {
                "http": "GET /heard",
                "readonly": True,
                "long-polling": True,
                "read-timeout": {"seconds": 65, "reason": "It waits for hole."},
                "output": {"Notes": "Notes", "Kept": "Kept", "Body": {"type": "string", "json-value": True}},
            },
        },
        "shapes": {
            "Mode": {"enum": ["ENABLED"]},
            "Note": {"type": "string", "media-type": "application/x-hole; tone=low"},
            "Rank": {"int-enum": [1, {"value": 2, "name": "Second", "documentation": "Not hole."}]},
            "Words": {"map": {"key": "string", "value": "string"}},
            "Sound": {"type": "blob"},
            "Notes": {"list": {"type": "string", "json-value": True}, "sparse": True},
            "Kept": {"map": {"key": "string", "value": {"type": "string"}}, "sparse": True},
        },
        "errors": {
            "BellMissing": {"status": 404, "fault": "server", "members": {"Reason": "string"}},
        },
    },
    "rpc": {
        **_SERVICE,
        "protocol": ["json", "query"],
        "target-prefix": "BellTower_hole",
        "json-version": "1.1",
        "query-compatible": True,
        "endpoint": {
            "rules": {
                "version": "1.0",
                "parameters": {
                    "Region": {"type": "string", "builtIn": "AWS::Region"},
                    "Endpoint": {"type": "string", "builtIn": "SDK::Endpoint"},
                },
                "rules": [
                    {
                        "type": "endpoint",
                        "conditions": [{"fn": "isSet", "argv": [{"ref": "Endpoint"}]}],
                        "endpoint": {"url": {"ref": "Endpoint"}},
                    },
                    {"type": "error", "conditions": [], "error": "There is no hole"},
                ],
            },
        },
        "operations": {
            "DescribeEndpoints": {"endpoint-operation": True, "output": {"Endpoints": "Endpoints"}},
            "RingBell": {
                "endpoint-discovery": "required",
                "input": {"Bell": "string"},
                "errors": ["BellMissing"],
            },
            "Predict": {
                "input": {
                    "Bell": "string",
                    "Where": {"type": "string", "context-param": "Endpoint"},
                },
            },
        },
        "shapes": {
            "Endpoints": {"list": "Endpoint"},
            "Endpoint": {
                "structure": {
                    "Address": {"type": "string", "required": True},
                    "CachePeriodInMinutes": {"type": "long", "required": True},
                },
            },
        },
        "errors": {"BellMissing": {"status": 404, "code": "AWS.NoBell", "members": {"Reason": "string"}}},
    },
    "copies": {
        **_SERVICE,
        "protocol": "query",
        "operations": {
            "CopyBell": {
                "customise": "rds-copy",
                "input": {
                    "Bell": {"type": "string", "required": True},
                    "PreSignedUrl": "string",
                    "SourceRegion": {"type": "string", "documentation": "Where hole is."},
                },
            },
            "CopyTower": {
                "customise": ["ec2-copy"],
                "input": {
                    "Tower": {"type": "string", "required": True},
                    "SourceRegion": {"type": "string", "required": True},
                    "DestinationRegion": "string",
                    "PresignedUrl": "string",
                },
            },
        },
    },
    "ec2": {
        **_SERVICE,
        "protocol": "ec2",
        "operations": {
            "RingBell": {
                "customise": "user-data",
                "input": {"Bell": {"type": "string", "query-name": "Bells"}, "UserData": "string"},
                "output": {"Bell": {"type": "string", "wire-name": "bell"}},
            },
        },
    },
    "endpoint member": {
        **_SERVICE,
        "endpoint": {"rules": RULES},
        "operations": {
            "RingBell": {
                "http": "POST /ring",
                "customise": "s3-bare-bucket",
                "static-params": {"Loud": True, "Bells": ["hole", "low"]},
                "input": {
                    "Bucket": {
                        "type": "string",
                        "required": True,
                        "endpoint": True,
                        "context-param": "Tower",
                    },
                },
            },
        },
    },
}
"""By their names among the hostile models."""
