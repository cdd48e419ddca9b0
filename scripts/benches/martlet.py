"""A cluster to measure, and the peer's runner."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def build(product="martlet"):
    built = subprocess.run([ROOT + "/scripts/build", product], capture_output=True, text=True)
    if built.returncode != 0:
        sys.exit(built.stderr)
    return built.stdout.strip().splitlines()[-1]


def compile_shim(name, folder):
    """What LD_PRELOAD may name afterwards."""
    library = f"{folder}/{name}.so"
    compiler = shutil.which("clang") or "cc"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, f"{ROOT}/scripts/shims/{name}.c"], check=True)
    return library


class Cluster:
    """A cluster of four workers in a folder of its own, which is gone afterwards."""

    def __init__(self, program):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="martlet-bench-")
        self.environment = dict(os.environ, MARTLET_HOME=self.folder + "/home")
        self.workers = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run([self.program, "down"], env=self.environment, capture_output=True)
        # Those by hand are told to end, and not waited for.
        for worker in self.workers:
            try:
                worker.wait(10)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
        shutil.rmtree(self.folder)

    def run(self, *arguments):
        """The command's output and its time in milliseconds."""
        start = time.monotonic()
        done = subprocess.run([self.program, *arguments], env=self.environment, capture_output=True, text=True)
        milliseconds = (time.monotonic() - start) * 1000
        if done.returncode != 0:
            sys.exit(f"bench: martlet {' '.join(arguments)}: {done.stderr}")
        return done.stdout, milliseconds

    def start(self, *arguments):
        """A command that runs on beside."""
        return subprocess.Popen(
            [self.program, *arguments], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def up(self, *arguments):
        return self.run("up", "--core", "2", "--task", "2", *arguments)[1]

    def up_by_hand(self, nodes):
        """Workers of one container each, which no instance type models; returns their processes."""
        self.run("up", "--core", "0", "--task", "0")
        coordinator = json.loads(self.run("status", "--json")[0])["coordinator"]["address"]
        for number in range(1, nodes + 1):
            name = f"core-{number}"
            self.workers.append(subprocess.Popen(
                [self.program, "worker", "--coordinator", coordinator, "--role", "core", "--instance-type", "m1.medium",
                 "--containers", "1", "--name", name, "--data", f"{self.folder}/{name}",
                 "--secret-file", f"{self.folder}/home/clusters/default/secret"],
                env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True))
        while sum(node["state"] == "running" for node in self.nodes()) < nodes + 1:
            time.sleep(0.01)
        return self.workers

    def nodes(self):
        return json.loads(self.run("nodes", "--json")[0])["nodes"]

    def node(self, name):
        return next(node for node in self.nodes() if node["name"] == name)


class Changes:
    """While it is open, what changes in a cluster: when it was heard, and the sentence."""

    def __init__(self, cluster):
        self.heard = []
        self.watch = cluster.start("watch")
        # From here on nothing is missed.
        assert self.watch.stdout.readline() == "following\n"
        self.thread = threading.Thread(target=self.follow)
        self.thread.start()

    def follow(self):
        for line in self.watch.stdout:
            self.heard.append((time.monotonic(), line.rstrip("\n").split("  ", 1)[1]))

    def __enter__(self):
        return self.heard

    def __exit__(self, *_):
        self.watch.kill()
        self.watch.wait()
        self.thread.join()


def run_peer(peers, command):
    """The lines of JSON that the peer's runner printed."""
    environment = dict(os.environ, PEERS=peers)
    done = subprocess.run(command, env=environment, cwd=f"{peers}/bench", capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(command)}: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def machine():
    with open("/proc/cpuinfo") as cpus:
        model = next((line.split(":")[1].strip() for line in cpus if line.startswith("model name")), "unknown CPU")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{os.cpu_count()} × {model}, {memory:.0f} GiB, Linux {os.uname().release}"
