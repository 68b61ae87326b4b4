# SPDX-License-Identifier: Apache-2.0
"""The command ``heliograph``: finds the part that a subcommand belongs to, and runs it."""

from __future__ import annotations

import sys
from importlib import import_module

_COMMANDS = {
    "generate": ("heliograph_codegen.cli:main", "codegen", "write clients from models"),
    "check": ("heliograph_codegen.cli:main", "codegen", "say which clients are stale, and why"),
    "convert": ("heliograph_codegen.cli:main", "codegen", "write models in YAML"),
    "diff": ("heliograph_codegen.cli:main", "codegen", "say what a change of a model means"),
    "list": ("heliograph_codegen.cli:main", "codegen", "say which services there are models of"),
    "describe": ("heliograph_codegen.cli:main", "codegen", "say what a service offers"),
    "local": ("heliograph_local.__main__:main", "local", "serve Kinesis Video signaling on this machine"),
}
"""Subcommand: where its function is, the extra that brings it, what it does."""


_INTERRUPTED = 130
"""What a shell says of a program that ended by Ctrl-C."""


def main(argv: list[str] | None = None) -> int:
    """Run a subcommand; the exit status is its own, and 2 where it does not exist or its extra is missing."""
    arguments = sys.argv[1:] if argv is None else argv
    command = arguments[0] if arguments else "--help"
    if command in ("--help", "-h"):
        print("usage: heliograph COMMAND ...\n")
        for name, (_, _, text) in _COMMANDS.items():
            print(f"  {name:10}{text}")
        return 0
    if command == "--version":
        from . import __version__

        print(f"heliograph {__version__}")
        return 0
    if command not in _COMMANDS:
        return _refuse(f"no command {command!r}; there are {', '.join(_COMMANDS)}")
    place, extra, _ = _COMMANDS[command]
    module, _, function = place.partition(":")
    try:
        run = getattr(import_module(module), function)
    except ModuleNotFoundError as error:
        return _refuse(f"{command} needs {error.name}; run: pip install 'heliograph[{extra}]'")
    try:
        status: int = run(arguments if extra == "codegen" else arguments[1:])
    except KeyboardInterrupt:
        print(f"heliograph {command}: interrupted", file=sys.stderr)
        return _INTERRUPTED
    return status


def _refuse(reason: str) -> int:
    print(f"heliograph: {reason}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
