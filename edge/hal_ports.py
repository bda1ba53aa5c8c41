"""Which serial ports a Linux machine has, who holds one, and the words for what is wrong with one.

Not its job: opening (hal_serial.py).
Source: proc(5); names of ports, groups and services as Debian and systemd have them.
"""
import errno
import os


def holders(device):
    """[(process id, name)] of other processes that have the port open, as far as this user may see them."""
    try:
        real = os.path.realpath(device)
        processes = [name for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    except (OSError, AttributeError):
        return []
    return [(int(name), _name_of(name)) for name in processes if _has_open(name, real)]


def _has_open(process, real):
    folder = "/proc/%s/fd" % process
    try:
        return any(os.readlink(folder + "/" + number) == real for number in os.listdir(folder))
    except OSError:
        return False    # it has ended, or is another user's


def _name_of(process):
    try:
        with open("/proc/%s/comm" % process) as file:
            return file.read().strip()
    except OSError:
        return "?"


def busy_words(device, others):
    """Who has the port, and what to do about it."""
    if not others:
        return "%s is in use by another program; stop it, or give this bus another port" % device
    names = ", ".join(["%s (process %d)" % (name, number) for number, name in others])
    hint = "stop it, or give this bus another port"
    if any("getty" in name for _, name in others):
        hint = "it offers a login there: systemctl disable --now serial-getty@%s, and take console= off the kernel's line" % device[5:]
    return "%s is in use by %s; %s" % (device, names, hint)


def open_words(device, number):
    """Why a port could not be opened, and what to do about it. number: errno."""
    if number == errno.ENOENT:
        there = ports()
        return "there is no %s; is the adapter plugged in? %s" % (
            device, "there are: " + ", ".join(there) if there else "no serial port is there")
    if number in (errno.EACCES, errno.EPERM):
        return "%s may not be opened by this user; add it to the port's group: usermod -aG dialout USER, then start anew" % device
    if number == errno.EBUSY:
        return busy_words(device, holders(device))
    if number in (errno.ENXIO, errno.ENODEV, errno.EIO):
        return "%s has no hardware behind it; is the adapter plugged in?" % device
    return "%s: %s" % (device, os.strerror(number))


def ports():
    """Paths of the serial ports this machine has: by their lasting names where there are any, built-in ones with hardware."""
    found = []
    for folder, starts in (("/dev/serial/by-id", ("",)), ("/dev", ("ttyUSB", "ttyACM", "ttyAMA", "ttySC", "ttymxc"))):
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        found += [folder + "/" + name for name in names if name.startswith(starts)]
    return found
