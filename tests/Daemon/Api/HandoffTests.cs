using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;
using Xunit;
using HostFiles = AgentSandbox.Kernel.Files;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>Standard streams that a client hands over for a command of a real daemon.</summary>
public sealed class HandoffTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private const string SendFromPython = """
        import socket, sys, array, os
        s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
        s.sendmsg([bytes.fromhex(sys.argv[2])], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [os.open("/dev/null", os.O_RDWR)]))])
        print("answer", s.recv(1))
        """;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exec_WithPipesHandedOver_MovesTheBytesPastTheDaemon()
    {
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = await StartAsync("sh", "-c", "cat; echo to stderr >&2; exit 7");
        (SafeFileHandle stdin, SafeFileHandle input) = HostFiles.CreatePipe();
        (SafeFileHandle output, SafeFileHandle stdout) = HostFiles.CreatePipe();
        (SafeFileHandle error, SafeFileHandle stderr) = HostFiles.CreatePipe();
        await SendAsync(call, stdin, stdout, stderr);
        stdin.Dispose();
        stdout.Dispose();
        stderr.Dispose();
        byte[] content = RandomNumberGenerator.GetBytes(20_000_000);
        Task feed = Task.Run(() => WriteAndClose(input, content), Token);
        byte[] got = await Task.Run(() => HostFiles.ReadAll(output), Token).WaitAsync(s_limit, Token);

        await feed;
        Assert.Equal(content, got);
        Assert.Equal("to stderr\n", Encoding.UTF8.GetString(HostFiles.ReadAll(error)));
        CommandEnd end = await EndAsync(call);
        Assert.Equal((7, 0), (end.ExitCode, end.Usage.StdoutBytes));
        output.Dispose();
        error.Dispose();
    }

    [Fact]
    public async Task Run_WithFilesHandedOver_WritesThem_AndStderrGoesWhereStdoutDoes()
    {
        Requires.Feature("root");
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "out");
        using AsyncDuplexStreamingCall<RunRequest, ExecResponse> call = fixture.Commands.Run(cancellationToken: Token);
        await call.RequestStream.WriteAsync(
            new RunRequest { Start = new RunStart { Config = DaemonProcess.Config("shell"), Handoff = true, Command = new CommandConfig { Argv = { "sh", "-c", "echo out; echo err >&2" } } } }, Token);
        using (SafeFileHandle nothing = HostFiles.Open("/dev/null", Libc.O_RDONLY))
        using (SafeFileHandle file = HostFiles.Open(path, Libc.O_WRONLY | Libc.O_CREAT, 0b110_000_000))
        {
            HandoffReady ready = await ReadyAsync(call.ResponseStream);
            FdHandoff.Send(ready.Socket, ready.Token.Span, [nothing, file], s_limit);
        }

        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(ExecResponse.MessageOneofCase.Started, call.ResponseStream.Current.MessageCase);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        Assert.Equal(0, call.ResponseStream.Current.Ended.ExitCode);
        Assert.Equal("out\nerr\n", await File.ReadAllTextAsync(path, Token));
    }

    [Fact]
    public async Task Exec_WithStdinAlone_SendsTheRestNowhere()
    {
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = await StartAsync("sh", "-c", "echo lost; test \"$(stat -L -c %t:%T /proc/$$/fd/1)\" = 1:3");
        using SafeFileHandle nothing = HostFiles.Open("/dev/null", Libc.O_RDONLY);
        await SendAsync(call, nothing);

        Assert.Equal(0, (await EndAsync(call)).ExitCode);
    }

    [Fact]
    public async Task Exec_WithBytesForAStdinThatWasHandedOver_KillsTheCommand()
    {
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = await StartAsync("sleep", "600");
        using SafeFileHandle nothing = HostFiles.Open("/dev/null", Libc.O_RDWR);
        await SendAsync(call, nothing, nothing, nothing);
        await call.RequestStream.WriteAsync(new ExecRequest { Stdin = ByteString.CopyFromUtf8("x") }, Token);

        CommandEnd end = await EndAsync(call);
        Assert.Equal(EndReason.Killed, end.Reason);
        Assert.Contains("stdin was handed over", end.Text);
    }

    [Fact]
    public async Task Token_IsGoodOnce()
    {
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = await StartAsync("true");
        HandoffReady ready = await ReadyAsync(call.ResponseStream);
        using SafeFileHandle nothing = HostFiles.Open("/dev/null", Libc.O_RDWR);
        FdHandoff.Send(ready.Socket, ready.Token.Span, [nothing], s_limit);

        SyscallException refused = Assert.Throws<SyscallException>(() => FdHandoff.Send(ready.Socket, ready.Token.Span, [nothing], s_limit));
        Assert.Equal(Errno.EACCES, refused.Errno);
        Assert.Equal(0, (await EndAsync(call)).ExitCode);
    }

    [Fact]
    public async Task Token_OfAnotherUser_IsRefused_AndStaysGoodForItsOwn()
    {
        Requires.Feature("python3");
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = await StartAsync("true");
        HandoffReady ready = await ReadyAsync(call.ResponseStream);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(ready.Socket));
        File.SetUnixFileMode(ready.Socket, (UnixFileMode)0b110_110_110);
        File.SetUnixFileMode(Path.GetDirectoryName(ready.Socket)!, (UnixFileMode)0b111_001_001);
        string[] other = ConnectedChild.As(4321, 4321);
        using Process stranger = Process.Start(new ProcessStartInfo(other[0], [.. other[1..], "/usr/bin/python3", "-c", SendFromPython, ready.Socket, Convert.ToHexString(ready.Token.Span)]) { RedirectStandardOutput = true })!;

        Assert.Equal("answer b''\n", await stranger.StandardOutput.ReadToEndAsync(Token));
        using SafeFileHandle nothing = HostFiles.Open("/dev/null", Libc.O_RDWR);
        FdHandoff.Send(ready.Socket, ready.Token.Span, [nothing], s_limit);
        Assert.Equal(0, (await EndAsync(call)).ExitCode);
    }

    [Fact]
    public async Task Exec_WhenTheClientGoesAwayWhileItIsAwaited_ForgetsTheToken()
    {
        HandoffReady ready;
        using (AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = await StartAsync("true"))
        {
            ready = await ReadyAsync(call.ResponseStream);
        }

        using SafeFileHandle nothing = HostFiles.Open("/dev/null", Libc.O_RDWR);
        string jail = (await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = DaemonProcess.Config("shell") }, cancellationToken: Token)).Id; // later than the end of that call
        Assert.NotEmpty(jail);
        Assert.Throws<SyscallException>(() => FdHandoff.Send(ready.Socket, ready.Token.Span, [nothing], s_limit));
    }

    public static TheoryData<string> NoStreams => ["/", "O_PATH", "terminal", "namespace"];

    [Theory]
    [MemberData(nameof(NoStreams))]
    public async Task Exec_WithWhatIsNoStream_IsInvalid(string kind)
    {
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = await StartAsync("true");
        using SafeFileHandle nothing = HostFiles.Open("/dev/null", Libc.O_RDWR);
        using SafeFileHandle file = kind switch
        {
            "O_PATH" => HostFiles.OpenAnchor("/etc/passwd"),
            "terminal" => HostFiles.Open("/dev/ptmx", Libc.O_RDWR | Libc.O_NOCTTY),
            "namespace" => HostFiles.Open("/proc/self/ns/net", Libc.O_RDONLY),
            _ => HostFiles.Open("/", Libc.O_RDONLY),
        };
        await SendAsync(call, nothing, file);

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => EndAsync(call));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
    }

    [Fact]
    public async Task Exec_WithHandoffAndWhatTheDaemonWouldHaveToSee_IsInvalid()
    {
        foreach (CommandConfig command in new CommandConfig[]
        {
            new() { Argv = { "true" }, Terminal = new WindowSize { Rows = 1, Columns = 1 } },
            new() { Argv = { "true" }, Limits = new Limits { OutputBytes = 1 } },
            new() { Argv = { "true" }, Limits = new Limits { CommandIdleTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) } },
        })
        {
            using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = await StartAsync(command);
            RpcException refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Token));
            Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        }
    }

    private static void WriteAndClose(SafeFileHandle file, byte[] content)
    {
        using (file)
        {
            HostFiles.WriteAll(file, content);
        }
    }

    private static async Task SendAsync(AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call, params SafeFileHandle[] files)
    {
        HandoffReady ready = await ReadyAsync(call.ResponseStream);
        FdHandoff.Send(ready.Socket, ready.Token.Span, files, s_limit);
    }

    private static async Task<HandoffReady> ReadyAsync(IAsyncStreamReader<ExecResponse> responses)
    {
        Assert.True(await responses.MoveNext(Token));
        return responses.Current.HandoffReady;
    }

    private static async Task<CommandEnd> EndAsync(AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call)
    {
        while (await call.ResponseStream.MoveNext(Token))
        {
            if (call.ResponseStream.Current.Ended is CommandEnd end)
            {
                return end;
            }
        }

        throw new InvalidOperationException("the stream ended without the command's end");
    }

    private Task<AsyncDuplexStreamingCall<ExecRequest, ExecResponse>> StartAsync(params string[] argv) => StartAsync(new CommandConfig { Argv = { argv } });

    private async Task<AsyncDuplexStreamingCall<ExecRequest, ExecResponse>> StartAsync(CommandConfig command)
    {
        Requires.Feature("root");
        string jail = (await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = DaemonProcess.Config("shell") }, cancellationToken: Token)).Id;
        AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = fixture.Commands.Exec(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new ExecRequest { Start = new ExecStart { Jail = jail, Command = command, Handoff = true } }, Token);
        return call;
    }
}
