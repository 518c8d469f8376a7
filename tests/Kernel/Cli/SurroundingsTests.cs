using Xunit;

namespace AgentSandbox.Tests.Kernel.Cli;

/// <summary>What a program finds when it starts, beside its arguments: as if started by hand.</summary>
public sealed class SurroundingsTests
{
    [Fact]
    public void Umask_Is022() => Prints("0022\n", "sh", "-c", "umask");

    [Fact]
    public void NoSignal_IsIgnoredOrBlocked_AlsoIfOursAre()
    {
        CliResult run = Sandboxctl.Drive("ignoring.py", "sh", "-c", "grep -E '^Sig(Ign|Blk)' /proc/self/status");

        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", run.Out);
    }

    [Fact]
    public void Pipeline_EndsBySigpipe() => Prints("y\n141\n", "--profile", "shell", "--", "bash", "-c", "yes | head -n 1; echo ${PIPESTATUS[0]}");

    [Fact]
    public void ProfilesLimit_IsLowered_ToWhatTheHostGives()
    {
        CliResult run = Sandboxctl.Contain("/usr/bin/prlimit", ["--nofile=500:500", Sandboxctl.Executable, .. Sandboxctl.Options("--profile", "node"), "--", "sh", "-c", "ulimit -Hn"]);

        Assert.Equal(("500\n", 0), (run.Out, run.ExitCode));
    }

    [Fact]
    public void NoCore_IsDumped() =>
        Prints("(1, 1) -11 []\n", "python3", "-c", "import os, resource, subprocess; print(resource.getrlimit(resource.RLIMIT_CORE), subprocess.run(['sh', '-c', 'kill -SEGV $$']).returncode, os.listdir())");

    [Fact]
    public void WorkingDirectoryAndHome_AreTheWorkspace_AndWritable() =>
        Prints("/workspace /workspace\nagent 1000 1000\n", "sh", "-c", "touch ~/a ./b && echo $(pwd) $HOME && stat -c '%U %u %g' b");

    [Fact]
    public void WorkingDirectory_CanBeChosen() => Prints("/usr/share\n", "--workdir", "/usr/share", "--", "pwd");

    [Fact]
    public void Fds_AreThreeAndNoMore()
    {
        CliResult run = Sandboxctl.Drive("ignoring.py", "ls", "/proc/self/fd");

        Assert.Equal("0\n1\n2\n3\n", run.Out); // 3 is the directory that ls reads
    }

    [Fact]
    public void Process_LeadsASessionWithoutTerminal() =>
        Prints("True no terminal\n", "python3", "-c", "import os\nprint(os.getsid(0) == os.getpid() == os.getpgrp(), end=' ')\ntry: os.open('/dev/tty', os.O_RDWR)\nexcept OSError: print('no terminal')");

    [Fact]
    public void Groups_AreTheJailsOwn() => Prints("1000 1000 [] agent jail\n", "python3", "-c", "import os, pwd, socket; print(os.getuid(), os.getgid(), [g for g in os.getgroups() if g != 1000], pwd.getpwuid(os.getuid()).pw_name, socket.gethostname())");

    [Fact]
    public void Loopback_IsUp() =>
        Prints("b'hi'\n", "python3", "-c", "import socket; s = socket.create_server(('127.0.0.1', 0)); c = socket.create_connection(('localhost', s.getsockname()[1])); c.send(b'hi'); print(s.accept()[0].recv(9))");

    private static void Prints(string expected, params string[] optionsAndCommand)
    {
        CliResult run = Sandboxctl.Run(optionsAndCommand.Contains("--") ? [.. Sandboxctl.Options(), .. optionsAndCommand] : Sandboxctl.Jailed(optionsAndCommand));

        Assert.Equal((expected, "", 0), (run.Out, run.Err, run.ExitCode));
    }
}
