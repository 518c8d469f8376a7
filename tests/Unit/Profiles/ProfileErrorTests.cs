using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Profiles;
using Xunit;

namespace AgentSandbox.Tests.Unit.Profiles;

/// <summary>A bad profile is refused, and the message names file, line, field and what would be accepted.</summary>
public sealed class ProfileErrorTests : ProfileDirectory
{
    [Theory]
    [InlineData("\"networks\": {}", "mine.json:3: networks: unknown key; known are $schema, environment, extends, filesystem, isolation, landlock, limits, network, summary, syscalls")]
    [InlineData("\"network\": { \"loopback\": true,\n\"dns\": true }", "mine.json:4: network.dns: unknown key; known are loopback")]
    [InlineData("\"network\": { \"loopback\": 1 }", "mine.json:3: network.loopback: must be true or false")]
    [InlineData("\"network\": true", "mine.json:3: network: must be an object")]
    [InlineData("\"network\": {},\n\"network\": {}", "mine.json:4: network: stands here twice")]
    [InlineData("\"network\": {", "mine.json:4: syntax: Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed.")]
    public void Load_WhenTheShapeIsWrong_SaysWhere(string sections, string message) => Refuses(message, sections);

    [Theory]
    [InlineData("\"allow+\": [\n\"opne\"]", "mine.json:4: syscalls.allow+[0]: 'opne' is not a system call")]
    [InlineData("\"allow+\": [\"12\"]", "mine.json:3: syscalls.allow+[0]: '12' is not a system call")]
    [InlineData("\"allow+\": [\"@reading\"]", "mine.json:3: syscalls.allow+[0]: '@reading' is not a group")]
    [InlineData("\"allow\": [\"read\",\n\"@file-read\"]", "mine.json:4: syscalls.allow[1]: read has its answer already, from syscalls.allow[0] (mine.json:3)")]
    [InlineData("\"allow+\": [\"clone3\"]", "mine.json:3: syscalls.allow+[0]: clone3 is in @dangerous: write { \"call\": \"clone3\", \"why\": \"...\" }")]
    [InlineData("\"allow+\": [\"@mount\"]", "mine.json:3: syscalls.allow+[0]: chroot is in @dangerous: write { \"call\": \"chroot\", \"why\": \"...\" }")]
    [InlineData("\"allow+\": [{ \"call\": \"ptrace\" }]", "mine.json:3: syscalls.allow+[0]: 'why' is missing")]
    [InlineData("\"allow+\": [{ \"call\": \"ptrace\", \"why\": \" \" }]", "mine.json:3: syscalls.allow+[0].why: must not be empty")]
    [InlineData("\"allow\": [],\n\"allow+\": []", "mine.json:4: syscalls.allow+: stands beside 'allow': write one list")]
    [InlineData("\"allows+\": []", "mine.json:3: syscalls.allows+: nothing to add to: the profile that is extended has no list or map 'allows'")]
    [InlineData("\"default+\": \"EPERM\"", "mine.json:3: syscalls.default+: nothing to add to: the profile that is extended has no list or map 'default'")]
    [InlineData("\"default\": \"EFORBIDDEN\"", "mine.json:3: syscalls.default: 'EFORBIDDEN' is not an errno: write EPERM")]
    [InlineData("\"default\": \"None\"", "mine.json:3: syscalls.default: 'None' is not an errno: write EPERM")]
    [InlineData("\"conditional+\": [\"clone\"]", "mine.json:3: syscalls.conditional+[0]: 'clone' is not a rule")]
    [InlineData("\"allow\": [\"read\"],\n\"refuse+\": { \"EACCES\": [\"read\"] }", "mine.json:4: syscalls.refuse+.EACCES[0]: read has its answer already, from syscalls.allow[0] (mine.json:3)")]
    [InlineData("\"refuse\": { \"1\": [] }", "mine.json:3: syscalls.refuse.1: '1' is not an errno: write EPERM")]
    public void Load_WhenSystemCallsAreWrong_SaysWhere(string fields, string message) => Refuses(message, $"\"syscalls\": {{ {fields} }}");

    [Theory]
    [InlineData("\"argument\": \"mode\", \"has\": [\"O_EXCL\"]", "argument: sync has no argument 'mode' that a filter can check; it has none (pointers can change after the check)", "sync")]
    [InlineData("\"argument\": \"path\", \"in\": [\"O_CREAT\"]", "argument: openat has no argument 'path' that a filter can check; it has flags, mode", "openat")]
    [InlineData("\"argument\": \"flags\", \"in\": [\"O_EXCELLENT\"]", "in[0]: 'O_EXCELLENT' is not a known value of 'flags'", "openat")]
    [InlineData("\"argument\": \"flags\", \"in\": [\"AF_UNIX\"]", "in[0]: 'AF_UNIX' is not a known value of 'flags'", "openat")]
    [InlineData("\"argument\": \"flags\", \"in\": []", "in: must not be empty", "openat")]
    [InlineData("\"argument\": \"flags\", \"in\": [\"O_CREAT\", \"O_CREAT\"]", "in[1]: 'O_CREAT' is in the list twice", "openat")]
    [InlineData("\"argument\": \"type\", \"mask\": [\"SOCK_TYPE_MASK\"], \"in\": [\"SOCK_CLOEXEC\"]", "in: a value has bits that the mask leaves out: it would never be found", "socket")]
    [InlineData("\"argument\": \"type\", \"mask\": [\"SOCK_TYPE_MASK\"], \"has\": [\"SOCK_RAW\"]", "has: stands without mask or ignoring: the flags are the mask", "socket")]
    [InlineData("\"argument\": \"type\"", ": needs exactly one of in, notIn, has, lacks, and at most one of mask, ignoring", "socket")]
    public void Load_WhenAConditionIsWrong_SaysWhere(string condition, string message, string call)
    {
        string field = $"syscalls.conditional[0].cases[0].when[0]{(message[0] == ':' ? "" : ".")}";
        Refuses(
            $"mine.json:4: {field}{message}",
            $$"""
            "syscalls": { "allow": [], "conditional": [ { "help": "x", "calls": ["{{call}}"], "else": "allow", "cases": [
              { "when": [ { {{condition}} } ], "answer": "EPERM" } ] } ] }
            """);
    }

    [Theory]
    [InlineData("\"memory\": \"lots\"", "memory: 'lots' is not a size of 1M or more: write 512, 64K, 10M or 1.5G")]
    [InlineData("\"memory\": \"1K\"", "memory: '1K' is not a size of 1M or more: write 512, 64K, 10M or 1.5G")]
    [InlineData("\"memory\": 512", "memory: must be a string")]
    [InlineData("\"memory\": \"5G\"", "memory: 5G is above the ceiling, 4G")]
    [InlineData("\"memory\": \"max\"", "memory: max is above the ceiling, 4G")]
    [InlineData("\"timeout\": \"25h\"", "timeout: 25h is above the ceiling, 1d")]
    [InlineData("\"pids\": 1", "pids: must be a whole number from 2 to 4194304")]
    [InlineData("\"pids\": 2.5", "pids: must be a whole number from 2 to 4194304")]
    [InlineData("\"cpus\": 0", "cpus: must be a number of cores from 0.01 to 1024, or \"max\"")]
    [InlineData("\"openFiles\": 8", "openFiles: must be a whole number from 16 to 1048576")]
    [InlineData("\"timeout\": \"5 minutes\"", "timeout: '5 minutes' is not a time from 10ms to 30d: write 500ms, 30s, 5m, 2h or 1d")]
    [InlineData("\"timeout\": \"31d\"", "timeout: '31d' is not a time from 10ms to 30d: write 500ms, 30s, 5m, 2h or 1d")]
    public void Load_WhenALimitIsWrong_SaysWhere(string limit, string message) =>
        Refuses($"mine.json:4: limits.defaults.{message}", $"\"limits\": {{ \"ceilings\": {{ \"memory\": \"4G\", \"timeout\": \"1d\" }}, \"defaults\": {{\n{limit} }} }}");

    [Theory]
    [InlineData("\"binds+\": { \"usr\": {} }", "binds+.usr: 'usr' must be an absolute path without '.', '..', '//' or a slash at its end")]
    [InlineData("\"binds+\": { \"/a/../etc\": {} }", "binds+[\"/a/../etc\"]: '/a/../etc' must be an absolute path without '.', '..', '//' or a slash at its end")]
    [InlineData("\"binds+\": { \"/proc/x\": {} }", "binds+[\"/proc/x\"]: the root and /proc cannot be mounted over")]
    [InlineData("\"binds+\": { \"/x\": {} }, \"tmpfs+\": { \"/x\": { \"size\": \"1M\", \"inodes\": 99, \"noExec\": true } }", "tmpfs+[\"/x\"]: is a bind as well")]
    [InlineData("\"tmpfs+\": { \"/x\": { \"size\": \"0\", \"inodes\": 99, \"noExec\": true } }", "tmpfs+[\"/x\"].size: '0' is not a size of 4K or more: write 512, 64K, 10M or 1.5G")]
    [InlineData("\"proc\": \"host\"", "proc: must be \"masked\" or \"pid-only\"")]
    [InlineData("\"procMasks\": [\"../sys\"]", "procMasks[0]: '../sys' is not the name of a file in /proc that can be masked")]
    [InlineData("\"procMasks\": [\"1\"]", "procMasks[0]: '1' is not the name of a file in /proc that can be masked")]
    [InlineData("\"devices\": [\"kvm\"]", "devices[0]: 'kvm' is unknown; known are full, null, pts, random, tty, urandom, zero")]
    [InlineData("\"workspace\": \"/home\"", "workspace: '/home' is not one of the tmpfs")]
    public void Load_WhenTheFilesystemIsWrong_SaysWhere(string fields, string message) =>
        Refuses($"mine.json:3: filesystem.{message}", $"\"filesystem\": {{ {fields} }}");

    [Theory]
    [InlineData("\"isolation\": { \"uid\": 0 }", "isolation.uid: must be a whole number from 1 to 65533")]
    [InlineData("\"isolation\": { \"user\": \"Root:x\" }", "isolation.user: 'Root:x' is not a login name: a lower-case letter, then up to 31 of a-z 0-9 _ -")]
    [InlineData("\"isolation\": { \"hostname\": \"a.b\" }", "isolation.hostname: 'a.b' is not a host name: 1 to 63 letters, digits and hyphens")]
    [InlineData("\"isolation\": { \"allowDegraded\": [\"seccomp\"] }", "isolation.allowDegraded[0]: 'seccomp' is unknown; known are cgroup.cpu, cgroup.io, cgroup.kill, cgroup.memory, cgroup.pids, landlock, landlock.tcp")]
    [InlineData("\"landlock\": { \"paths+\": { \"/x\": [] } }", "landlock.paths+[\"/x\"]: grants nothing: leave it out")]
    [InlineData("\"landlock\": { \"tcp\": { \"bind\": [0], \"connect\": [] } }", "landlock.tcp.bind[0]: must be a whole number from 1 to 65535")]
    [InlineData("\"environment\": { \"variables+\": { \"A=B\": \"\" } }", "environment.variables+[\"A=B\"]: is not a variable: letters, digits and _, not a digit first, and no NUL in its value")]
    public void Load_WhenAnotherSectionIsWrong_SaysWhere(string section, string message) => Refuses($"mine.json:3: {message}", section);

    [Fact]
    public void Load_WhenASectionIsMissing_SaysWhich()
    {
        Write("bare", "{\n\"summary\": \"nothing else\" }");
        Assert.Equal("bare.json:1: file: 'isolation' is missing", Assert.Throws<ConfigException>(() => Store.Load("bare")).Message);
    }

    [Fact]
    public void Load_WhenNothingIsExtended_RefusesAPlus()
    {
        Write("bare", "{ \"summary\": \"x\",\n\"syscalls\": {\n\"allow+\": [] } }");
        Assert.Equal(
            "bare.json:3: syscalls.allow+: nothing to add to: the profile that is extended has no list or map 'allow'",
            Assert.Throws<ConfigException>(() => Store.Load("bare")).Message);
    }

    [Fact]
    public void Load_WhenTheParentExtendsToo_Refuses()
    {
        Write("middle", "{ \"summary\": \"x\", \"extends\": \"base\" }");
        Write("bottom", "{ \"summary\": \"x\",\n\"extends\": \"middle\" }");
        Assert.Equal(
            "bottom.json:2: extends: 'middle' extends 'base': one level is allowed, so extend 'base' and repeat what 'middle' adds",
            Assert.Throws<ConfigException>(() => Store.Load("bottom")).Message);
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("../base")]
    [InlineData("groups")]
    public void Load_WhenTheParentIsNoProfile_Refuses(string parent)
    {
        Write("orphan", $"{{ \"summary\": \"x\",\n\"extends\": \"{parent}\" }}");
        Assert.Equal($"orphan.json:2: extends: there is no profile '{parent}'", Assert.Throws<ConfigException>(() => Store.Load("orphan")).Message);
    }

    [Theory]
    [InlineData("\"@Bad\": { \"help\": \"x\", \"calls\": [] }", "groups.@Bad: is not a name: lower-case letters, digits and hyphens, after an @ if it is a group")]
    [InlineData("\"@bad\": { \"calls\": [] }", "groups.@bad: 'help' is missing")]
    [InlineData("\"@bad\": { \"help\": \"x\", \"calls\": [\"read\", \"read\"] }", "groups.@bad.calls[1]: 'read' is in the list twice")]
    [InlineData("", "groups: '@dangerous' is missing")]
    public void Load_WhenTheGroupsAreWrong_SaysWhere(string groups, string message)
    {
        Write("groups", $"{{ \"rules\": {{}},\n\"groups\": {{ {groups} }} }}");
        Assert.Equal($"groups.json:2: {message}", Assert.Throws<ConfigException>(() => Store.Load("base")).Message);
    }
}
