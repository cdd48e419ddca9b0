"""Records through map, sort, shuffle and reduce on four workers, beside what one would use for the same without a cluster.

Every output is checked. Times are those of whole commands, from their start to their exit status.
"""
import contextlib
import glob
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time

from benches import peers as engines, shuffle
from benches.martlet import ROOT, Cluster, machine, run_peer
from benches.processes import below, parent, wait_until_quiet

NODES = 4
# Gigabytes, and by how much the time of one may differ from that of another size.
GROWTH, GROWTH_LIMIT = (0.1, 1, 4), 0.15
# How much more time many workers may take than two.
WORKERS, WORKERS_LIMIT = (1, 2, 4, 8), 0.10
PATTERN = "nonen"
# Of the peer's runner, by the work that they do too.
SPARK = {"wordcount": "wc_df", "terasort": "sort_df", "grep": "grep_df"}


class Work:
    """A job on `size` bytes and what else does the same: `ours` makes the arguments of a martlet command that leaves its
    output in a folder, `theirs` the other commands by their names, and `check` looks at a list of files with the output."""

    def __init__(self, name, title, size, ours, theirs, check, limit, memory=None):
        self.name, self.title, self.size, self.ours, self.theirs = name, title, size, ours, theirs
        self.check, self.limit, self.memory = check, limit, memory


def works(inputs):
    text, small, records = inputs.text, inputs.small_text, inputs.records
    words = inputs.tools["words"]
    python = [f"{ROOT}/examples/wordcount/{name}.py" for name in ("mapper", "reducer")]
    shell = ["bash", "-c"]
    return [
        Work("wordcount", "word count, native, 1 GB", 1e9,
             lambda out: ["example", "wordcount", text, out],
             engines.word_counters(text), inputs.check_counts, ("duckdb", 0.7), 350),
        Work("terasort", "sort of 10,000,000 records of 100 bytes", 1e9,
             lambda out: ["example", "terasort", records, out],
             {"GNU sort": lambda out: [*shell, f"LC_ALL=C sort --parallel=2 -S 4G -T {inputs.folder} -o {out} {records}"]},
             inputs.check_records, ("GNU sort", 0.55), 1300),
        Work("terasort-small-buffer", "the same, io.sort.mb=16, beside itself with the standard buffer", 1e9,
             lambda out: ["example", "terasort", "-D", "mapreduce.task.io.sort.mb=16", records, out],
             {"terasort": lambda out: [inputs.program, "example", "terasort", records, out]},
             inputs.check_records, ("terasort", 1.6)),
        Work("grep", f"grep {PATTERN}, 1 GB, with output", 1e9,
             lambda out: ["example", "grep", "--lines", text, out, PATTERN],
             {"GNU grep": lambda out: [*shell, f"LC_ALL=C grep -F {PATTERN} {text} > {out}"]},
             inputs.check_matches, ("GNU grep", 0.5)),
        Work("streaming-python", "streaming word count, Python, 100 MB", 1e8,
             lambda out: stream(small, out, "python3 mapper.py", "python3 reducer.py", python),
             {"pipe": lambda out: [
                 *shell, f"cat {small} | python3 {python[0]} | LC_ALL=C sort | python3 {python[1]} > {out}"]},
             inputs.check_small_counts, ("pipe", 0.45)),
        Work("streaming-c", "streaming word count, C, 1 GB", 1e9,
             lambda out: stream(text, out, "./words map", "./words reduce", [words], size=64_000_000, reduces=4),
             {"pipe": lambda out: [
                 *shell, f"cat {text} | {words} map | LC_ALL=C sort -T {inputs.folder} | {words} reduce > {out}"]},
             inputs.check_counts, ("pipe", 0.3)),
        Work("streaming-aggregate", "the same, the mapper for aggregate, which combines too", 1e9,
             lambda out: stream(text, out, "./words aggregate", "aggregate", [words], "-combiner", "aggregate",
                                size=500_100_000),
             {"pipe": lambda out: [
                 *shell, f"cat {text} | {words} map | LC_ALL=C sort -T {inputs.folder} | {words} reduce > {out}"]},
             inputs.check_counts, ("pipe", 0.1)),
    ]


def stream(text, out, mapper, reducer, files, *more, size=13_000_000, reduces=2):
    return ["stream", "--quiet", "-input", f"file://{text}", "-output", f"file://{out}", "-files", ",".join(files),
            "-mapper", mapper, "-reducer", reducer, *more, "-numReduceTasks", str(reduces),
            "-D", f"mapreduce.input.fileinputformat.split.maxsize={size}"]


def main(program, options, peers):
    figures = {}
    if wants(options, "shuffle"):
        figures["shuffle"] = shuffle.measure(options.runs)
    chosen = []
    if options.only != "shuffle":
        with Inputs(program) as inputs:
            chosen = [work for work in works(inputs) if wants(options, work.name)]
            if chosen:
                engines.install(peers)
            figures |= {work.name: measure(work, inputs, options.runs) for work in chosen}
            spark = measure_spark(peers, chosen, options.runs)
            if spark:
                figures["spark"] = spark
            if wants(options, "workers"):
                figures["workers"] = measure_workers(inputs, options.runs)
            if wants(options, "growth"):
                figures["growth"] = measure_growth(inputs, options.runs, peers)
    if options.json:
        print(json.dumps({"machine": machine(), "figures": figures}))
        return
    print(machine())
    if "shuffle" in figures:
        shuffle.show(figures["shuffle"])
    for work in chosen:
        show(work, figures[work.name])
        show_spark(figures.get("spark", {}).get(work.name), figures[work.name])
    if "workers" in figures:
        show_scaling(figures["workers"], f"1 GB by number of workers, seconds (at most {WORKERS_LIMIT:.0%} more than two take)",
                     base="2", per=lambda name: 1)
    if "growth" in figures:
        show_scaling(figures["growth"], f"by gigabytes, seconds for each (within {GROWTH_LIMIT:.0%} of one's)",
                     base="1", per=float)


def measure_spark(peers, chosen, runs):
    """What its standalone cluster of two workers says of the same work, by name; nothing where it is not installed."""
    jobs = [SPARK[work.name] for work in chosen if work.name in SPARK]
    runner = f"{peers}/bench/run_spark.py"
    if not peers or not jobs or not os.path.exists(runner):
        return {}
    # The first in a session is the cold one.
    command = [f"{peers}/venv/main/bin/python", runner, "cluster", "2", str(runs + 1), ",".join(jobs)]
    found = {figures["bench"]: figures for figures in run_peer(peers, command)}
    return {name: found[f"spark_{job}"] for name, job in SPARK.items() if f"spark_{job}" in found}


def show_spark(spark, figures):
    if spark:
        ours = statistics.median(figures["martlet"])
        print(f"  {'Spark, warm session':24}{spark['warm_min_s']:8.2f}{spark['warm_median_s']:8.2f}         s   martlet takes "
              f"{ours / spark['warm_median_s']:.2f} of it; from its start {spark['cold_total_s']:.1f} s")


def measure_workers(inputs, runs):
    """Seconds of word count and sort, by the number of workers: in turn, since machines have better minutes and worse."""
    figures = {name: {str(nodes): [] for nodes in WORKERS} for name in ("wordcount", "terasort")}
    with contextlib.ExitStack() as stack:
        clusters = {nodes: stack.enter_context(Cluster(inputs.program)) for nodes in WORKERS}
        for nodes, cluster in clusters.items():
            cluster.up_by_hand(nodes)
        for name, path, check in (("wordcount", inputs.text, inputs.check_counts),
                                  ("terasort", inputs.records, inputs.check_records)):
            for _ in range(runs):
                for nodes, cluster in clusters.items():
                    figures[name][str(nodes)] += run_example(cluster, inputs, name, path, check, 1)
    return figures


def bound(peers, name, runs, arguments):
    """What a program in C takes for the same in one process, with nothing shuffled, where it is installed: how much of a
    growth is the input's."""
    program = f"{peers}/bench/bin/{name}"
    if not peers or not os.path.exists(program):
        return []
    times = []
    for _ in range(runs):
        start = time.monotonic()
        subprocess.run([program, *arguments], check=True, capture_output=True)
        times.append(time.monotonic() - start)
    return times


def measure_growth(inputs, runs, peers):
    """The same, by the size of the input."""
    bounds = {"wordcount, bound in C": {}, "terasort, bound in C": {}}
    figures = {"wordcount": {}, "terasort": {}}
    with Cluster(inputs.program) as cluster:
        cluster.up_by_hand(NODES)
        for size in GROWTH:
            text, counts = inputs.make_text("grown", int(size * 1e9))
            figures["wordcount"][str(size)] = run_example(
                cluster, inputs, "wordcount", text, lambda files, counts=counts: inputs.compare_sorted(files, counts), runs)
            bounds["wordcount, bound in C"][str(size)] = bound(peers, "wc_bound", runs, [text, "2", inputs.out])
            inputs.clear()
            os.remove(text)
            records = f"{inputs.folder}/grown"
            subprocess.run([inputs.tools["inputs"], "records", str(int(size * 1e7)), records], check=True)
            total = inputs.summary([records], is_sorted=False)
            figures["terasort"][str(size)] = run_example(
                cluster, inputs, "terasort", records, lambda files, total=total: inputs.check_sum(files, total), runs)
            bounds["terasort, bound in C"][str(size)] = bound(peers, "sort_bound", runs, [records, inputs.out, "2"])
            inputs.clear()
            os.remove(records)
    return figures | {name: times for name, times in bounds.items() if all(times.values())}


def run_example(cluster, inputs, name, path, check, runs):
    work = Work(name, "", 0, None, {}, check, None)
    return [timed([inputs.program, "example", name, path, inputs.out], inputs, work, cluster.environment)
            for _ in range(runs)]


def show_scaling(figures, title, base, per):
    print(f"\n{title}")
    for name, by_size in figures.items():
        standard = statistics.median(by_size[base]) / per(base)
        cells = []
        for size, values in by_size.items():
            middle = statistics.median(values) / per(size)
            cells.append(f"{size}: {middle:.2f} ({middle / standard - 1:+.0%})")
        print(f"  {name:24}{'   '.join(cells)}")


def wants(options, name):
    return options.only is None or name in options.only.split(",")


def show(work, figures):
    print(f"\n{work.title}")
    ours = statistics.median(figures["martlet"])
    for name, values in figures.items():
        if not isinstance(values, list):
            continue
        middle = statistics.median(values)
        line = f"  {name:24}{min(values):8.2f}{middle:8.2f}{max(values):8.2f} s"
        if name != "martlet":
            line += f"   martlet takes {ours / middle:.2f} of it"
            if name == work.limit[0]:
                line += f" (limit {work.limit[1]})"
        print(line)
    job = figures["job"]
    print(f"  {job['maps']} splits of {work.size / job['maps'] / 1e6:.0f} MB, {job['reduces']} reduces, {NODES} workers with "
          f"{job['containers']} containers, sort buffer {sort_buffer(work)} MiB; memory (PSS) {figures['memory_mb']:.0f} MB"
          + (f" (limit {work.memory})" if work.memory else ""))


def sort_buffer(work):
    """MiB, the standard one unless the command says otherwise."""
    given = [word.partition("=")[2] for word in work.ours("") if word.startswith("mapreduce.task.io.sort.mb=")]
    return given[-1] if given else 100


def measure(work, inputs, runs):
    """Seconds of each, in turn, and what a run more takes of memory."""
    figures = {"martlet": [], **{name: [] for name in work.theirs}}
    with Cluster(inputs.program) as cluster:
        cluster.up_by_hand(NODES)
        containers = sum(node["containersAllowed"] for node in cluster.nodes())
        for _ in range(runs):
            figures["martlet"].append(timed([inputs.program, *work.ours(inputs.out)], inputs, work, cluster.environment))
            for name, command in work.theirs.items():
                figures[name].append(timed(command(inputs.out), inputs, work, cluster.environment))
        with Memory(cluster) as memory:
            timed([inputs.program, *work.ours(inputs.out)], inputs, work, cluster.environment)
        job = json.loads(cluster.run("jobs", "--json")[0])["jobs"][-1]
    figures["memory_mb"] = memory.peak / 1024
    figures["job"] = {"maps": job["maps"]["total"], "reduces": job["reduces"]["total"], "containers": containers}
    return figures


def timed(command, inputs, work, environment):
    inputs.clear()
    wait_until_quiet(5)
    start = time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    seconds = time.monotonic() - start
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(command)}: {done.stderr[-2000:]}")
    work.check(sorted(glob.glob(f"{inputs.out}/part-*")) or [inputs.out])
    return seconds


class Inputs:
    """What is counted, sorted and searched; gone afterwards."""

    def __init__(self, program):
        self.program = program
        self.folder = None

    def __enter__(self):
        self.cluster_folder = Cluster(self.program)
        self.folder = self.cluster_folder.folder
        self.out = f"{self.folder}/out"
        self.tools = {name: compile_tool(name, self.folder) for name in ("inputs", "words")}
        self.text, self.counts = self.make_text("text", 1_000_000_000)
        self.small_text, self.small_counts = self.make_text("small-text", 100_000_000)
        self.records = f"{self.folder}/records"
        subprocess.run([self.tools["inputs"], "records", "10000000", self.records], check=True)
        self.sum = self.summary([self.records], is_sorted=False)
        with open(f"{self.folder}/matches", "wb") as file:
            subprocess.run(["grep", "-F", PATTERN, self.text], stdout=file, env={"LC_ALL": "C", **os.environ}, check=True)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def make_text(self, name, size):
        text, counts = f"{self.folder}/{name}", f"{self.folder}/{name}-counts"
        subprocess.run([self.tools["inputs"], "text", str(size), text, counts], check=True)
        sort_lines([counts], counts)
        return text, counts

    def clear(self):
        if os.path.isdir(self.out):
            shutil.rmtree(self.out)
        elif os.path.exists(self.out):
            os.remove(self.out)

    def check_counts(self, files):
        self.compare_sorted(files, self.counts)

    def check_small_counts(self, files):
        self.compare_sorted(files, self.small_counts)

    def compare_sorted(self, files, expected):
        found = f"{self.folder}/found"
        sort_lines(files, found)
        same(found, expected, "the word counts differ")

    def check_matches(self, files):
        found = f"{self.folder}/found"
        with open(found, "wb") as file:
            subprocess.run(["cat", *files], stdout=file, check=True)
        same(found, f"{self.folder}/matches", "the lines found differ")

    def check_records(self, files):
        self.check_sum(files, self.sum)

    def check_sum(self, files, expected):
        found = self.summary(files, is_sorted=True)
        if found != expected:
            sys.exit(f"bench: the sorted records are (number, sum) {found}, not {expected}")

    def summary(self, files, is_sorted):
        done = subprocess.run([self.tools["inputs"], "check", *files], capture_output=True, text=True)
        if is_sorted and done.returncode != 0:
            sys.exit(f"bench: {files} are not sorted: {done.stdout} {done.stderr}")
        found = json.loads(done.stdout)
        return found["records"], found["sum"]


def sort_lines(files, output):
    subprocess.run(["sort", "-S", "1G", "-o", output, *files], env={**os.environ, "LC_ALL": "C"}, check=True)


def same(found, expected, problem):
    if subprocess.run(["cmp", found, expected], capture_output=True).returncode != 0:
        sys.exit(f"bench: {problem}: {found}")


def compile_tool(name, folder):
    compiler = shutil.which("clang") or "cc"
    subprocess.run([compiler, "-O3", "-o", f"{folder}/{name}", f"{ROOT}/scripts/benches/{name}.c", "-lm"], check=True)
    return f"{folder}/{name}"


class Memory:
    """The most that a cluster's processes have taken together while it was open, in kB; what they share counts once."""

    INTERVAL = 0.05

    def __init__(self, cluster):
        self.roots = [parent(cluster.node("master")["pid"]), *(node["pid"] for node in cluster.nodes())]
        self.peak = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def run(self):
        while not self.ended.wait(self.INTERVAL):
            processes = {pid for root in self.roots for pid in [root, *below(root)]}
            self.peak = max(self.peak, sum(map(self.share, processes)))

    @staticmethod
    def share(pid):
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                return next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        except (OSError, StopIteration):
            return 0
