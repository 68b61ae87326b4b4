# SPDX-License-Identifier: Apache-2.0
"""Models in, :mod:`heliograph_codegen.ir` out: a front-end knows one way to write a model, and no Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from heliograph_codegen import passes
from heliograph_codegen.customisations import customise
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import c2j, corrections, smithy, yaml_model
from heliograph_codegen.frontends.c2j_files import NO_SIDES, SCHEME, Sides
from heliograph_codegen.frontends.c2j_nodes import Warn
from heliograph_codegen.frontends.json_files import read_object
from heliograph_codegen.frontends.yaml_dump import dump
from heliograph_codegen.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from heliograph_codegen import ir
    from heliograph_codegen.frontends.document import Source

__all__ = ["FORMATS", "NO_SIDES", "Sides", "dump", "format_of", "load"]

FORMATS = ("yaml", "c2j", "smithy")
"""The ways to write a model that can be read."""

_HEAD = 4096
"""So many bytes are looked at for a brace after white space."""


def load(
    source: Source,
    *,
    format: str | None = None,
    sides: Sides = NO_SIDES,
    service: str | None = None,
    protocol: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    warn: Warn | None = None,
) -> ir.Model:
    """Read a model, whatever it is written in, and check that it holds together.

    What published models get wrong is put right (:mod:`~.corrections`); a model in YAML is as its
    author wants it.

    Args:
        source: ``botocore:NAME[@VERSION]``, the path of a file, or the parsed document.
        format: One of :data:`FORMATS`; recognised from the content if None.
        sides: Files beside a C2J model; other models carry their own.
        service: The shape id of one service, where a Smithy model holds several.
        protocol: The one to use, where the model lists several; the preferred one if None.
        limits: The caps.
        warn: Takes a line for each sort of thing that was passed over.

    Raises:
        GenerationError: what is wrong, where, and the mend.
    """
    found = format_of(source, limits) if format is None else format
    if found not in FORMATS:
        raise GenerationError(f"the format {json.dumps(format)} is not known; use {' or '.join(FORMATS)}")
    if sides != NO_SIDES and found != "c2j":
        raise GenerationError("side files go with a C2J model; models in Smithy and YAML carry their own")
    if service is not None and found != "smithy":
        raise GenerationError("the model holds one service; leave the service out")
    if found == "yaml":
        model = yaml_model.load(source, limits=limits)
        return model if protocol is None else passes.choose_protocol(model, protocol)
    if found == "c2j":
        published = c2j.load(source, sides=sides, protocol=protocol, limits=limits, warn=warn)
    else:
        published = smithy.load(source, service=service, protocol=protocol, limits=limits, warn=warn)
    return customise(corrections.correct(published, warn))


def format_of(source: Source, limits: Limits = DEFAULT_LIMITS) -> str:
    """What a model is written in, from its content: one of :data:`FORMATS`."""
    if isinstance(source, Mapping):
        if smithy.is_smithy(source):
            return "smithy"
        return "c2j" if c2j.is_c2j(source) else "yaml"
    if isinstance(source, str) and source.startswith(SCHEME):
        return "c2j"
    file = Path(source)
    if file.suffix == ".gz":
        return "c2j"
    try:
        with file.open("rb") as stream:
            is_object = stream.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    except (OSError, ValueError):
        return "yaml"  # its reader says why it cannot be read
    if not is_object:
        return "yaml"
    try:
        return format_of(read_object(file, limits))
    except GenerationError:
        return "yaml"  # a mapping in YAML, in braces, or nothing at all
