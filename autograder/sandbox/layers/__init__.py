"""The layers of confinement, one file each: what the kernel offers, by ctypes."""
