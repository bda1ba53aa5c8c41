"""The front of `v2g`: verbs found, help that stays light, exit codes that scripts can rely on."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
import types

import pytest

from tools import cli
from tools.commands import docs


def install_verb(monkeypatch, run):
    module = types.ModuleType("made_up_verb")
    module.add_arguments = lambda parser: parser.add_argument("--level", type=int, default=0)
    module.run = run
    monkeypatch.setitem(sys.modules, "made_up_verb", module)
    monkeypatch.setattr(cli, "VERBS", cli.VERBS + (("made-up", cli.PROJECT, "made_up_verb", "do something"),))


@pytest.mark.parametrize("argv", [[], ["--help"], ["-h"], ["help"]])
def test_help_lists_every_verb(argv, capsys):
    assert cli.main(argv) == cli.OK
    text = capsys.readouterr().out
    assert all("  %s " % row[0] in text and row[3] in text for row in cli.VERBS)


@pytest.mark.parametrize("argv", [[], ["grid-code"]])
def test_who_reads_no_further_gets_no_traceback(argv):
    process = subprocess.Popen([sys.executable, "-m", "tools.cli"] + argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b"" and process.wait() == cli.OK


def test_ctrl_c_ends_a_campaign_and_its_workers(tmp_path):
    process = subprocess.Popen([sys.executable, "-m", "tools.cli", "conformance", "--test", "VW", "--out", str(tmp_path / "out")],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    time.sleep(4)       # somewhere in the middle: it takes minutes
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)     # also ends with the last of the workers, which hold the same pipe
    assert process.returncode == cli.INTERRUPTED
    assert not (tmp_path / "out").exists()


def test_version(capsys):
    assert cli.main(["--version"]) == cli.OK
    assert capsys.readouterr().out.startswith("v2g-edge 0.")


def test_unknown_verb_is_a_usage_error_with_a_hint(capsys):
    assert cli.main(["tydi"]) == cli.USAGE
    assert "did you mean 'v2g tidy'?" in capsys.readouterr().err


def test_wrong_option_is_a_usage_error(monkeypatch, capsys):
    install_verb(monkeypatch, lambda args: 0)
    with pytest.raises(SystemExit) as caught:
        cli.main(["made-up", "--level", "high"])
    assert caught.value.code == cli.USAGE
    assert "v2g made-up: error: argument --level" in capsys.readouterr().err


@pytest.mark.parametrize("code", [cli.OK, cli.FAILED])
def test_verb_decides_the_exit_code(monkeypatch, code):
    install_verb(monkeypatch, lambda args: code if args.level == 7 else 99)
    assert cli.main(["made-up", "--level", "7"]) == code


def test_missing_extra_is_unavailable_and_says_what_to_install(monkeypatch, capsys):
    def run(args):
        raise ModuleNotFoundError("No module named 'pymodbus'", name="pymodbus.server")

    install_verb(monkeypatch, run)
    assert cli.main(["made-up"]) == cli.UNAVAILABLE
    assert "v2g made-up: needs the demo extra" in capsys.readouterr().err


def test_a_missing_module_of_our_own_is_not_hidden(monkeypatch):
    def run(args):
        raise ModuleNotFoundError("No module named 'edge.nothing'", name="edge.nothing")

    install_verb(monkeypatch, run)
    with pytest.raises(ModuleNotFoundError):
        cli.main(["made-up"])


@pytest.mark.parametrize("row", cli.VERBS, ids=lambda row: row[0])
def test_row_is_whole(row):
    verb, group, module, text = row
    assert group in cli.GROUPS
    assert importlib.util.find_spec(module) is not None
    assert text[0].islower() and not text.endswith(".")
    parser, _ = cli.parser_of(verb)
    assert all(action.help for action in parser._actions)


def test_verbs_are_unique():
    assert len({row[0] for row in cli.VERBS}) == len(cli.VERBS)


def loaded_by(code):
    script = code + "\nimport sys\nprint('LOADED', *sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.rsplit("LOADED", 1)[1].split())


def test_help_of_all_verbs_loads_no_library():
    # Also a verb's own help: a gateway without extras has to be able to show it.
    loaded = loaded_by("from tools import cli\nfor row in cli.VERBS:\n    cli.parser_of(row[0])")
    assert not loaded & set(cli.EXTRA_OF)


def test_plain_help_loads_no_verb():
    loaded = loaded_by("from tools import cli\ncli.main([])")
    assert not {name for name in loaded if name.startswith(("tools.commands.", "tools.gateway."))}
    assert "asyncio" not in loaded


def test_generated_pages_are_current():
    assert [path.name for path in docs.stale()] == []
