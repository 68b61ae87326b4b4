# SPDX-License-Identifier: Apache-2.0
"""Recognise AWS's standard regional rules in a published rule set.

Most services have the same rules but for the name of their hosts. Those are said in one word, as a person would say
it; all others keep their rule set. Only what rules do counts, not documentation and the texts of errors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from heliograph_codegen.frontends import grammar
from heliograph_codegen.ir import Json

_URL = re.compile(r"https://([a-z0-9.-]+)\.\{Region\}\.\{PartitionResult#dnsSuffix\}")

_Object = dict[str, Json]


def standard_prefix(document: Mapping[str, Json]) -> str | None:
    """The first part of the hosts, such as ``kinesisvideo``; None where the rules are others."""
    prefix = _plain_prefix(document)
    return prefix if prefix is not None and _meaning(dict(document)) == _meaning(_standard(prefix)) else None


def _plain_prefix(document: Mapping[str, Json]) -> str | None:
    """The prefix in the last endpoint of the region's branch, which is neither FIPS nor dual-stack."""
    try:
        url = cast("Any", document)["rules"][1]["rules"][0]["rules"][-1]["endpoint"]["url"]
    except (LookupError, TypeError):
        return None
    found = _URL.fullmatch(url) if isinstance(url, str) else None
    return found[1] if found is not None and grammar.HOST.fullmatch(found[1]) else None


def _meaning(value: Json, key: str = "") -> Json:
    """A document without what is written for people, types in lower case, operands of equality in one order."""
    if isinstance(value, list):
        return [_meaning(item) for item in value]
    if not isinstance(value, dict):
        return value.lower() if key == "type" and isinstance(value, str) else value
    kept = {
        name: _meaning(item, name) for name, item in value.items() if name not in ("documentation", "error")
    }
    operands = kept.get("argv")
    if kept.get("fn") == "booleanEquals" and isinstance(operands, list):
        kept["argv"] = sorted(operands, key=lambda operand: json.dumps(operand, sort_keys=True))
    return kept


# --- The standard rules ---


def _standard(prefix: str) -> _Object:
    fips, dual = _is_true("UseFIPS"), _is_true("UseDualStack")
    plain, secure = f"https://{prefix}.{{Region}}.", f"https://{prefix}-fips.{{Region}}."
    dns, both_stacks = "{PartitionResult#dnsSuffix}", "{PartitionResult#dualStackDnsSuffix}"
    in_region = [
        _where_supported([fips, dual], ["supportsFIPS", "supportsDualStack"], secure + both_stacks),
        _where_supported([fips], ["supportsFIPS"], secure + dns),
        _where_supported([dual], ["supportsDualStack"], plain + both_stacks),
        _endpoint(plain + dns),
    ]
    given = [_error(fips), _error(dual), _endpoint({"ref": "Endpoint"})]
    partition: _Object = {"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "PartitionResult"}
    return {
        "version": "1.0",
        "parameters": {
            "Region": {"builtIn": "AWS::Region", "required": False, "type": "string"},
            "UseDualStack": _switch("AWS::UseDualStack"),
            "UseFIPS": _switch("AWS::UseFIPS"),
            "Endpoint": {"builtIn": "SDK::Endpoint", "required": False, "type": "string"},
        },
        "rules": [
            _tree([_is_set("Endpoint")], given),
            _tree([_is_set("Region")], [_tree([partition], in_region)]),
            _error(),
        ],
    }


def _switch(built_in: str) -> _Object:
    return {"builtIn": built_in, "required": True, "default": False, "type": "boolean"}


def _tree(conditions: Sequence[Json], rules: Sequence[Json]) -> _Object:
    return {"conditions": list(conditions), "rules": list(rules), "type": "tree"}


def _endpoint(url: Json) -> _Object:
    return {"conditions": [], "endpoint": {"url": url, "properties": {}, "headers": {}}, "type": "endpoint"}


def _error(*conditions: Json) -> _Object:
    return {"conditions": list(conditions), "type": "error"}


def _is_set(parameter: str) -> _Object:
    return {"fn": "isSet", "argv": [{"ref": parameter}]}


def _is_true(parameter: str) -> _Object:
    return {"fn": "booleanEquals", "argv": [{"ref": parameter}, True]}


def _where_supported(switches: Sequence[Json], abilities: Sequence[str], url: str) -> _Object:
    """An endpoint where the partition has the abilities, an error where it has not."""
    needed: list[Json] = [
        {
            "fn": "booleanEquals",
            "argv": [True, {"fn": "getAttr", "argv": [{"ref": "PartitionResult"}, ability]}],
        }
        for ability in abilities
    ]
    return _tree(switches, [_tree(needed, [_endpoint(url)]), _error()])
