using AgentSandbox.Access;
using AgentSandbox.Daemon.Commands;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Proof;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentSandbox.Daemon.Api;

/// <summary>Commands: run, kept in the background, looked at, signalled.</summary>
internal sealed class CommandsService(CallGuard guard, JailMaker maker, JailRegistry registry, CommandRunner runner, StreamHandoff handoff) : V1.Commands.CommandsBase
{
    private const int UsualCap = 64 * 1024;
    private const int LargestCap = 1024 * 1024;
    private const int UsualRing = 1024 * 1024;
    private const int SmallestRing = 4 * 1024;
    private const int LargestRing = 16 * 1024 * 1024;
    private const int ChunkSize = 64 * 1024;
    private const int SIGKILL = 9;

    public override async Task Exec(IAsyncStreamReader<ExecRequest> requestStream, IServerStreamWriter<ExecResponse> responseStream, ServerCallContext context)
    {
        ExecStart start = await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false) && requestStream.Current.MessageCase == ExecRequest.MessageOneofCase.Start
            ? requestStream.Current.Start
            : throw new PolicyException("message", "the first message is the start");
        Authority authority = guard.Require(context, Permissions.CommandRun, start.Jail);
        JailEntry entry = registry.Find(start.Jail, authority.Covers);
        CommandSpec spec = Requests.Command(start.Command) with { IsLast = true };
        CommandStdio? handed = start.Handoff ? await ReceiveAsync(start.Command, authority, responseStream, context).ConfigureAwait(false) : null;
        using ExecSession<ExecRequest> session = new(requestStream, responseStream, InputMessage.Of, () => Keep(start.OnDisconnect, context), context.CancellationToken);
        V1.CommandEnd end = await session.ServeAsync(
            entry, start.Command.Argv.FirstOrDefault(""), () => Start(entry, spec, start.Command.Terminal, session.Sink, handed, authority.Grant, start.OnDisconnect == OnDisconnect.Keep)).ConfigureAwait(false);
        await responseStream.WriteAsync(new ExecResponse { Ended = end }, context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task Run(IAsyncStreamReader<RunRequest> requestStream, IServerStreamWriter<ExecResponse> responseStream, ServerCallContext context)
    {
        RunStart start = await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false) && requestStream.Current.MessageCase == RunRequest.MessageOneofCase.Start
            ? requestStream.Current.Start
            : throw new PolicyException("message", "the first message is the start");
        Authority authority = guard.Require(context, Permissions.CommandRun);
        CommandSpec spec = Requests.Command(start.Command);
        CommandStdio? handed = start.Handoff ? await ReceiveAsync(start.Command, authority, responseStream, context).ConfigureAwait(false) : null;
        JailEntry entry = Make(context, start.Config, handed);
        try
        {
            ProbeProof? probes = start.Report ? ProbeProof.Read(entry.Jail) : null;
            ManagedCommand? command = null;
            using ExecSession<RunRequest> session = new(requestStream, responseStream, InputMessage.Of, () => Keep(OnDisconnect.Unspecified, context), context.CancellationToken);
            V1.CommandEnd end = await session.ServeAsync(
                entry, start.Command.Argv.FirstOrDefault(""), () => command = Start(entry, spec, start.Command.Terminal, session.Sink, handed, authority.Grant, keep: false)).ConfigureAwait(false);
            end.ReportJson = probes is null ? "" : await RunReports.WriteAsync(entry, spec, command, end, probes).ConfigureAwait(false);
            await responseStream.WriteAsync(new ExecResponse { Ended = end }, context.CancellationToken).ConfigureAwait(false);
        }
        finally
        {
            registry.End(entry, "its only command has ended");
        }
    }

    public override async Task<ExecuteResponse> Execute(ExecuteRequest request, ServerCallContext context)
    {
        Authority authority = guard.Require(context, Permissions.CommandRun, request.Jail);
        JailEntry entry = registry.Find(request.Jail, authority.Covers);
        int cap = !request.HasOutputCapBytes ? UsualCap
            : request.OutputCapBytes is >= 0 and <= LargestCap ? (int)request.OutputCapBytes
            : throw new PolicyException("output_cap_bytes", $"is 0 to {LargestCap}");
        CommandSpec spec = Requests.Command(request.Command);
        CappedSink sink = new(cap);
        ManagedCommand command;
        try
        {
            command = runner.Start(entry, spec, Requests.Terminal(request.Command.Terminal, entry.Jail.Spec), sink, authority.Grant);
        }
        catch (Kernel.SyscallException refused)
        {
            return new ExecuteResponse { Ended = StartFailures.Describe(refused, request.Command.Argv.FirstOrDefault(""), entry) };
        }

        using CancellationTokenRegistration gone = context.CancellationToken.Register(() =>
        {
            if (!Keep(OnDisconnect.Unspecified, context))
            {
                command.Command.Kill(new Jails.Supervise.CommandEnd.Killed("the daemon: its caller went away"));
            }
        });
        await command.WriteInputAsync(request.Stdin.Memory).ConfigureAwait(false);
        await command.CloseInputAsync().ConfigureAwait(false);
        await command.Drained.ConfigureAwait(false);
        return new ExecuteResponse
        {
            Ended = Answers.End(await command.Ended.ConfigureAwait(false), command),
            Stdout = UnsafeByteOperations.UnsafeWrap(sink.Kept(OutputStream.Stdout)),
            Stderr = UnsafeByteOperations.UnsafeWrap(sink.Kept(OutputStream.Stderr)),
            StdoutCut = sink.WasCut(OutputStream.Stdout),
            StderrCut = sink.WasCut(OutputStream.Stderr),
            Command = command.Id,
        };
    }

    public override async Task<V1.Command> StartCommand(StartCommandRequest request, ServerCallContext context)
    {
        Authority authority = guard.Require(context, Permissions.CommandRun, request.Jail);
        JailEntry entry = registry.Find(request.Jail, authority.Covers);
        int ring = !request.HasRingBytes ? UsualRing
            : request.RingBytes is >= SmallestRing and <= LargestRing ? (int)request.RingBytes
            : throw new PolicyException("ring_bytes", $"is {SmallestRing} to {LargestRing}");
        CommandSpec spec = Requests.Command(request.Command);
        ManagedCommand command = runner.Start(entry, spec, Requests.Terminal(request.Command.Terminal, entry.Jail.Spec), new OutputRing(ring), authority.Grant, keep: true);
        await command.CloseInputAsync().ConfigureAwait(false); // nobody could write it
        return Answers.Command(entry, command);
    }

    public override async Task Attach(AttachRequest request, IServerStreamWriter<ExecResponse> responseStream, ServerCallContext context)
    {
        (JailEntry entry, ManagedCommand command) = Find(context, Permissions.CommandGet, request.Jail, request.Command);
        OutputRing ring = command.Ring ?? throw new PolicyException("state", $"the output of {command.Id} goes to the caller that started it: nothing is kept");
        CancellationToken cancelled = context.CancellationToken;
        long[] offsets = [request.StdoutOffset, request.StderrOffset];
        if (offsets.Any(offset => offset < 0))
        {
            throw new PolicyException("stdout_offset", "offsets are 0 or more");
        }

        byte[] chunk = new byte[ChunkSize];
        while (await ring.WaitAsync(offsets[0], offsets[1], cancelled).ConfigureAwait(false))
        {
            foreach (OutputStream stream in new[] { OutputStream.Stdout, OutputStream.Stderr })
            {
                int count = ring.Read(stream, offsets[(int)stream], chunk, out long skipped);
                offsets[(int)stream] += skipped + count;
                if (skipped > 0)
                {
                    await responseStream.WriteAsync(new ExecResponse { SkippedBytes = skipped }, cancelled).ConfigureAwait(false);
                }

                if (count > 0)
                {
                    ByteString bytes = UnsafeByteOperations.UnsafeWrap(chunk.AsMemory(0, count));
                    await responseStream.WriteAsync(stream == OutputStream.Stdout ? new ExecResponse { Stdout = bytes } : new ExecResponse { Stderr = bytes }, cancelled).ConfigureAwait(false);
                }
            }
        }

        await command.Ended.ConfigureAwait(false);
        await responseStream.WriteAsync(new ExecResponse { Ended = Answers.Command(entry, command).Ended }, cancelled).ConfigureAwait(false);
    }

    public override Task<V1.Command> GetCommand(GetCommandRequest request, ServerCallContext context)
    {
        (JailEntry entry, ManagedCommand command) = Find(context, Permissions.CommandGet, request.Jail, request.Command);
        return Task.FromResult(Answers.Command(entry, command));
    }

    public override Task<ListCommandsResponse> ListCommands(ListCommandsRequest request, ServerCallContext context)
    {
        JailEntry entry = registry.Find(request.Jail, guard.Require(context, Permissions.CommandGet, request.Jail).Covers);
        ListCommandsResponse response = new();
        response.Commands.Add(entry.Commands.Select(command => Answers.Command(entry, command)));
        return Task.FromResult(response);
    }

    public override async Task<V1.Command> WaitCommand(WaitCommandRequest request, ServerCallContext context)
    {
        (JailEntry entry, ManagedCommand command) = Find(context, Permissions.CommandGet, request.Jail, request.Command);
        await command.Ended.WaitAsync(context.CancellationToken).ConfigureAwait(false);
        return Answers.Command(entry, command);
    }

    public override Task<Empty> SignalCommand(SignalCommandRequest request, ServerCallContext context)
    {
        int signal = InputMessage.CheckSignal(request.Signal);
        Authority authority = guard.Require(context, Permissions.CommandSignal, request.Jail);
        ManagedCommand command = registry.Find(request.Jail, authority.Covers).Find(request.Command);
        if (signal == SIGKILL)
        {
            command.Command.Kill(new Jails.Supervise.CommandEnd.Killed(authority.Access.Caller.ToString()));
        }
        else
        {
            command.Command.Signal(signal);
        }

        return Task.FromResult(new Empty());
    }

    private Task<CommandStdio> ReceiveAsync(CommandConfig? command, Authority authority, IServerStreamWriter<ExecResponse> responses, ServerCallContext context)
    {
        StreamHandoff.Check(command);
        return handoff.ReceiveAsync(authority.Access.Caller.Identity.Uid, responses, context.CancellationToken);
    }

    private JailEntry Make(ServerCallContext context, JailConfig config, CommandStdio? handed)
    {
        try
        {
            return maker.Make(context, config);
        }
        catch
        {
            Close(handed);
            throw;
        }
    }

    private ManagedCommand Start(JailEntry entry, CommandSpec spec, WindowSize? terminal, IOutputSink sink, CommandStdio? handed, Grant grant, bool keep)
    {
        try
        {
            if (handed is null)
            {
                return runner.Start(entry, spec, Requests.Terminal(terminal, entry.Jail.Spec), sink, grant, keep);
            }

            StreamHandoff.Check(entry);
            return runner.Start(entry, spec, handed, grant);
        }
        finally
        {
            Close(handed); // the command has its own
        }
    }

    private static void Close(CommandStdio? handed)
    {
        handed?.Stdin.Dispose();
        handed?.Stdout.Dispose();
        handed?.Stderr.Dispose();
    }

    // A deadline that passes is no wish to end the command, unless the caller said so.
    private static bool Keep(OnDisconnect wish, ServerCallContext context) =>
        wish == OnDisconnect.Keep || (wish == OnDisconnect.Unspecified && context.Deadline <= DateTime.UtcNow);

    private (JailEntry Entry, ManagedCommand Command) Find(ServerCallContext context, string permission, string jail, string command)
    {
        JailEntry entry = registry.Find(jail, guard.Require(context, permission, jail).Covers);
        return (entry, entry.Find(command));
    }
}
