# SPDX-License-Identifier: Apache-2.0
"""Copies between regions: the region copied to asks the other one with a presigned URL, which the caller makes.

Amazon EC2 ("CopySnapshot"), Amazon RDS, Neptune and DocumentDB ("PreSignedUrl" of CopyDBClusterSnapshot and its like).
"""

from __future__ import annotations

from ..call import build, presign_request
from ..http import Request
from . import Customisation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..core import Core
    from ..effects import Effects
    from ..operation import OperationInfo

_SOURCE = "SourceRegion"
_DESTINATION = "DestinationRegion"
_ENDS_AFTER = 3600
"""Seconds."""


def _ec2_copy(
    core: Core, operation: OperationInfo[Any], members: Mapping[str, Any]
) -> Effects[Mapping[str, Any]]:
    if members.get(_SOURCE) is None or members.get("PresignedUrl") is not None:
        return members
    asked = {**members, _DESTINATION: members.get(_DESTINATION) or (yield from _region_of(core))}
    url = yield from _url_for(core, operation, asked, members[_SOURCE])
    return {**asked, "PresignedUrl": url}


def _rds_copy(
    core: Core, operation: OperationInfo[Any], members: Mapping[str, Any]
) -> Effects[Mapping[str, Any]]:
    if members.get(_SOURCE) is None:
        return members
    asked = {name: value for name, value in members.items() if name != _SOURCE}  # no service knows it
    if asked.get("PreSignedUrl") is not None:
        return asked
    more = f"&{_DESTINATION}={yield from _region_of(core)}"
    url = yield from _url_for(core, operation, asked, members[_SOURCE], more)
    return {**asked, "PreSignedUrl": url}


def _region_of(core: Core) -> Effects[str]:
    if not core.auth:
        yield from core.prepare()
    return core.region or ""


def _url_for(
    core: Core, operation: OperationInfo[Any], members: Mapping[str, Any], region: str, more: str = ""
) -> Effects[str]:
    """The URL that makes the same call in another region; ``more`` stands in its query besides."""
    there = core.changed({"region": region, "endpoint_url": None})
    request = build(there, operation, members)
    body: Any = request.body
    form = Request("GET", request.path, query=body.decode("ascii") + more)
    return (yield from presign_request(there, operation, form, members, _ENDS_AFTER)).url


ec2_copy = Customisation("ec2-copy", prepare=_ec2_copy)
rds_copy = Customisation("rds-copy", prepare=_rds_copy)
