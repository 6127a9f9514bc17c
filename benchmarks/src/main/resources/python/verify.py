"""Prints the CPU time that python-tuf needs to verify a repository's metadata in memory, in nanoseconds.

Arguments: the folder, and the number of runs, of which the fastest counts.
"""

import pathlib
import sys
import time

from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient.config import EnvelopeType

folder = pathlib.Path(sys.argv[1])
root, timestamp, snapshot, targets = (
    (folder / name).read_bytes()
    for name in ("1.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json")
)


def verify():
    trusted = TrustedMetadataSet(root, EnvelopeType.METADATA)
    trusted.update_timestamp(timestamp)
    trusted.update_snapshot(snapshot)
    trusted.update_targets(targets)


times = []
for _ in range(int(sys.argv[2])):
    start = time.process_time_ns()
    verify()
    times.append(time.process_time_ns() - start)
print(min(times))
