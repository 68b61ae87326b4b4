# SPDX-License-Identifier: Apache-2.0
"""Everything that is run here, by name. ``nox`` alone runs the quick set; ``nox --list`` names the rest."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nox

nox.needs_version = ">=2026.10"
nox.options.sessions = ["lint", "types", "tests", "once", "check"]
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = False  # they are skipped by name, in CI too

PYTHONS = ["3.11", "3.12", "3.13"]
SHORT = tuple(f"--ignore=tests/{each}" for each in ("conformance", "corpus", "hostile", "servers"))
"""What has sessions of its own."""
PROJECT = nox.project.load_toml("pyproject.toml")
BUILDS = (*PROJECT["build-system"]["requires"], "editables")


def install(session: nox.Session, *names: str) -> None:
    """Install into the session's own environment: files that have the hashes of hashes.txt, and no others."""
    session.install("--quiet", "--constraint", "hashes.txt", *names)


def install_project(session: nox.Session, *extras: str, also: tuple[str, ...] = ()) -> None:
    """Install what the project needs, and then itself, from here: pip takes no folder where it wants hashes."""
    install(session, *BUILDS, *needed(extras), *also)
    session.install("--quiet", "--no-deps", "--no-build-isolation", "--editable", ".")


def needed(extras: tuple[str, ...]) -> list[str]:
    """What the project and these extras of it require of others."""
    found: list[str] = [*PROJECT["project"]["dependencies"]]
    for extra in extras:
        for requirement in PROJECT["project"]["optional-dependencies"][extra]:
            own = re.fullmatch(r"heliograph\[(.+)\]", requirement)
            found += needed(tuple(own[1].split(","))) if own else [requirement]
    return found


def pytest(session: nox.Session, *arguments: str, env: dict[str, str] | None = None) -> None:
    session.run("python", "-m", "pytest", "-q", "--numprocesses=auto", *arguments, *session.posargs, env=env)


def with_botocore_sdist(session: nox.Session) -> dict[str, str]:
    """Where botocore's own cases are: what the environment says, else fetched once at the pinned version."""
    name = "HELIOGRAPH_BOTOCORE_SDIST"
    if os.environ.get(name):
        return {name: os.environ[name]}
    cache = Path(session.cache_dir, "botocore-sdist")
    folder = session.run("python", "tools/botocore_sdist.py", str(cache), silent=True, stderr=None)
    assert isinstance(folder, str)
    return {name: folder.strip()}


@nox.session
def lint(session: nox.Session) -> None:
    """Style of everything, generated code included."""
    install(session, "ruff")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Both type checkers, strict, over what ships: mypy and pyright."""
    install_project(session, "dev")
    session.run("mypy")
    session.run("pyright")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """All tests but the long ones."""
    install_project(session, "dev")
    pytest(session, *SHORT, "-m", "not once")


@nox.session
def once(session: nox.Session) -> None:
    """Long tests that are the same on each Python."""
    install_project(session, "dev")
    pytest(session, *SHORT, "-m", "once")


@nox.session
def coverage(session: nox.Session) -> None:
    """How much of the runtime and the generator the tests run through."""
    install_project(session, "dev")
    session.run("coverage", "run", "-m", "pytest", "-q", *SHORT, *session.posargs)
    session.run("coverage", "report", "--skip-covered", "--skip-empty")


@nox.session
def generated(session: nox.Session) -> None:
    """The tests that were generated with the clients."""
    install_project(session, "dev")
    pytest(session, "tests/generated")


@nox.session
def cases(session: nox.Session) -> None:
    """One small model for each feature: generate, import, call."""
    install_project(session, "dev")
    pytest(session, "tests/cases")


@nox.session
def hostile(session: nox.Session) -> None:
    """Hostile text in every place of a model."""
    install_project(session, "dev")
    pytest(session, "tests/hostile", "-m", "not exhaustive")


@nox.session
def exhaustive(session: nox.Session) -> None:
    """Every payload in every place of every hostile model: half an hour."""
    install_project(session, "dev")
    pytest(session, "tests/hostile", "-m", "exhaustive")


@nox.session
def conformance(session: nox.Session) -> None:
    """Published cases: botocore's, and those of HELIOGRAPH_SUITES where it is set, and a word where it is not."""
    install_project(session, "dev")
    pytest(session, "tests/conformance", "-rs", env=with_botocore_sdist(session))


@nox.session
def corpus(session: nox.Session) -> None:
    """Everything botocore knows: models read, clients made, checked and called beside botocore; `-- --help`."""
    install_project(session, "dev")
    if not session.posargs:
        environment = with_botocore_sdist(session)
        session.run(
            "python", "-m", "pytest", "-q", "--numprocesses=auto", "tests/corpus", "-rs", env=environment
        )
    session.run("python", "tools/corpus", *session.posargs)


@nox.session
def servers(session: nox.Session) -> None:
    """Clients made by the README's command, against a server that speaks AWS's protocols and that nobody here wrote."""
    install_project(session, "dev", "servers")
    pytest(session, "tests/servers")


@nox.session
def determinism(session: nox.Session) -> None:
    """The same bytes, whatever the hash seed, the key order, the folder, the locale and the Python."""
    install_project(session, "dev")
    pytest(session, "tests/unit/test_determinism.py", "-rs")


@nox.session
def soak(session: nox.Session) -> None:
    """Ten thousand calls and a hundred clients: memory and descriptors stay where they are."""
    install_project(session)
    session.run("python", "tools/soak.py", *session.posargs)


@nox.session
def differential(session: nox.Session) -> None:
    """Ten thousand random requests of each kind, each signed here and by botocore."""
    install_project(session, "dev")
    pytest(session, "tests/unit/test_sigv4_differential.py", env={"HELIOGRAPH_EXAMPLES": "10000"})


@nox.session
def mutants(session: nox.Session) -> None:
    """Small changes of signing, retries, clocks and credentials, one at a time: do the tests notice?"""
    install_project(session, "dev")
    session.run("python", "tools/mutants", *session.posargs)


@nox.session
def generate(session: nox.Session) -> None:
    """Write the clients that pyproject.toml lists."""
    install_project(session, "codegen")
    session.run("heliograph", "generate", *session.posargs)


@nox.session
def check(session: nox.Session) -> None:
    """Say whether the clients are what their models make, and why not."""
    install_project(session, "codegen")
    session.run("heliograph", "check")


@nox.session
def demo(session: nox.Session) -> None:
    """The whole job on this machine: regenerate, serve, call."""
    install_project(session, "codegen", "local")
    session.run("python", "examples/demo.py")


@nox.session
def build(session: nox.Session) -> None:
    """Wheel and sdist, twice the same; the wheel in an empty environment imports and calls."""
    install(session, "build", "hatchling")
    session.run("python", "tools/build.py", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Time against boto3, aiobotocore, capo and hand-written httpx."""
    install_project(session, also=("trustme",))
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session
def constraints(session: nox.Session) -> None:
    """Write constraints.txt and hashes.txt anew, from the newest versions that the extras allow."""
    tools = ("build", "editables", "hatchling", "pip", "uv")
    session.install("--quiet", "--upgrade", "-e", ".[dev,servers]", *tools)
    frozen = session.run(
        "python", "-m", "pip", "freeze", "--exclude-editable", "--exclude", "uv", silent=True
    )
    assert isinstance(frozen, str)
    with open("constraints.txt", "w", encoding="utf-8") as file:
        file.write("# Versions that the sessions use; `nox -s constraints` writes them anew.\n" + frozen)
    hashed(session)


@nox.session(default=False)
def hashes(session: nox.Session) -> None:
    """Write hashes.txt anew, for the versions of constraints.txt."""
    session.install("--quiet", "uv")
    hashed(session)


def hashed(session: nox.Session) -> None:
    """Write the hashes of every file of each version, for any system and Python; where they lie is not written."""
    command = "uv pip compile --quiet --no-deps --no-header --no-annotate --generate-hashes --output-file hashes.txt"
    session.run(*command.split(), "constraints.txt")
