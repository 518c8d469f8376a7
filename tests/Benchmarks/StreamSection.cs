using System.Diagnostics;
using AgentSandbox.Grpc.Client;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;
using Files = AgentSandbox.Kernel.Files;

namespace AgentSandbox.Benchmarks;

/// <summary>How fast a command's output comes: through the API, by a pipe that was handed over, and from the same program outside.</summary>
/// <param name="bytes">How much it writes.</param>
internal sealed class StreamSection(long bytes) : ISection
{
    private const int ReadSize = 64 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Samples _pipe = new("head -c of /dev/zero to a pipe, outside", "MB/s");
    private readonly Samples _grpc = new("stdout through the API", "MB/s");
    private readonly Samples _handed = new("stdout by a pipe that was handed over", "MB/s");
    private readonly string[] _argv = ["/usr/bin/head", "-c", bytes.ToString(System.Globalization.CultureInfo.InvariantCulture), "/dev/zero"];
    private readonly BenchDaemon _daemon = new(readyJails: 0);

    public string Title => "output";

    public void Round()
    {
        using UnixChannel channel = _daemon.Connect();
        Commands.CommandsClient commands = new(channel);
        V1.Jails.JailsClient jails = new(channel);
        JailConfig config = BenchDaemon.Config();
        config.Limits = new Limits { OutputBytes = 2 * bytes };
        string jail = jails.CreateJail(new CreateJailRequest { Config = config }).Id;
        _pipe.Add(Time(Outside));
        _grpc.Add(Time(() => ThroughApiAsync(commands, jail).GetAwaiter().GetResult()));
        _handed.Add(Time(() => HandedOverAsync(commands, jail).GetAwaiter().GetResult()));
        jails.DeleteJail(new DeleteJailRequest { Id = jail });
    }

    public IEnumerable<Row> Rows() => [.. Row.Of(_pipe), .. Row.Of(_grpc, _pipe), .. Row.Of(_handed, _pipe)];

    public void Dispose() => _daemon.Dispose();

    private double Time(Func<long> read)
    {
        long start = Stopwatch.GetTimestamp();
        long came = read();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return came == bytes ? bytes / seconds / 1e6 : throw new InvalidOperationException($"{came} bytes came instead of {bytes}");
    }

    private long Outside()
    {
        using Process head = Process.Start(new ProcessStartInfo(_argv[0], _argv[1..]) { RedirectStandardOutput = true })!;
        long came = ReadAll(head.StandardOutput.BaseStream);
        head.WaitForExit();
        return came;
    }

    private async Task<long> ThroughApiAsync(Commands.CommandsClient commands, string jail)
    {
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = commands.Exec();
        await call.RequestStream.WriteAsync(new ExecRequest { Start = new ExecStart { Jail = jail, Command = BenchDaemon.Command(_argv) } }).ConfigureAwait(false);
        long came = 0;
        while (await call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
        {
            came += call.ResponseStream.Current.Stdout?.Length ?? 0;
        }

        return came;
    }

    private async Task<long> HandedOverAsync(Commands.CommandsClient commands, string jail)
    {
        using AsyncDuplexStreamingCall<ExecRequest, ExecResponse> call = commands.Exec();
        await call.RequestStream.WriteAsync(new ExecRequest { Start = new ExecStart { Jail = jail, Handoff = true, Command = BenchDaemon.Command(_argv) } }).ConfigureAwait(false);
        await call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false);
        HandoffReady ready = call.ResponseStream.Current.HandoffReady;
        (SafeFileHandle output, SafeFileHandle stdout) = Files.CreatePipe();
        using SafeFileHandle nothing = Files.Open("/dev/null", Libc.O_RDWR);
        FdHandoff.Send(ready.Socket, ready.Token.Span, [nothing, stdout, nothing], s_patience);
        stdout.Dispose();
        using FileStream stream = new(output, FileAccess.Read, bufferSize: 0);
        return ReadAll(stream);
    }

    private static long ReadAll(Stream pipe)
    {
        byte[] buffer = new byte[ReadSize];
        long came = 0;
        for (int count; (count = pipe.Read(buffer)) > 0; came += count)
        {
        }

        return came;
    }
}
