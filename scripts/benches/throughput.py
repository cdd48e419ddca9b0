"""What a task costs that does nothing, alone and among a million, and a streaming job beside a pipe of the same programs."""
import itertools
import json
import os
import random
import subprocess
import time

from benches.martlet import ROOT, Cluster

ROWS = [
    ("tasks_per_s", "10,000 empty tasks, a second", ">20000"),
    ("million_tasks_per_s", "1,000,000 empty tasks, a second", ">15000"),
    ("million_tasks_mb", "the same, coordinator's peak memory, MB", 400),
    ("million_listed_s", "the same, tasks --json, s", ""),
    ("million_listed_mb", "the same, coordinator's peak then, MB", 400),
    ("word_count_s", "Python word count of 100 MB, s", ""),
    ("pipe_s", "cat | mapper | sort | reducer, s", ""),
    ("word_count_of_pipe", "the first as a part of the second", 0.5),
]

MEGABYTES = 100


def measure(program, runs):
    figures = {}
    with Cluster(program) as cluster:
        cluster.run("up", "--core", "0", "--task", "4", "--instance-type", "m5.xlarge")
        figures["tasks_per_s"] = [empty_tasks(cluster, 10_000) for _ in range(runs + 1)][1:]
        figures["million_tasks_per_s"] = [empty_tasks(cluster, 1_000_000)]
        figures["million_tasks_mb"] = [peak(cluster)]
        figures["million_listed_s"] = [listed(cluster)]
        figures["million_listed_mb"] = [peak(cluster)]
    with Cluster(program) as cluster:
        # One container for each of two cores.
        cluster.up_by_hand(os.cpu_count())
        text = make_text(cluster.folder)
        times = [(word_count(cluster, text, run), pipe(cluster, text)) for run in range(runs)]
    figures["word_count_s"] = [ours for ours, _ in times]
    figures["pipe_s"] = [theirs for _, theirs in times]
    figures["word_count_of_pipe"] = [ours / theirs for ours, theirs in times]
    return figures


def empty_tasks(cluster, count):
    """Map tasks that read nothing and write nothing: a second, from the job's submission to its end."""
    path = f"{cluster.folder}/bytes"
    with open(path, "wb") as file:
        file.write(b"\n" * count)
    job = json.loads(cluster.run(
        "stream", "--quiet", "--json", "-input", f"file://{path}", "-outputformat", "NullOutputFormat",
        "-numReduceTasks", "0", "-mapper", "builtin:none", "-D", "mapreduce.input.fileinputformat.split.maxsize=1")[0])
    assert job["maps"]["done"] == count
    return count / job["elapsed"]


def peak(cluster):
    """In MB."""
    with open(f"/proc/{cluster.node('master')['pid']}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def listed(cluster):
    """Seconds until the tasks of the last job have been told."""
    job = json.loads(cluster.run("jobs", "--json")[0])["jobs"][-1]["id"]
    start = time.monotonic()
    tasks = cluster.start("tasks", job, "--json")
    lines = sum(1 for _ in tasks.stdout)
    tasks.wait()
    assert lines > 1_000_000
    return time.monotonic() - start


def make_text(folder):
    """Lines of words whose frequencies follow Zipf's law, the same each time."""
    path = f"{folder}/text"
    generator = random.Random(42)
    words = ["".join(generator.choices("etaoinshrdlu", k=generator.randint(2, 9))) for _ in range(50_000)]
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))
    block = []
    while sum(map(len, block)) < 10_000_000:
        block += [" ".join(generator.choices(words, cum_weights=weights, k=12)) + "\n" for _ in range(20_000)]
    with open(path, "w") as file:
        written = 0
        for line in itertools.cycle(block):
            written += file.write(line)
            if written >= MEGABYTES * 1_000_000:
                break
    return path


PROGRAMS = [f"{ROOT}/examples/wordcount/{name}.py" for name in ("mapper", "reducer")]


def word_count(cluster, text, run):
    mapper, reducer = PROGRAMS
    start = time.monotonic()
    cluster.run(
        "stream", "--quiet", "-input", f"file://{text}", "-output", f"file://{cluster.folder}/words-{run}",
        "-files", f"{mapper},{reducer}", "-mapper", "python3 mapper.py", "-reducer", "python3 reducer.py",
        "-numReduceTasks", "2", "-D", "mapreduce.input.fileinputformat.split.maxsize=13000000")
    return time.monotonic() - start


def pipe(cluster, text):
    mapper, reducer = PROGRAMS
    result = f"{cluster.folder}/piped"
    start = time.monotonic()
    subprocess.run(
        f"cat {text} | python3 {mapper} | LC_ALL=C sort | python3 {reducer} > {result}", shell=True, check=True)
    seconds = time.monotonic() - start
    compare(cluster, result)
    return seconds


def compare(cluster, result):
    """Every word with its number is in both, wherever it stands."""
    parts = sorted(name for name in os.listdir(f"{cluster.folder}/words-0") if name.startswith("part-"))
    ours = sorted(line for part in parts for line in open(f"{cluster.folder}/words-0/{part}"))
    assert ours == sorted(open(result)), "the word counts differ"
