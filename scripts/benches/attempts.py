"""What became of a job's attempts, from the sentences of `martlet watch`."""
import re

LAUNCHED = re.compile(r"(job-\d+-(?:map|reduce)-\d+-\S+) runs on ([\w-]+)(, a backup)?")
ENDED = re.compile(r"(job-\d+-(?:map|reduce)-\d+-\S+) (succeeded \(|failed |was lost |was killed)")


class Attempts:
    def __init__(self, changes):
        self.changes = changes
        # By attempt: when it was launched, when it ended.
        self.launched, self.ended, self.ends = {}, {}, {}
        self.backups = 0
        # By task: its latest attempt that succeeded.
        self.winners = {}
        for time, text in changes:
            self.take(time, text)

    def take(self, time, text):
        if match := LAUNCHED.match(text):
            self.launched[match[1]] = time
            self.backups += match[3] is not None
        elif match := ENDED.match(text):
            self.ended[match[1]] = time
            self.ends[match[1]] = match[2].strip(" (").split()[-1]
            if self.ends[match[1]] == "succeeded":
                self.winners[task(match[1])] = match[1]

    def figures(self, fault, cpu):
        """Of a job that has used so many CPU seconds; the fault is when it was done, None when there was none."""
        last = self.changes[-1][0]
        lengths = {name: self.ended.get(name, last) - start for name, start in self.launched.items()}
        total = sum(lengths.values())
        in_vain = sum(length for name, length in lengths.items() if self.winners.get(task(name)) != name)
        first = min(self.launched.values())
        ends = list(self.ends.values())
        return {
            # An attempt second has cost as much CPU as any other.
            "repeated": cpu * in_vain / total,
            "noticed": self.after(fault, lambda text: " is lost: " in text),
            "relaunched": self.after(fault, self.is_again),
            "lost": ends.count("lost"), "killed": ends.count("killed"), "failed": ends.count("failed"),
            "remade": sum("must run again" in text for _, text in self.changes),
            "backups": self.backups,
            # Four nodes of one container.
            "busy": total / (4 * (last - first)),
        }

    def after(self, fault, is_meant):
        return next((time - fault for time, text in self.changes if fault and time > fault and is_meant(text)), None)

    def is_again(self, text):
        match = LAUNCHED.match(text)
        return match is not None and not match[1].endswith(".0")


def task(attempt):
    return attempt.rsplit("-", 1)[0]
