"""Every device profile is whole and consistent: blocks present, points inside them, sequences resolvable.

Not its job: what a value means on the wire (test_register_map, unit/test_registers).
Source: the profile format in ARCHITECTURE.md.
"""

from protocols.profile_format import (
    ADDRESSED_BY_DEVICE, BACKUP, CANONICAL, CONTROL, DYNAMICS, ITEMS, KINDS, OPTIONAL, REGISTERS, RUNGS, SECTIONS, SEQUENCES,
    SPECIAL, STATES, STATUSES, SWITCH_CONTROL, TRANSPORT, VARIABLES, unit_of,
)
from protocols.profiles import NAMES
from protocols.sunspec import layout


def load(name):
    """The PROFILE literal of a command-line name."""
    module = __import__("protocols.profiles." + name.replace("-", "_"), None, None, ("PROFILE",))
    return module.PROFILE


def profiles():
    return [(name, load(name)) for name in NAMES]


def point_rows(profile):
    return dict([(row[0], row) for row in profile["points"]])


def spaces(profile):
    """{block: 'holding' or 'input'}: functions 3 and 4 address different registers, and so do blocks with own strides."""
    spaces_of = dict([(row[0], "input" if row[1] == 4 else "holding") for row in profile["blocks"]])
    spaces_of.update([(row[0], row[0]) for row in profile.get("strides", ())])
    # The models of a SunSpec device lie anywhere, one behind the other.
    spaces_of.update(profile.get(ADDRESSED_BY_DEVICE, {}).get("models", ()))
    return spaces_of


def test_all_sections_are_filled_and_none_is_unknown():
    for name, profile in profiles():
        assert sorted([part for part in profile if part not in OPTIONAL]) == sorted(SECTIONS), name
        assert profile["name"] == name
        assert profile["kind"] in KINDS and profile["status"] in STATUSES, name
        assert profile["sources"] and profile["setup_hint"] and profile["identify"] and profile["recover"], name
        assert profile["phases"] in (1, 3), name
        assert sorted(profile["transport"]) == sorted(TRANSPORT), name
        assert sorted(profile["dynamics"]) == sorted(DYNAMICS), name
        assert profile["backup"] in ("none", "autonomous", "commanded"), name


def test_transport_is_possible():
    for name, profile in profiles():
        transport = profile["transport"]
        assert transport["kinds"] and set(transport["kinds"]) <= {"tcp", "rtu", "rtu_over_tcp"}, name
        assert 0 < transport["port"] < 65536 and transport["word_order"] in ("high_first", "low_first"), name
        assert 1 <= transport["max_registers"] <= 125 and transport["client_slots"] >= 1, name
        assert transport["timeout_ms"] > transport["gap_ms"] >= 0, name
        first, last, base, stride = profile["instances"]
        assert 1 <= first <= last and base >= 0 and (stride > 0 or first == last), name


def test_blocks_fit_one_request_and_do_not_overlap():
    for name, profile in profiles():
        taken = {}
        for block, function, address, count, poll in profile["blocks"]:
            assert function in (3, 4) and poll in ("control", "slow", "once"), (name, block)
            assert 1 <= count <= profile["transport"]["max_registers"], (name, block)
            for register in range(address, address + count):
                key = (spaces(profile)[block], register)
                assert key not in taken, (name, block, taken.get(key))
                taken[key] = block


def test_points_lie_inside_their_block_without_overlap():
    for name, profile in profiles():
        blocks = dict([(row[0], row) for row in profile["blocks"]])
        taken = {}
        for point, block, address, kind, scale, _, sign, max_age_ms in profile["points"]:
            if isinstance(scale, str):
                assert (block, scale) in [row[:2] for row in profile[ADDRESSED_BY_DEVICE]["scale_factors"]], (name, point)
            else:
                assert scale > 0, (name, point)
            assert sign in (1, -1) and max_age_ms > 0, (name, point)
            if block is not None:
                _, _, start, count, _ = blocks[block]
                assert start <= address and address + REGISTERS[kind] <= start + count, (name, point)
            for register in range(address, address + REGISTERS[kind]):
                key = (spaces(profile).get(block, "holding"), register)
                assert key not in taken, (name, point, taken.get(key))
                taken[key] = point


def test_point_names_are_canonical_and_carry_their_unit():
    for name, profile in profiles():
        names = [row[0] for row in profile["points"]]
        assert len(names) == len(set(names)), name
        for point, _, _, _, _, unit, _, _ in profile["points"]:
            assert point in CANONICAL, (name, point)
            assert unit == unit_of(point), (name, point, unit)


def test_magnitudes_and_soc_are_never_negated():
    for name, profile in profiles():
        is_one_way = (profile["control"] or {}).get("window", (0, 0))[1] is None
        for point, _, _, kind, _, _, sign, _ in profile["points"]:
            if sign == -1:
                assert kind in ("int16", "int32", "float32") or is_one_way and "_set_" in point, (name, point)
                assert point[:2] in ("p_", "q_", "i_"), (name, point)


def test_states_are_canonical():
    for name, profile in profiles():
        codes = [code for code, _ in profile["states"]]
        assert len(codes) == len(set(codes)), name
        assert set([state for _, state in profile["states"]]) <= set(STATES), name
        has_state = "state" in point_rows(profile)
        assert has_state == bool(profile["states"]), name
        if profile["kind"] in ("charger", "bes"):
            # Of a state that says "power flows", p_ac_w says which way.
            needed = {"fault"} if ADDRESSED_BY_DEVICE in profile else {"charging", "fault"}
            assert set([state for _, state in profile["states"]]) >= needed, name


def test_references_name_points_that_can_be_read():
    for name, profile in profiles():
        rows = point_rows(profile)
        named = [row[0] for row in profile["identify"]] + [row[0] for row in profile["valid"]]
        named += [row[0] for row in profile["sentinels"]] + [row[0] for row in profile["quality"]]
        named += [row[1] for row in profile["limits_live"]]
        if profile["control"]:
            named += profile["control"]["readback"]
            named += profile["control"].get("effect", ())[:1]
        for point in named:
            assert point in rows and rows[point][1] is not None, (name, point)
        for point, low, high in profile["identify"]:
            assert low <= high, (name, point)
        for point, low, high, states in profile["valid"]:
            assert low < high and set(states or ()) <= set(STATES), (name, point)
        for limit, _ in profile["limits_live"]:
            assert limit in ("p_charge_max_w", "p_discharge_max_w"), (name, limit)


def test_control_block_is_whole_where_a_device_is_controlled():
    for name, profile in profiles():
        control = profile["control"]
        assert (control is not None) == (profile["kind"] in ("charger", "bes", "transfer_switch")), name
        if control is None:
            continue
        assert control["write_memory"] in ("ram", "flash", "unknown") and control["refresh_ms"] > 0, name
        if profile["kind"] == "transfer_switch":
            assert sorted(control) == sorted(SWITCH_CONTROL), name
            # As many relays as one word has bits; given back, all of them are on.
            assert 1 <= control["circuits"] <= 16 and (1 << control["circuits"]) - 1 in control["give"][0][2], name
            continue
        assert sorted([row for row in control if row not in SPECIAL]) == sorted(CONTROL + BACKUP[profile["backup"]]), name
        assert control["p_form"] in ITEMS and ("rated" in control) == (control["p_form"] == "percent"), name
        assert control["q_form"] in ("none", "signed_var") and control["zero"] in ("write", "stop", "forbidden"), name
        assert 0 <= control["min_write_ms"] < control["refresh_ms"], "a refresh would put every change off: " + name
        limits = [limit for limit, _ in control["guards"]["after_change_ms"]]
        assert limits[-1] is None and limits[:-1] == sorted(limits[:-1]), name


def test_sequences_write_consecutive_points_with_known_values():
    for name, profile in profiles():
        if not profile["control"]:
            continue
        space = spaces(profile)
        for sequence in SEQUENCES:
            for function, first, values in profile["control"].get(sequence, ()):
                address = point_rows(profile)[first][2]
                home = space.get(point_rows(profile)[first][1], "holding")
                assert home != "input", (name, sequence, first)
                block = dict([(row[2], row) for row in profile["points"] if space.get(row[1], "holding") == home])
                assert function == 16 or (function == 6 and len(values) == 1), (name, sequence, first)
                for value in values:
                    row = block[address]
                    assert value in VARIABLES if isinstance(value, str) else -32768 <= value <= 65535, (name, value)
                    address += REGISTERS[row[3]]


def used_values(profile, sequence):
    return [value for step in profile["control"].get(sequence, ()) for value in step[2]]


def test_stop_needs_no_setpoint_and_set_carries_one():
    for name, profile in profiles():
        if profile["kind"] not in ("charger", "bes"):
            continue
        used = dict([(key, used_values(profile, key)) for key in SEQUENCES])
        for item in ITEMS[profile["control"]["p_form"]]:
            assert item in used["set"] and item not in used["stop"] + used["give"], name
        assert ("q_var" in used["set"]) == (profile["control"]["q_form"] == "signed_var"), name


def test_strides_gates_and_windows_name_what_is_there():
    for name, profile in profiles():
        rows = point_rows(profile)
        blocks = [row[0] for row in profile["blocks"]]
        for block, base, stride in profile.get("strides", ()):
            assert block in blocks and base >= 0 and stride >= 0, (name, block)
        for point, gate, allowed, otherwise in profile.get("gates", ()):
            assert rows[point][1] is not None and rows[gate][1] is not None and allowed, (name, point)
            assert otherwise == 0 or point == "state" and otherwise in STATES, (name, point)
        control = profile["control"] or {}
        for least in control.get("window", ()):
            assert least is None or (rows[least][1] is not None if isinstance(least, str) else least >= 0), name
        rated = control.get("rated")
        assert rated is None or (rows[rated][1] is not None if isinstance(rated, str) else rated > 0), name
        # Nobody charges with a register that can't say it.
        if "window" in control:
            assert control["window"][0] is not None, name


def test_the_recovery_ladder_climbs_in_order_and_ends():
    for name, profile in profiles():
        rungs = [row[0] for row in profile["recover"]]
        assert rungs == [rung for rung in RUNGS if rung in rungs] and rungs[0] == "reconnect", name
        for rung, gap_s, per_day in profile["recover"]:
            assert gap_s > 0 and 0 < per_day <= 1000, (name, rung)
        if profile["control"]:
            assert ("restart" in rungs) == ("restart" in profile["control"]), name
        for rung, gap_s, per_day in profile["recover"]:
            assert rung != "power_cycle" or gap_s >= 120 and per_day <= 6, name


def test_a_transfer_switch_gets_its_three_orders_at_once_and_shows_them():
    for name, profile in profiles():
        if profile["kind"] != "transfer_switch":
            continue
        control, rows = profile["control"], point_rows(profile)
        assert [step[2] for step in control["set"]] == [("close", "bond", "circuits")], name
        assert len(control["readback"]) == 3 and "close_cmd" == control["set"][0][1] == control["readback"][0], name
        assert "watchdog_s" in used_values(profile, "take") and profile["watchdog"], name
        # isolation is proven by two of mirror contacts, second contactor and voltmeter
        proofs = ("open_a" in rows) + ("series_open" in rows) + ("grid_a_v" in rows)
        assert proofs >= 2 and "load_v" in rows and "reset_button" in rows, name
        # A mirror contact for each pole that is switched: neutral and at least one phase.
        assert "open_n" in rows and "bond_closed" in rows and "circuits_on" in rows, name


def test_who_backs_up_a_house_can_be_told_and_shows_it():
    for name, profile in profiles():
        rows = point_rows(profile)
        if profile["backup"] == "none":
            assert "form_state" not in rows and "island" not in rows, name
            continue
        assert profile["kind"] == "charger" and profile["control"]["in_island"] in ("hold", "set"), name
        assert profile["watchdog"] is not None, name
        if profile["backup"] == "commanded":
            assert used_values(profile, "form") == ["form", "form_v_v", "form_f_hz", "form_i_a"], name
            assert len(profile["control"]["form"]) == 1, "half an order forms something else"
            for point in ("form_state", "form_cmd", "form_v_v", "v_an_v", "f_hz", "p_ac_w", "i_rated_a"):
                assert rows[point][1] is not None, (name, point)
            assert "form_cmd" in [step[1] for step in profile["control"]["give"]], name
        else:
            assert used_values(profile, "reserve") == ["reserve_pct"] and "island" in rows, name
        assert profile["dynamics"]["standby_w"] > 0 and profile["dynamics"]["efficiency"], name


def test_watchdog_and_dynamics_are_in_range():
    for name, profile in profiles():
        watchdog = profile["watchdog"]
        if watchdog:
            assert watchdog["point"] in point_rows(profile) and watchdog["max_s"] > 0 and watchdog["on_expiry"], name
            # refreshed at least three times before it can expire at its longest
            assert profile["control"]["refresh_ms"] * 3 <= watchdog["max_s"] * 1000, name
        last_w = 0
        for p_w, charge, discharge in profile["dynamics"]["efficiency"]:
            assert p_w > last_w and 0 < charge <= 1 and 0 < discharge <= 1, name
            last_w = p_w
        assert profile["dynamics"]["response_ms"] >= 0 and profile["dynamics"]["standby_w"] >= 0, name


def test_what_taking_control_disables_is_said():
    assert "fuse" in load("wallbox-quasar-1")["control"]["disables"]
    assert load("sim-four-quadrant")["control"]["disables"] is None


def test_facts_of_the_field_drivers_stay():
    quasar = point_rows(load("wallbox-quasar-1"))
    for point, address in (("owner", 81), ("p_set_w", 260), ("action", 257), ("p_rated_w", 514), ("v_an_v", 522),
                           ("p_ac_w", 526), ("state", 537), ("soc_pct", 538), ("v_dc_v", 547), ("i_dc_a", 548)):
        assert quasar[point][2] == address, point
    assert quasar["p_set_w"][6] == -1 and quasar["p_ac_w"][6] == -1
    meter = point_rows(load("eastron-sdm630"))
    for point, address in (("v_an_v", 0), ("i_a_a", 6), ("p_a_w", 12), ("q_a_var", 24), ("p_pcc_w", 52),
                           ("q_pcc_var", 60), ("f_hz", 70), ("e_import_wh", 72), ("e_export_wh", 74)):
        assert meter[point][2] == address and meter[point][3] == "float32", point
    assert meter["p_pcc_w"][6] == -1


def test_a_sunspec_profile_agrees_with_the_tables_of_its_models():
    meter = {"W": "p_pcc_w", "WphA": "p_a_w", "VAR": "q_pcc_var", "VARphC": "q_c_var", "PhVphB": "v_bn_v", "AphA": "i_a_a",
             "Hz": "f_hz", "TotWhImp": "e_import_wh", "TotWhExp": "e_export_wh"}
    charger = {"W": "p_ac_w", "Var": "q_ac_var", "Hz": "f_hz", "AL1": "i_a_a", "VL3": "v_cn_v", "WMax": "p_rated_w",
             "VAMax": "s_rated_va", "VNom": "v_nom_v", "WChaRteMax": "p_charge_max_w", "WDisChaRteMax": "p_discharge_max_w",
             "WSetEna": "owner", "WSet": "p_set_w", "WSetRvrtTms": "watchdog_s", "VarSet": "q_set_var", "SoC": "soc_pct",
             "Prt.1.DCSta": "state", "DERHb": "heartbeat"}
    for _, profile in profiles():
        if ADDRESSED_BY_DEVICE not in profile:
            continue
        models = dict(profile[ADDRESSED_BY_DEVICE]["models"])
        named = charger if profile["control"] else meter
        tables = dict([(block, layout.load(models[block])) for block in models])
        for block, name, address in profile[ADDRESSED_BY_DEVICE]["scale_factors"]:
            assert tables[block].find(name)[:2] == (address, "sunssf"), name
        for point, block, address, kind, scale, _, _, _ in profile["points"]:
            places = [row for row in tables[block].rows({"NPrt": 1}) if row[1] == address]
            if not places:      # the lower half of 64 bits
                assert [row[2] for row in tables[block].rows({"NPrt": 1}) if row[1] == address - 2] == ["uint64"], point
                continue
            path, _, table_kind, scale_factor, is_writable = places[0]
            assert named.get(path, point) == point and table_kind.replace("bitfield", "uint").replace("acc", "uint") == kind, (point, path)
            assert scale == (scale_factor or scale), point
            assert is_writable or block != "setpoint" or point == "reversion_left_ms", point
