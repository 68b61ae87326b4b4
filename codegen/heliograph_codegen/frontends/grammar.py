# SPDX-License-Identifier: Apache-2.0
"""What names and texts may look like, whichever front-end reads them.

Published models are looser than people's: members may be called ``x-amz-meta``, ``dc.title`` or ``$id``, and shapes may
begin with a lower-case letter or with underscores.
"""

from __future__ import annotations

import re
from typing import Final

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
"""Operations, shapes and the names of enumeration values."""

MEMBER: Final = re.compile(r"[A-Za-z0-9_$@][A-Za-z0-9_$@.:-]*", re.ASCII)
PARAM: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
"""Parameters of endpoint rules."""

SERVICE_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*( [A-Za-z0-9]+)*", re.ASCII)
VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
SIGNING: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
HOST: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.ASCII)
URL: Final = re.compile(r"https://[A-Za-z0-9.-]+(/[A-Za-z0-9._~!$&()*+,;=:@/?#%-]*)?", re.ASCII)
NAMESPACE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~!$&()*+,;=:@/?#%-]+", re.ASCII)
XML_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*(:[A-Za-z_][A-Za-z0-9_.-]*)?", re.ASCII)
XML_PREFIX: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*", re.ASCII)
HEADER: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)
QUERY: Final = re.compile(r"[A-Za-z0-9._~!$'()*,;:@/\[\]-]+", re.ASCII)
TOKEN: Final = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
"""Checksum algorithms and content encodings."""

MEDIA_TYPE: Final = re.compile(
    r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+( ?; ?[A-Za-z0-9!#$&^_.+-]+=[A-Za-z0-9!#$&^_.+-]+)*",
    re.ASCII,
)
"""A media type as in ``Content-Type``, with parameters that need no quotes."""

PATH: Final = re.compile(r"[ -~]*[!-~]")
"""JMESPath expressions; what they say is checked where they are compiled."""

HEADER_VALUE: Final = re.compile(r"[!-~]([ -~]*[!-~])?", re.ASCII)
WIRE: Final = re.compile(r"[!-~]([ -~]*[!-~])?", re.ASCII)
METHODS: Final = ("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS")
