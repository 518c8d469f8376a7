using AgentSandbox.Daemon.Commands;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.V1;
using Grpc.Core;
using CommandEnd = AgentSandbox.Jails.Supervise.CommandEnd;

namespace AgentSandbox.Daemon.Api;

/// <summary>One caller and one command, from its start to the end of its output.</summary>
/// <typeparam name="TRequest">The messages of the call: <see cref="ExecRequest"/> or <see cref="RunRequest"/>.</typeparam>
internal sealed class ExecSession<TRequest> : IDisposable
    where TRequest : class
{
    private const int KeptBytes = 1024 * 1024;

    private readonly IAsyncStreamReader<TRequest> _requests;
    private readonly IServerStreamWriter<ExecResponse> _responses;
    private readonly Func<TRequest, InputMessage> _read;
    private readonly CancellationToken _cancelled;
    private readonly Func<bool> _keep;
    private readonly OutputRing _ring = new(KeptBytes);
    private ManagedCommand? _command;

    /// <summary>A session.</summary>
    /// <param name="requests">What the caller sends after the start.</param>
    /// <param name="responses">What it gets.</param>
    /// <param name="read">What a message means.</param>
    /// <param name="keep">Asked when the caller is gone: whether the command goes on.</param>
    /// <param name="cancelled">Cancelled when the caller is gone.</param>
    public ExecSession(IAsyncStreamReader<TRequest> requests, IServerStreamWriter<ExecResponse> responses, Func<TRequest, InputMessage> read, Func<bool> keep, CancellationToken cancelled)
    {
        _requests = requests;
        _responses = responses;
        _read = read;
        _keep = keep;
        _cancelled = cancelled;
        Sink = new StreamSink(responses, CallerIsGone, cancelled);
    }

    /// <summary>Where the command's output goes.</summary>
    public StreamSink Sink { get; }

    /// <summary>Serves the command to its end.</summary>
    /// <param name="entry">Its jail.</param>
    /// <param name="program">The program, as the caller wrote it.</param>
    /// <param name="start">Starts it with <see cref="Sink"/>.</param>
    /// <returns>How it ended; the caller of this tells the caller of the API.</returns>
    public async Task<V1.CommandEnd> ServeAsync(JailEntry entry, string program, Func<ManagedCommand> start)
    {
        try
        {
            _command = start();
        }
        catch (Kernel.SyscallException refused)
        {
            return StartFailures.Describe(refused, program, entry);
        }

        await AnnounceAsync(entry, _command).ConfigureAwait(false);
        using CancellationTokenRegistration gone = _cancelled.Register(() => CallerIsGone());
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(_cancelled);
        Task input = FeedAsync(_command, over.Token);
        try
        {
            await _command.Drained.ConfigureAwait(false);
            return Answers.End(await _command.Ended.ConfigureAwait(false), _command);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await input.ConfigureAwait(false); // nobody may read from a call that is over: its stream serves another then
        }
    }

    private async Task AnnounceAsync(JailEntry entry, ManagedCommand command)
    {
        try
        {
            await _responses.WriteAsync(
                new ExecResponse { Started = new ExecStarted { Command = command.Id, Jail = entry.Id, PlanHash = command.Command.ProgramHash, Degraded = { entry.Jail.Spec.Degraded }, Terminal = command.HasTerminal } }, _cancelled).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or InvalidOperationException)
        {
            CallerIsGone();
        }

        Sink.Open();
    }

    public void Dispose() => Sink.Dispose();

    private OutputRing CallerIsGone()
    {
        if (_command is ManagedCommand command)
        {
            if (_keep())
            {
                command.Redirect(_ring);
            }
            else
            {
                command.Command.Kill(new CommandEnd.Killed("the daemon: its caller went away"));
            }
        }

        return _ring;
    }

    private async Task FeedAsync(ManagedCommand command, CancellationToken over)
    {
        try
        {
            while (await _requests.MoveNext(over).ConfigureAwait(false))
            {
                await _read(_requests.Current).ApplyAsync(command).ConfigureAwait(false);
            }

            await command.CloseInputAsync().ConfigureAwait(false); // a caller that has said its last has no more input
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException or RpcException)
        {
            if (_cancelled.IsCancellationRequested || !over.IsCancellationRequested)
            {
                CallerIsGone();
            }
        }
        catch (PolicyException malformed)
        {
            command.Command.Kill(new CommandEnd.Killed($"the daemon: {malformed.Message}"));
        }
    }
}
