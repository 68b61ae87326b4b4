# SPDX-License-Identifier: Apache-2.0
"""Where keys come from: the client's argument, the environment, the profile, a container's or a machine's role.

Names are loaded when they are first used.
"""

from __future__ import annotations

from .._lazy import exports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .chain import Chain as Chain
    from .container import Container as Container
    from .context import Context as Context
    from .environment import Environment as Environment
    from .instance import Instance as Instance
    from .login import Login as Login
    from .process import Process as Process
    from .profile import Profile as Profile
    from .provider import Cached as Cached
    from .provider import Provider as Provider
    from .resolving import resolve as resolve
    from .resolving import resolve_async as resolve_async
    from .roles import AssumeRole as AssumeRole
    from .roles import WebIdentity as WebIdentity
    from .sso import Sso as Sso
    from .sso import SsoToken as SsoToken
    from .types import ANONYMOUS as ANONYMOUS
    from .types import Credentials as Credentials
    from .types import Secret as Secret
else:
    __getattr__, __dir__ = exports(
        __name__,
        {
            "chain": ("Chain",),
            "container": ("Container",),
            "context": ("Context",),
            "environment": ("Environment",),
            "instance": ("Instance",),
            "login": ("Login",),
            "process": ("Process",),
            "profile": ("Profile",),
            "provider": ("Cached", "Provider"),
            "resolving": ("resolve", "resolve_async"),
            "roles": ("AssumeRole", "WebIdentity"),
            "sso": ("Sso", "SsoToken"),
            "types": ("ANONYMOUS", "Credentials", "Secret"),
        },
    )

__all__ = [
    "ANONYMOUS",
    "AssumeRole",
    "Cached",
    "Chain",
    "Container",
    "Context",
    "Credentials",
    "Environment",
    "Instance",
    "Login",
    "Process",
    "Profile",
    "Provider",
    "Secret",
    "Sso",
    "SsoToken",
    "WebIdentity",
    "resolve",
    "resolve_async",
]
