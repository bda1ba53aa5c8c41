"""Starts the slot that the record names, on a microcontroller: arms the watchdog, counts the try, runs it, resets.

Not its job: installing (the gateway does, `v2g flash` does), judging a new one (the gateway's own health check). It lies in
the root of the board's files as main.py, slots.mpy beside it; /a and /b hold the slots, /store the record, /site.json the
compiled site.
Source: ours; machine.WDT of MicroPython, at most 8.3 s on an RP2350 and impossible to disarm.
"""
import os
import sys

import machine
import slots

WATCHDOG_MS = 8000
FEED_MS = 1000
FOLDERS = ("a", "b")
MANIFEST_FILE = "manifest.json"


def start(watchdog):
    """Run a slot; comes back when it ends."""
    record = slots.load([read("/store/" + name) for name in slots.FILES])
    present = [name for name in FOLDERS if read("/%s/%s" % (name, MANIFEST_FILE))]
    slot, changed = slots.choose(record, present)
    if slot is None:
        print("no release in /a or /b; flash the board")
        return
    if changed is not None:
        try:
            keep(changed)
        except OSError as error:
            print("the record can't be written:", error)
            if record is not None and record["good"] in present:
                slot = record["good"]       # a try that isn't counted could be repeated for ever
    print("starting slot", slot)
    sys.path.insert(0, "/" + slot)
    from edge import board_main

    board_main.run(slot, watchdog.feed)


def keep(record):
    """Write one copy of the record."""
    name, data = slots.stored(record)
    try:
        os.mkdir("/store")
    except OSError:
        pass    # it is there
    with open("/store/new", "wb") as file:
        file.write(data)
    os.rename("/store/new", "/store/" + name)
    if hasattr(os, "sync"):
        os.sync()


def read(path):
    """Content of a file, None without one."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def feed_on(watchdog):
    """Somebody is at the serial port: the board stays with them until its next reset."""
    for number in (-1, 0):
        try:
            return machine.Timer(number, period=FEED_MS, callback=lambda _timer: watchdog.feed())
        except ValueError:
            pass    # this port numbers its timers the other way
    return None


# Before anything of a slot is imported: a release that hangs while it loads is started three times at most.
_watchdog = machine.WDT(timeout=WATCHDOG_MS)
try:
    start(_watchdog)
except KeyboardInterrupt:
    _timer = feed_on(_watchdog)
except Exception as error:
    sys.print_exception(error)
    machine.reset()
else:
    machine.reset()
