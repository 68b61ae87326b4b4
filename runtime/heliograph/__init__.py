# SPDX-License-Identifier: Apache-2.0
"""What every client heliograph writes stands on: calls, signing, credentials, retries, transports, errors.

Names are loaded when they are first used, so importing this package costs next to nothing.
"""

from __future__ import annotations

from ._lazy import exports
from ._version import __version__ as __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .body import AsyncStreamingBody as AsyncStreamingBody
    from .body import StreamingBody as StreamingBody
    from .credentials.types import ANONYMOUS as ANONYMOUS
    from .credentials.types import Credentials as Credentials
    from .errors import ConfigError as ConfigError
    from .errors import ConnectError as ConnectError
    from .errors import CredentialsError as CredentialsError
    from .errors import DeadlineError as DeadlineError
    from .errors import EndpointError as EndpointError
    from .errors import HeliographError as HeliographError
    from .errors import ParamError as ParamError
    from .errors import ResponseError as ResponseError
    from .errors import ServiceError as ServiceError
    from .errors import TimeoutError as TimeoutError
    from .errors import TLSError as TLSError
    from .errors import TransportError as TransportError
    from .errors import WaiterError as WaiterError
    from .settings import Timeout as Timeout
    from .structure import ResponseInfo as ResponseInfo
else:
    __getattr__, __dir__ = exports(
        __name__,
        {
            "body": ("AsyncStreamingBody", "StreamingBody"),
            "credentials.types": ("ANONYMOUS", "Credentials"),
            "errors": (
                "ConfigError",
                "ConnectError",
                "CredentialsError",
                "DeadlineError",
                "EndpointError",
                "HeliographError",
                "ParamError",
                "ResponseError",
                "ServiceError",
                "TLSError",
                "TimeoutError",
                "TransportError",
                "WaiterError",
            ),
            "settings": ("Timeout",),
            "structure": ("ResponseInfo",),
        },
    )

__all__ = [
    "ANONYMOUS",
    "AsyncStreamingBody",
    "ConfigError",
    "ConnectError",
    "Credentials",
    "CredentialsError",
    "DeadlineError",
    "EndpointError",
    "HeliographError",
    "ParamError",
    "ResponseError",
    "ResponseInfo",
    "ServiceError",
    "StreamingBody",
    "TLSError",
    "Timeout",
    "TimeoutError",
    "TransportError",
    "WaiterError",
    "__version__",
]
