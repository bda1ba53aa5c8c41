"""Where a gateway on this machine keeps what is its own, and how it is stopped.

Not its job: reading or writing there.
Source: `v2g run` and the service file of boards/linux-generic.
"""

STOP_COMMAND = "sudo systemctl stop v2g-edge (or Ctrl-C where `v2g run` was typed)"


def store_beside(site):
    """The folder a gateway uses when it is told none: v2g-store beside its site file."""
    folder = str(site).rpartition("/")[0]
    return (folder + "/" if folder else "") + "v2g-store"
