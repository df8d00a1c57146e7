"""measured.py COMMAND…: runs it, and prints as JSON what its whole process tree cost. Orphans count: they become ours."""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

started = time.monotonic()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
code = child.wait()
wall = time.monotonic() - started
try:
    while True:
        os.wait()
except ChildProcessError:
    pass
spent = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({
    "code": code,
    "cpuMs": (spent.ru_utime + spent.ru_stime) * 1e3,
    "wallMs": wall * 1e3,
    "peakMb": spent.ru_maxrss / 1024,
}))
