"""Runs a program on a terminal and answers its questions.

Arguments: a JSON list of [words to wait for, keys to press], then the command.
"""

import json
import os
import pty
import select
import sys
import time

answers = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen, done, end = "", 0, time.monotonic() + 240
while time.monotonic() < end:
    ready, _, _ = select.select([terminal], [], [], 1)
    if not ready:
        continue
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    seen += part.decode("utf-8", "replace")
    while answers and answers[0][0] in seen[done:]:
        words, keys = answers.pop(0)
        done = seen.index(words, done) + len(words)
        os.write(terminal, keys.encode())
_, status = os.waitpid(child, 0)
sys.stdout.write(seen.replace("\r\n", "\n"))
if answers:
    sys.stdout.write("\nnever asked: " + json.dumps(answers))
    sys.exit(99)
sys.exit(os.waitstatus_to_exitcode(status))
