"""Says what is missing before an environment is made; runs on any Python, however old.

Not its job: making the environment (Makefile).
Source: PEP 453; Debian splits ensurepip into python3-venv.
"""

import sys


def problem():
    """What is missing, as a sentence that says what to install; None when nothing is."""
    found = "%d.%d" % sys.version_info[:2]
    if sys.version_info < (3, 11):
        return (
            "Python 3.11 or newer is needed, %s is %s.\n"
            "Install it (Debian, Ubuntu: apt install python3.11 python3.11-venv) and call: make PYTHON=python3.11"
            % (sys.executable, found)
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return (
            "This Python can't make virtual environments: ensurepip is missing.\n"
            "Install it (Debian, Ubuntu: apt install python%s-venv) and call make again." % found
        )
    return None


if __name__ == "__main__":
    sys.exit(problem())
