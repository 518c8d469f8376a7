using System.Diagnostics;
using System.Security.Cryptography;
using AgentSandbox.Grpc.Client;
using AgentSandbox.Tests.Daemon.Api;
using AgentSandbox.V1;
using Google.Protobuf;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Load;

/// <summary>Streams of commands under load, and callers and commands that behave badly: nobody else notices, and the daemon's memory is bounded (threats D83, D84, F130, F131).</summary>
[Collection(Alone.Name)]
public sealed class StreamTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private const long MemoryBound = 150_000_000; // far below what 200 callers could have it keep
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exec_200AtOnce_MoveEveryByte_InBoundedMemory()
    {
        const int Jails = 5;
        const int Streams = 200;
        const int Bytes = 100 * 1024 * 1024 / Streams;
        string[] jails = await Task.WhenAll(Enumerable.Range(0, Jails).Select(_ => CreateAsync()));
        ExecClient[] clients = await Task.WhenAll(Enumerable.Range(0, Streams).Select(i => ExecClient.StartAsync(fixture.Commands, jails[i % Jails], Command("cat"))));
        Assert.Equal(Streams, (await fixture.Host.GetStatusAsync(new GetStatusRequest(), cancellationToken: Token)).RunningCommands);
        await Parallel.ForAsync(0, Streams, new ParallelOptions { MaxDegreeOfParallelism = Streams, CancellationToken = Token }, async (i, _) =>
        {
            byte[] content = new byte[Bytes];
            new Random(i).NextBytes(content);
            Task sending = clients[i].SendAsync(content);
            CommandEnd end = await clients[i].ReadAsync();
            await sending;
            Assert.Equal(EndReason.Exited, end.Reason);
            Assert.Equal(Bytes, clients[i].ReceivedBytes);
            Assert.Equal(SHA256.HashData(content), clients[i].Hash());
            clients[i].Dispose();
        });

        AssertMemory();
    }

    [Fact]
    public async Task Exec_WhoseCallerNeverReads_HoldsUpNobodyElse()
    {
        string jail = await CreateAsync();
        using UnixChannel other = fixture.Daemon.NewChannel();
        using ExecClient mute = await ExecClient.StartAsync(new Commands.CommandsClient(other), jail, Command("cat", "/dev/zero"));
        long before = -1;
        for (long now = 0; now != before || now == 0; now = await WrittenAsync(jail, mute.Id))
        {
            before = now;
            Assert.Equal(0, (await ExecuteAsync(fixture.Commands, jail, "true")).Ended.ExitCode);
            Assert.Equal(0, (await ExecuteAsync(new Commands.CommandsClient(other), jail, "true")).Ended.ExitCode); // on the same connection
        }

        Assert.InRange(before, 1, 32 * 1024 * 1024); // the command waits for its caller
        AssertMemory();
        mute.Dispose();
        Assert.Equal(EndReason.Killed, (await fixture.Commands.WaitCommandAsync(new WaitCommandRequest { Jail = jail, Command = mute.Id }, cancellationToken: Token)).Ended.Reason);
    }

    [Fact]
    public async Task Exec_WhoseCallersProcessIsKilled_EndsItsCommand()
    {
        string jail = await CreateAsync();
        using Process client = Process.Start(new ProcessStartInfo("dotnet", [
            Path.Combine(AppContext.BaseDirectory, "sandboxctl.dll"), "--socket", fixture.Daemon.Socket, "exec", jail, "--", "sh", "-c", "echo ready; exec sleep 600",
        ]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        Assert.Equal("ready", await client.StandardOutput.ReadLineAsync(Token).AsTask().WaitAsync(s_patience, Token));
        client.Kill();
        Command ended = await fixture.Commands.WaitCommandAsync(new WaitCommandRequest { Jail = jail, Command = "c-1" }, deadline: DateTime.UtcNow + s_patience, cancellationToken: Token);

        Assert.Equal(EndReason.Killed, ended.Ended.Reason);
        Assert.Contains("went away", ended.Ended.Text);
    }

    [Theory]
    [InlineData("head", "-c", "10737418240", "/dev/zero")]
    [InlineData("yes")]
    public async Task Exec_OfACommandThatWritesWithoutEnd_EndsAtItsLimit_InBoundedMemory(params string[] argv)
    {
        const long Limit = 300 * 1024 * 1024;
        string jail = await CreateAsync(new Limits { OutputBytes = Limit });
        using ExecClient client = await ExecClient.StartAsync(fixture.Commands, jail, Command(argv));
        CommandEnd end = await client.ReadAsync();

        Assert.Equal(EndReason.OutputLimit, end.Reason);
        Assert.Equal(Limit, end.LimitBytes);
        Assert.Equal(Limit, client.ReceivedBytes);
        AssertMemory();
    }

    [Fact]
    public async Task Exec_OfACommandThatNeverReads_HoldsUpItsCallerOnly_InBoundedMemory()
    {
        const int Chunk = 64 * 1024;
        const int MostChunks = 1024;
        string jail = await CreateAsync();
        using UnixChannel other = fixture.Daemon.NewChannel();
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> deaf = new Commands.CommandsClient(other).Exec(cancellationToken: Token);
        await deaf.RequestStream.WriteAsync(new ExecRequest { Start = new ExecStart { Jail = jail, Command = Command("sleep", "600") } }, Token);
        Assert.True(await deaf.ResponseStream.MoveNext(Token));
        Task write = Task.CompletedTask;
        int written = 0;
        for (; written < MostChunks && write.IsCompletedSuccessfully; written++)
        {
            write = deaf.RequestStream.WriteAsync(new ExecRequest { Stdin = ByteString.CopyFrom(new byte[Chunk]) }, Token);
            await Task.WhenAny(write, ExecuteAsync(fixture.Commands, jail, "true")); // what is taken is taken before another command has run
        }

        Assert.InRange(written, 1, MostChunks - 1);
        Assert.Equal(0, (await ExecuteAsync(fixture.Commands, jail, "true")).Ended.ExitCode);
        AssertMemory();
    }

    [Theory]
    [InlineData("setsid sleep 600 & echo done")]
    [InlineData("setsid sh -c 'while :; do echo x >&2; sleep 0.01; done' & echo done")]
    public async Task Exec_WhoseGrandchildKeepsStdoutOpen_EndsWithItsCommand(string script)
    {
        Requires.Feature("cgroup"); // the command's own one holds all that it started
        string jail = await CreateAsync();
        using ExecClient client = await ExecClient.StartAsync(fixture.Commands, jail, Command("sh", "-c", script));
        CommandEnd end = await client.ReadAsync().WaitAsync(s_patience, Token);

        Assert.Equal(EndReason.Exited, end.Reason);
        Assert.Equal(0, end.ExitCode);
        Assert.Equal("done\n".Length, client.ReceivedBytes);
    }

    private static CommandConfig Command(params string[] argv) => new() { Argv = { argv } };

    private static async Task<ExecuteResponse> ExecuteAsync(Commands.CommandsClient commands, string jail, params string[] argv) =>
        await commands.ExecuteAsync(new ExecuteRequest { Jail = jail, Command = Command(argv) }, deadline: DateTime.UtcNow + s_patience, cancellationToken: Token);

    private async Task<long> WrittenAsync(string jail, string command) =>
        (await fixture.Commands.GetCommandAsync(new GetCommandRequest { Jail = jail, Command = command }, cancellationToken: Token)).Usage.StdoutBytes;

    private async Task<string> CreateAsync(Limits? limits = null)
    {
        Requires.Feature("root");
        JailConfig config = DaemonProcess.Config("shell");
        config.Limits = limits;
        return (await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token)).Id;
    }

    private void AssertMemory()
    {
        long peak = fixture.Daemon.PeakMemoryBytes;
        TestContext.Current.SendDiagnosticMessage($"the daemon had {peak / 1_000_000} MB at most");
        Assert.InRange(peak, 1, MemoryBound);
    }
}
