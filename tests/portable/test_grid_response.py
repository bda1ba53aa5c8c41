"""Grid-code functions on the whole gateway: the response in the registers, unhurried and unhindered by the ramp.

Not its job: the curves (test_law_vars.py, test_law_volt_watt.py, test_law_droop.py). Source: IEEE 1547-2018 on the
meaning of the open-loop response time; sim-four-quadrant at 230 V, 50 Hz, 6 kW, 7.36 kVA.
"""

from tests.portable.fake_site import set_volts
from tests.portable.test_gateway import setpoint_w, site

F_HZ = 107          # register, mHz
Q_SET = 123         # register, var
SLOW = {"ramp_w_s": 500, "ramp_var_s": 100}     # far slower than the responses below


def q_var(bank):
    value = bank.registers[Q_SET]
    return value - 65536 if value > 32767 else value


def serving(p_w=None, **sections):
    """A gateway in control that has reached its wish: (bank, run)."""
    bank, run = site(control=dict(SLOW, p_default_w=p_w), **sections)
    run.run(30000)
    return bank, run


def answer_ms(run, is_there):
    """Time until the setpoint is there, ms, with the delay that is planned for loop and device."""
    begun_ms = run.now_ms
    while not is_there():
        run.run(20)
        assert run.now_ms - begun_ms < 10000
    return run.now_ms - begun_ms + int(1000 * run.gateway.state.ders[0].view.loop_delay_s)


def in_time(taken_ms, olrt_s):
    """Within a tick and a read of the open-loop response time."""
    return -150 <= taken_ms - 1000 * olrt_s <= 150


def test_volt_var_answers_in_time_whatever_the_ramp_of_vars():
    bank, run = serving(p_w=0, grid={"q_mode": "volt_var"}, volt_var={"olrt_s": 2})
    assert q_var(bank) == 0
    full_var = -0.44 * 7360
    set_volts(bank, 230 * 1.08)
    assert in_time(answer_ms(run, lambda: q_var(bank) <= 0.9 * full_var), 2)
    run.run(8000)
    assert abs(q_var(bank) - full_var) <= 1
    set_volts(bank, 230)
    assert in_time(answer_ms(run, lambda: q_var(bank) >= 0.1 * full_var), 2)


def test_volt_watt_falls_and_rises_with_its_response():
    bank, run = serving(p_w=5000, volt_watt={"enabled": True, "olrt_s": 2})
    assert setpoint_w(bank) == 5000
    set_volts(bank, 230 * 1.1)
    assert in_time(answer_ms(run, lambda: setpoint_w(bank) <= 1580), 2)
    run.run(10000)
    assert setpoint_w(bank) == 1200
    set_volts(bank, 230)
    assert in_time(answer_ms(run, lambda: setpoint_w(bank) >= 4620), 2)
    run.run(8000)
    assert setpoint_w(bank) == 5000


def test_droop_down_and_back_up_with_its_response():
    bank, run = serving(p_w=3000, droop={"of_enabled": True, "uf_enabled": True, "olrt_s": 2})
    for milli_hz, goal_w in ((51286, 0), (48714, 6000)):
        bank.registers[F_HZ] = milli_hz
        assert in_time(answer_ms(run, lambda: abs(setpoint_w(bank) - goal_w) <= 300), 2), milli_hz
        run.run(8000)
        assert abs(setpoint_w(bank) - goal_w) <= 5
        bank.registers[F_HZ] = 50000
        assert in_time(answer_ms(run, lambda: abs(setpoint_w(bank) - 3000) <= 300), 2), milli_hz
        run.run(8000)
        assert setpoint_w(bank) == 3000


def test_a_new_wish_below_a_bound_still_takes_the_ramp():
    bank, run = serving(p_w=0, volt_watt={"enabled": True, "olrt_s": 2})
    set_volts(bank, 230 * 1.08)
    run.run(500)
    run.gateway._commands.append({"kind": "wish", "der": 0, "wish": "discharge_now", "p_w": 6000, "until_ms": run.now_ms + 600000})
    seen = []
    for _ in range(100):
        run.run(100)
        seen.append(setpoint_w(bank))
    steps = [after - before for before, after in zip(seen, seen[1:])]
    assert max(steps) <= 51 and seen[-1] == 3600, (max(steps), seen[-1])


def test_over_voltage_wins_over_under_frequency_which_wins_over_the_operators_limit():
    bank, run = serving(p_w=6000, volt_watt={"enabled": True, "olrt_s": 1}, p_limit={"enabled": True, "p_max_pu": 0.5, "olrt_s": 1},
                        droop={"uf_enabled": True, "olrt_s": 1})
    assert setpoint_w(bank) == 3000
    bank.registers[F_HZ] = 49464
    run.run(8000)
    assert abs(setpoint_w(bank) - 4200) <= 5
    set_volts(bank, 230 * 1.09)
    run.run(8000)
    assert abs(setpoint_w(bank) - 2400) <= 5
    set_volts(bank, 230)
    run.run(8000)
    assert abs(setpoint_w(bank) - 4200) <= 5
    bank.registers[F_HZ] = 50000
    run.run(8000)
    assert abs(setpoint_w(bank) - 3000) <= 5


def test_vars_first_makes_room_in_the_circle():
    bank, run = serving(p_w=-6000, grid={"q_mode": "crp", "q_priority": True}, crp={"q_pu": 0.8, "olrt_s": 1})
    assert abs(q_var(bank) - 5888) <= 2 and abs(setpoint_w(bank) + 4416) <= 2


def test_an_implausible_frequency_or_voltage_is_unknown_and_said_so():
    bank, run = serving(p_w=0, grid={"q_mode": "volt_var"}, droop={"of_enabled": True, "uf_enabled": True, "olrt_s": 1})
    der = run.gateway.state.ders[0]
    bank.registers[F_HZ] = 50536
    set_volts(bank, 230 * 1.08)
    run.run(20000)
    assert abs(setpoint_w(bank) + 1200) <= 5 and abs(q_var(bank) + 3238) <= 5
    assert der.laws.unavailable(der.view) == []
    bank.registers[F_HZ] = 0
    set_volts(bank, 650)
    run.run(20000)
    assert abs(setpoint_w(bank)) <= 5 and abs(q_var(bank)) <= 5, "neither full discharge nor all the vars there are"
    unknown = der.laws.unavailable(der.view)
    assert ("droop", "f_hz") in unknown and ("volt_var", "v_mean_pu") in unknown



def test_permission_withdrawn_acts_without_any_grid_code():
    bank, run = site(control={"ramp_w_s": 50000, "ramp_var_s": 50000, "p_default_w": 4000}, grid={"q_mode": "crp"},
                     crp={"q_pu": 0.3, "olrt_s": 1})
    run.run(15000)
    assert setpoint_w(bank) == 4000 and q_var(bank) > 2000
    run._do(run.gateway.on_query(run.now_ms, 1, {"permit_service": False}))
    run.run(2000)
    assert setpoint_w(bank) == 0 and q_var(bank) == 0
    assert "not in service" in run.gateway.state.ders[0].why()


def test_taking_over_ramps_also_to_a_bound_that_held_before():
    bank, run = site(p_limit={"enabled": True, "p_max_pu": 0.5},
                     control={"ramp_w_s": 500, "ramp_var_s": 500, "p_default_w": 6000})
    run.run(20000)
    assert setpoint_w(bank) == 3000
    run.close("bus:lan")
    der, highest_w = run.gateway.state.ders[0], 0
    for _ in range(150):
        before = der.session
        run.run(100)
        if der.session == before == "controlling":
            assert der.p_set_w <= highest_w + 51, "no step"
            highest_w = der.p_set_w
        else:
            highest_w = max(der.p_set_w, 0)
            assert highest_w <= 101, highest_w
    assert highest_w == 3000
