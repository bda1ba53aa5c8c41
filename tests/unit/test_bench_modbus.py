"""The Modbus bench runs and reports all three clients; how fast is not a test's business."""

from tools.bench import modbus


def test_all_three_clients_get_right_answers():
    rates = modbus.measure(duration_s=0.5)
    assert sorted(rates) == ["modbus_req_s", "pymodbus_async_req_s", "pymodbus_sync_req_s"]
    assert all(isinstance(rate, int) and rate > 0 for rate in rates.values())
