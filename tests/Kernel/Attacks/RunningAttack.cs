using System.Text;
using AgentSandbox.Ctl.Run;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Attacks;

/// <summary>An attack that goes on until its stdin is closed, in a jail. It says "ready" when it has begun.</summary>
internal sealed class RunningAttack
{
    private readonly Command _command;
    private readonly CommandChannels _channels;

    /// <summary>Starts it, and waits until it is ready.</summary>
    public RunningAttack(Jail jail, params string[] argv)
    {
        _channels = CommandChannels.OpenPipes();
        using (_channels)
        {
            _command = jail.Start(new CommandSpec { Argv = [.. argv] }, _channels.Stdio);
        }

        Assert.Equal("ready", Line());
    }

    /// <summary>Waits for its end, its stdin being closed if <paramref name="closeInput"/>, and returns how it ended and what it saw.</summary>
    public (CommandResult Result, string Said) End(bool closeInput = true)
    {
        if (closeInput)
        {
            _channels.Input.Dispose();
        }

        CommandResult result = _command.Wait();
        string said = Line();
        _channels.Input.Dispose();
        _channels.Output.Dispose();
        _channels.Error!.Dispose();
        return (result, said);
    }

    private string Line()
    {
        byte[] one = new byte[1];
        List<byte> line = [];
        while (Files.Read(_channels.Output, one) == 1 && one[0] != '\n')
        {
            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line]);
    }
}
