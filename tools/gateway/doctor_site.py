"""What `v2g doctor` looks at of a site: serial ports, what buses carry, brokers, certificates, the running gateway.

Not its job: the machine itself (doctor_machine.py), printing (doctor.py). A check is a function (config, store) -> [(what,
level, text, next step)].
Source: ours; times of buses from the plan and, where a gateway answers, from its own figures.
"""

import json
import os
import pathlib
import socket
import ssl
import stat
import time
from types import SimpleNamespace

from edge import config_rules_serial, hal, hal_ports
from edge.link import credentials, place, tls_words
from protocols import x509
from tools.gateway import bus_words, in_force, toml_compiler

ASK_S = 3
SOON_DAYS = 30
BEGIN = "-----BEGIN CERTIFICATE-----"
# Of all requests; above it somebody should look at cable, termination and the devices' settings.
BAD_RATIO = 0.01
FEW_ANSWERS = 100
SLOWER_THAN_PLANNED_RATIO = 1.1
ENROLLED = (credentials.CERTIFICATE, credentials.CA)


def ports(config, _store):
    """Is every serial port there, free, and may it be opened?"""
    rows = [_port(bus, _query(config)) for bus in config.buses if bus.transport == "serial"]
    if not rows and hal_ports.ports():
        rows = [("ports", "ok", "no bus uses a port of this machine; there are: " + ", ".join(hal_ports.ports()), "")]
    return rows


def _port(bus, answer):
    what, path = "bus " + bus.name, bus.device
    if not os.path.exists(path):
        text, _, hint = hal_ports.open_words(path, 2).partition("; ")
        return what, "fail", text, hint
    if not stat.S_ISCHR(os.stat(path).st_mode):
        return what, "fail", "%s is no serial port" % path, "v2g doctor lists ports where no bus has one; check bus.device"
    others = hal_ports.holders(path)
    if answer is not None and any(row["link"] == "bus:" + bus.name and row["up"] for row in answer["buses"]):
        return what, "ok", "%s: in use by the gateway" % bus_words.line_text(bus), ""
    if others:
        text, _, hint = hal_ports.busy_words(path, others).partition("; ")
        return what, "fail", text, hint
    if not os.access(path, os.R_OK | os.W_OK):
        text, _, hint = hal_ports.open_words(path, 13).partition("; ")
        return what, "fail", text, hint
    return what, "ok", "%s: there and free" % bus_words.line_text(bus), ""


def plans(config, _store):
    """What each line carries, and which rate would do better."""
    rows = []
    for bus in config.buses:
        plan = bus_words.plan_of(config, bus, toml_compiler.profile_of)
        if plan is None or bus.transport == "tcp" and not bus_words.is_near(plan):
            continue
        text = "by the plan values get up to %d ms old; they are good for %d ms" % (plan["age_ms"], plan["good_ms"])
        if bus_words.is_near(plan):
            rows.append(("bus " + bus.name, "warn", text, bus_words.advice_text(bus, plan)))
        else:
            rows.append(("bus " + bus.name, "ok", text, ""))
    return rows


def proxies(config, _store):
    """Can others reach the proxies of a gateway that does not run yet, or does somebody else have their port?"""
    rows = []
    for bus in config.buses:
        if not bus.proxy_port:
            continue
        is_open = _connects(bus.proxy_address, bus.proxy_port) is None
        where = "%s:%d" % (bus.proxy_address, bus.proxy_port)
        if is_open == (_query(config) is not None):
            rows.append(("proxy", "ok", "%s %s" % (where, "answers" if is_open else "is free"), ""))
        elif is_open:
            rows.append(("proxy", "warn", "%s is taken, and the gateway does not answer" % where, "is another program there? ss -ltnp shows it"))
        else:
            rows.append(("proxy", "fail", "%s does not answer" % where, "the gateway's log says why it could not listen there"))
    return rows


def brokers(config, store):
    """Do the brokers answer, and does TLS hold?"""
    rows = []
    if config.vpp.enabled:
        files = credentials.tls_files(config, SimpleNamespace(store=in_force.StoreFiles(store))) if config.vpp.tls else None
        rows.append(_broker("power plant", "vpp", config.vpp, files, config))
    if config.site_link is not None and config.site_link.enabled:
        rows.append(_broker("site link", "site_link", config.site_link, (config.site_link.ca_file, "", "")))
    return rows


def _broker(what, section, row, files, config=None):
    """files: (CA, certificate, key) as the gateway takes them. config: of the power plant's, for words about its authority."""
    where = "%s:%d" % (row.host, row.port)
    problem = _connects(row.host, row.port)
    if problem is not None:
        return what, "fail", "%s: %s" % (where, problem), "is %s.host right, the network up, and the port let through?" % section
    if not row.tls:
        return what, "ok", "%s takes connections, not encrypted" % where, ""
    try:
        # Its word on our certificate comes after the handshake and is an event of the gateway; the key may be another user's.
        is_ours = all(path and os.access(path, os.R_OK) for path in files[1:])
        context = hal.tls_context(files[0], *(files[1:] if is_ours else ("", "")))
        with socket.create_connection((row.host, row.port), ASK_S) as link, context.wrap_socket(link, server_hostname=row.host):
            return what, "ok", "%s takes connections, its certificate holds" % where, ""
    except (OSError, ValueError, ssl.SSLError) as error:
        words = tls_words.told(str(error), int(time.time() * 1000), config)[1]
        return what, "fail", "%s: TLS fails: %s" % (where, error), words


def _connects(host, port):
    """None when somebody takes a connection there, else why not."""
    try:
        socket.create_connection((host, port), ASK_S).close()
    except OSError as error:
        return error.strerror or str(error)
    return None


def certificates(config, store):
    """Are the TLS files there, readable, and valid for a while?"""
    vpp = config.vpp
    if not vpp.enabled or not vpp.tls:
        return []
    named = [("vpp.ca_file", vpp.ca_file), ("vpp.cert_file", getattr(vpp, "cert_file", None))]
    files = [(key, path) for key, path in named if path]
    enrolled = [(name, str(pathlib.Path(store) / (place.slot(config) + name))) for name in ENROLLED]
    files += [(name, path) for name, path in enrolled if os.path.exists(path) and path not in [row[1] for row in files]]
    rows = [_certificate(key, path) for key, path in files]
    key_file = getattr(vpp, "key_file", None)
    for path in [path for path in (key_file, str(pathlib.Path(store) / (place.slot(config) + credentials.KEY))) if path and os.path.exists(path)]:
        if os.stat(path).st_mode & 0o077:
            rows.append(("TLS", "warn", "%s can be read by others on this machine" % path, "chmod 600 %s" % path))
    if key_file and not os.path.exists(key_file):
        rows.append(("TLS", "fail", "vpp.key_file: there is no %s" % key_file, "put it there, or leave the row out and enrol"))
    return rows


def _certificate(key, path):
    try:
        text = pathlib.Path(path).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        return "TLS", "fail", "%s: %s: %s" % (key, path, getattr(error, "strerror", None) or "not PEM"), "put the PEM file there"
    try:
        found = [x509.from_pem(BEGIN + block) for block in text.split(BEGIN)[1:]]
    except ValueError as error:
        return "TLS", "fail", "%s: %s can't be read: %s" % (key, path, error), "put a PEM file there"
    if not found:
        return "TLS", "fail", "%s: there is no certificate in %s" % (key, path), "put a PEM file there"
    first = min(found, key=lambda certificate: certificate.ends_s)
    left_days = (first.ends_s - time.time()) / 86400
    until = time.strftime("%Y-%m-%d", time.gmtime(first.ends_s))
    name = "%s (%s)" % (key, first.common_name) if first.common_name else key
    if left_days < 0:
        return "TLS", "fail", "%s has expired on %s" % (name, until), "if this clock is right: renew it; an enrolled gateway needs a new claim token"
    if left_days < SOON_DAYS:
        return "TLS", "warn", "%s expires on %s, in %d days" % (name, until, left_days), "renew it; an enrolled gateway does so by itself"
    return "TLS", "ok", "%s is valid until %s" % (name, until), ""


# -- the running gateway ---------------------------------------------------------------------------------------


def running(config, _store):
    """Does the gateway answer, and how do its buses fare?"""
    port = config.local.query_port
    if not port:
        return [("gateway", "warn", "nobody can ask it: local.query_port is 0", "set it, so that v2g status, why and doctor see inside")]
    answer = _query(config)
    if answer is None:
        return [("gateway", "warn", "none answers on port %d" % port, "start it: systemctl start v2g-edge, or v2g run; 'journalctl -u v2g-edge' "
                 "says why it ended")]
    stalled = answer["stalls"] > answer["ticks"] / 1000
    rows = [("gateway", "warn" if stalled else "ok", "up %d s, %d ticks, %d stalled" % (
        answer["up_ms"] // 1000, answer["ticks"], answer["stalls"]), "is the machine too busy, or its disk too slow?" if stalled else "")]
    for row in answer["buses"]:
        bus = next((bus for bus in config.buses if "bus:" + bus.name == row["link"]), None)
        if bus is not None:
            rows.append(_bus(config, bus, row))
    return rows


def _bus(config, bus, row):
    what = "bus " + bus.name
    if not row["up"]:
        return what, "fail", "%s: the link is down" % bus_words.line_text(bus), "the gateway's log says why: 'link lost'"
    asked = row["answers"] + row["timeouts"]
    text = "%d answers, %d time-outs, %d malformed, %d foreign" % (row["answers"], row["timeouts"], row["malformed"], row["foreign"])
    if not row["answers"] and asked:
        return (what, "fail", text, _other_rates(bus) if row["malformed"] or row["foreign"] else
                "is the device switched on, its unit right, A and B not swapped?")
    if asked >= FEW_ANSWERS and row["timeouts"] + row["malformed"] > BAD_RATIO * asked:
        return what, "warn", text, "look at cable, termination (120 Ω at both ends) and shield; is another master on the line?"
    plan = bus_words.plan_of(config, bus, toml_compiler.profile_of)
    oldest_ms = row.get("oldest_ms", 0)
    if plan is not None and oldest_ms > SLOWER_THAN_PLANNED_RATIO * plan["age_ms"]:
        text += "; values were up to %d ms old, planned are %d" % (oldest_ms, plan["age_ms"])
        return what, "warn", text, "a device answers slowly; " + bus_words.advice_text(bus, plan)
    return what, "ok", text + ("; values up to %d ms old" % oldest_ms if oldest_ms else ""), ""


def _other_rates(bus):
    rates = ", ".join(str(baud) for baud in config_rules_serial.BAUDS if 2400 <= baud <= 115200 and baud != bus.baud)
    return "bytes come, but no answer: another baud rate (%s), parity or stop bits at the devices, or A and B swapped" % rates


def _query(config):
    """The status of the running gateway, or None."""
    if not config.local.query_port:
        return None
    try:
        with socket.create_connection(("127.0.0.1", config.local.query_port), ASK_S) as link:
            link.sendall(b'{"ask": "status"}\n')
            answer = json.loads(link.makefile("rb").readline())
    except (OSError, ValueError):
        return None
    return answer if isinstance(answer, dict) and "buses" in answer else None
