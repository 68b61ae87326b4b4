# SPDX-License-Identifier: Apache-2.0
"""The generator's commands: each is a module of this package with ``add_arguments`` and ``run``.

Exit status 0 means done; 1 that a check found something; 2 an error, in one line on standard error. A
command's module is imported when the command is given, so that quick ones stay quick.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn, Protocol, cast

from heliograph_codegen.errors import GenerationError

COMMANDS = {
    "generate": "write clients; without MODEL, all that pyproject.toml lists",
    "check": "say which clients are stale, and why; writes nothing, and ends with status 1 if one is",
    "convert": "write a model in the YAML dialect, whatever it is written in",
    "diff": "say what a change of a model means to callers and to the wire",
    "list": "say which services botocore has a model of",
    "describe": "say what a service offers, and how an operation is called",
}
"""What each command does; its name is also that of its module."""


_INTERRUPTED = 130
_UNREAD = 141
"""What a shell says of a program that ended by SIGINT, and by SIGPIPE."""


class _Command(Protocol):
    """The module of a command."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Say what the command takes."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; returns the exit status."""
        ...


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
    given = sys.argv[1:] if argv is None else argv
    name = next((word for word in given if not word.startswith("-")), "")
    if name not in COMMANDS:
        _parser(prog).parse_args(given)  # says what there is, and ends
        return 2
    command = cast(_Command, import_module(f"{__name__}.{name}"))
    arguments = _parser(prog, name, command).parse_args(given)
    try:
        status = command.run(arguments)
        sys.stdout.flush()
        return status
    except GenerationError as error:
        print(f"{prog} {name}: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"{prog} {name}: interrupted", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:  # whoever read the output has enough, such as head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _UNREAD
    except OSError as error:
        print(f"{prog} {name}: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
    return 2


def _parser(prog: str, given: str = "", command: _Command | None = None) -> argparse.ArgumentParser:
    """All commands by name, with the arguments of the given one."""
    parser = _Parser(prog=prog, description="Write the Python client of a service from its model.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        one = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        if command is not None and name == given:
            command.add_arguments(one)
    return parser
