"""Another program on the desktop that holds the clipboard and means harm, or does nothing any longer.

Usage: hostile.py HARM. Prints `ready` once the clipboard is taken. HARM is `hung` (it never answers), `endless` (a text
of 200 MiB) or `bomb` (a picture of some bytes that says it is 60,000 pixels wide and high).
"""

import os
import signal
import struct
import sys
import zlib

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

SIDE = 60_000
harm = sys.argv[1]
clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
owner = Gtk.Invisible()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb():
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes(1 << 20), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def take():
    if harm == "bomb":
        picture = bomb()
        owner.connect("selection-get", lambda _w, data, _i, _t: data.set(Gdk.Atom.intern("image/png", False), 8, picture))
        Gtk.selection_add_target(owner, Gdk.SELECTION_CLIPBOARD, Gdk.Atom.intern("image/png", False), 0)
        Gtk.selection_owner_set(owner, Gdk.SELECTION_CLIPBOARD, Gdk.CURRENT_TIME)
    else:
        clipboard.set_text("a" * (200 << 20) if harm == "endless" else "never told", -1)
    Gdk.Display.get_default().sync()
    print("ready", flush=True)
    if harm == "hung":
        os.kill(os.getpid(), signal.SIGSTOP)


GLib.idle_add(take)
Gtk.main()
