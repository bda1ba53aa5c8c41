"""For every device profile, grid code and owner of Q: exactly one runs a function, the device or the gateway, or nobody.

Not its job: whether it runs it well. Source: the table of who does what in ARCHITECTURE.md.
"""

from edge import config_loader, grid_code, who_does_what
from edge.drivers import native_settings
from edge.drivers.profile_loader import load_profile
from edge.law_pass import LawPass
from edge.law_table import LAWS
from edge.who_does_what import DEVICE, GATEWAY, NOBODY
from protocols.profiles import NAMES
from tests.portable import fake_site

Q_MODES = ("unity", "wape", "cpf", "crp", "volt_var", "watt_var")
MODELS = range(701, 716)     # that a device has
# function -> law, where they differ
LAW_OF = {"enter_service": "grid_mode"}
DUTY = {"dso": {"contact": "1"}}     # without it a site of paragraph 14a is not whole
ALL_ON = {"volt_watt": {"enabled": True}, "p_limit": {"enabled": True}, "droop": {"of_enabled": True, "uf_enabled": True}}


def controllable():
    """Profiles that take setpoints."""
    return [profile for profile in [load_profile(name) for name in NAMES] if profile["kind"] in ("charger", "bes")]


def discharge_w(profile):
    """What such a device may be allowed to discharge."""
    return 3000 if profile["control"].get("window", (0, 0))[1] is not None else 0


def site(profile, **sections):
    """(Config, errors) of a site with one such device that may discharge, where it can at all."""
    kind = "bes" if profile["kind"] == "bes" else "evse"
    document = fake_site.document(wape={"enabled": True, "tau_s": 60}, bus=[{"name": "lan", "host": "127.0.0.1"}], **sections)
    del document["evse"]
    document[kind] = [{"name": "der1", "profile": profile["name"], "bus": "lan", "phases": profile["phases"],
                       "p_charge_max_w": 3000, "p_discharge_max_w": discharge_w(profile),
                       "trip_declared": "trip" not in profile["native"]}]
    return config_loader.load(document, load_profile)


def is_left_to_others(profile, errors):
    """Whether the site is refused because this device is too slow, or takes no vars, for what the gateway would run."""
    refused = [path for path, _, allowed, hint in errors
               if "must do it by itself" in hint or "takes no reactive power" in allowed]
    assert refused == [row[0] for row in errors], (profile["name"], errors)
    assert not errors or profile["control"]["q_form"] == "none", (profile["name"], errors)
    return bool(errors)


def who_runs(function, profile, config):
    """What the parts that act would do: (device, gateway)."""
    kind = "bes" if profile["kind"] == "bes" else "evse"
    laws = LawPass(kind, config, who_does_what.native(profile, config)).names
    in_gateway = LAW_OF.get(function, function) in laws
    if "sunspec" not in profile:
        return function in profile["native"], in_gateway
    jobs = native_settings.jobs(config, profile, MODELS)
    return True in [row[3] for row in jobs if row[0] == function], in_gateway


def check(profile, config, told):
    for function in who_does_what.FUNCTIONS:
        in_device, in_gateway = who_runs(function, profile, config)
        place = (profile["name"], told, function)
        assert not (in_device and in_gateway), place
        runner = who_does_what.runner(function, profile, config)
        if getattr(config, function) is None and runner == DEVICE:
            assert not in_gateway, place        # as its maker set it
            continue
        assert {DEVICE: (True, False), GATEWAY: (False, True), NOBODY: (False, False)}[runner] == (in_device, in_gateway), place
        if who_does_what.is_wanted(function, config):
            # What is wanted is done: by nobody only where a gateway would be too slow.
            assert runner != NOBODY or function in who_does_what.DEVICE_ONLY, place


def test_never_two_and_never_nobody_for_every_profile_code_and_owner_of_vars():
    for profile in controllable():
        for code in [None] + grid_code.names():
            for q_mode in Q_MODES if code in (None, "ieee1547-b-iii", "asnzs4777-a") else Q_MODES[:1]:
                grid = {"q_mode": q_mode}
                if code is not None:
                    grid["code"] = code
                config, errors = site(profile, grid=grid, **(DUTY if code is not None and "14a" in code else {}))
                if is_left_to_others(profile, errors):
                    continue
                check(profile, config, (code, q_mode))


def test_the_same_with_every_function_switched_on():
    for profile in controllable():
        for q_mode in Q_MODES:
            config, errors = site(profile, grid={"code": "ieee1547-b-iii", "q_mode": q_mode}, **ALL_ON)
            if is_left_to_others(profile, errors):
                continue
            check(profile, config, q_mode)
            owners = [function for function in who_does_what.Q_FUNCTIONS
                      if who_does_what.runner(function, profile, config) != NOBODY]
            assert owners == ([q_mode] if q_mode in who_does_what.Q_FUNCTIONS else [])


def test_vars_in_the_setpoint_and_a_native_owner_exclude_each_other():
    for profile in controllable():
        for q_mode in Q_MODES:
            config, errors = site(profile, grid={"q_mode": q_mode})
            if is_left_to_others(profile, errors):
                continue
            is_set = who_does_what.sets_vars(profile, config)
            assert not (is_set and q_mode in who_does_what.native(profile, config)), (profile["name"], q_mode)
            if "sunspec" in profile and is_set:
                assert [row for row in native_settings.jobs(config, profile, MODELS) if row[0] == "crp"] == []


def test_too_fast_for_a_gateway_is_never_a_law():
    laws = [row[1] for row in LAWS] + [row[2] for row in LAWS]
    for function in who_does_what.DEVICE_ONLY:
        assert function not in laws


def test_without_native_protection_nothing_may_be_fed_in():
    for profile in controllable():
        bare = dict(profile)
        bare["native"] = tuple([function for function in profile["native"] if function != "trip"])
        document = fake_site.document(bus=[{"name": "lan", "host": "127.0.0.1"}])
        del document["evse"]
        kind = "bes" if profile["kind"] == "bes" else "evse"
        row = {"name": "der1", "profile": profile["name"], "bus": "lan", "phases": profile["phases"], "p_charge_max_w": 3000}
        for p_w, is_refused in ((0, False), (1, True), (3000, True)):
            document[kind] = [dict(row)]
            document[kind][0]["p_discharge_max_w"] = p_w
            _, errors = config_loader.load(document, lambda name: bare)
            assert is_refused == ("p_discharge_max_w" in "".join([error[0] for error in errors])), (profile["name"], errors)
            if p_w <= discharge_w(profile):
                assert (config_loader.load(document, load_profile)[1] == []) == (not is_refused or "trip" in profile["native"])


def test_what_no_register_can_say_goes_to_the_gateway():
    profile = load_profile("sunspec-der")
    for function, key, value, to in (
        ("droop", "of_end_hz", 2.0, GATEWAY), ("droop", "p_base", "pre", GATEWAY), ("droop", "k_of_pu", 0.04, DEVICE),
        ("volt_watt", "charge_enabled", True, GATEWAY), ("volt_watt", "v2_pu", 1.09, DEVICE),
    ):
        sections = {function: dict(ALL_ON[function])}
        sections[function][key] = value
        config, errors = site(profile, **sections)
        assert not errors, errors
        assert who_does_what.runner(function, profile, config) == to, (function, key)
        on = [row[3] for row in native_settings.jobs(config, profile, MODELS) if row[0] == function]
        assert on == [to == DEVICE], "switched off in the device where the gateway runs it"
