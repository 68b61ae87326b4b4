# SPDX-License-Identifier: Apache-2.0
"""Arguments that say how a model is read, shared by all commands that read one."""

from __future__ import annotations

import argparse
from pathlib import Path

from heliograph_codegen.frontends import FORMATS, Sides
from heliograph_codegen.frontends.c2j_files import SCHEME

READING = tuple("format service protocol endpoint_rules paginators waiters extras".split())
"""The arguments that :func:`add_arguments` adds, by their names in the namespace."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what goes with one MODEL."""
    parser.add_argument("--format", choices=FORMATS, help="how MODEL is written; recognised from its content")
    parser.add_argument(
        "--service", metavar="SHAPE_ID", help="which, where a Smithy model holds several: namespace#Name"
    )
    parser.add_argument("--protocol", metavar="NAME", help="which, where the model lists several")
    for side in ("endpoint-rules", "paginators", "waiters"):
        parser.add_argument(f"--{side}", metavar="FILE", help="beside a C2J model")
    parser.add_argument("--extras", metavar="FILE", nargs="+", default=[], help="laid over a C2J model")


def add_operations(parser: argparse.ArgumentParser) -> None:
    """Add the choice of operations."""
    parser.add_argument(
        "--operations", metavar="A,B", type=_names, help="only these operations, with what they need"
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def source(model: str) -> Path | str:
    """MODEL as front-ends take it."""
    return model if model.startswith(SCHEME) else Path(model)


def sides(arguments: argparse.Namespace) -> Sides:
    """The files beside MODEL."""
    return Sides(
        arguments.endpoint_rules, arguments.paginators, arguments.waiters, extras=tuple(arguments.extras)
    )
