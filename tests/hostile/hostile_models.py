# SPDX-License-Identifier: Apache-2.0
"""Harmless models that together have every feature that carries text, for the corpus to spoil.

They are several because each is generated thousands of times. ``hole`` marks the place inside of a longer text
where a payload goes besides.
"""

from __future__ import annotations

import copy
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

_MODELS: dict[str, dict[str, Any]] = {
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
}

NAMES = tuple(_MODELS)


def base_model(name: str) -> dict[str, Any]:
    """A fresh copy of a model."""
    return copy.deepcopy(_MODELS[name])
