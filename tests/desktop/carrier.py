"""Another program on the desktop that has a picture: on the clipboard, and as a file that can be dragged out of it.

Usage: carrier.py PICTURE. Prints `ready` once its window is mapped and the clipboard is taken.
"""

import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, Gtk  # noqa: E402

picture = pathlib.Path(sys.argv[1]).resolve()
window = Gtk.Window(title="Carrier", type_hint=Gdk.WindowTypeHint.UTILITY)
window.set_default_size(90, 90)
window.set_keep_above(True)
window.move(0, 0)

handle = Gtk.EventBox()
handle.add(Gtk.Label(label="Drag me"))
handle.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
handle.drag_source_add_uri_targets()
handle.connect("drag-data-get", lambda _w, _c, data, _i, _t: data.set_uris([picture.as_uri()]))
window.add(handle)

clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)


def on_map(_window, _event):
    clipboard.set_image(GdkPixbuf.Pixbuf.new_from_file(str(picture)))
    print("ready", flush=True)


window.connect("map-event", on_map)
window.show_all()
Gtk.main()
