"""One stream of map output from a worker's data loop to a reducer, over loopback, alone."""
import json
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time

from benches.martlet import build

MEGABYTES = 1024
# GB/s into memory, at least.
LIMIT = 1.5
CHUNK = 256 << 10


def measure(runs):
    """GB/s of each run: into memory and onto the disk."""
    tool = build("shuffle-speed")
    folder = tempfile.mkdtemp(prefix="martlet-bench-")
    try:
        done = subprocess.run([tool, folder, "--megabytes", str(MEGABYTES), "--runs", str(runs)], check=True,
                              capture_output=True, text=True)
    finally:
        shutil.rmtree(folder)
    return {"bytes alone, no shuffle": [loopback() for _ in range(runs)], **json.loads(done.stdout)}


def loopback():
    """GB/s of a stream of bytes over loopback that nobody looks at: what the host can do."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        child = os.fork()
        if child == 0:
            try:
                send(server.getsockname())
            finally:
                os._exit(0)
        stream, _ = server.accept()
        with stream:
            buffer = bytearray(CHUNK)
            begin = time.monotonic()
            while stream.recv_into(buffer) > 0:
                pass
            seconds = time.monotonic() - begin
        os.waitpid(child, 0)
    return (MEGABYTES << 20) / seconds / 1e9


def send(address):
    with socket.create_connection(address) as stream:
        chunk = bytes(CHUNK)
        for _ in range((MEGABYTES << 20) // CHUNK):
            stream.sendall(chunk)


def show(figures):
    print(f"\nshuffle, one stream, GB/s over {MEGABYTES} MiB (limit {LIMIT} into memory)")
    for place, values in figures.items():
        print(f"  {place:24}{min(values):8.2f}{statistics.median(values):8.2f}{max(values):8.2f}")
