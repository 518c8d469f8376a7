using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Proof;

namespace AgentSandbox.Jails.Policy;

/// <summary>The files of <c>/etc</c> that real programs read and that must not be the host's.</summary>
internal static class GeneratedEtc
{
    private const string NsSwitch = """
        passwd: files
        group: files
        shadow: files
        hosts: files dns
        networks: files
        protocols: files
        services: files

        """;

    private const string Protocols = """
        ip	0	IP
        icmp	1	ICMP
        igmp	2	IGMP
        tcp	6	TCP
        udp	17	UDP
        ipv6	41	IPv6
        ipv6-icmp	58	IPv6-ICMP
        sctp	132	SCTP

        """;

    private const string Services = """
        echo		7/tcp
        echo		7/udp
        discard		9/tcp		sink null
        discard		9/udp		sink null
        daytime		13/tcp
        ftp-data	20/tcp
        ftp		21/tcp
        ssh		22/tcp
        telnet		23/tcp
        smtp		25/tcp		mail
        time		37/tcp		timserver
        domain		53/tcp
        domain		53/udp
        tftp		69/udp
        gopher		70/tcp
        finger		79/tcp
        http		80/tcp		www
        kerberos	88/tcp		kerberos5 krb5
        pop3		110/tcp		pop-3
        sunrpc		111/tcp		portmapper
        ntp		123/udp
        imap2		143/tcp		imap
        snmp		161/udp
        irc		194/tcp
        ldap		389/tcp
        https		443/tcp
        https		443/udp
        submission	587/tcp
        ldaps		636/tcp
        imaps		993/tcp
        pop3s		995/tcp
        mysql		3306/tcp
        postgresql	5432/tcp	postgres
        amqp		5672/tcp
        redis		6379/tcp
        http-alt	8080/tcp	webcache

        """;

    /// <summary>The files for a jail of <paramref name="profile"/>.</summary>
    internal static IEnumerable<RootFile> Files(JailProfile profile)
    {
        IsolationPolicy who = profile.Isolation;
        string home = profile.Filesystem.Workspace;
        yield return new("/etc/group", $"root:x:0:\n{who.User}:x:{who.Gid}:\nnogroup:x:65534:\n");
        yield return new("/etc/hostname", $"{who.Hostname}\n");
        yield return new("/etc/hosts", $"127.0.0.1 localhost {who.Hostname}\n::1 localhost ip6-localhost ip6-loopback\n");
        yield return new(ProbePlanner.Canary, "# The proof of confinement tries to execute this file, and Landlock must refuse it.\n", Executable: true);
        yield return new("/etc/nsswitch.conf", NsSwitch);
        yield return new(
            "/etc/passwd",
            $"root:x:0:0:root:/:/usr/sbin/nologin\n{who.User}:x:{who.Uid}:{who.Gid}:{who.User}:{home}:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
        yield return new("/etc/protocols", Protocols);
        yield return new("/etc/resolv.conf", "# no resolver: this jail has no network but loopback\n");
        yield return new("/etc/services", Services);
    }
}
