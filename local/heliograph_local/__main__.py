# SPDX-License-Identifier: Apache-2.0
"""``heliograph-local``: the local service on the command line, until it is interrupted.

Once everything answers, one line for each address goes to standard output (or a single line of JSON). It
ends with status 0 on SIGINT or SIGTERM, and with 2 and one line on standard error where an option or a port
cannot be used.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from heliograph.errors import ConfigError
from heliograph_local.channels import Channel
from heliograph_local.credentials import EXAMPLE_CREDENTIALS, LocalCredentials
from heliograph_local.service import LocalService

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

PROGRAM = "heliograph-local"


class OptionParser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """End with status 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until interrupted; returns the exit status."""
    options = parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    try:
        asyncio.run(run(service(options), as_json=options.json))
    except ConfigError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    """The options."""
    options = OptionParser(
        prog=PROGRAM,
        allow_abbrev=False,
        description="A Kinesis Video signaling service on localhost: GetIceServerConfig and "
        "SendAlexaOfferToMaster, with verified signatures. It starts no TURN server.",
    )
    known = EXAMPLE_CREDENTIALS
    add = options.add_argument
    add("--region", default="us-west-2", help="the region it stands for (%(default)s)")
    add(
        "--channel",
        action="append",
        metavar="NAME",
        dest="channels",
        help="a channel to serve; repeatable (demo)",
    )
    add(
        "--no-master",
        action="append",
        metavar="NAME",
        dest="masterless",
        default=[],
        help="a channel of these that no master is connected to; repeatable",
    )
    add("--host", default="127.0.0.1", help="a loopback address, as a number (%(default)s)")
    add(
        "--port",
        type=int,
        default=0,
        help="port of the control plane; 0 lets the system choose (%(default)s)",
    )
    add("--access-key", default=known.access_key, help="the access key id it knows (%(default)s)")
    add("--secret-key", default=known.secret_key, help="the secret access key it knows (%(default)s)")
    add("--session-token", help="the session token its clients must send (none)")
    add("--no-verify", action="store_true", help="let every request in, signed or not")
    add("--json", action="store_true", help="print one line of JSON instead of text")
    return options


def service(options: argparse.Namespace) -> LocalService:
    """The service the options ask for; ConfigError where they cannot be met."""
    names: list[str] = options.channels or ["demo"]
    unknown = [name for name in options.masterless if name not in names]
    if unknown:
        raise ConfigError(f"--no-master {unknown[0]}: there is no such --channel")
    channels = [Channel(name, master=None) if name in options.masterless else Channel(name) for name in names]
    return LocalService(
        channels,
        region=options.region,
        credentials=LocalCredentials(options.access_key, options.secret_key, options.session_token),
        host=options.host,
        port=options.port,
        verify=not options.no_verify,
    )


async def run(local: LocalService, *, as_json: bool) -> None:
    """Serve until SIGINT or SIGTERM."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stopping.set)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    async with local:
        print(as_one_line(local) if as_json else as_text(local), flush=True)
        await stopping.wait()


def as_text(local: LocalService) -> str:
    """A line for each address."""
    channels = [f"channel {each.name} {each.endpoint} {each.arn}" for each in local.channels.values()]
    return "\n".join([f"control {local.control_url}", *channels])


def as_one_line(local: LocalService) -> str:
    """The same as JSON."""
    channels = [
        {"name": each.name, "arn": each.arn, "endpoint": each.endpoint} for each in local.channels.values()
    ]
    return json.dumps({"control_url": local.control_url, "region": local.region, "channels": channels})


if __name__ == "__main__":
    sys.exit(main())
