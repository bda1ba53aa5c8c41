"""Messages: what is written can be read, every mistake has its code, the tables are whole.

Not its job: JSON itself (test_strict_json.py), signatures (test_auth.py). Source: protocols/message_tables.py.
"""

from protocols import message_tables, message_tables_seldom, message_texts, messages, refusals

ALL = message_tables.MESSAGES + message_tables_seldom.MESSAGES
COMMAND = {"id": "c1", "seq": 7, "iat_ms": 1763660000000, "exp_ms": 1763660060000, "priority": 20, "device": "left",
           "kind": "setpoint", "p_w": -3400}
TELEMETRY = {"boot": "b1", "seq": 1, "mono_ms": 12000}


def refusal(name, content):
    """Code of the error that encode raises."""
    try:
        messages.encode(name, content)
    except ValueError as error:
        return str(error)
    return None


def changed(base, **changes):
    """A copy of a message with changes."""
    copy = dict(base)
    copy.update(changes)
    return copy


def test_a_command_is_written_in_the_order_of_the_table():
    assert messages.encode("cmd", COMMAND) == (
        b'{"v":1,"id":"c1","seq":7,"iat_ms":1763660000000,"exp_ms":1763660060000,"priority":20,"device":"left",'
        b'"kind":"setpoint","p_w":-3400}')


def test_reading_gives_every_field_and_none_for_what_was_left_out():
    content, error = messages.decode("cmd", messages.encode("cmd", COMMAND))
    assert error is None
    assert content == changed(COMMAND, nbf_ms=None, offline_s=None, ramp_w_s=None)


def test_every_mistake_in_a_command_has_its_code_and_path():
    cases = (
        (b'{"v":1}', "missing_field", "id"),
        (b'[]', "not_an_object", ""),
        (b'{"id":"c1"}', "unknown_version", "v"),
        (b'{"v":2}', "unknown_version", "v"),
        (b'{"v":true}', "unknown_version", "v"),
        (b'{"v":"1"}', "unknown_version", "v"),
    )
    for payload, code, path in cases:
        assert messages.decode("cmd", payload)[1][:2] == (code, path), payload
    wire = messages.encode("cmd", COMMAND)
    swaps = (
        (b'"p_w":-3400', b'"p_w":-1000001', "out_of_range", "p_w"),
        (b'"p_w":-3400', b'"p_w":"-3400"', "wrong_type", "p_w"),
        (b'"p_w":-3400', b'"p_w":true', "wrong_type", "p_w"),
        (b'"p_w":-3400', b'"p_w":null', "missing_field", "p_w"),
        (b'"p_w":-3400', b'"p_x":-3400', "missing_field", "p_w"),
        (b'"seq":7', b'"seq":7.5', "wrong_type", "seq"),
        (b'"seq":7', b'"seq":-1', "out_of_range", "seq"),
        (b'"priority":20', b'"priority":256', "out_of_range", "priority"),
        (b'"id":"c1"', b'"id":""', "out_of_range", "id"),
        (b'"id":"c1"', b'"id":"' + b"x" * 41 + b'"', "too_long", "id"),
        (b'"setpoint"', b'"explode"', "unknown_choice", "kind"),
        (b'"setpoint"', b'["setpoint"]', "wrong_type", "kind"),
        (b'"setpoint"', b'"wape_lift"', "unknown_field", "p_w"),
        (b'"p_w":-3400', b'"p_w":-3400,"epsilon":1', "unknown_field", "epsilon"),
    )
    for old, new, code, path in swaps:
        content, error = messages.decode("cmd", wire.replace(old, new))
        assert content is None and error[:2] == (code, path), (new, error)
        assert error[3], new


def test_unknown_fields_of_a_newer_gateway_are_ignored_but_not_those_of_a_command():
    content, error = messages.decode("tele", b'{"v":1,"boot":"b","seq":1,"mono_ms":2,"new_w":3}')
    assert error is None and "new_w" not in content and content["p_w"] is None
    assert messages.decode("host_state", b'{"v":1,"state":"online","session":"s","new_w":3}')[1][0] == "unknown_field"


def test_a_wild_measurement_goes_out_as_unknown():
    wild = changed(TELEMETRY, f_hz=1e30, p_w=float("nan"), soc_pct=101, v_an_v=230.5)
    content, error = messages.decode("tele", messages.encode("tele", wild))
    assert error is None
    assert (content["f_hz"], content["p_w"], content["soc_pct"], content["v_an_v"]) == (None, None, None, 230.5)


def test_a_long_text_is_cut_on_its_way_up_and_refused_on_its_way_down():
    content, error = messages.decode("tele", messages.encode("tele", changed(TELEMETRY, why="x" * 500)))
    assert error is None and content["why"] == "x" * 200
    assert "too_long" in refusal("cmd", changed(COMMAND, id="x" * 41))


def test_an_error_stays_short_whatever_came():
    wire = messages.encode("cmd", COMMAND).replace(b'"p_w"', b'"' + b"k" * 3000 + b'":1,"p_w"')
    assert len(messages.decode("cmd", wire)[1][1]) == 40


def test_mistakes_of_our_own_are_raised():
    assert "missing_field" in refusal("tele", {"boot": "b1"})
    assert "unknown_field" in refusal("tele", changed(TELEMETRY, p_kw=3))
    assert "wrong_type" in refusal("tele", changed(TELEMETRY, state=3))
    assert "out_of_range" in refusal("cmd", changed(COMMAND, ramp_w_s=0))
    assert "out_of_range" in refusal("cmd", changed(COMMAND, p_w=float("nan")))
    assert "oversized" in refusal("config_desired", {
        "id": "c", "iat_ms": 1, "version": 2, "base_version": 1, "access": "operator", "set": {"x": "y" * 9000}})


def test_lists_of_records_and_of_words():
    batch = {"boot": "b1", "batch": 3, "tele": [changed(TELEMETRY, device="left", p_w=-1.5, flags=["meter_lost"])]}
    content, error = messages.decode("hist", messages.encode("hist", batch))
    assert error is None
    record = content["tele"][0]
    assert (record["device"], record["p_w"], record["flags"], record["q_var"]) == ("left", -1.5, ["meter_lost"], None)
    bad = b'{"v":1,"boot":"b","batch":1,"tele":[%s]}'
    cases = ((b"3", "wrong_type", "tele[0]"), (b'{"device":"x"}', "missing_field", "tele[0].boot"),
             (b'{"device":"x","boot":"b","seq":1,"mono_ms":1,"flags":[1]}', "wrong_type", "tele[0].flags[0]"))
    for item, code, path in cases:
        assert messages.decode("hist", bad.replace(b"%s", item))[1][:2] == (code, path), item
    assert messages.decode("hist", bad.replace(b"%s", b",".join([b"{}"] * 51)))[1][0] == "too_long"


def test_a_full_telemetry_record_fits_and_survives():
    full = {}
    for name, kind, _, low, high, _ in message_tables.TELEMETRY:
        full[name] = {"text": "x" * (high if kind == "text" else 0), "list": ["flag"], "int": high, "number": high}[kind]
    content, error = messages.decode("tele", messages.encode("tele", full))
    assert error is None and content == full


def test_every_unit_is_at_the_end_of_its_name():
    endings = {"W": "_w", "var": "_var", "V": "_v", "A": "_a", "Hz": "_hz", "%": "_pct", "pu": "_pu", "VA": "_va",
               "Wh": "_wh", "W/s": "_w_s", "s": "_s", "ms": "_ms", "min": "_min", "bytes": "_bytes"}
    for row in ALL + message_tables.KINDS:
        for field in row[-1]:
            if field[2] in endings:
                assert field[0].endswith(endings[field[2]]), (row[0], field[0])
            else:
                assert field[2] in (None, "1"), field


def test_every_row_has_its_text_and_every_text_its_row():
    needed = []
    for row in ALL:
        needed += [(row[0], field[0]) for field in row[6]]
        for field in row[6]:
            if field[1] == "list" and not message_tables.is_plain(field):
                needed += [(row[0] + "." + field[0], inner[0]) for inner in field[3]]
    for kind, fields in message_tables.KINDS:
        needed += [("cmd:" + kind, field[0]) for field in fields]
    for where, name in needed:
        assert message_texts.field_text(where, name), (where, name)
    for where, name, _ in message_texts.FIELD_TEXTS:
        places = [place for place, field in needed if field == name]
        known = where in places or (where == "" and places) or (where == "telemetry" and "tele" in places)
        assert known or name == "v", (where, name)
    assert [row[0] for row in ALL] == [name for name, _ in message_texts.MESSAGE_TEXTS]


def test_reasons_are_numbered_without_gaps():
    assert [row[0] for row in refusals.TABLE] == list(range(len(refusals.TABLE)))
    assert refusals.LATE == 7 and refusals.name_of(7) == "late" and refusals.name_of(99) == "unknown"


def test_what_changes_a_gateway_is_signed_and_commands_are_never_retained():
    for name, direction, _, _, retain, signed, _ in ALL:
        # Pieces of a bundle are covered by the signature of its manifest.
        assert (signed is not None) == (name == "enrol" or direction == "dn" and name != "chunk"), name
        assert not (name == "cmd" and retain)
    assert messages.row("config_desired")[5] == "rsa"
