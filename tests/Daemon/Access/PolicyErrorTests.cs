using AgentSandbox.Jails.Configuration;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Access;

/// <summary>A bad policy is refused, and the message names file, line and field.</summary>
public sealed class PolicyErrorTests
{
    [Theory]
    [InlineData("{}", "policy.json:1: file: 'roles' is missing")]
    [InlineData("{ \"roles\": {},\n\"princpals\": [] }", "policy.json:2: princpals: unknown key; known are $schema, principals, roles")]
    [InlineData("{ \"roles\": [], \"principals\": [] }", "policy.json:1: roles: must be an object")]
    [InlineData("{ \"roles\": {}, \"principals\": [\n{ \"uid\": 1, \"roles\": [\"ghost\"] } ] }", "policy.json:2: principals[0].roles[0]: 'ghost' is unknown; known are ")]
    public void Parse_WhenTheShapeIsWrong_SaysWhere(string json, string message) => Refuses(message, json);

    [Theory]
    [InlineData("\"colour\": \"red\"", "colour: unknown key; known are binds, ceilings, degraded, permissions, profiles, quotas, rates, review, scope, summary, widen")]
    [InlineData("\"permissions+\": []", "permissions+: unknown key; known are binds, ceilings, degraded, permissions, profiles, quotas, rates, review, scope, summary, widen")]
    [InlineData("\"scope\": \"some\"", "scope: must be one of \"own\", \"all\"")]
    [InlineData("\"binds\": \"all\"", "binds: must be one of \"none\", \"read\", \"write\"")]
    [InlineData("\"widen\": 1", "widen: must be true or false")]
    [InlineData("\"profiles\": [\"../x\"]", "profiles[0]: '../x' is no profile's name, nor \"*\"")]
    [InlineData("\"ceilings\": { \"ram\": \"1G\" }", "ceilings.ram: unknown key; known are cpuSet, cpuTime, cpuWeight, cpus, fileSize, idle, ioReadBytes, ioReads, ioWeight, ioWriteBytes, ioWrites, memory, memoryHigh, openFiles, output, pids, stack, swap, timeout")]
    [InlineData("\"ceilings\": { \"memory\": 5 }", "ceilings.memory: must be a string")]
    [InlineData("\"quotas\": { \"jail\": 5 }", "quotas.jail: unknown key; known are commands, cpus, disk, jails, memory, pids")]
    [InlineData("\"quotas\": { \"jails\": -1 }", "quotas.jails: must be a whole number from 0 to 2147483647")]
    [InlineData("\"rates\": { \"jail.*\": \"1/1s\" }", "rates[\"jail.*\"]: 'jail.*' is no permission")]
    [InlineData("\"rates\": { \"jail.create\": \"fast\" }", "rates[\"jail.create\"]: 'fast' is no rate: write 60/1m, 5/1s or 1000/1d")]
    [InlineData("\"rates\": { \"jail.create\": \"0/1m\" }", "rates[\"jail.create\"]: '0/1m' is no rate: write 60/1m, 5/1s or 1000/1d")]
    [InlineData("\"rates\": { \"jail.create\": \"5/0s\" }", "rates[\"jail.create\"]: '5/0s' is no rate: write 60/1m, 5/1s or 1000/1d")]
    [InlineData("\"degraded\": [\"seccomp\"]", "degraded[0]: 'seccomp' is unknown; known are cgroup.cpu, cgroup.io, cgroup.kill, cgroup.memory, cgroup.pids, landlock, landlock.tcp")]
    public void Parse_WhenARoleIsWrong_SaysWhere(string field, string message) =>
        Refuses($"policy.json:3: roles.one.{message}", $"{{ \"roles\": {{ \"one\": {{ \"summary\": \"x\",\n\"permissions\": [],\n{field} }} }}, \"principals\": [] }}");

    [Theory]
    [InlineData("\"uid\": 1, \"gid\": 1", ": needs exactly one of uid, user, gid, group, unit, key")]
    [InlineData("\"optional\": true", ": needs exactly one of uid, user, gid, group, unit, key")]
    [InlineData("\"uid\": -1", ".uid: must be a whole number from 0 to 4294967294")]
    [InlineData("\"uid\": 4294967295", ".uid: must be a whole number from 0 to 4294967294")]
    [InlineData("\"uid\": \"agent\"", ".uid: must be a whole number from 0 to 4294967294")]
    [InlineData("\"user\": \"ghost\"", ".user: this host has no user 'ghost'; name it by number, or with \"optional\": true")]
    [InlineData("\"group\": \"ghosts\"", ".group: this host has no group 'ghosts'; name it by number, or with \"optional\": true")]
    [InlineData("\"unit\": \"agent\"", ".unit: 'agent' is no unit: write agent.service, or user@1000.service/agent.service")]
    [InlineData("\"key\": \"A B\"", ".key: 'A B' is no key's name: a lower-case letter, then up to 31 of a-z 0-9 -")]
    public void Parse_WhenAPrincipalIsWrong_SaysWhere(string who, string message) =>
        Refuses($"policy.json:2: principals[0]{message}", $"{{ \"roles\": {{ \"one\": {{ \"summary\": \"x\", \"permissions\": [] }} }}, \"principals\": [\n{{ {who}, \"roles\": [\"one\"] }} ] }}");

    [Fact]
    public void Parse_WhenAPermissionIsUnknown_NamesThoseThereAre() =>
        Assert.StartsWith(
            "policy.json:1: roles.one.permissions[0]: 'jail.fly' is no permission; there are *, jail.create, jail.get, ",
            Assert.Throws<ConfigException>(() => Policies.Parse("{ \"roles\": { \"one\": { \"summary\": \"x\", \"permissions\": [\"jail.fly\"] } }, \"principals\": [] }")).Message,
            StringComparison.Ordinal);

    private static void Refuses(string message, string json) => Assert.Equal(message, Assert.Throws<ConfigException>(() => Policies.Parse(json)).Message);
}
