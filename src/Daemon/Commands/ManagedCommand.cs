using System.Collections.Immutable;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Daemon.Commands;

/// <summary>A command of a jail as the daemon knows it: its streams, and how it ended.</summary>
internal sealed class ManagedCommand
{
    private static readonly TimeSpan s_drainDeadline = TimeSpan.FromSeconds(1);

    private readonly EventLoop _loop;
    private readonly OutputBuffers _buffers;
    private readonly CommandPipes? _pipes;
    private readonly OutputMeter _meter;
    private readonly long[] _written = new long[2];
    private readonly TaskCompletionSource<CommandResult> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IOutputSink _sink;
    private int _waitingForOutput;

    /// <summary>Takes over a command that was just started; <see cref="WatchAsync"/> waits for its end.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="buffers">Memory for its output.</param>
    /// <param name="id">Its name in its jail.</param>
    /// <param name="argv">What was started.</param>
    /// <param name="command">The command.</param>
    /// <param name="pipes">Our ends of its streams, owned by this object; null: it has somebody else's.</param>
    /// <param name="sink">Where its output goes.</param>
    public ManagedCommand(EventLoop loop, OutputBuffers buffers, string id, ImmutableArray<string> argv, Command command, CommandPipes? pipes, IOutputSink sink)
    {
        Id = id;
        Argv = argv;
        Command = command;
        _loop = loop;
        _buffers = buffers;
        _pipes = pipes;
        _sink = sink;
        _meter = new OutputMeter(command);
        Task[] pumps = pipes is null ? [] : [PumpAsync(pipes.Output, OutputStream.Stdout), .. pipes.Error is null ? Array.Empty<Task>() : [PumpAsync(pipes.Error, OutputStream.Stderr)]];
        Drained = DrainAsync(pumps);
    }

    /// <summary>Its name in its jail: <c>c-1</c>.</summary>
    public string Id { get; }

    /// <summary>The program and its arguments.</summary>
    public ImmutableArray<string> Argv { get; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset StartedAt { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>The command.</summary>
    public Command Command { get; }

    /// <summary>Our ends of its streams that are read; null where somebody else has them.</summary>
    public (SafeFileHandle Output, SafeFileHandle? Error)? Handles => _pipes is null ? null : (_pipes.Output.Handle, _pipes.Error?.Handle);

    /// <summary>True: its streams are a terminal of the jail's own.</summary>
    public bool HasTerminal => _pipes is { Input: not null, Error: null };

    /// <summary>What is kept of its output, if it runs in the background.</summary>
    public OutputRing? Ring => Volatile.Read(ref _sink) as OutputRing;

    /// <summary>Done when it has ended, and that is on record.</summary>
    public Task<CommandResult> Ended => _ended.Task;

    /// <summary>Done when it has ended and its sink has all of its output.</summary>
    public Task Drained { get; }

    /// <summary>False: its streams are its caller's, and the daemon sees nothing of them.</summary>
    public bool TakesInput => _pipes is not null;

    /// <summary>Waits for its end, and lets nobody know of it before it is on record. Call it once.</summary>
    /// <param name="record">Puts it on record.</param>
    public async Task WatchAsync(Action<CommandResult> record)
    {
        try
        {
            CommandResult result = await Command.WaitAsync(_loop).ConfigureAwait(false);
            _pipes?.Input?.Dispose();
            record(result);
            _ended.SetResult(result);
        }
        catch (Exception failure)
        {
            _ended.TrySetException(failure);
            throw;
        }
    }

    /// <summary>Bytes that it wrote to a stream.</summary>
    public long Written(OutputStream stream) => Volatile.Read(ref _written[(int)stream]);

    /// <summary>Writes to its stdin, and waits while it does not read.</summary>
    /// <returns>False: it reads no more.</returns>
    public async ValueTask<bool> WriteInputAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_pipes?.Input is not AsyncFile input)
        {
            return false;
        }

        try
        {
            Command.Touch();
            return await input.WriteAsync(bytes).ConfigureAwait(false);
        }
        catch (SyscallException closed) when (closed.Errno is Errno.EPIPE or Errno.EIO)
        {
            return false; // as in a shell's pipeline: what nobody reads is lost
        }
    }

    /// <summary>The end of its stdin; on a terminal the character that stands for it.</summary>
    public async ValueTask CloseInputAsync()
    {
        if (_pipes is { Error: null })
        {
            await WriteInputAsync(Terminal.EndOfInput).ConfigureAwait(false);
        }
        else
        {
            _pipes?.Input?.Dispose();
        }
    }

    /// <summary>Gives its terminal another size; does nothing if it has none.</summary>
    public void Resize(ushort rows, ushort columns)
    {
        if (_pipes is { Error: null, Output.Handle.IsClosed: false })
        {
            Terminal.SetSize(_pipes.Output.Handle, rows, columns);
        }
    }

    /// <summary>From now on its output goes to <paramref name="sink"/>: its caller has gone away.</summary>
    public void Redirect(IOutputSink sink) => Volatile.Write(ref _sink, sink);

    private async Task DrainAsync(Task[] pumps)
    {
        await ((Task)Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task all = Task.WhenAll(pumps);
        while (!all.IsCompleted)
        {
            long before = Written(OutputStream.Stdout) + Written(OutputStream.Stderr);
            await all.WaitAsync(s_drainDeadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!all.IsCompleted && Volatile.Read(ref _waitingForOutput) > 0 && before == Written(OutputStream.Stdout) + Written(OutputStream.Stderr))
            {
                _pipes!.Dispose(); // somebody whom the command left behind in its jail holds the other end, and says nothing
            }
        }

        _pipes?.Dispose();
        Ring?.End();
        await all.ConfigureAwait(false);
    }

    private async Task PumpAsync(AsyncFile from, OutputStream stream)
    {
        bool isBulk = false;
        bool hasLargePipe = false;
        try
        {
            while (await PassOnWhatIsThereAsync(from, stream, isBulk).ConfigureAwait(false) is bool filled)
            {
                isBulk = filled;
                if (isBulk && !hasLargePipe && !HasTerminal && _buffers.TryTakePipe())
                {
                    hasLargePipe = true;
                    from.TryResizePipe(OutputBuffers.PipeBytes);
                }

                if (!isBulk && !await WaitAsync(from).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        finally
        {
            if (hasLargePipe)
            {
                _buffers.ReturnPipe();
            }
        }
    }

    // True: it filled a small buffer, and there may be more; false: nothing is left for now; null: the end.
    private async ValueTask<bool?> PassOnWhatIsThereAsync(AsyncFile from, OutputStream stream, bool isBulk)
    {
        byte[] chunk = _buffers.Rent(isBulk); // given back while it waits: most commands are silent most of the time
        try
        {
            while (Read(from, chunk) is int count)
            {
                if (count == 0)
                {
                    return null;
                }

                await PassOnAsync(stream, chunk.AsMemory(0, count)).ConfigureAwait(false);
                if (!isBulk && count == chunk.Length)
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            _buffers.Return(chunk);
        }
    }

    private async ValueTask PassOnAsync(OutputStream stream, ReadOnlyMemory<byte> bytes)
    {
        Volatile.Write(ref _written[(int)stream], _written[(int)stream] + bytes.Length);
        int admitted = _meter.Admit(bytes.Length);
        if (admitted > 0)
        {
            await Volatile.Read(ref _sink).WriteAsync(stream, bytes[..admitted]).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> WaitAsync(AsyncFile from)
    {
        Interlocked.Increment(ref _waitingForOutput);
        try
        {
            return await from.WaitReadableAsync().ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waitingForOutput);
        }
    }

    private static int? Read(AsyncFile from, byte[] chunk)
    {
        try
        {
            return from.TryRead(chunk);
        }
        catch (SyscallException closed) when (closed.Errno == Errno.EIO)
        {
            return 0; // the other side of a terminal is closed
        }
    }
}
