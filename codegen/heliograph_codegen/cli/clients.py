# SPDX-License-Identifier: Apache-2.0
"""Which clients a command is about: one that its arguments name, or all of the project."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from heliograph_codegen import project
from heliograph_codegen.cli import models
from heliograph_codegen.cli.progress import Progress
from heliograph_codegen.cli.terminal import shown
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.generate import Package, load, package_of

_WITH_MODEL = ("out", "package", "tests", "docs", "operations", *models.READING)
"""Arguments that say something of one MODEL."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add MODEL, how it is read, and where its client stands."""
    parser.add_argument("model", metavar="MODEL", nargs="?", help="path of a model, or botocore:NAME")
    parser.add_argument("--out", metavar="DIR", help="directory that holds the package")
    parser.add_argument("--package", metavar="NAME", help="the package's import name; may have dots")
    models.add_arguments(parser)
    models.add_operations(parser)
    parser.add_argument("--tests", metavar="DIR", help="also write the package's tests there")
    parser.add_argument("--docs", metavar="DIR", help="also write the reference page there")


def made(arguments: argparse.Namespace) -> Iterator[tuple[project.Client, Package]]:
    """The clients with their packages, made in memory one after the other.

    Raises:
        GenerationError: The arguments do not go together, or a model cannot become a client.
    """
    clients = _clients(arguments)
    with Progress(len(clients)) as progress:
        for client in clients:
            progress.step(client.package)
            package = _make(client, arguments, progress)
            progress.clear()
            yield client, package


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
            models.source(arguments.model),
            arguments.package,
            Path(arguments.out),
            Path(arguments.tests) if arguments.tests else None,
            Path(arguments.docs) if arguments.docs else None,
            arguments.operations,
        )
    ]


def _make(client: project.Client, arguments: argparse.Namespace, progress: Progress) -> Package:
    model = client.model if isinstance(client.model, str) else shown(client.model)
    loaded = load(
        model,
        format=arguments.format,
        service=arguments.service,
        protocol=arguments.protocol,
        sides=models.sides(arguments),
        operations=client.operations,
        warn=progress.warn,
    )
    return package_of(
        loaded,
        client.package,
        with_test=client.tests is not None,
        with_page=client.docs is not None,
    )
