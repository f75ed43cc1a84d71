"""Runs a command once: `once.py LIMIT COMMAND…`; writes its exit code and what it cost as JSON.

A process of its own, for the peak memory of a program is at least that of the process that started it,
and this one is small.
"""

import json
import os
import signal
import sys
import time


def main() -> None:
    """Starts, waits, tells."""
    limit, command = float(sys.argv[1]), sys.argv[2:]
    begun = time.perf_counter()
    nowhere = [(os.POSIX_SPAWN_OPEN, it, os.devnull, os.O_RDWR, 0) for it in range(3)]
    process = os.posix_spawn(command[0], command, os.environ, file_actions=nowhere, setpgroup=0)
    # Ends the program and all that it has started.
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(process, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, limit)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - begun
    signal.setitimer(signal.ITIMER_REAL, 0)
    told = {
        "code": os.waitstatus_to_exitcode(status),
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * 1024,
    }
    print(json.dumps(told))


main()
