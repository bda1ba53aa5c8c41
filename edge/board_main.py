"""What a board's starter calls in the slot it has chosen: reads the compiled site, runs the gateway, comes back to be reset.

Not its job: choosing the slot, the watchdog's arming (the starter), anything of the gateway (main.py).
Source: ours.
"""
import json

from edge import hal, main

SITE_FOLDER = ""
SITE_FILE = "site.json"
STORE = "/store"


def run(slot, feed):
    """Run until there is a reason to reset. slot: name of the running one; feed: of the watchdog."""
    text = hal.FileStore(SITE_FOLDER).read(SITE_FILE)
    if text is None:
        raise OSError("no /%s on this board; flash it with a site" % SITE_FILE)
    code, errors = main.run(json.loads(text), STORE, place=("", slot), feed=feed)
    for error in errors:
        hal.log(str(error))
    return code
