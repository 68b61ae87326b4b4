# SPDX-License-Identifier: Apache-2.0
"""``heliograph check``: say which clients are stale, and why."""

from __future__ import annotations

import argparse

from heliograph_codegen.cli import clients
from heliograph_codegen.cli.terminal import shown

add_arguments = clients.add_arguments


def run(arguments: argparse.Namespace) -> int:
    """Compare all clients with what would be written now; status 1 if one differs."""
    stale = 0
    for client, package in clients.made(arguments):
        differences = package.differences(client.out, client.tests, client.docs)
        for difference in differences:
            print(f"{shown(difference.path)}: {difference.reason}")
        if not differences:
            print(f"{package.name}: up to date")
        stale += bool(differences)
    if stale:
        print("run: heliograph generate")
    return 1 if stale else 0
