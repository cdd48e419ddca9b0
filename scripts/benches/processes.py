"""What /proc tells of processes and of the CPU time that they and others used."""
import os
import signal
import threading
import time

TICKS = os.sysconf("SC_CLK_TCK")


def stat(pid):
    """The fields behind the name; empty when the process has ended."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read()
    except OSError:
        return []
    return text[text.rindex(b")") + 2:].split()


def parent(pid):
    return int(stat(pid)[1])


def below(pid):
    """All that descends from a process, without it."""
    found, todo = [], [pid]
    while todo:
        process = todo.pop()
        try:
            with open(f"/proc/{process}/task/{process}/children") as file:
                children = [int(child) for child in file.read().split()]
        except OSError:
            continue
        found += children
        todo += children
    return found


def cpu_seconds(pids):
    """Of the processes, and of those of their children that have ended and were waited for."""
    return sum(sum(map(int, stat(pid)[11:15])) for pid in pids) / TICKS


def busy_seconds():
    """CPU seconds of the whole machine since it started, without what the hypervisor took."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, _ = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq) / TICKS


class OwnTime:
    """CPU seconds of the cluster's processes since it was up."""

    def __init__(self, cluster, workers=()):
        launcher = parent(cluster.node("master")["pid"])
        self.roots = [launcher, *(worker.pid for worker in workers)]
        # Of processes that die so that nobody waits for them.
        self.lost = 0.0
        self.lost = -self.seconds()

    def seconds(self):
        descendants = [pid for root in self.roots for pid in below(root)]
        return self.lost + cpu_seconds([*self.roots, *descendants])


def wait_until_quiet(seconds, busy=0.15):
    """Until others use less than this share of the CPUs, but no longer than so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        start = busy_seconds(), time.monotonic()
        time.sleep(0.5)
        share = (busy_seconds() - start[0]) / (time.monotonic() - start[1]) / os.cpu_count()
        if share < busy:
            return


class Slowed:
    """While it is open, all below a process stands still for most of the time; the process itself does not."""

    PERIOD = 0.1

    def __init__(self, pid, factor=5):
        self.pid = pid
        self.running = self.PERIOD / factor
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def run(self):
        while not self.ended.is_set():
            stopped = below(self.pid)
            send(signal.SIGSTOP, stopped)
            time.sleep(self.PERIOD - self.running)
            send(signal.SIGCONT, stopped)
            self.ended.wait(self.running)


def send(number, pids):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass
