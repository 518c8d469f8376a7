#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
int main(void) {
    int pair[2], fd = -1, listener = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };
    char text[8] = "";
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) || send(pair[0], "pair", 4, 0) != 4 || recv(pair[1], text, 7, 0) != 4) return 1;
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 1) || connect(client, (void *)&address, sizeof address)) return 2;
    fd = accept(listener, NULL, NULL);
    if (write(client, "stream", 6) != 6 || read(fd, text, 7) != 6) return 3;
    puts(text);
}
