# SPDX-License-Identifier: Apache-2.0
"""What botocore's models say at a glance, without reading them whole: a hundred megabytes take too long for a list."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends.c2j_files import SCHEME, model_file, services
from heliograph_codegen.frontends.json_files import read_bytes
from heliograph_codegen.limits import DEFAULT_LIMITS, Limits

_PROTOCOLS = ("json", "rest-json", "rest-xml", "smithy-rpc-v2-cbor", "query", "ec2")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Entry:
    """A published service.

    Attributes:
        name: What botocore calls it; ``botocore:NAME`` is its model.
        id: The service id.
        version: Of its interface.
        protocol: The one that its client would speak.
        operations: How many there are.
        is_old: It is signed as in 2008.
    """

    name: str
    id: str
    version: str
    protocol: str
    operations: int
    is_old: bool = False


def matching(pattern: str = "") -> tuple[str, ...]:
    """The names of the services that a pattern fits, sorted.

    Args:
        pattern: A part of a name, or with ``*``, ``?`` or ``[`` a whole one; case, spaces and hyphens do not count.

    Raises:
        GenerationError: botocore is not installed.
    """
    wanted = _bare(pattern)
    whole = any(each in wanted for each in "*?[")
    return tuple(
        name
        for name in services()
        if (fnmatch.fnmatchcase(_bare(name), wanted) if whole else wanted in _bare(name))
    )


def _bare(name: str) -> str:
    return re.sub(r"[\s_-]", "", name.lower())


def entry(name: str, limits: Limits = DEFAULT_LIMITS) -> Entry:
    """What the newest model of a service says at a glance.

    Raises:
        GenerationError: There is no such service, or its model is damaged.
    """
    path, version = model_file(name)
    text = read_bytes(path, limits, f"{SCHEME}{name}").decode("utf-8", "replace")
    metadata = _object(text, "metadata", name)
    listed = metadata.get("protocols", [metadata.get("protocol")])
    protocols = cast("Sequence[object]", listed) if isinstance(listed, list) else ()
    return Entry(
        name=name,
        id=str(metadata.get("serviceId", name)),
        version=str(metadata.get("apiVersion", version)),
        protocol=next((each for each in _PROTOCOLS if each in protocols), str(metadata.get("protocol", ""))),
        operations=len(_object(text, "operations", name)),
        is_old=metadata.get("signatureVersion") == "v2",
    )


def _object(text: str, key: str, name: str) -> Mapping[str, object]:
    """The first object under a key: of the document itself, as botocore writes what is short before shapes."""
    found = re.search(rf'"{key}"\s*:\s*(?={{)', text)
    try:
        value, _ = _DECODER.raw_decode(text, found.end()) if found else (None, 0)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise GenerationError(f"the model has no {key}; reinstall botocore", f"{SCHEME}{name}")
    return cast("Mapping[str, object]", value)
