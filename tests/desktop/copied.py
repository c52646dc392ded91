"""Another program on the desktop in which a text was copied.

Usage: copied.py TEXT. Prints `ready` once the text is on the clipboard, and keeps it there until it is ended.
"""

import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)


def copy():
    clipboard.set_text(sys.argv[1], -1)
    Gdk.Display.get_default().sync()
    print("ready", flush=True)


GLib.idle_add(copy)
Gtk.main()
