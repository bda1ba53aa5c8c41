"""`v2g emulate sunspec-der` in a process of its own, scanned, read and given curves by pysunspec2."""

import json
import select
import signal
import subprocess
import sys
import time

import pytest

sunspec2 = pytest.importorskip("sunspec2", reason="pysunspec2 is an extra")
from sunspec2.modbus.client import SunSpecModbusClientDeviceTCP  # noqa: E402
from sunspec2.modbus.modbus import ModbusClientException  # noqa: E402

PATIENCE_S = 60        # for anything that a busy machine may delay
SPEED = 20             # simulated seconds per second: response times of seconds pass at once
V_NOM_V, S_MAX_VA = 230.0, 10000
IN_PROGRESS, COMPLETED, FAILED = 0, 1, 2
MODELS = [1, *range(701, 716), 802]


@pytest.fixture
def client():
    """Starts the device on a grid of v_pu and gives pysunspec2's client, scanned and read."""
    started = []

    def start(v_pu=1.0, *options):
        command = [sys.executable, "-m", "tools.cli", "emulate", "sunspec-der", "--port", "0", "--json", "--speed", str(SPEED),
                   "--voltage", str(v_pu * V_NOM_V), *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        assert select.select([process.stdout], [], [], PATIENCE_S)[0], "no `ready`"
        port = json.loads(process.stdout.readline())["port"]
        device = SunSpecModbusClientDeviceTCP(slave_id=1, ipaddr="127.0.0.1", ipport=port, timeout=PATIENCE_S)
        device.scan()
        started.append(device)
        return device

    yield start
    for process, device in zip(started[::2], started[1::2]):
        device.close()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0 and errors == "", errors


def model(device, model_id):
    found = device.models[model_id][0]
    found.read()
    assert not found.error_info
    return found


def adopt(found, index):
    """Asks for a curve, gives the result."""
    found.AdptCrvReq.value = index
    found.write()
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        found.read()
        if found.AdptCrvRslt.value != IN_PROGRESS:
            return found.AdptCrvRslt.value
        time.sleep(0.01)
    raise AssertionError("the adoption never ends")


def wait_var(device, q_var):
    """Waits until reactive power is where the curve says."""
    measured = device.models[701][0]
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        measured.read()
        if measured.Var.cvalue == pytest.approx(q_var, abs=3):
            return
        time.sleep(0.05)
    raise AssertionError(f"{measured.Var.cvalue} var, never {q_var}")


def test_the_scan_finds_every_model_in_order(client):
    device = client()
    assert [found.model_id for found in device.model_list] == MODELS
    assert [found.model_len for found in device.model_list if found.model_id in (701, 702, 703, 704, 713, 715)] == [
        153, 50, 17, 65, 7, 7]
    assert device.base_addr == 40000


def test_every_model_reads_without_error(client):
    device = client()
    for found in device.model_list:
        found.read()
        assert not found.error_info and found.ID.value == found.model_id, found.model_id


def test_scale_factors_and_what_is_not_implemented_are_right(client):
    device = client(1.02, "--frequency", "49.987", "--soc", "77.25")
    ac = model(device, 701)
    assert ac.LNV.cvalue == pytest.approx(1.02 * V_NOM_V, abs=0.005) and ac.Hz.cvalue == pytest.approx(49.987)
    assert ac.LLV.cvalue == pytest.approx(1.02 * V_NOM_V * 3 ** 0.5, abs=0.006)
    assert ac.PF.cvalue is None and ac.TmpCab.value is None and ac.Tmp_SF.value is None and ac.MnAlrmInfo.value is None
    assert ac.W.cvalue == 0 and ac.ACType.value == 2
    assert model(device, 713).SoC.cvalue == pytest.approx(77.25, abs=0.02)
    assert model(device, 1).Mn.value == "V2G Edge" and model(device, 1).Opt.value is None
    capacity = model(device, 702)
    assert capacity.WMaxRtg.cvalue == S_MAX_VA and capacity.VNomRtg.cvalue == V_NOM_V
    assert capacity.WOvrExtRtg.cvalue == 8980 and capacity.PFUndExtRtg.cvalue == pytest.approx(0.898)
    assert capacity.AbnOpCatRtg.value == 2 and capacity.NorOpCatRtg.value == 1
    assert model(device, 703).ESHzHi.cvalue == pytest.approx(50.1)
    assert model(device, 711).Ctl[0].DbOf.cvalue == pytest.approx(0.036)
    assert model(device, 711).Ctl[0].KOf.cvalue == pytest.approx(0.05)
    assert model(device, 705).V_SF.value <= -1


def test_stored_curves_are_writable_copies_with_four_points(client):
    found = model(client(), 705)
    assert found.NCrv.value >= 2 and found.NPt.value >= 4
    points = [[(point.V.cvalue, point.Var.cvalue) for point in curve.Pt[:4]] for curve in found.Crv]
    assert points == [[(92, 44), (98, 0), (102, 0), (108, -44)]] * found.NCrv.value
    assert [curve.ActPt.value for curve in found.Crv] == [4] * found.NCrv.value
    assert [curve.ReadOnly.value for curve in found.Crv] == [1] + [0] * (found.NCrv.value - 1)


def test_vars_follow_a_curve_that_was_changed_in_one_point_and_adopted(client):
    device = client(1.05)
    found = model(device, 705)
    found.Ena.value = 1
    found.write()
    wait_var(device, -2200)
    found.Crv[1].Pt[3].V.cvalue = 106
    found.Crv[1].write()
    assert adopt(found, 2) == COMPLETED
    assert found.Crv[0].Pt[3].V.cvalue == 106
    wait_var(device, -4400 * 3 / 4)


def test_a_bad_index_and_a_bad_curve_fail_and_the_old_curve_stays(client):
    device = client(1.05)
    found = model(device, 705)
    found.Ena.value = 1
    found.write()
    assert adopt(found, found.NCrv.value + 1) == FAILED
    found.Crv[1].Pt[1].V.cvalue = 110      # beyond the third point
    found.Crv[1].write()
    assert adopt(found, 2) == FAILED
    assert found.Crv[0].Pt[1].V.cvalue == 98
    wait_var(device, -2200)


def test_the_curve_in_force_cannot_be_written(client):
    found = model(client(), 705)
    found.Crv[0].Pt[0].V.cvalue = 91
    with pytest.raises(ModbusClientException, match="Modbus exception: [23]"):
        found.Crv[0].write()
    found.read()
    assert found.Crv[0].Pt[0].V.cvalue == 92


def test_nested_trip_curves_are_adopted(client):
    found = model(client(), 707)
    assert [(point.V.cvalue, point.Tms.cvalue) for point in found.Crv[0].MustTrip.Pt] == [
        (0, 2), (50, 2), (50, 21), (88, 21), (88, 1000)]
    for point in found.Crv[1].MustTrip.Pt[3:]:
        point.V.cvalue = 80
    found.Crv[1].write()
    assert adopt(found, 2) == COMPLETED
    assert found.Crv[0].MustTrip.Pt[3].V.cvalue == 80 and found.Crv[0].MomCess.ActPt.value == 3


def test_setpoints_move_the_power_and_lapse(client):
    device = client()
    found = model(device, 704)
    found.WSetRvrtTms.cvalue = 200      # simulated seconds
    found.WSet.cvalue = -4000
    found.WSetEna.value = 1
    found.write()
    measured = device.models[701][0]
    seen = []
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s and not (seen and seen[-1] == 0 and -4000 in seen):
        measured.read()
        seen.append(measured.W.cvalue)
        time.sleep(0.05)
    assert -4000 in seen and seen[-1] == 0
    found.read()
    assert found.WSetEna.value == 0 and found.WSet.cvalue == 0 and found.WSetRvrtRem.cvalue == 0


def test_on_a_60_hz_grid_it_is_a_60_hz_device(client):
    device = client(240 / V_NOM_V, "--frequency", "60")
    assert model(device, 702).VNom.cvalue == 240 and model(device, 709).Crv[0].MustTrip.Pt[3].Hz.cvalue == 58.5
    assert model(device, 701).ConnSt.value == 1 and model(device, 701).Alrm.value == 0
