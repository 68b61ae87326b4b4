# SPDX-License-Identifier: Apache-2.0
"""Who may import whom, and that the list of what generated packages may use is one list."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import heliograph.generated
from heliograph_codegen.generate import API
from heliograph_codegen.pyview.codec import RUNTIME_NAMES

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "codegen": ["heliograph_codegen"],
    "runtime": ["heliograph"],
    "generated": ["kinesis_video_signaling"],
    "local": ["heliograph_local"],
}
"""The packages of each layer, by its folder."""
OURS = {package: layer for layer, packages in PACKAGES.items() for package in packages}
MAY_IMPORT = {
    "codegen": {"codegen"},
    "runtime": {"runtime"},
    "generated": {"generated", "runtime"},
    "local": {"local", "generated", "runtime"},
}
HTTP_LIBRARIES = {"httpx", "httpcore"}
EXECUTES = {"eval", "exec", "compile", "__import__"}
UNSAFE_MODULES = {"code", "codeop", "dill", "marshal", "pickle", "runpy", "shelve", "yaml"}


class Import(NamedTuple):
    """One imported module, as seen from where the import stands."""

    file: Path
    module: str
    level: int
    names: frozenset[str]
    typing_only: bool

    @property
    def place(self) -> str:
        return f"{self.file.relative_to(ROOT)} imports {'.' * self.level}{self.module}"

    @property
    def top(self) -> str:
        return "" if self.level else self.module.partition(".")[0]


def is_typing_check(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def imports_in(file: Path, node: ast.AST, typing_only: bool = False) -> list[Import]:
    if isinstance(node, ast.Import):
        return [Import(file, alias.name, 0, frozenset(), typing_only) for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        names = frozenset(alias.name for alias in node.names)
        return [Import(file, node.module or "", node.level, names, typing_only)]
    found: list[Import] = []
    if isinstance(node, ast.If) and is_typing_check(node.test):
        for inner in node.body:
            found += imports_in(file, inner, typing_only=True)
        for inner in node.orelse:
            found += imports_in(file, inner, typing_only)
        return found
    for child in ast.iter_child_nodes(node):
        found += imports_in(file, child, typing_only)
    return found


def files_of(layer: str) -> list[Path]:
    return [file for package in PACKAGES[layer] for file in sorted((ROOT / layer / package).rglob("*.py"))]


def imports_of(layer: str) -> list[Import]:
    return [found for file in files_of(layer) for found in imports_in(file, ast.parse(file.read_bytes()))]


@pytest.mark.parametrize("layer", PACKAGES)
def test_the_scan_sees_the_layer(layer: str) -> None:
    assert len(imports_of(layer)) > 10
    there = {
        entry.name
        for entry in (ROOT / layer).iterdir()
        if entry.is_dir() and not entry.name.startswith((".", "__"))
    }
    assert there == set(PACKAGES[layer]), "a package in this layer that the table above does not know"


@pytest.mark.parametrize("layer", PACKAGES)
def test_a_layer_imports_only_what_it_may(layer: str) -> None:
    wrong = [
        found.place
        for found in imports_of(layer)
        if found.top in OURS and OURS[found.top] not in MAY_IMPORT[layer]
    ]
    assert wrong == []


def test_the_runtime_names_other_layers_only_where_the_command_starts_them() -> None:
    others = set(OURS) - {"heliograph"}
    named = {
        file.name
        for file in files_of("runtime")
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value.partition(":")[0].partition(".")[0] in others
    }
    assert named == {"__main__.py"}


def test_generated_packages_import_one_module_of_the_runtime() -> None:
    wrong = [
        found.place
        for found in imports_of("generated")
        if not found.level
        and found.module not in ("__future__", "heliograph.generated")
        and not (found.typing_only and found.top in sys.stdlib_module_names)
    ]
    assert wrong == []


SERVICES = ROOT / "runtime/heliograph/_services"


def test_the_services_of_the_chain_are_generated_packages_like_others() -> None:
    files = [file for file in SERVICES.rglob("*.py") if file.parent != SERVICES]
    assert len(files) > 20
    wrong = [
        found.place
        for file in files
        for found in imports_in(file, ast.parse(file.read_bytes()))
        if not found.level
        and found.module not in ("__future__", "heliograph.generated")
        and not (found.typing_only and found.top in sys.stdlib_module_names)
    ]
    assert wrong == []


def test_they_are_imported_inside_the_providers_that_call_them_alone() -> None:
    others = [file for file in files_of("runtime") if SERVICES not in file.parents]
    users = {
        file.relative_to(ROOT / "runtime/heliograph").as_posix()
        for file in others
        for found in imports_in(file, ast.parse(file.read_bytes()))
        if "_services" in found.module
    }
    at_top = {
        found.place
        for file in others
        for node in ast.parse(file.read_bytes()).body
        if not isinstance(node, ast.FunctionDef | ast.ClassDef)
        for found in imports_in(file, node)
        if "_services" in found.module
    }
    assert users == {"credentials/login.py", "credentials/roles.py", "credentials/sso.py"}
    assert at_top == set()


def test_generated_packages_take_only_listed_names() -> None:
    listed = {name for name, _ in declared(ROOT / "runtime/heliograph/generated.py")} | {"exports", "require"}
    taken = {
        name
        for found in imports_of("generated")
        if found.module == "heliograph.generated"
        for name in found.names
    }
    assert taken
    assert taken <= listed


def test_one_module_knows_httpx_and_two_its_engine() -> None:
    users = {
        found.file.relative_to(ROOT).as_posix()
        for layer in PACKAGES
        for found in imports_of(layer)
        if found.top in HTTP_LIBRARIES
    }
    assert users == {f"runtime/heliograph/{name}.py" for name in ("transport", "exchange", "given_transport")}


def test_the_runtime_executes_no_text_and_unpickles_nothing() -> None:
    wrong = [found.place for found in imports_of("runtime") if found.top in UNSAFE_MODULES]
    wrong += [
        f"{file.name}:{node.lineno} uses {node.id}"
        for file in files_of("runtime")
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.Name) and node.id in EXECUTES
    ]
    assert wrong == []


def test_no_second_copy_of_a_generated_package_is_loaded() -> None:
    """From the repository's root, ``generated.x`` would import as one; ``isinstance`` would then fail."""
    copies = [
        name for name in sys.modules if name == "generated" or name.startswith(("generated.", "runtime."))
    ]
    assert copies == []


# --- what a lazy module declares


def declared(file: Path) -> set[tuple[str, str]]:
    """Name and module of what a lazy package shows to type checkers."""
    block = typing_block(file)
    return {
        (alias.asname or alias.name, "." * node.level + (node.module or ""))
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def served(file: Path) -> set[tuple[str, str]]:
    """Name and module of what it loads at run time."""
    call = next(
        node
        for statement in typing_block(file).orelse
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "exports"
    )
    options = {option.arg: ast.literal_eval(option.value) for option in call.keywords if option.arg != "into"}
    modules: dict[str, tuple[str, ...]] = ast.literal_eval(call.args[1])
    homes = {name: f".{module}" for module, names in modules.items() for name in names}
    homes |= dict.fromkeys(options.get("shared", ()), "heliograph.generated")
    homes |= dict.fromkeys(options.get("submodules", ()), ".")
    homes |= {alias: homes[name] for alias, name in options.get("aliases", {}).items()}
    return set(homes.items())


def typing_block(file: Path) -> ast.If:
    return next(
        node
        for node in ast.parse(file.read_bytes()).body
        if isinstance(node, ast.If) and is_typing_check(node.test)
    )


LAZY = {
    "heliograph": "runtime/heliograph/__init__.py",
    "heliograph.credentials": "runtime/heliograph/credentials/__init__.py",
    "heliograph.generated": "runtime/heliograph/generated.py",
    "kinesis_video_signaling": "generated/kinesis_video_signaling/__init__.py",
}


@pytest.mark.parametrize("module", LAZY)
def test_checkers_and_the_interpreter_see_the_same_names(module: str) -> None:
    assert declared(ROOT / LAZY[module]) == served(ROOT / LAZY[module])


@pytest.mark.parametrize("module", LAZY)
def test_every_declared_name_exists(module: str) -> None:
    loaded = importlib.import_module(module)
    names = {name for name, _ in declared(ROOT / LAZY[module])}
    assert {name for name in names if not hasattr(loaded, name)} == set()
    assert names <= set(dir(loaded))
    public = getattr(loaded, "__all__", None)
    if public is not None:
        assert set(public) - {"__version__"} == names


@pytest.mark.parametrize("module", LAZY)
def test_a_misspelt_name_is_an_attribute_error_that_names_the_module(module: str) -> None:
    loaded = importlib.import_module(module)
    with pytest.raises(AttributeError, match=rf"^module '{module}' has no attribute 'Clinet'$"):
        loaded.Clinet  # noqa: B018 - reading it is the test


# --- the contract between generator and runtime


def test_the_runtime_has_every_name_that_generated_code_uses() -> None:
    listed = {name for name, _ in declared(ROOT / "runtime/heliograph/generated.py")}
    assert listed >= RUNTIME_NAMES


def test_generator_and_runtime_are_of_one_api() -> None:
    assert API == heliograph.generated.API


@pytest.mark.parametrize(("offset", "mend"), [(-1, "heliograph<{}"), (1, "heliograph>={}")], ids=str)
def test_a_package_made_for_another_api_says_so_when_it_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offset: int, mend: str
) -> None:
    made_for = heliograph.generated.API + offset
    text = (ROOT / LAZY["kinesis_video_signaling"]).read_text()
    assert f"require({heliograph.generated.API}, __name__)" in text
    package = tmp_path / "made_elsewhen"
    package.mkdir()
    (package / "__init__.py").write_text(
        text.replace(f"require({heliograph.generated.API},", f"require({made_for},")
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ImportError) as caught:
        importlib.import_module("made_elsewhen")
    message = str(caught.value)
    assert message.startswith(f"made_elsewhen was made for API {made_for} of heliograph.generated")
    assert message.endswith(
        "regenerate it, or install " + mend.format(made_for + 1 if offset < 0 else made_for)
    )
    assert "\n" not in message
    assert "made_elsewhen" not in sys.modules
