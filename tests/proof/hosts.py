# SPDX-License-Identifier: Apache-2.0
"""Text that is no label of a host, and would lead to another one if it were taken for it."""

from __future__ import annotations

HOSTILE = [
    "x@attacker.com:443/#",
    "us-east-1@attacker.com",
    "attacker.com/",
    "attacker.com#",
    "attacker.com?",
    "us-east-1\n",
    "\nus-east-1",
    "us-east-1\r\nhost: attacker.com",
    "us-east-\u0661",
    "us-east-\uff11",
    "us-east-1\u3002attacker",
    "",
    "a" * 64,
    "-us-east-1",
    "us-east-1-",
    "us.east.1",
    "us/east",
    "us\\east",
    "us%2feast",
    "us%00east",
    "us-east-1\0",
    "[::1]",
    "us-east-1:80",
    "us-east-1?",
    "us-east-1#",
    "us-east-1\\evil",
    "us east",
    " us-east-1",
    "us-east-1\t",
    "us_east_1",
    "{Region}",
    "ús-east-1",
]
