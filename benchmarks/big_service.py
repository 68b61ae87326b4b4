# SPDX-License-Identifier: Apache-2.0
"""The first call of a client of a big service, next to boto3's: CPU time and peak memory of whole processes.

    python benchmarks/big_service.py [--rounds N]

Makes the client of EC2 of botocore's model in a temporary folder and lets Python write its bytecode. Then it runs both
sides in turn, each in processes of their own: import, construct, one ``DescribeRegions`` that is answered without a
network. Needs ``heliograph[codegen]``, boto3, and a Unix system.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER = (
    '<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>'
    "<regionInfo><item><regionName>eu-west-1</regionName></item></regionInfo></DescribeRegionsResponse>"
)

OURS = f"""
import httpx, big_ec2
transport = httpx.MockTransport(lambda request: httpx.Response(200, content={ANSWER!r}))
client = big_ec2.Client(region="eu-west-1", transport=transport)
assert client.describe_regions().regions[0].region_name == "eu-west-1"
"""

BOTO3 = f"""
import io, boto3
from botocore.awsrequest import AWSResponse
class Raw(io.BytesIO):
    def stream(self, *arguments, **keywords):
        yield self.read()
client = boto3.session.Session(region_name="eu-west-1").client("ec2")
answer = lambda request, **keywords: AWSResponse(request.url, 200, {{}}, Raw({ANSWER.encode()!r}))
client.meta.events.register("before-send.ec2.*", answer)
assert client.describe_regions()["Regions"][0]["RegionName"] == "eu-west-1"
"""


def main() -> None:
    """Measure, and print medians and their ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        made = ["botocore:ec2", "--out", f"{folder}/src", "--package", "big_ec2"]
        subprocess.run(
            [sys.executable, "-m", "heliograph", "generate", *made], check=True, stdout=subprocess.DEVNULL
        )
        environment = dict(_environment(Path(folder)))
        for program in (OURS, BOTO3):  # writes the bytecode
            _measured(program, environment)
        pairs = [(_measured(OURS, environment), _measured(BOTO3, environment)) for _ in range(rounds)]
    for at, what in enumerate(("CPU, ms", "peak memory, MiB")):
        ours, boto3 = (statistics.median(pair[side][at] for pair in pairs) for side in (0, 1))
        ratio = statistics.median(pair[0][at] / pair[1][at] for pair in pairs)
        print(f"{what:17} heliograph {ours:6.0f}   boto3 {boto3:6.0f}   ratio {ratio:.2f}")


def _environment(folder: Path) -> Iterator[tuple[str, str]]:
    """What a process needs, and nothing that would find settings of this machine."""
    yield "PATH", os.environ["PATH"]
    yield "PYTHONPATH", str(folder / "src")
    yield "PYTHONPYCACHEPREFIX", str(folder / "bytecode")
    yield "AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"
    yield "AWS_SECRET_ACCESS_KEY", "example"
    yield "AWS_CONFIG_FILE", str(folder / "none")
    yield "AWS_SHARED_CREDENTIALS_FILE", str(folder / "none")


def _measured(program: str, environment: dict[str, str]) -> tuple[float, float]:
    """Milliseconds of CPU time, user and system, and the most MiB resident, of one process."""
    process = subprocess.Popen([sys.executable, "-c", program], env=environment, cwd="/")
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"a process ended with status {process.returncode}")
    return (used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
