"""Sweeps over the law table: every row is documented, off when disabled, silent about Q unless it owns it, JSON-able.

Not its job: what single laws say. Source: the contract of laws in edge/laws/__init__.py.
"""

import json

from edge import law_table, params, reasons
from edge.law_pass import LawPass
from edge.law_table import LAWS
from tests.portable.law_bench import Promised, config, grid_config, section, view

# Views at the corners of what a DER can be in.
CORNERS = [
    view(),
    view(v_mean_pu=396 / 415, v_min_pu=0.91, support=True, lease_setpoint=(5000, "a", 20)),
    view(v_mean_pu=None, v_min_pu=None, v_max_pu=None, soc_pct=None, plugged=None, p_ac_w=None),
    view(kind="bes", plugged=None, v_mean_pu=0.97, lift=True, agc=(2000, -1)),
    view(soc_pct=100, v_mean_pu=1.1, lease_limits_sys=(0, 0), lease_limits_vpp=(None, 100)),
    view(failsafe_action=3, failsafe_reason=reasons.METER_LOST, p_site_lo_w=0, p_site_hi_w=0),
    view(failsafe_action=5, failsafe_reason=reasons.CHARGER_LOST, v_mean_pu=0.97),
    view(write_period_s=8, v_mean_pu=0.97, wish=("discharge_now", 500)),
    view(p_charge_max_w=0, p_discharge_max_w=0, s_max_va=None, q_capable=False),
    view(t_departure_ms=-1, e_needed_wh=10000, promise=Promised(-6000, 690), v_mean_pu=0.9, v_min_pu=0.9),
    view(f_hz=50.8, v_mean_pu=1.09, v_max_pu=1.12, v_min_pu=1.07, p_ac_w=5000, p_set_w=5000, p_asked_w=6000),
    view(f_hz=48.9, v_mean_pu=0.86, v_max_pu=0.9, v_min_pu=0.82, p_ac_w=-6000, p_set_w=-6000, q_set_var=-3000, p_asked_w=-6000),
    view(f_hz=None, v_max_pu=1.2, v_min_pu=0.8, kind="bes", plugged=None, p_asked_w=6000),
    view(f_hz=60.0, dso_bounds=(-4200, None, 145), unix_s=1793611800, p_ac_w=3000),
    view(f_hz=60.0, dso_bounds=(-4200, 0, 146), permit_service=False, p_default_w=-3000, p_ac_w=3000),
]
Q_MODES = ("unity", "wape", "cpf", "crp", "volt_var", "watt_var")


def configs():
    """A site without a grid code, and one with everything on in each q_mode."""
    return [config()] + [grid_config(q_mode) for q_mode in Q_MODES]


def runs(seen):
    """The laws of each configuration for one view."""
    return [LawPass(seen.kind, whole) for whole in configs()]


def test_rows_are_in_rank_order_and_whole():
    ranks = [row[law_table.RANK] for row in LAWS]
    assert ranks == sorted(ranks) and set(ranks) == set(range(1, 9))
    names = [row[law_table.NAME] for row in LAWS]
    assert len(names) == len(set(names))
    for whole in configs():
        chain = LawPass("evse", whole)
        safe = [row for row in LAWS if row[law_table.NAME] in chain.names and row[law_table.RANK] <= 3]
        assert chain.safety_count == len(safe)
    seen = view()
    for row in LAWS:
        assert row[law_table.SECTION] is None or params.section_row(row[law_table.SECTION]), row
        need, without = row[law_table.NEEDS], row[law_table.WITHOUT]
        assert (need is None) == (without is None), "a need comes with a safe opinion"
        assert need is None or hasattr(seen, need), row
        module = __import__("edge.laws." + row[law_table.NAME], None, None, ["x"])
        assert hasattr(module, row[law_table.NAME]) and (without is None or hasattr(module, without)), row
        assert row[law_table.KINDS], row


def test_opinions_keep_the_contract():
    for seen in CORNERS:
        for laws in runs(seen):
            memories = None
            for _ in range(40):
                opinions, memories = laws.run(seen, memories)
                assert len(opinions) == len(memories) == len(laws.names)
                for row, opinion, memory in zip(laws.names, opinions, memories):
                    _keeps_the_contract(row, opinion, memory)


def _keeps_the_contract(row, opinion, memory):
    assert memory is None or isinstance(memory, tuple), row
    if opinion is None:
        return
    lo_w, hi_w, target_w, q_var, reason = opinion
    for value in (lo_w, hi_w, target_w, q_var):
        assert value is None or -1e6 < value < 1e6, (row, opinion)
    assert lo_w is None or hi_w is None or lo_w <= hi_w, (row, opinion)
    assert reasons.name_of(reason) != "unknown" and reason, (row, opinion)


def test_q_has_the_one_owner_that_the_mode_names():
    for q_mode in Q_MODES:
        for seen in CORNERS:
            seen.q_mode = q_mode
            laws = LawPass(seen.kind, grid_config(q_mode))
            opinions, _ = laws.run(seen, None)
            # Out of service, rank 1 wants 0 var above every owner.
            owners = [name for name, opinion in zip(laws.names, opinions)
                      if opinion and opinion[3] is not None and name not in ("grid_mode", "protection")]
            assert owners == [] or owners == [q_mode], (q_mode, owners)
            seen.q_mode = "wape"


def test_disabled_is_no_opinion():
    for row in LAWS:
        name = row[law_table.SECTION]
        if name is None or "enabled" not in params.defaults(name) or row[law_table.RANK] == 1:
            continue    # rank 1 enforces it: without permission a device is out of service
        off = config(**{name: section(name, enabled=False)})
        for kind in ("evse", "bes"):
            assert row[law_table.NAME] not in LawPass(kind, off).names


def test_what_the_device_does_by_itself_is_left_out():
    met = []
    for whole in configs():
        for kind in ("evse", "bes"):
            for name in LawPass(kind, whole).names:
                assert name not in LawPass(kind, whole, (name,)).names
                met.append(name)
    for name in ("volt_var", "volt_watt", "watt_var", "cpf", "crp", "p_limit", "droop", "grid_mode"):
        assert name in met


def test_memory_survives_a_keyframe():
    for seen in CORNERS:
        for laws in runs(seen):
            memories = None
            for _ in range(25):
                _, memories = laws.run(seen, memories)
            kept = json.loads(json.dumps(memories))
            for _ in range(5):
                opinions, memories = laws.run(seen, memories)
                again, kept = laws.run(seen, kept)
                for a, b in zip(opinions, again):
                    # JSON may cost the last digits of a 32-bit float
                    assert (a is None) == (b is None) and (a is None or _close(a, b)), (a, b)


def _close(a, b):
    for x, y in zip(a, b):
        if (x is None) != (y is None) or x is not None and abs(x - y) > 0.5:
            return False
    return True


def test_laws_are_pure():
    for seen in CORNERS:
        laws = LawPass(seen.kind, grid_config("volt_var"))
        before = [(name, getattr(seen, name)) for name in dir(seen) if name[0] != "_"]
        first, memories = laws.run(seen, None)
        second, _ = laws.run(seen, None)
        assert first == second
        kept = list(memories)
        laws.run(seen, memories)
        assert memories == kept, "the memory handed in stays as it was"
        assert before == [(name, getattr(seen, name)) for name in dir(seen) if name[0] != "_"]


def test_a_view_knows_its_attributes():
    refused = False
    try:
        view(v_maen_pu=1.0)
    except AttributeError:
        refused = True
    assert refused
