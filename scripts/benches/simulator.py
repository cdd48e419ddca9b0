"""How fast clusters are simulated, and how much memory that takes."""
import json
import os
import statistics
import subprocess
import sys

from benches.martlet import machine

# Name, title, limit, whether more is better.
ROWS = [
    ("core_events", "core alone, events/s on one core", 1_000_000, True),
    ("world_events", "the same with the world around it and all rules", 0, True),
    ("seeds_s", "10,000 seeds on all cores, s", 300, False),
    ("growth", "peak memory of 10,000 seeds, × that of 1,000", 1.2, False),
]
# A large cluster whose jobs keep it busy.
LARGE = ["--nodes", "100", "--tasks", "50000", "--faults", "none", "--seed", "11"]


def main(program, options, _):
    figures = {name: [] for name, *_ in ROWS}
    for run in range(options.runs):
        print(f"run {run + 1} of {options.runs}", file=sys.stderr)
        large, _ = fuzz(program, *LARGE, "--threads", "1", "--core")
        few, few_bytes = fuzz(program, "--seeds", "1000")
        many, many_bytes = fuzz(program, "--seeds", "10000")
        figures["core_events"].append(large["coreEventsPerSecond"])
        figures["world_events"].append(large["eventsPerSecond"])
        figures["seeds_s"].append(many["seconds"])
        figures["growth"].append(many_bytes / few_bytes)
        broken = [violation["seed"] for report in (few, many) for violation in report["violations"]]
        if broken:
            sys.exit(f"bench: seeds break rules: {broken}")
    results = {name: statistics.median(values) for name, values in figures.items()}
    if options.json:
        print(json.dumps({"machine": machine(), "figures": figures, "results": results}))
        return
    print(machine())
    print(f"{'medians of ' + str(options.runs):56}{'':>12}{'limit':>12}")
    for name, title, limit, more_is_better in ROWS:
        value = results[name]
        verdict = "" if not limit else "kept" if (value >= limit) == more_is_better else "MISSED"
        print(f"{title:56}{value:12,.2f}{limit or '':>12}  {verdict}")


def fuzz(program, *arguments):
    """The report, and the process's peak memory in bytes."""
    read, write = os.pipe()
    process = subprocess.Popen([program, "fuzz", "--json", *arguments], stdout=write)
    os.close(write)
    with os.fdopen(read) as output:
        text = output.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0 and not text:
        sys.exit(f"bench: martlet fuzz {' '.join(arguments)} failed")
    return json.loads(text), usage.ru_maxrss * 1024
