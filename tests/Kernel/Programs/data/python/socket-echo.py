import socket, threading
def solve(messages):
    server = socket.create_server(("127.0.0.1", 0))
    def echo():
        connection, _ = server.accept()
        with connection, connection.makefile("rwb") as stream:
            for line in stream:
                stream.write(line.upper())
                stream.flush()
    threading.Thread(target=echo, daemon=True).start()
    with socket.create_connection(server.getsockname()) as client, client.makefile("rw") as stream:
        answers = []
        for message in messages:
            stream.write(message + "\n")
            stream.flush()
            answers.append(stream.readline().rstrip("\n"))
        return answers
# === wrong
def solve(messages):
    return list(messages)
# === tests
assert solve(["one", "two words", "3"]) == ["ONE", "TWO WORDS", "3"]
