"""Which tests there are: one row a procedure, what it is for, and what can't be tested at all.

Not its job: steps (procedures/), running them (campaign.py).
Source: IEEE 1547.1-2020; the reasons are ours.
"""

from host_sim.conformance.model import Skip
from host_sim.conformance.procedures import (
    asnzs, cpf, crp, es, frt, fw, iop, lap, lfsm, pri, srv, trip_frequency, trip_voltage, vrt, vv, vw, wv,
)

BOTH, DEVICE = ("gateway", "device"), ("device",)
IEEE, ASNZS, THRESHOLD = ("ieee1547",), ("asnzs4777",), ("asnzs4777", "en50549", "g99")
ALL, SERVICED = IEEE + THRESHOLD, ("g99", "en50549")

PROCEDURES = (
    # tests                    cases                 codes      targets  title
    (("VV",),                  vv.cases,             IEEE,      BOTH,    "volt-var"),
    (("VW",),                  vw.cases,             IEEE,      BOTH,    "volt-watt"),
    (("WV",),                  wv.cases,             IEEE,      BOTH,    "watt-var"),
    (("CPF",),                 cpf.cases,            IEEE,      BOTH,    "constant power factor"),
    (("CRP",),                 crp.cases,            IEEE,      BOTH,    "constant reactive power"),
    (("LAP",),                 lap.cases,            IEEE,      BOTH,    "active-power limit"),
    (("FW",),                  fw.cases,             IEEE,      BOTH,    "frequency droop"),
    (("PRI",),                 pri.cases,            IEEE,      BOTH,    "priorities"),
    (("ES",),                  es.cases,             IEEE,      BOTH,    "enter service"),
    (("TRIP-OV", "TRIP-UV"),   trip_voltage.cases,   ALL,       DEVICE,  "voltage trips"),
    (("TRIP-OF", "TRIP-UF"),   trip_frequency.cases, ALL,       DEVICE,  "frequency trips"),
    (("LVRT", "HVRT"),         vrt.cases,            IEEE,      DEVICE,  "voltage ride-through"),
    (("LFRT", "HFRT"),         frt.cases,            IEEE,      DEVICE,  "frequency ride-through"),
    (("IOP",),                 iop.cases,            IEEE,      DEVICE,  "interface"),
    (("AS-VV", "AS-VW"),       asnzs.cases,          ASNZS,     BOTH,    "volt-var and volt-watt, AS/NZS timing"),
    (("LFSM-O", "LFSM-U"),     lfsm.cases,           THRESHOLD, BOTH,    "droop from a threshold"),
    (("SRV",),                 srv.cases,            SERVICED,  BOTH,    "frequency services"),
)
TESTS, CASES, CODES, TARGETS, TITLE = range(5)

DEVICE_ONLY_REASON = ("runs in the device: quicker than a bus, a meter window and a tick allow; the gateway configures it, "
                      "reads it back and watches")
INTERFACE_REASON = ("the interface under test is the device's own; the gateway's is MQTT, which the standard does not name")
IMPOSSIBLE = (
    # test     reason                                                                                             codes
    ("UI",     "islanding detection needs an RLC circuit on the waveform; the bench has a source of RMS values", ALL),
    ("PCRT",   "a phase jump needs a waveform; the bench has a source of RMS values",                             IEEE),
    ("IMB",    "currents of each phase under unbalance: the emulated inverter shares its power evenly; total vars are "
               "judged under unbalance in CPF and CRP",                                                           IEEE),
)


def tests_of(code, target):
    """Names of the tests that can be run."""
    return [name for row in rows_of(code, target) for name in row[TESTS]]


def rows_of(code, target):
    """Rows of PROCEDURES that apply."""
    return [row for row in PROCEDURES if code.family in row[CODES] and target in row[TARGETS]]


def title_of(test):
    """What a test is about."""
    return next((row[TITLE] for row in PROCEDURES if test in row[TESTS]), "")


def plan(code, eut, only=None):
    """([Case], [Skip]) of all tests, or of one by its name."""
    cases, skips = [], []
    for row in rows_of(code, eut.target):
        if only is None or only in row[TESTS]:
            for item in row[CASES](code, eut):
                if only not in (None, item.test):
                    continue
                if isinstance(item, Skip):
                    skips.append(item)
                else:
                    cases.append(_completed(code, item))
    missing = [Skip(name, INTERFACE_REASON if name == "IOP" else DEVICE_ONLY_REASON) for row in PROCEDURES if code.family in row[CODES]
               and eut.target not in row[TARGETS] for name in row[TESTS]]
    missing += [Skip(name, reason) for name, reason, codes in IMPOSSIBLE if code.family in codes]
    return cases, skips + [skip for skip in missing if only in (None, skip.test)]


def _completed(code, case):
    """A case that begins at nominal frequency unless it says otherwise, and once the device is in service."""
    settings = case.settings
    delay_s = settings["enter_service.delay_s"] if settings.get("enter_service.enabled", True) else 0
    return case._replace(f_hz=code.f_nom_hz if case.f_hz is None else case.f_hz, warm_s=case.warm_s + delay_s)


def known_tests():
    """Names of all tests, also those that no target can do."""
    return [name for row in PROCEDURES for name in row[TESTS]] + [row[0] for row in IMPOSSIBLE]
