"""What a program sees from inside a jail."""
import os
import socket
import subprocess

print("hello from", socket.gethostname(), "as", os.getuid(), "in", os.getcwd())
print("processes here:", sum(name.isdigit() for name in os.listdir("/proc")))
print("home directories here:", os.listdir("/home") if os.path.isdir("/home") else "none")
open("note.txt", "w").write("the workspace can be written\n")
print(subprocess.run(["cat", "note.txt"], capture_output=True, text=True, check=True).stdout, end="")
for what, attempt in {
    "write to /usr": lambda: open("/usr/x", "w"),
    "read /etc/shadow": lambda: open("/etc/shadow"),
    "connect to 192.0.2.1:80": lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
}.items():
    try:
        attempt()
        print(what + ": it worked, which it must not")
    except OSError as refused:
        print(what + ":", refused.strerror)
