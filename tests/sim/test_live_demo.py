"""`v2g demo`: one case from end to end, an interruption, and brokers that are not there."""

import asyncio
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tomllib

import pytest

from host_sim.live import demo, lines
from host_sim.report.write import write_report
from host_sim.scenarios import paper_rows, parameters
from host_sim.scenarios.paper_cases import CASE_4

V2G_DEMO = (sys.executable, "-m", "tools.cli", "demo", "--headless")
PATIENCE_S = 120


def leave_earlier_run(out):
    """A file of an earlier run that came to its end."""
    (out / "live" / "case_1").mkdir(parents=True)
    (out / "live" / "case_1" / "gw-646.log").write_text("earlier")


def test_one_case_from_end_to_end(tmp_path):
    said = []
    leave_earlier_run(tmp_path)
    recordings, rows = asyncio.run(demo.run(
        tmp_path, lambda broker: lines.Lines(said.append, broker), own_broker=True, cases=(CASE_4,), settle_s=3))
    assert said[0].startswith("broker: our own, 127.0.0.1:")
    shown = {"case_4", "vsm_base", "vsm_wape", "vsm_vpp", "652_wape", "652_vpp"}
    assert [row["id"] for row in rows] == [row.id for row in paper_rows.ROWS if row.scenario in shown]
    assert all(set(row) == {"id", "unit", "paper", "ours", "tolerance", "reproduced", "note"} for row in rows)
    assert recordings["case_4"].mean("634", "v_v", 0, 3) > 380
    numbers, report = write_report(tmp_path, parameters.as_report(), rows, recordings, "title", how="live")
    assert json.loads(numbers.read_text())["schema"] == 1
    assert "Case 4" in report.read_text()
    assert str(tmp_path) not in numbers.read_text() + report.read_text()
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["live"]
    assert [path.name for path in (tmp_path / "live").iterdir() if path.name.startswith("case")] == ["case_4"]


def test_interrupted_demo_ends_everything_it_started_and_keeps_the_run_before(tmp_path):
    leave_earlier_run(tmp_path)
    process = subprocess.Popen([*V2G_DEMO, "--own-broker", "--out", tmp_path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, start_new_session=True)
    try:
        for line in process.stdout:
            if "supervisor: " in line:
                break
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "everything it started has ended" in errors
    assert (tmp_path / demo.BEFORE / "case_1" / "gw-646.log").read_text() == "earlier"
    sites = list((tmp_path / "live" / "case_1").glob("*.toml"))
    assert len(sites) == len(parameters.BUSES)
    for site in sites:
        port = tomllib.loads(site.read_text())["local"]["query_port"]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), 5)


def test_a_failed_run_gives_way_and_the_good_one_before_it_stays(tmp_path):
    leave_earlier_run(tmp_path)
    demo._set_aside(tmp_path / "live", tmp_path / demo.BEFORE)
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "failed").write_text("")
    demo._set_aside(tmp_path / "live", tmp_path / demo.BEFORE)
    assert not (tmp_path / "live").exists()
    assert (tmp_path / demo.BEFORE / "case_1" / "gw-646.log").read_text() == "earlier"


@pytest.mark.parametrize("url, code, text", (
    ("127.0.0.1:1883", 2, "write mqtt://host:1883"),
    ("mqtt://user:secret@127.0.0.1:1", 3, "no broker at 127.0.0.1:1: Connection refused"),
))
def test_a_broker_that_is_not_there_is_told_at_once(url, code, text, tmp_path):
    leave_earlier_run(tmp_path / "out")
    done = subprocess.run([*V2G_DEMO, "--broker", url, "--out", tmp_path / "out"], capture_output=True, text=True,
                          timeout=PATIENCE_S, cwd=pathlib.Path.cwd())
    assert (tmp_path / "out" / "live" / "case_1" / "gw-646.log").read_text() == "earlier"
    assert done.returncode == code
    assert text in done.stderr
    assert "secret" not in done.stderr
