# SPDX-License-Identifier: Apache-2.0
"""``heliograph generate``: write clients."""

from __future__ import annotations

import argparse

from heliograph_codegen.cli import clients
from heliograph_codegen.cli.terminal import shown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    clients.add_arguments(parser)
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="also replace files that were changed by hand or are foreign",
    )


def run(arguments: argparse.Namespace) -> int:
    """Make all clients, then write them; nothing is written where one cannot be made."""
    for client, package in list(clients.made(arguments)):
        changed = package.write(client.out, client.tests, client.docs, overwrite=arguments.overwrite)
        did = "written" if changed else "up to date"
        print(f"{package.name}: {did}, {len(package.files)} files in {shown(client.out)}")
    return 0
