/* Socket families and protocols, socket options, and what can be reached. */
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "attack.h"

#define FAMILIES 64

static long try_socket(int family, int type, int protocol)
{
    long fd = CALL(SYS_socket, family, type, protocol);
    if (fd >= 0) {
        close((int)fd);
    }
    return fd;
}

static void families(char **arguments)
{
    UNUSED(arguments);
    static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET };
    for (int family = 0; family < FAMILIES; family++) {
        if (family == AF_UNIX || family == AF_INET || family == AF_INET6 || family == AF_NETLINK) {
            continue;
        }
        for (size_t i = 0; i < COUNT(types); i++) {
            char what[32];
            snprintf(what, sizeof what, "family %d", family);
            answer(what, try_socket(family, types[i], 0));
        }
    }
}

static void crypto(char **arguments)
{
    UNUSED(arguments);
    answer("AF_ALG", try_socket(AF_ALG, SOCK_SEQPACKET, 0));
    answer("AF_ALG, SOCK_CLOEXEC", try_socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

static void any_socket(char **arguments)
{
    UNUSED(arguments);
    static const int all[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };
    for (size_t i = 0; i < COUNT(all); i++) {
        answer("socket", try_socket(all[i], SOCK_DGRAM, 0));
    }
}

static void netlink(char **arguments)
{
    UNUSED(arguments);
    for (int protocol = 1; protocol < 32; protocol++) {
        char what[32];
        snprintf(what, sizeof what, "netlink protocol %d", protocol);
        answer(what, try_socket(AF_NETLINK, SOCK_RAW, protocol));
    }
}

/* The kernel's reply to one request, as -errno. */
static long route_request(uint16_t type, uint16_t flags, const void *body, size_t size)
{
    struct { struct nlmsghdr header; char body[64]; } request = { .header = { .nlmsg_len = NLMSG_LENGTH(size), .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags } };
    struct { struct nlmsghdr header; struct nlmsgerr error; char rest[512]; } reply = { 0 };
    memcpy(request.body, body, size);
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    long result = fd < 0 || send(fd, &request, request.header.nlmsg_len, 0) < 0 || recv(fd, &reply, sizeof reply, 0) < 0 ? -errno : reply.error.error;
    close(fd);
    return result;
}

static void change_network(char **arguments)
{
    UNUSED(arguments);
    struct ifinfomsg link = { .ifi_index = 1, .ifi_change = IFF_UP };
    struct ifaddrmsg address = { .ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = 1 };
    struct rtmsg route = { .rtm_family = AF_INET, .rtm_table = RT_TABLE_MAIN, .rtm_type = RTN_UNICAST };
    answer("RTM_NEWLINK", route_request(RTM_NEWLINK, 0, &link, sizeof link));
    answer("RTM_NEWADDR", route_request(RTM_NEWADDR, NLM_F_CREATE, &address, sizeof address));
    answer("RTM_NEWROUTE", route_request(RTM_NEWROUTE, NLM_F_CREATE, &route, sizeof route));
    struct ifreq request = { .ifr_name = "lo", .ifr_flags = 0 };
    answer("SIOCSIFFLAGS", CALL(SYS_ioctl, socket(AF_INET, SOCK_DGRAM, 0), SIOCSIFFLAGS, &request));
}

static void raw_sockets(char **arguments)
{
    UNUSED(arguments);
    answer("AF_INET, SOCK_RAW", try_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    answer("AF_INET, SOCK_RAW, IPPROTO_RAW", try_socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
    answer("AF_INET6, SOCK_RAW", try_socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6));
    answer("AF_INET, SOCK_PACKET", try_socket(AF_INET, SOCK_PACKET, 0x0300));
    answer("AF_INET, SOCK_DCCP", try_socket(AF_INET, SOCK_DCCP, 0));
}

static void protocols(char **arguments)
{
    UNUSED(arguments);
    static const int all[] = { 1, 33, 58, 115, 132, 256, 262 }; /* ICMP, DCCP, ICMPv6, L2TP, SCTP, SMC, MPTCP */
    for (size_t i = 0; i < COUNT(all); i++) {
        char what[32];
        snprintf(what, sizeof what, "protocol %d", all[i]);
        answer(what, try_socket(AF_INET, SOCK_STREAM, all[i]));
        answer(what, try_socket(AF_INET6, SOCK_DGRAM, all[i]));
    }
}

static void socket_pairs(char **arguments)
{
    UNUSED(arguments);
    static const int all[] = { AF_INET, AF_INET6, AF_TIPC, AF_VSOCK, AF_NETLINK };
    for (size_t i = 0; i < COUNT(all); i++) {
        int pair[2];
        answer("socketpair", CALL(SYS_socketpair, all[i], SOCK_STREAM, 0, pair));
    }
}

static void socket_programs(char **arguments)
{
    UNUSED(arguments);
    struct sock_filter accept_all[] = { BPF_STMT(BPF_RET | BPF_K, 0xffff) };
    struct sock_fprog program = { .len = COUNT(accept_all), .filter = accept_all };
    int fd = socket(AF_INET, SOCK_STREAM, 0), none = -1;
    answer("SO_ATTACH_FILTER", CALL(SYS_setsockopt, fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program));
    answer("SO_ATTACH_BPF", CALL(SYS_setsockopt, fd, SOL_SOCKET, SO_ATTACH_BPF, &none, sizeof none));
    answer("SO_ATTACH_REUSEPORT_CBPF", CALL(SYS_setsockopt, fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program));
    answer("SO_ATTACH_REUSEPORT_EBPF", CALL(SYS_setsockopt, fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, &none, sizeof none));
    answer("TCP_ULP", CALL(SYS_setsockopt, fd, SOL_TCP, TCP_ULP, "tls", 4));
    answer("TCP_ULP with high bits", CALL(SYS_setsockopt, fd, (1L << 40) | SOL_TCP, (1L << 40) | TCP_ULP, "tls", 4));
}

static long try_connect(const char *address, uint16_t port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
    inet_pton(AF_INET, address, &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    long result = CALL(SYS_connect, fd, &to, sizeof to);
    close(fd);
    return result;
}

static void outside(char **arguments)
{
    UNUSED(arguments);
    static const char *const addresses[] = { "8.8.8.8", "169.254.169.254", "10.0.0.1", "172.17.0.1", "192.168.0.1" };
    for (size_t i = 0; i < COUNT(addresses); i++) {
        answer(addresses[i], try_connect(addresses[i], 80));
    }
}

static void host_port(char **arguments)
{
    if (arguments[0] == NULL) {
        unable("no port was given");
    }
    answer("127.0.0.1", try_connect("127.0.0.1", (uint16_t)atoi(arguments[0])));
}

static void interfaces(char **arguments)
{
    UNUSED(arguments);
    struct if_nameindex *all = if_nameindex();
    int others = 0;
    for (struct if_nameindex *one = all; one != NULL && one->if_index != 0; one++) {
        others += strcmp(one->if_name, "lo") != 0;
    }
    must(all != NULL && others == 0, "%d interfaces beside lo", others);
}

static void abstract_socket(char **arguments)
{
    if (arguments[0] == NULL) {
        unable("no name was given");
    }
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    size_t length = strlen(arguments[0]);
    memcpy(to.sun_path + 1, arguments[0], length);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    answer("connect", CALL(SYS_connect, fd, &to, offsetof(struct sockaddr_un, sun_path) + 1 + length));
}

const struct attack socket_attacks[] = {
    { "socket-families", families }, { "socket-crypto", crypto }, { "socket-any", any_socket }, { "netlink-families", netlink }, { "change-network", change_network },
    { "raw-sockets", raw_sockets }, { "socket-protocols", protocols }, { "socket-pairs", socket_pairs }, { "socket-programs", socket_programs },
    { "outside-addresses", outside }, { "host-port", host_port }, { "interfaces", interfaces }, { "abstract-socket", abstract_socket }, { NULL, NULL },
};
