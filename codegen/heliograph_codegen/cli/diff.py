# SPDX-License-Identifier: Apache-2.0
"""``heliograph diff``: what a change of a model means to callers and to the wire."""

from __future__ import annotations

import argparse
import sys

from heliograph_codegen import diff as semantic
from heliograph_codegen import frontends, ir
from heliograph_codegen.cli.models import source
from heliograph_codegen.cli.terminal import styled, warn
from heliograph_codegen.diff import Diff, Severity, report

_STYLES = {Severity.BREAKING: "31;1", Severity.RISKY: "33", Severity.ADDITION: "32", Severity.NOTE: "2"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("old", metavar="OLD", help="path of a model, or botocore:NAME[@VERSION]")
    parser.add_argument("new", metavar="NEW", help="the one that shall replace it")
    for side in ("old", "new"):
        parser.add_argument(
            f"--format-{side}",
            choices=frontends.FORMATS,
            help=f"how {side.upper()} is written; recognised from its content",
        )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="write a note for a change log")
    form.add_argument("--json", action="store_true", help="write JSON for programs")
    parser.add_argument(
        "--fail-on",
        choices=("source", "wire", "any"),
        help="end with status 1 on changes that break code, that break the wire, or on any difference",
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare, and say it; status 1 if what --fail-on names was found."""
    found = semantic.diff(
        _load(arguments.old, arguments.format_old), _load(arguments.new, arguments.format_new)
    )
    if arguments.json:
        sys.stdout.write(report.to_json(found))
    elif arguments.markdown:
        sys.stdout.write(report.change_note(found))
    else:
        for severity, line in report.lines(found):
            print(styled(line, _STYLES[severity]))
        print(report.summary(found))
    return 1 if _fails(found, arguments.fail_on) else 0


def _load(model: str, format: str | None) -> ir.Model:
    return frontends.load(source(model), format=format, warn=warn)


def _fails(found: Diff, on: str | None) -> bool:
    if on == "any":
        return bool(found.changes)
    breaking = found.of(Severity.BREAKING)
    return on is not None and any(each.rule.id.startswith(on.upper()) for each in breaking)
