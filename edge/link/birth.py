"""What the gateway is and can, as the content of `info`, and what is left to tell: once a connection, and only then in a
board's memory.

Not its job: fields and ranges (protocols/message_tables.py), sending (vpp.py), everything that changes (reports.py).
Source: ours; birth messages follow Sparkplug B.
"""
import sys

from edge import audit
from edge.drivers.profile_loader import load_profile
from edge.version import VERSION
from protocols.forgetting import forget


def greet(link, store):
    """Everything that is told once a connection; what an earlier run left is on its way from now on. link: VppLink."""
    version = 0 if link.configuration is None else link.configuration.store.version
    link.publish("info", info(link.config, link.boot, version, store))
    link.report_configuration(True)
    if has_history(link.config, store):
        link.keep()
    forget("edge.link.birth")


def info(config, boot, config_version, store):
    """Content of `info`."""
    head = audit.head(store)
    forget("edge.audit", "edge.field_reasons")
    return {
        "audit": None if head is None else "%d:%s" % head,
        "boot": boot, "fw": VERSION, "runtime": "%s %d.%d" % (sys.implementation.name, sys.version_info[0], sys.version_info[1]),
        "mode": config.gateway.mode, "tick_ms": config.gateway.tick_ms, "config_hash": config.hash,
        "config_version": config_version, "group": config.vpp.group, "ders": [_der(config, der) for der in config.ders],
    }


def has_history(config, store):
    """Whether an earlier run left something that this broker does not have yet; see archive/ring.py."""
    from edge.link import place

    found = store.names(place.slot(config) + "hist-")
    forget("edge.link.place")
    return bool(found)


def _der(config, der):
    profile = load_profile(der.profile)
    return {
        "name": der.name, "kind": der.kind, "profile": der.profile, "phases": der.phases,
        "p_charge_max_w": der.p_charge_max_w, "p_discharge_max_w": der.p_discharge_max_w,
        "s_max_va": der.s_max_va, "e_capacity_wh": der.e_capacity_wh,
        "q_capable": profile["control"]["q_form"] != "none", "v2g_consent": der.v2g_consent,
        "proc_delay_ms": config.gateway.tick_ms + (profile["dynamics"]["response_ms"] or 0),
    }
