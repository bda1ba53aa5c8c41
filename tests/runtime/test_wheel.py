"""The wheel is whole: built, installed alone into a fresh environment, and exercised without any library."""

import importlib.util
import pathlib
import subprocess
import sys
import venv
import zipfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ("edge", "protocols", "host_sim", "tools", "boards")

IMPORT_ALL = """
import importlib, pathlib, tools
site = pathlib.Path(tools.__file__).parents[1]
assert site.name == "site-packages", site
for room in ("edge", "protocols", "tools/gateway"):
    for path in sorted((site / room).rglob("*.py")):
        if path.name != "__init__.py":
            importlib.import_module(".".join(path.relative_to(site).with_suffix("").parts))
            print(path.relative_to(site).as_posix())
"""


def call(*command, cwd):
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (path,) = folder.glob("v2g_edge-*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Folder of programs of an environment that holds the wheel and nothing else, not even pip."""
    if importlib.util.find_spec("pip") is None:
        pytest.skip("no pip in this environment to install the wheel with")
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    call(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    return folder / "bin"


def committed_files():
    done = subprocess.run(["git", "ls-files", "-z", *ROOMS], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git checkout: nothing to compare the wheel with")
    return {path for path in done.stdout.split("\0") if path and (ROOT / path).is_file()}


def test_wheel_holds_every_committed_file_of_the_rooms(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert committed_files() - names == set()
    assert "boards/linux-generic/board.json" in names


def test_wheel_holds_the_licence_and_nothing_of_the_workshop(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} <= set(ROOMS)
    assert not [name for name in names if "__pycache__" in name]


def test_wheel_needs_nothing(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    needs = [line for line in archive.read(name).decode().splitlines() if line.startswith("Requires-Dist:")]
    assert all("; extra ==" in line for line in needs)


def test_command_runs_from_the_wheel(installed, tmp_path):
    assert call(installed / "v2g", "--version", cwd=tmp_path).startswith("v2g-edge 0.")
    assert "usage: v2g VERB" in call(installed / "v2g", "--help", cwd=tmp_path)


def test_firmware_and_gateway_verbs_import_without_any_library(installed, tmp_path):
    imported = call(installed / "python", "-I", "-c", IMPORT_ALL, cwd=tmp_path).split()
    assert "edge/version.py" in imported and len(imported) > 10


def test_firmware_carries_the_version_of_the_package(wheel, installed, tmp_path):
    version = call(installed / "python", "-I", "-c", "from edge.version import VERSION; print(VERSION)", cwd=tmp_path)
    assert wheel.name.startswith("v2g_edge-%s-" % version.strip())


@pytest.mark.parametrize("verb", ["docs", "tidy"])
def test_verbs_that_need_a_checkout_say_so(verb, installed, tmp_path):
    done = subprocess.run([installed / "v2g", verb], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 3 and done.stderr.startswith("v2g %s: works on a checkout of the project; " % verb)
    assert done.stderr.count("\n") == 1


def test_missing_extra_is_said_in_one_line(installed, tmp_path):
    code = (
        "import sys, types\nfrom tools import cli\n"
        "verb = types.ModuleType('verb')\nverb.add_arguments = lambda parser: None\n"
        "verb.run = lambda args: __import__('numpy')\nsys.modules['verb'] = verb\n"
        "cli.VERBS += (('x', cli.PROJECT, 'verb', 'x'),)\nsys.exit(cli.main(['x']))"
    )
    done = subprocess.run([installed / "python", "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 3
    assert done.stderr.strip().endswith("pip install 'v2g-edge[demo]'") and done.stderr.count("\n") == 1
