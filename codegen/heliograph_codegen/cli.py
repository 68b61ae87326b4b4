# SPDX-License-Identifier: Apache-2.0
"""``heliograph generate`` and ``heliograph check``.

Exit status 0 means done, or up to date; 1 stale (``check``); 2 an error, in one line on standard error.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from heliograph_codegen import project
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.frontends import FORMATS, Sides
from heliograph_codegen.frontends.c2j_files import SCHEME
from heliograph_codegen.generate import Package, load, package_of

_WITH_MODEL = tuple("out package tests docs format protocol endpoint_rules paginators waiters extras".split())
"""Options that say something of one MODEL."""


class _Parser(argparse.ArgumentParser):
    """Errors in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None, prog: str = "heliograph") -> int:
    """Run a command.

    Args:
        argv: The arguments, the command first; those of the process if None.
        prog: How usage texts call the program.

    Returns:
        The exit status.
    """
    arguments = _parser(prog).parse_args(argv)
    try:
        made = [(client, _make(client, arguments)) for client in _clients(arguments)]
        run = _check if arguments.command == "check" else _generate
        return run(made, arguments)
    except GenerationError as error:
        print(f"{prog} {arguments.command}: {error}", file=sys.stderr)
    except OSError as error:
        print(
            f"{prog} {arguments.command}: {error.filename or ''}: {error.strerror or error}", file=sys.stderr
        )
    return 2


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = _Parser(prog=prog, description="Write the Python client of a service from its model.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (
        ("generate", "write clients; without MODEL, all that pyproject.toml lists"),
        ("check", "say which clients are stale, and why; writes nothing, and ends with status 1 if one is"),
    ):
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        command.add_argument("model", metavar="MODEL", nargs="?", help="path of a model, or botocore:NAME")
        command.add_argument("--out", metavar="DIR", help="directory that holds the package")
        command.add_argument("--package", metavar="NAME", help="the package's import name; may have dots")
        command.add_argument(
            "--format", choices=FORMATS, help="how MODEL is written; recognised from its content"
        )
        command.add_argument("--protocol", metavar="NAME", help="which, where the model lists several")
        for side in ("endpoint-rules", "paginators", "waiters"):
            command.add_argument(f"--{side}", metavar="FILE", help="beside a C2J model")
        command.add_argument("--extras", metavar="FILE", nargs="+", default=[], help="laid over a C2J model")
        command.add_argument("--tests", metavar="DIR", help="also write the package's tests there")
        command.add_argument("--docs", metavar="DIR", help="also write the reference page there")
        if name == "generate":
            command.add_argument(
                "--overwrite",
                action="store_true",
                help="also replace files that were changed by hand or are foreign",
            )
    return parser


def _clients(arguments: argparse.Namespace) -> list[project.Client]:
    if arguments.model is None:
        given = [f"--{name.replace('_', '-')}" for name in _WITH_MODEL if getattr(arguments, name)]
        if given:
            raise GenerationError(f"{given[0]} goes with a MODEL; name one, or leave both to pyproject.toml")
        return project.clients(Path.cwd())
    if not arguments.out or not arguments.package:
        raise GenerationError("a MODEL needs --out DIR and --package NAME")
    return [
        project.Client(
            arguments.model if arguments.model.startswith(SCHEME) else Path(arguments.model),
            arguments.package,
            Path(arguments.out),
            Path(arguments.tests) if arguments.tests else None,
            Path(arguments.docs) if arguments.docs else None,
        )
    ]


def _make(client: project.Client, arguments: argparse.Namespace) -> Package:
    model = client.model if isinstance(client.model, str) else _shown(client.model)
    sides = Sides(
        arguments.endpoint_rules, arguments.paginators, arguments.waiters, extras=tuple(arguments.extras)
    )
    loaded = load(model, format=arguments.format, protocol=arguments.protocol, sides=sides, warn=_warn)
    return package_of(loaded, client.package)


def _warn(line: str) -> None:
    print(f"warning: {line}", file=sys.stderr)


def _generate(made: list[tuple[project.Client, Package]], arguments: argparse.Namespace) -> int:
    for client, package in made:
        changed = package.write(client.out, client.tests, client.docs, overwrite=arguments.overwrite)
        did = "written" if changed else "up to date"
        print(f"{package.name}: {did}, {len(package.files)} files in {_shown(client.out)}")
    return 0


def _check(made: list[tuple[project.Client, Package]], arguments: argparse.Namespace) -> int:
    stale = 0
    for client, package in made:
        differences = package.differences(client.out, client.tests, client.docs)
        for difference in differences:
            print(f"{_shown(difference.path)}: {difference.reason}")
        if not differences:
            print(f"{package.name}: up to date")
        stale += bool(differences)
    if stale:
        print("run: heliograph generate")
    return 1 if stale else 0


def _shown(path: Path) -> Path:
    """A path as people write it: relative where that is shorter."""
    relative = Path(os.path.relpath(path))
    return relative if len(str(relative)) < len(str(path)) else path


if __name__ == "__main__":
    sys.exit(main())
