# SPDX-License-Identifier: Apache-2.0
"""Names of a package that are imported when they are first used (PEP 562)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def exports(
    package: str,
    modules: Mapping[str, tuple[str, ...]],
    *,
    submodules: tuple[str, ...] = (),
    aliases: Mapping[str, str] | None = None,
    shared: tuple[str, ...] = (),
    into: str = "",
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """The ``__getattr__`` and ``__dir__`` of a package whose names live in the given modules.

    Arguments:
        package: the package's ``__name__``.
        modules: for each submodule, relative and dotted, the names taken from it.
        submodules: submodules that are attributes themselves.
        aliases: further names for some of these.
        shared: names taken from ``heliograph.generated``.
        into: the module whose names these are, where it is not the package itself.
    """
    homes = {name: ("heliograph.generated", name) for name in shared}
    homes |= {name: (f"{package}.{name}", "") for name in submodules}
    for module, held in modules.items():
        homes |= {name: (f"{package}.{module}", name) for name in held}
    homes |= {alias: homes[name] for alias, name in (aliases or {}).items()}

    def load(name: str) -> object:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {into or package!r} has no attribute {name!r}")
        from importlib import import_module
        from sys import modules as loaded

        module: object = import_module(home[0])
        value: object = getattr(module, home[1]) if home[1] else module
        setattr(loaded[into or package], name, value)  # so that the next use does not come here
        return value

    def names() -> list[str]:
        return sorted(homes)

    return load, names
