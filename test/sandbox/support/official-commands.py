"""The client's command line, as often as it is asked: a line with its words in JSON, and one with what it printed.

Each command is a process of its own that has loaded the client already, which takes much longer than the command.
"""

import json
import os
import sys
import tempfile

from yt.cli.yt_binary import main


def run(words):
    with tempfile.TemporaryFile() as printed, tempfile.TemporaryFile() as complained:
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(printed.fileno(), 1)
            os.dup2(complained.fileno(), 2)
            sys.argv = ["yt"] + words
            sys.exit(main())
        os.waitpid(child, 0)
        return [read(printed), read(complained)]


def read(file):
    file.seek(0)
    return file.read().decode()


for line in iter(sys.stdin.readline, ""):
    print(json.dumps(run(json.loads(line))), flush=True)
