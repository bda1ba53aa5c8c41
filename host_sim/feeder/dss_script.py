"""A network as an OpenDSS script, for whoever wants to check it there: same tables, OpenDSS's own element models.

Not its job: running OpenDSS (tests and bench do).
Source: OpenDSS manual, properties of Vsource, Line, Transformer, Capacitor, Load.
"""

import math

MODEL = {"pq": 1, "z": 2, "i": 5}
NUMBER = {"a": 1, "b": 2, "c": 3}
F_SCRIPT_HZ = 60.0  # only turns susceptance into capacitance and back


def dss_commands(net, load_scale=1.0, injections_va=None):
    """OpenDSS commands that build `net` and solve it once with controls off.

    load_scale: factor on the load table. injections_va: bus -> three complex VA by phase, + = into the grid.
    """
    source = net.bus(net.source_bus)
    lines = ["clear", "set defaultbasefrequency=%g" % F_SCRIPT_HZ]
    kv = source.v_base_ln_v * 3**0.5 / 1e3
    lines.append("new circuit.%s basekv=%.12g pu=1 bus1=%s r1=0 x1=1e-7 r0=0 x0=1e-7" % (net.name, kv, source.name))
    lines += [_line(n, line) for n, line in enumerate(net.lines)]
    lines += [_switch(n, switch) for n, switch in enumerate(net.switches)]
    lines += [text for bank in net.transformers for text in _bank(net, bank)]
    lines += [text for regulator in net.regulators for text in _regulator(net, regulator)]
    lines += [_capacitor(net, n, capacitor) for n, capacitor in enumerate(net.capacitors)]
    lines += [_load(net, n, load, load_scale) for n, load in enumerate(net.loads)]
    for bus, s_va in (injections_va or {}).items():
        lines += [_injection(net, bus, phase, s) for phase, s in zip("abc", s_va)]
    kvs = sorted({round(bus.v_base_ln_v * 3**0.5 / 1e3, 9) for bus in net.buses})
    lines += ["set voltagebases=[%s]" % " ".join("%g" % kv for kv in kvs), "calcvoltagebases"]
    return [*lines, "set controlmode=off", "set maxiterations=200", "solve"]


def _at(bus, phases):
    return bus + "".join(".%d" % NUMBER[phase] for phase in phases)


def _matrix(rows):
    return "[" + " | ".join(" ".join("%.12g" % x for x in row) for row in rows) + "]"


def _line(n, line):
    nanofarad = line.b_s / (2 * math.pi * F_SCRIPT_HZ) * 1e9
    return "new line.l%d bus1=%s bus2=%s phases=%d length=1 rmatrix=%s xmatrix=%s cmatrix=%s" % (
        n, _at(line.from_bus, line.phases), _at(line.to_bus, line.phases), len(line.phases),
        _matrix(line.z_ohm.real), _matrix(line.z_ohm.imag), _matrix(nanofarad),
    )


def _switch(n, switch):
    return "new line.s%d bus1=%s bus2=%s phases=3 switch=y r1=1e-7 r0=1e-7 x1=0 x0=0 c1=0 c0=0 length=1" % (
        n, switch.from_bus, switch.to_bus)


def _bank(net, bank):
    kvs = [net.bus(bus).v_base_ln_v * 3**0.5 / 1e3 for bus in (bank.from_bus, bank.to_bus)]
    yield "new transformer.t%s phases=3 windings=2 xhl=%.9g %%noloadloss=0 %%imag=0 ppm=0" % (bank.to_bus, 100 * bank.z_pu.imag)
    for winding, (bus, kv) in enumerate(zip((bank.from_bus, bank.to_bus), kvs), 1):
        yield "~ wdg=%d bus=%s conn=wye kv=%.12g kva=%.9g %%r=%.9g" % (
            winding, bus, kv, bank.s_rated_va / 1e3, 50 * bank.z_pu.real)


def _regulator(net, regulator):
    kv = net.bus(regulator.to_bus).v_base_ln_v / 1e3
    for phase, ratio in zip("abc", regulator.ratios):
        yield "new transformer.r%s phases=1 windings=2 xhl=1e-5 %%loadloss=1e-5 ppm=0" % phase
        yield "~ wdg=1 bus=%s kv=%.12g kva=5000" % (_at(regulator.from_bus, phase), kv)
        yield "~ wdg=2 bus=%s kv=%.12g kva=5000 tap=%.9g maxtap=1.2 mintap=0.8" % (_at(regulator.to_bus, phase), kv, ratio)


def _capacitor(net, n, capacitor):
    kv = net.bus(capacitor.bus).v_base_ln_v / 1e3
    return "new capacitor.c%d bus1=%s phases=1 kv=%.12g kvar=%.12g" % (
        n, _at(capacitor.bus, capacitor.phase), kv, capacitor.q_var / 1e3)


def _load(net, n, load, load_scale):
    delta = len(load.phases) == 2
    kv = net.bus(load.bus).v_base_ln_v / 1e3 * (3**0.5 if delta else 1)
    return "new load.d%d bus1=%s phases=1 conn=%s model=%d kv=%.12g kw=%.12g kvar=%.12g vminpu=0.1 vmaxpu=2" % (
        n, _at(load.bus, load.phases), "delta" if delta else "wye", MODEL[load.model], kv,
        load.p_w * load_scale / 1e3, load.q_var * load_scale / 1e3)


def _injection(net, bus, phase, s_va):
    """A charger or PV as a constant-power load of opposite sign."""
    return "new load.ev%s%s bus1=%s phases=1 conn=wye model=1 kv=%.12g kw=%.12g kvar=%.12g vminpu=0.1 vmaxpu=2" % (
        bus, phase, _at(bus, phase), net.bus(bus).v_base_ln_v / 1e3, -s_va.real / 1e3, -s_va.imag / 1e3)
