"""What a killed, a stopped and a slow worker, one of four, cost a job that sorts: so much more than the job without a fault.

Runs without and with the fault alternate, each on a new cluster; every output is checked. A run beside which others used
more than a quarter of a CPU is done again.
"""
import contextlib
import dataclasses
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from benches import processes, records
from benches.attempts import Attempts
from benches.martlet import Changes, Cluster, machine, run_peer

NODES = 4
VICTIM = "core-2"
REDUCERS = 8
SPLIT = 32 << 20
# CPUs that others may use beside a run; beyond that it is done again so often.
FOREIGN = 0.25
REPEATS = 3
HEARTBEAT_TIMEOUT = 2.0
NO_BACKUPS = ["-D", "mapreduce.map.speculative=false", "-D", "mapreduce.reduce.speculative=false"]


@dataclasses.dataclass
class Fault:
    name: str
    title: str
    # What it does, and at which part of the undisturbed job's time.
    deed: str
    at: float = 0.0
    properties: list = dataclasses.field(default_factory=list)
    # Of ft_spark.py.
    spark: list = dataclasses.field(default_factory=list)

    def limit(self, plain, waste):
        """Seconds that the disturbed job may take: plain without the fault, waste the CPU seconds done again; None for any."""
        repeated = waste / os.cpu_count()
        if self.deed == "kill":
            return 1.05 * (plain + repeated)
        if self.deed == "freeze":
            return plain + HEARTBEAT_TIMEOUT + 0.5 + repeated
        return None if self.properties else 1.3 * plain


FAULTS = [
    Fault("kill50", "SIGKILL of a worker at 50 %", "kill", 0.5, spark=["kill", "0.5"]),
    Fault("kill80", "SIGKILL of a worker at 80 %", "kill", 0.8, spark=["kill", "0.8"]),
    Fault("stop", "a node stopped at 40 %", "freeze", 0.4, spark=["stopspec", "0.4"]),
    Fault("slow", "a node 5 times slower", "slow"),
    Fault("slow-alone", "the same without backup tasks", "slow", properties=NO_BACKUPS),
]


class Bench:
    def __init__(self, program, megabytes, folder):
        self.program = program
        self.folder = folder
        self.input = folder + "/records"
        start = time.monotonic()
        records.make(self.input, megabytes * 10_000)
        say(f"made {megabytes} MB in {time.monotonic() - start:.1f} s")
        self.expected = records.summary([self.input])

    def clean_run(self, fault=None, after=0.0):
        """The least disturbed of a few tries."""
        tries = []
        for _ in range(REPEATS):
            processes.wait_until_quiet(20)
            run = self.run(fault, after)
            # Beside a busy undisturbed run the moment was put too late.
            if run["seconds"] < after:
                after *= 0.9
                continue
            tries.append(run)
            if run["foreign"] <= FOREIGN:
                break
        if not tries:
            sys.exit(f"bench: the jobs were over before {fault.title}: sort more megabytes")
        if len(tries) > 1:
            say("others used {} CPUs beside the tries".format(", ".join(f"{run['foreign']:.2f}" for run in tries)))
        return min(tries, key=lambda run: run["foreign"])

    def run(self, fault, after):
        """One job, and what is to happen to it after so many seconds."""
        output = self.folder + "/output"
        with Cluster(self.program) as cluster:
            workers = cluster.up_by_hand(NODES)
            cpu = processes.OwnTime(cluster, workers)
            deed = Deed(cluster, fault, cpu)
            busy = processes.busy_seconds()
            with Changes(cluster) as changes, deed.lasting:
                start = time.monotonic()
                job = cluster.start(*self.command(output, fault))
                deed.do(start + after, job)
                _, error = job.communicate()
                seconds = time.monotonic() - start
                own = cpu.seconds()
                foreign = (processes.busy_seconds() - busy - own) / seconds
                deed.undo()
            cluster.run("down")
            for worker in workers:
                worker.wait()
            if job.returncode != 0:
                sys.exit(f"bench: the job failed: {error}")
        try:
            records.check(output, REDUCERS, self.expected)
        except ValueError as error:
            sys.exit(f"bench: {error}")
        shutil.rmtree(output)
        run = {"seconds": seconds, "cpu": own, "foreign": max(0.0, foreign)}
        return run | Attempts(changes).figures(deed.time, own)

    def command(self, output, fault):
        return [
            "stream", "--quiet", "-D", f"mapreduce.input.fileinputformat.split.maxsize={SPLIT}",
            *(fault.properties if fault else []), "-numReduceTasks", str(REDUCERS),
            "-input", f"file://{self.input}", "-output", f"file://{output}", "-mapper", "/bin/cat", "-reducer", "/bin/cat",
        ]


class Deed:
    """A fault as it is done to a cluster."""

    def __init__(self, cluster, fault, cpu):
        self.cluster = cluster
        self.name = fault.deed if fault else None
        self.victim = cluster.node(VICTIM)["pid"]
        self.cpu = cpu
        self.time = None
        self.lasting = processes.Slowed(self.victim) if self.name == "slow" else contextlib.nullcontext()

    def do(self, when, job):
        if self.name not in ("kill", "freeze"):
            return
        try:
            job.wait(max(0.0, when - time.monotonic()))
            return
        except subprocess.TimeoutExpired:
            self.time = time.monotonic()
        if self.name == "kill":
            self.cpu.lost += processes.cpu_seconds(processes.below(self.victim))
            os.kill(self.victim, signal.SIGKILL)
        else:
            self.cluster.run("freeze", VICTIM)

    def undo(self):
        if self.name == "freeze":
            self.cluster.run("thaw", VICTIM)


def measure(bench, fault, runs):
    plain, disturbed = [], []
    for _ in range(runs):
        plain.append(bench.clean_run())
        disturbed.append(bench.clean_run(fault, fault.at * median(plain, "seconds")))
        say(f"{fault.name}: {plain[-1]['seconds']:.2f} s, then {disturbed[-1]['seconds']:.2f} s")
    undisturbed = median(plain, "seconds")
    waste = [median(disturbed, "repeated"), max(0.0, median(disturbed, "cpu") - median(plain, "cpu"))]
    return {
        "fault": fault.name, "plain": plain, "disturbed": disturbed, "plain_s": undisturbed,
        "disturbed_s": median(disturbed, "seconds"), "repeated_cpu_s": waste,
        "limit_s": fault.limit(undisturbed, min(waste)),
    }


def median(runs, name):
    return statistics.median(run[name] for run in runs)


def say(text):
    print(text, file=sys.stderr)


def is_possible(bench, fault):
    """Whether this version knows the fault's properties."""
    if not fault.properties:
        return True
    with Cluster(bench.program) as cluster:
        cluster.up()
        with open(cluster.folder + "/line", "w") as file:
            file.write("a\n")
        job = cluster.start(
            "stream", "--quiet", *fault.properties, "-input", f"file://{cluster.folder}/line", "-output",
            f"file://{cluster.folder}/out", "-mapper", "/bin/cat", "-reducer", "/bin/cat")
        job.communicate()
        return job.returncode == 0


def spark(peers, fault, megabytes):
    """Spark's standalone cluster of four workers sorting as much, in a warm session; None where that cannot be."""
    job = {1000: "sort_df", 100: "sort_df_100m"}.get(megabytes)
    data = f"{peers}/data/" + {1000: "rec1g.dat", 100: "rec100m.dat"}.get(megabytes, "")
    if not peers or not fault.spark or not job or not os.path.exists(data):
        return None
    scenario, part = fault.spark
    command = [f"{peers}/venv/main/bin/python", f"{peers}/bench/ft_spark.py", scenario, "1", job, part]
    found = run_peer(peers, command)[-1]
    return {"plain_s": found["undisturbed_s"][-1], "disturbed_s": found["disturbed_s"], "foreign": found["foreign"]}


def main(program, options, peers):
    folder = tempfile.mkdtemp(prefix="martlet-bench-")
    results = []
    try:
        bench = Bench(program, options.megabytes, folder)
        for fault in FAULTS:
            if options.only in (None, fault.name) and is_possible(bench, fault):
                result = measure(bench, fault, options.runs)
                results.append(result | {"spark": spark(peers, fault, options.megabytes)})
    finally:
        shutil.rmtree(folder)
    if options.json:
        print(json.dumps({"machine": machine(), "megabytes": options.megabytes, "faults": results}))
        return
    print(machine())
    print(f"{options.megabytes} MB sorted on 4 nodes of 1 container, seconds; medians of {options.runs}")
    print(f"{'':32}{'without':>9}{'with':>8}{'limit':>8}  {'':8}{'repeated':>14}{'others':>8}  Spark without, with")
    for result in results:
        print(row(result))
        for run in result["disturbed"]:
            print("    " + story(run))


def row(result):
    title = next(fault.title for fault in FAULTS if fault.name == result["fault"])
    limit = result["limit_s"]
    verdict = "" if limit is None else "kept" if result["disturbed_s"] <= limit else "MISSED"
    repeated = "{:.1f}, {:.1f}".format(*result["repeated_cpu_s"])
    foreign = max(run["foreign"] for run in result["plain"] + result["disturbed"])
    text = f"{title:32}{result['plain_s']:9.2f}{result['disturbed_s']:8.2f}"
    text += f"{limit:8.2f}  {verdict:8}" if limit else f"{'-':>8}  {'':8}"
    text += f"{repeated:>14}{foreign:8.2f}  "
    peer = result["spark"]
    if not peer:
        return text + "-"
    if not peer["disturbed_s"]:
        return text + f"{peer['plain_s']:.1f}, no end"
    return text + f"{peer['plain_s']:.1f}, {peer['disturbed_s']:.1f} ({peer['disturbed_s'] / result['disturbed_s']:.1f} ×)"


def story(run):
    """What happened after the fault."""
    parts = [f"{run['seconds']:.2f} s"]
    for name in ("noticed", "relaunched"):
        if run[name] is not None:
            parts.append(f"{name} after {run[name] * 1000:.0f} ms")
    parts.append(f"{run['lost']} attempts lost, {run['killed']} killed, {run['failed']} failed, {run['remade']} map outputs "
                 f"made again, {run['backups']} backups; containers busy {run['busy'] * 100:.0f} %")
    return "; ".join(parts)
