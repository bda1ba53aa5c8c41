"""Commissioning, steps backup and broker: what people vouch for, and the way to the power plant.

Not its job: the transfer itself (edge/backup), MQTT (protocols/mqtt).
Source: IEC 60364-8-2 and the vendor's interlock certificate for the checklist; MQTT 3.1.1 for the greeting.
"""

from tools.gateway.commission import broker_check
from tools.gateway.commission.results import FAIL, PASS, SKIPPED

# Asked of the installer, whose signature under the record answers for it.
CHECKLIST = (
    ("interlock", "Is the interlock certified: inverter enable in series with the switch's open contact, closing blocked by a dead-bus relay?"),
    ("earthing", "Was the earthing measured, and is it the one of the site file, %(earthing)s?"),
    ("neutral", "Does the switch act on the neutral as the site file says (neutral_switched = %(neutral_switched)s)?"),
    ("bond", "Was the neutral-earth bond seen closed in the island only (bond = %(bond)s)?"),
    ("labels", "Do labels at meter and distribution board warn of a second supply?"),
)
CIRCUIT = "Open the relay of circuit %s by hand and close it again: did this circuit, and no other, go dark?"


def backup(run):
    """Answers of the installer; nobody else can give them."""
    config = run.site_config
    if config.backup is None:
        run.results.add("checklist", "site", SKIPPED, measured="no [backup]")
        return
    facts = {name: getattr(config.backup, name, None) for name in ("earthing", "neutral_switched", "bond")}
    if config.backup.mode == "commanded":
        for name, text in CHECKLIST:
            _answered(run, name, "backup", text % facts)
    for circuit in config.circuits:
        _answered(run, "circuit sheds", circuit.name, CIRCUIT % circuit.name)


def _answered(run, test, device, text):
    answer = run.people.confirms(text)
    if answer is None:
        run.results.add(test, device, SKIPPED, measured="needs a person's word", allowed=text)
    else:
        run.results.add(test, device, PASS if answer else FAIL, measured="confirmed" if answer else "not confirmed", allowed=text,
                        change="" if answer else "put it right before [backup] is used")


def broker(run):
    """Name, TLS, user and password of the broker, without taking part."""
    vpp = run.site_config.vpp
    if not vpp.enabled:
        run.results.add("broker", "vpp", SKIPPED, measured="vpp.enabled = false")
        return
    seen, change = broker_check.greeting(run.site_config, run.store)
    run.results.check("broker", "vpp", change is None, measured=seen, allowed="%s:%d greets us" % (vpp.host, vpp.port), change=change or "")
