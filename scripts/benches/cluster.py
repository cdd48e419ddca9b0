"""Start, a tiny job, idle memory, how soon a killed worker is noticed, and what a task and a streaming job cost."""
import json
import os
import signal
import statistics
import sys
import time

from benches.martlet import Cluster, machine, run_peer
from benches import throughput

ROWS = [
    ("up_ms", "start of 1 + 4 processes, ms", 100),
    ("one_line_job_ms", "one-line job, command to exit, ms", 60),
    ("open_client_job_ms", "the same, its submission to its end, ms", 10),
    ("idle_rss_mb", "idle memory of the largest process, MB", 12),
    ("kill_noticed_ms", "SIGKILL until a subscriber knows, ms", 2),
]


def main(program, options, peers):
    figures = measure(program, options.runs)
    peer = spark(peers, options.runs) if peers else None
    if options.json:
        print(json.dumps({"machine": machine(), "figures": figures, "spark": peer}))
        return
    print(machine())
    print(f"{'':44}{'min':>8}{'median':>8}{'max':>8}{'limit':>8}")
    for name, title, limit in ROWS + throughput.ROWS:
        values = figures[name]
        row = (min(values), statistics.median(values), max(values))
        print(f"{title:44}" + "".join(f"{value:8.1f}" for value in row) + f"{limit:>8}")
    if peer:
        start = peer["start"]
        ready = start["ready_s"] * 1000
        print(f"Spark standalone, 1 + 4: ready in {ready:.0f} ms ({ready / statistics.median(figures['up_ms']):.0f} ×), "
              f"idle {max([start['rss_master_mb'], *start['rss_workers_mb']]):.0f} MB a process")
    if peer and "job" in peer:
        ours = statistics.median(figures["one_line_job_ms"])
        cold, warm = peer["job"]["cold_total_s"] * 1000, peer["job"]["warm_median_s"] * 1000
        print(f"Spark, tiny word count on 4 workers: {cold:.0f} ms cold ({cold / ours:.0f} ×), "
              f"{warm:.0f} ms in an open session ({warm / ours:.0f} ×)")


def measure(program, runs):
    figures = {"up_ms": start_times(program, runs), "idle_rss_mb": idle_memory(program, runs)}
    with Cluster(program) as cluster:
        cluster.up()
        figures["one_line_job_ms"], figures["open_client_job_ms"] = job_times(cluster, runs)
        figures["kill_noticed_ms"] = notice_times(cluster, max(runs, 20))
    figures |= throughput.measure(program, runs)
    return figures


def resident_megabytes(pid):
    with open(f"/proc/{pid}/status") as status:
        kilobytes = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    return kilobytes / 1024


def start_times(program, runs):
    times = []
    for _ in range(runs):
        with Cluster(program) as cluster:
            times.append(cluster.up())
    return times


def job_times(cluster, runs):
    with open(cluster.folder + "/line", "w") as file:
        file.write("the quick brown fox jumps over the lazy dog the end\n")
    commands, jobs = [], []
    for run in range(runs + 5):
        output = f"file://{cluster.folder}/out{run}"
        arguments = ["-input", f"file://{cluster.folder}/line", "-output", output]
        arguments += ["-mapper", "/bin/cat", "-reducer", "/bin/cat"]
        job, milliseconds = cluster.run("stream", "--quiet", "--json", *arguments)
        commands.append(milliseconds)
        jobs.append(json.loads(job)["elapsed"] * 1000)
    # The first ones are the workers' first, too.
    return commands[5:], jobs[5:]


def idle_memory(program, runs):
    """Of the largest process of a cluster that has nothing to do."""
    largest = []
    for _ in range(runs):
        with Cluster(program) as cluster:
            cluster.up()
            largest.append(max(resident_megabytes(node["pid"]) for node in cluster.nodes()))
    return largest


def notice_times(cluster, runs):
    """Milliseconds from SIGKILL until a subscriber has been told that the node is lost."""
    watch = cluster.start("watch")
    times = []
    try:
        for _ in range(runs):
            # A start is a change, so that the watcher is known to follow before the next kill.
            cluster.run("kill", "task-1")
            cluster.run("start", "task-1")
            for line in watch.stdout:
                if "task-1" in line and "joined" in line:
                    break
            victim = cluster.node("task-1")
            start = time.monotonic()
            os.kill(victim["pid"], signal.SIGKILL)
            for line in watch.stdout:
                if "task-1 is lost" in line:
                    break
            times.append((time.monotonic() - start) * 1000)
            cluster.run("start", "task-1")
            for line in watch.stdout:
                if "task-1" in line and "joined" in line:
                    break
    finally:
        watch.kill()
        watch.wait()
    return times


def spark(peers, runs):
    """Spark's standalone cluster of the same shape, from its own runner."""
    python = f"{peers}/venv/main/bin/python"
    runner = f"{peers}/bench/spark_cluster.py"
    if not (os.path.exists(python) and os.path.exists(runner)):
        sys.exit(f"bench: {peers} has no venv/main/bin/python or bench/spark_cluster.py")
    figures = {"start": run_peer(peers, [python, runner, "time", "4"])[-1]}
    # A tiny word count with output: a session's first job, and the ones after it.
    if os.path.exists(f"{peers}/bench/java/bench.jar"):
        command = [python, f"{peers}/bench/run_spark.py", "cluster", "4", str(runs), "tinywc", "--nocheck"]
        figures["job"] = run_peer(peers, command)[-1]
    return figures
