"""One stream of map output from a worker's data loop to a reducer, over loopback, alone."""
import json
import shutil
import statistics
import subprocess
import tempfile

from benches.martlet import build

MEGABYTES = 1024
# GB/s into memory, at least.
LIMIT = 1.5


def measure(runs):
    """GB/s of each run: into memory and onto the disk."""
    tool = build("shuffle-speed")
    folder = tempfile.mkdtemp(prefix="martlet-bench-")
    try:
        done = subprocess.run([tool, folder, "--megabytes", str(MEGABYTES), "--runs", str(runs)], check=True,
                              capture_output=True, text=True)
    finally:
        shutil.rmtree(folder)
    return json.loads(done.stdout)


def show(figures):
    print(f"\nshuffle, one stream, GB/s over {MEGABYTES} MiB (limit {LIMIT} into memory)")
    for place, values in figures.items():
        print(f"  {place:24}{min(values):8.2f}{statistics.median(values):8.2f}{max(values):8.2f}")
