using System.Text;
using AgentSandbox.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>Commands over the socket of a real daemon (threats F129).</summary>
public sealed class CommandTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Environment_ThatLoadsCode_ReachesTheProgramOnly()
    {
        Requires.Feature("root");
        string jail = (await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = DaemonProcess.Config("shell") }, cancellationToken: Token)).Id;
        ExecuteRequest request = new() { Jail = jail, Command = new CommandConfig { Argv = { "true" } } };
        request.Command.Environment["LD_PRELOAD"] = "/nonexistent.so";
        ExecuteResponse run = await fixture.Commands.ExecuteAsync(request, cancellationToken: Token);

        Assert.Equal(0, run.Ended.ExitCode);
        Assert.Single(run.Stderr.ToStringUtf8().TrimEnd('\n').Split('\n'), line => line.Contains("/nonexistent.so", StringComparison.Ordinal)); // nothing before it was loaded with it
        request.Command.Environment.Clear();
        Assert.Empty((await fixture.Commands.ExecuteAsync(request, cancellationToken: Token)).Stderr);
    }

    [Fact]
    public async Task Execute_ReturnsOutputAndExitCode()
    {
        string jail = await CreateAsync("shell");
        ExecuteResponse answer = await ExecuteAsync(jail, "sh", "-c", "cat; echo no >&2; exit 3");

        Assert.Equal(EndReason.Exited, answer.Ended.Reason);
        Assert.Equal(3, answer.Ended.ExitCode);
        Assert.Equal("in", answer.Stdout.ToStringUtf8());
        Assert.Equal("no\n", answer.Stderr.ToStringUtf8());
    }

    [Fact]
    public async Task Execute_WhenOutputIsAboveTheCap_SaysThatItIsCut()
    {
        string jail = await CreateAsync("shell");
        ExecuteResponse answer = await fixture.Commands.ExecuteAsync(
            new ExecuteRequest { Jail = jail, Command = Command("head", "-c", "100000", "/dev/zero"), OutputCapBytes = 1000 }, cancellationToken: Token);

        Assert.Equal(1000, answer.Stdout.Length);
        Assert.True(answer.StdoutCut);
        Assert.Equal(0, answer.Ended.ExitCode);
        Assert.Equal(100000, answer.Ended.Usage.StdoutBytes);
    }

    [Fact]
    public async Task Execute_WhenTheProgramIsAbsent_EndsWithStartFailed127()
    {
        string jail = await CreateAsync("shell");
        ExecuteResponse answer = await ExecuteAsync(jail, "no-such-program");

        Assert.Equal(EndReason.StartFailed, answer.Ended.Reason);
        Assert.Equal(127, answer.Ended.ExitCode);
        Assert.Contains("no-such-program", answer.Ended.Text);
    }

    [Fact]
    public async Task Execute_WhenItsTimeRunsOut_SaysWhichClock()
    {
        string jail = await CreateAsync("shell");
        CommandConfig command = Command("sleep", "60");
        command.Limits = new Limits { CommandTimeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(200)) };
        ExecuteResponse answer = await fixture.Commands.ExecuteAsync(new ExecuteRequest { Jail = jail, Command = command }, cancellationToken: Token);

        Assert.Equal(EndReason.TimedOut, answer.Ended.Reason);
        Assert.Equal("wall", answer.Ended.Clock);
        Assert.Equal(124, answer.Ended.ExitCode);
    }

    [Fact]
    public async Task Exec_PassesStdinAndOutputThrough()
    {
        string jail = await CreateAsync("shell");
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = fixture.Commands.Exec(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new ExecRequest { Start = new ExecStart { Jail = jail, Command = Command("sh", "-c", "read line; echo \"got $line\"; cat | wc -c") } }, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(ExecResponse.MessageOneofCase.Started, call.ResponseStream.Current.MessageCase);
        await call.RequestStream.WriteAsync(new ExecRequest { Stdin = ByteString.CopyFromUtf8("hello\n") }, Token);
        await call.RequestStream.WriteAsync(new ExecRequest { Stdin = ByteString.CopyFrom(new byte[300_000]) }, Token);
        await call.RequestStream.WriteAsync(new ExecRequest { CloseStdin = new Empty() }, Token);
        (string stdout, CommandEnd end) = await ReadAsync(call.ResponseStream);

        Assert.Equal("got hello\n300000\n", stdout);
        Assert.Equal(0, end.ExitCode);
    }

    [Fact]
    public async Task Exec_OnATerminal_HasItsSize()
    {
        string jail = await CreateAsync("shell");
        CommandConfig command = Command("stty", "size");
        command.Terminal = new WindowSize { Rows = 33, Columns = 77 };
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = fixture.Commands.Exec(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new ExecRequest { Start = new ExecStart { Jail = jail, Command = command } }, Token);
        (string stdout, CommandEnd end) = await ReadAsync(call.ResponseStream);

        Assert.Equal("33 77\r\n", stdout);
        Assert.Equal(0, end.ExitCode);
    }

    [Fact]
    public async Task Exec_WhenTheCallerGoesAway_KillsTheCommand()
    {
        string jail = await CreateAsync("shell");
        using (AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = fixture.Commands.Exec(cancellationToken: Token))
        {
            await call.RequestStream.WriteAsync(new ExecRequest { Start = new ExecStart { Jail = jail, Command = Command("sleep", "600") } }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
        }

        Command ended = await fixture.Commands.WaitCommandAsync(new WaitCommandRequest { Jail = jail, Command = "c-1" }, cancellationToken: Token);
        Assert.Equal(EndReason.Killed, ended.Ended.Reason);
        Assert.Contains("went away", ended.Ended.Text);
    }

    [Fact]
    public async Task Exec_WhenTheCallerGoesAwayAndAskedToKeep_GoesOnAndKeepsItsOutput()
    {
        string jail = await CreateAsync("shell");
        using (AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = fixture.Commands.Exec(cancellationToken: Token))
        {
            await call.RequestStream.WriteAsync(
                new ExecRequest { Start = new ExecStart { Jail = jail, Command = Command("sh", "-c", "while [ ! -e go ]; do sleep 0.05; done; echo kept"), OnDisconnect = OnDisconnect.Keep } }, Token);
            Assert.True(await call.ResponseStream.MoveNext(Token));
        }

        await ExecuteAsync(jail, "touch", "go");
        Command ended = await fixture.Commands.WaitCommandAsync(new WaitCommandRequest { Jail = jail, Command = "c-1" }, cancellationToken: Token);
        Assert.Equal(0, ended.Ended.ExitCode);
        using AsyncServerStreamingCall<ExecResponse> attached = fixture.Commands.Attach(new AttachRequest { Jail = jail, Command = "c-1" }, cancellationToken: Token);
        Assert.Equal("kept\n", (await ReadAsync(attached.ResponseStream)).Stdout);
    }

    [Fact]
    public async Task StartCommand_CanBeAttachedToTwice_AndSignalled()
    {
        string jail = await CreateAsync("shell");
        Command command = await fixture.Commands.StartCommandAsync(
            new StartCommandRequest { Jail = jail, Command = Command("sh", "-c", "trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.05; done") }, cancellationToken: Token);
        using AsyncServerStreamingCall<ExecResponse> first = fixture.Commands.Attach(new AttachRequest { Jail = jail, Command = command.Id }, cancellationToken: Token);
        Assert.True(await first.ResponseStream.MoveNext(Token));
        await fixture.Commands.SignalCommandAsync(new SignalCommandRequest { Jail = jail, Command = command.Id, Signal = 15 }, cancellationToken: Token);
        (string rest, CommandEnd end) = await ReadAsync(first.ResponseStream);

        Assert.Equal("bye\n", rest);
        Assert.Equal(5, end.ExitCode);
        using AsyncServerStreamingCall<ExecResponse> second = fixture.Commands.Attach(new AttachRequest { Jail = jail, Command = command.Id, StdoutOffset = 2 }, cancellationToken: Token);
        Assert.Equal("ady\nbye\n", (await ReadAsync(second.ResponseStream)).Stdout);
    }

    [Fact]
    public async Task Run_MakesAJailAndEndsIt()
    {
        using AsyncDuplexStreamingCall<RunRequest, ExecResponse> call = fixture.Commands.Run(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new RunRequest { Start = new RunStart { Config = DaemonProcess.Config("python"), Command = Command("python3", "-c", "print(6 * 7)") } }, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        string jail = call.ResponseStream.Current.Started.Jail;
        (string stdout, CommandEnd end) = await ReadAsync(call.ResponseStream);

        Assert.Equal("42\n", stdout);
        Assert.Equal(0, end.ExitCode);
        RpcException gone = await Assert.ThrowsAsync<RpcException>(async () => await fixture.Jails.GetJailAsync(new GetJailRequest { Id = jail }, cancellationToken: Token));
        Assert.Equal(StatusCode.NotFound, gone.StatusCode);
    }

    private static CommandConfig Command(params string[] argv) => new() { Argv = { argv } };

    private static async Task<(string Stdout, CommandEnd End)> ReadAsync(IAsyncStreamReader<ExecResponse> responses)
    {
        StringBuilder stdout = new();
        while (await responses.MoveNext(Token))
        {
            stdout.Append(responses.Current.Stdout.ToStringUtf8());
            if (responses.Current.Ended is CommandEnd end)
            {
                return (stdout.ToString(), end);
            }
        }

        throw new InvalidOperationException("the stream ended without the command's end");
    }

    private async Task<string> CreateAsync(string profile)
    {
        Requires.Feature("root");
        return (await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = DaemonProcess.Config(profile) }, cancellationToken: Token)).Id;
    }

    private async Task<ExecuteResponse> ExecuteAsync(string jail, params string[] argv) => await fixture.Commands.ExecuteAsync(
        new ExecuteRequest { Jail = jail, Command = Command(argv), Stdin = ByteString.CopyFromUtf8("in") }, cancellationToken: Token);
}
