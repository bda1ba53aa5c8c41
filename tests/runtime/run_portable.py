"""Runs one portable test file on a MicroPython of this machine; prints one JSON line a test, exits 1 on failure.

Not its job: choosing files and comparing counts (test_micropython.py).
Source: the same lines as runner.mjs prints.
"""

import io
import json
import sys


def run(file):
    """Whether every test_* of the file passed."""
    module = __import__(file[:-3].replace("/", "."), None, None, ["*"])
    good = True
    for name in sorted(name for name in dir(module) if name.startswith("test_")):
        line = {"id": "%s::%s" % (file, name), "ok": True}
        try:
            getattr(module, name)()
        except Exception as error:
            text = io.StringIO()
            sys.print_exception(error, text)
            line = {"id": line["id"], "ok": False, "error": text.getvalue()}
            good = False
        print(json.dumps(line))
    return good


sys.exit(0 if run(sys.argv[1]) else 1)
