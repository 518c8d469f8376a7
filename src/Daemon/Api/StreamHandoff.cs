using AgentSandbox.Daemon.Handoff;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;
using Files = AgentSandbox.Kernel.Files;

namespace AgentSandbox.Daemon.Api;

/// <summary>Standard streams that callers hand over for a command, so that its bytes never pass through the daemon.</summary>
/// <param name="server">Where they come.</param>
/// <param name="socket">The path of its socket, for callers.</param>
internal sealed class StreamHandoff(HandoffServer server, string socket)
{
    private const string Field = "handoff";

    /// <summary>Checks that nothing is asked that the daemon could not do without seeing the bytes.</summary>
    /// <exception cref="PolicyException">It is.</exception>
    public static void Check(CommandConfig? command)
    {
        if (command?.Terminal is not null)
        {
            throw new PolicyException(Field, "a terminal is made by the daemon: it cannot be handed over");
        }

        if (command?.Limits is { } limits && (limits.HasOutputBytes || limits.CommandIdleTimeout is not null))
        {
            throw new PolicyException(Field, "what passes through streams that are handed over is not seen: command.limits.output_bytes and command_idle_timeout cannot hold");
        }
    }

    /// <summary>Checks that the jail asks nothing of that kind of each of its commands.</summary>
    /// <exception cref="PolicyException">It has an idle time-out.</exception>
    public static void Check(JailEntry entry)
    {
        if (!entry.Jail.Spec.Limits.Idle.IsMax)
        {
            throw new PolicyException("jail", $"{entry.Id} has a command_idle_timeout: streams cannot be handed over to its commands, for what passes through them is not seen");
        }
    }

    /// <summary>Tells the caller where to hand its streams over, and waits for them. The caller of this disposes them.</summary>
    /// <param name="uid">The user who alone may hand them over.</param>
    /// <param name="responses">The caller's stream.</param>
    /// <param name="cancelled">Cancelled when the caller is gone.</param>
    /// <exception cref="PolicyException">They did not come in time, or are none that a jail may have.</exception>
    /// <exception cref="SyscallException">EAGAIN: too many are awaited.</exception>
    public async Task<CommandStdio> ReceiveAsync(uint uid, IServerStreamWriter<ExecResponse> responses, CancellationToken cancelled)
    {
        using ExpectedHandoff expected = Expect(uid);
        await responses.WriteAsync(
            new ExecResponse { HandoffReady = new HandoffReady { Socket = socket, Token = UnsafeByteOperations.UnsafeWrap(expected.Token) } }, cancelled).ConfigureAwait(false);
        HandedStdio files;
        try
        {
            files = await expected.Receive(cancelled).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new PolicyException("state", late.Message);
        }

        try
        {
            foreach (SafeFileHandle file in files.Files)
            {
                CheckFile(file);
            }

            SafeFileHandle stdout = files.Stdout ?? Files.Open("/dev/null", Libc.O_RDWR);
            return new CommandStdio(files.Stdin, stdout, files.Stderr ?? stdout);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    // A terminal of the caller's would let the jail type into it; a directory or an O_PATH fd leads to other files; the rest are no streams.
    private static void CheckFile(SafeFileHandle file)
    {
        string? wrong = (Files.ReadFlags(file) & Libc.O_PATH) != 0 ? "an O_PATH fd"
            : Terminal.IsTerminal(file) ? "a terminal: use command.terminal"
            : Files.FileSystem(file) is Libc.NSFS_MAGIC or Libc.PID_FS_MAGIC ? "a namespace or a process"
            : (Files.Stat(file).stx_mode & Libc.S_IFMT) is Libc.S_IFREG or Libc.S_IFIFO or Libc.S_IFSOCK or Libc.S_IFCHR ? null
            : "no file, pipe or socket";
        if (wrong is not null)
        {
            throw new PolicyException(Field, $"what was handed over is {wrong}");
        }
    }

    private ExpectedHandoff Expect(uint uid)
    {
        try
        {
            return server.Expect(uid);
        }
        catch (InvalidOperationException full)
        {
            throw new SyscallException("handoff", Errno.EAGAIN, full.Message);
        }
    }
}
