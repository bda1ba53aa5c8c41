"""How a running gateway is stopped: one sentence for every verb that needs its devices.

Not its job: stopping it, where it keeps its state (store_folder.py).
Source: the service file of boards/linux-generic.
"""

STOP_COMMAND = "sudo systemctl stop v2g-edge (or Ctrl-C where `v2g run` was typed)"
