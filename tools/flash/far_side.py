"""The installer as one file that runs on any Linux gateway with Python: a zip application of the modules it needs.

Not its job: what it does there (installer.py).
Source: zipapp of the standard library; the same sources give the same bytes.
"""

import io
import zipfile

from tools.build.board_files import ROOT

MODULES = (
    "edge/__init__.py", "edge/slots.py", "edge/hal_releases.py", "protocols/__init__.py", "protocols/bundle.py",
    "protocols/json_escapes.py", "protocols/refusals.py", "protocols/rsa.py", "protocols/strict_json.py", "tools/__init__.py",
    "tools/flash/__init__.py", "tools/flash/gateway_files.py", "tools/flash/installer.py", "tools/flash/live_system.py",
    "tools/flash/problem.py",
)
START = "import sys\n\nfrom tools.flash import installer\n\nsys.exit(installer.main())\n"
DATE = (1980, 1, 1, 0, 0, 0)


def application(root=ROOT):
    """Bytes of installer.pyz."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in [("__main__.py", START)] + [(name, (root / name).read_text(encoding="utf-8")) for name in MODULES]:
            archive.writestr(zipfile.ZipInfo(name, DATE), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()
