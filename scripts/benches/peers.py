"""What one would count words with instead: engines from PyPI, in an environment of their own."""
import os
import subprocess
import sys
import venv

PACKAGES = ["duckdb", "polars"]
FOLDER = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "martlet-bench")
python = None


def install(peers):
    """Into the folder of peers where there is one, else below the user's cache."""
    global python
    folder = f"{peers}/venv/main" if peers else FOLDER
    python = f"{folder}/bin/python"
    if not os.path.exists(python):
        venv.create(folder, with_pip=True)
    if subprocess.run([python, "-c", f"import {', '.join(PACKAGES)}"], capture_output=True).returncode == 0:
        return
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: {', '.join(PACKAGES)} cannot be installed: {done.stderr}")


# A line is one column: the byte 1 stands nowhere in it.
DUCKDB = """
import duckdb, sys
connection = duckdb.connect()
connection.execute("SET threads = 2")
connection.execute("SET preserve_insertion_order = false")
connection.execute(f'''
    COPY (SELECT word, count(*) FROM (
        SELECT unnest(string_split(line, ' ')) AS word FROM read_csv(
            '{sys.argv[1]}', columns = {{'line': 'VARCHAR'}}, delim = '\\x01', quote = '', escape = '', header = false,
            auto_detect = false))
    GROUP BY word) TO '{sys.argv[2]}' (FORMAT csv, DELIMITER '\\t', HEADER false, QUOTE '')''')
"""

POLARS = """
import os, sys
os.environ.setdefault("POLARS_MAX_THREADS", "2")
import polars
lines = polars.scan_csv(sys.argv[1], has_header=False, separator="\\x01", quote_char=None, new_columns=["line"])
words = lines.select(polars.col("line").str.split(" ").alias("word")).explode("word").group_by("word").len()
words.collect(engine="streaming").write_csv(sys.argv[2], separator="\\t", include_header=False, quote_style="never")
"""


def word_counters(text):
    """By name: makes the command that leaves the counts in a file."""
    return {
        "duckdb": lambda out: [python, "-c", DUCKDB, text, out],
        "polars": lambda out: [python, "-c", POLARS, text, out],
    }
