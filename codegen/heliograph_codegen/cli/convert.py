# SPDX-License-Identifier: Apache-2.0
"""``heliograph convert``: write a model in the YAML dialect, whatever it is written in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from heliograph_codegen import emit
from heliograph_codegen.cli import models
from heliograph_codegen.cli.terminal import shown, warn
from heliograph_codegen.frontends import dump, load
from heliograph_codegen.prune import prune


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("model", metavar="MODEL", help="path of a model, or botocore:NAME")
    parser.add_argument("--out", metavar="FILE", help="where to write it; standard output without it")
    models.add_arguments(parser)
    models.add_operations(parser)
    parser.add_argument(
        "--overwrite", action="store_true", help="also replace a FILE that holds something else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read the model and write it; nothing is written where it cannot be read."""
    model = load(
        arguments.model,
        format=arguments.format,
        sides=models.sides(arguments),
        service=arguments.service,
        protocol=arguments.protocol,
        warn=warn,
    )
    if arguments.operations is not None:
        model = prune(model, arguments.operations)
    data = dump(model).encode()
    if arguments.out is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return 0
    path = Path(arguments.out)
    changed = emit.write_file(path, data, overwrite=arguments.overwrite)
    print(f"{model.service.id}: {'written to' if changed else 'up to date in'} {shown(path)}")
    return 0
