# SPDX-License-Identifier: Apache-2.0
"""``heliograph list``: which services botocore has a model of, and whether they can become clients."""

from __future__ import annotations

import argparse
import sys

from heliograph_codegen import features, frontends
from heliograph_codegen.cli.terminal import columns, plain, styled
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends.c2j_catalog import Entry, entry, matching
from heliograph_codegen.frontends.c2j_files import SCHEME, services
from heliograph_codegen.wording import quoted, suggestion

_WIDTHS = (10, 18, 10, 32, 0)
"""Of version, protocol, operations, service id; what is last needs none."""

_FEW = 20
"""So many whole models are read at most: more take too long for a list."""

_OPEN = "?"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "pattern",
        metavar="PATTERN",
        nargs="?",
        default="",
        help="part of a name, or a whole one with * and ?",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each service as soon as it is read; status 1 if none fits."""
    names = matching(arguments.pattern)
    if not names:
        hint = suggestion(arguments.pattern, services())
        print(f"no service fits {plain(quoted(arguments.pattern))}{hint}", file=sys.stderr)
        return 1
    widths = (max(map(len, ("NAME", *names))), *_WIDTHS)
    print(styled(columns(("NAME", "VERSION", "PROTOCOL", "OPERATIONS", "SERVICE", "CLIENT"), widths), "1"))
    is_open = False
    for name in names:
        found = entry(name)
        client = _at_a_glance(found) or (_looked_at(found) if len(names) <= _FEW else _OPEN)
        said = (found.name, found.version, found.protocol, str(found.operations), found.id, client)
        print(columns(said, widths), flush=True)
        is_open |= client == _OPEN
    if is_open:
        print(f"{_OPEN}: looked at where a PATTERN fits {_FEW} services or fewer", file=sys.stderr)
    return 0


def _at_a_glance(found: Entry) -> str:
    """Whether there can be a client; empty where the whole model has to be asked."""
    return "yes" if features.makes_all() and not found.is_old else ""


def _looked_at(found: Entry) -> str:
    try:
        reason = features.verdict(frontends.load(f"{SCHEME}{found.name}"))
    except GenerationError as error:
        reason = error.problem
    return f"not yet: {reason}" if reason else "yes"
