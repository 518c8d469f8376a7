using AgentSandbox.Tests.Grpc.Hosting;
using Google.Protobuf;
using Grpc.Testing;
using Xunit;
using static AgentSandbox.Tests.Grpc.Abuse.Http2Connection;

namespace AgentSandbox.Tests.Grpc.Abuse;

/// <summary>What clients may do at the level of HTTP/2: the server lives, its memory is bounded, and others are served meanwhile (threats F130).</summary>
[Collection(nameof(Alone))]
public sealed class AbuseTests(AbusedHost host, ITestOutputHelper output) : IClassFixture<AbusedHost>
{
    private const string EmptyCall = "/grpc.testing.TestService/EmptyCall";
    private const string UnaryCall = "/grpc.testing.TestService/UnaryCall";
    private const string FullDuplexCall = "/grpc.testing.TestService/FullDuplexCall";
    private const string StreamingOutputCall = "/grpc.testing.TestService/StreamingOutputCall";

    public static TheoryData<string, byte[]> BadBytes => new()
    {
        { "HTTP/1.1", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray() },
        { "no preface", new byte[64] },
        { "TLS", [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, .. new byte[64]] },
    };

    public static TheoryData<string, byte[]> BadFrames => new()
    {
        { "a frame above the maximum", Frame(Data, 0, 1, new byte[20_000]) },
        { "DATA on stream 0", Frame(Data, 0, 0, [1]) },
        { "DATA on an idle stream", Frame(Data, 0, 1, [1]) },
        { "HEADERS on an even stream", Frame(Headers, EndHeaders, 2, CallHeaders(EmptyCall)) },
        { "an index that no table has", Frame(Headers, EndHeaders, 1, [0xff, 0xff, 0xff, 0x7f]) },
        { "a table size above the setting", Frame(Headers, EndHeaders, 1, [0x3f, 0xff, 0xff, 0xff, 0x7f]) },
        { "CONTINUATION without HEADERS", Frame(Continuation, EndHeaders, 1, [0]) },
        { "HEADERS within HEADERS", [.. Frame(Headers, 0, 1, CallHeaders(EmptyCall)), .. Frame(Headers, EndHeaders, 3, CallHeaders(EmptyCall))] },
        { "WINDOW_UPDATE of 0", Frame(WindowUpdate, 0, 0u) },
        { "a window above 2^31-1", [.. Frame(WindowUpdate, 0, 0x7fffffffu), .. Frame(WindowUpdate, 0, 0x7fffffffu)] },
        { "SETTINGS of five bytes", Frame(Settings, 0, 0, new byte[5]) },
        { "SETTINGS on a stream", Frame(Settings, 0, 1, []) },
        { "PING of seven bytes", Frame(Ping, 0, 0, new byte[7]) },
        { "RST_STREAM of an idle stream", Frame(RstStream, 5, 8u) },
        { "GOAWAY cut short", Frame(GoAway, 0, 0, [0]) },
    };

    [Theory]
    [MemberData(nameof(BadBytes))]
    public async Task BytesThatAreNoHttp2_EndTheirConnection(string what, byte[] bytes)
    {
        using Http2Connection connection = Connect(host.SocketPath);
        connection.Send(bytes);
        connection.ReadToEnd();
        await CheckOthersAsync(what);
    }

    [Theory]
    [MemberData(nameof(BadFrames))]
    public async Task ABadFrame_EndsItsConnection(string what, byte[] bytes)
    {
        using Http2Connection connection = Open(host.SocketPath);
        connection.Send(bytes);
        (int last, uint code) = connection.ReadToEnd();
        Assert.True(last == -1 || code != 0, $"{what}: the last frame is {last}, the code {code}");
        await CheckOthersAsync(what);
    }

    [Fact]
    public async Task ASilentConnection_IsClosedInTime()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            TestService.BindService(new Tests.Interop.InteropService()), limits: new() { HeadersTimeout = TimeSpan.FromMilliseconds(300) });
        using Http2Connection silent = Connect(server.SocketPath);
        using Http2Connection half = Connect(server.SocketPath);
        half.Send("PRI * HTTP/2.0\r\n"u8);
        silent.ReadToEnd();
        half.ReadToEnd();
    }

    [Fact]
    public async Task RandomFrames_EndTheirConnections()
    {
        Random random = new(1);
        for (int i = 0; i < 300; i++)
        {
            using Http2Connection connection = Open(host.SocketPath);
            for (int frame = 0; frame < 20; frame++)
            {
                byte[] payload = new byte[random.Next(64)];
                random.NextBytes(payload);
                if (!connection.Send(Frame((byte)random.Next(12), (byte)random.Next(256), random.Next(9), payload)))
                {
                    break;
                }
            }
        }

        await CheckOthersAsync("random frames");
    }

    [Fact]
    public async Task EndlessHeaders_EndTheirConnection()
    {
        for (int i = 0; i < 20; i++)
        {
            using Http2Connection connection = Open(host.SocketPath);
            bool open = connection.Send(Frame(Headers, 0, 1, CallHeaders(EmptyCall)));
            byte[] part = Frame(Continuation, 0, 1, CallHeaders("/", ("large", new string('x', 16_000))).AsSpan(0, 16_000));
            int sent = 0;
            while (open && ++sent < 2000)
            {
                open = connection.Send(part);
            }

            Assert.False(open, "32 MB of headers were taken");
        }

        await CheckOthersAsync("endless headers");
    }

    [Fact]
    public async Task HalfOpenStreams_CostLittle()
    {
        List<Http2Connection> connections = [];
        for (int i = 0; i < 30; i++)
        {
            Http2Connection connection = Open(host.SocketPath);
            connections.Add(connection);
            for (int stream = 1; stream < 600; stream += 2)
            {
                connection.Send(Frame(Headers, EndHeaders, stream, CallHeaders(FullDuplexCall)));
            }
        }

        await CheckOthersAsync("9000 half-open streams");
        connections.ForEach(connection => connection.Dispose());
        await CheckOthersAsync("9000 streams gone");
    }

    [Fact]
    public async Task HalfOpenConnections_AreClosedAboveTheLimit()
    {
        List<Http2Connection> connections = [];
        for (int i = 0; i < 600; i++)
        {
            connections.Add(Connect(host.SocketPath));
        }

        Assert.Equal(-1, connections[^1].ReadToEnd().LastFrame);
        await CheckOthersAsync("600 silent connections");
        connections.ForEach(connection => connection.Dispose());
        await host.NewConnectionIsServedAsync();
    }

    [Fact]
    public async Task SlowReaders_HoldUpTheirOwnStreamsOnly()
    {
        StreamingOutputCallRequest request = new();
        request.ResponseParameters.AddRange(Enumerable.Repeat(new ResponseParameters { Size = 60_000 }, 1000)); // 60 MB each
        List<Http2Connection> connections = [];
        for (int i = 0; i < 10; i++)
        {
            // SETTINGS_INITIAL_WINDOW_SIZE: the first five let 64 KB of each stream pass, the others nothing.
            Http2Connection connection = Open(host.SocketPath, (4, i < 5 ? 65535u : 0u));
            connections.Add(connection);
            for (int stream = 1; stream < 100; stream += 2)
            {
                connection.Send(Frame(Headers, EndHeaders, stream, CallHeaders(StreamingOutputCall)));
                SendMessage(connection, stream, request.ToByteArray(), end: true);
            }
        }

        await CheckOthersAsync("500 streams of 60 MB that nobody reads");
        connections.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task LargeRequestsInParts_AreBoundedTogether()
    {
        byte[] allButTheLast = [0, 0, 0x3d, 0x09, 0x01, .. new byte[4_000_000]]; // one byte more will not come
        List<Http2Connection> connections = [];
        int taken = 0;
        for (int i = 0; i < 60; i++)
        {
            Http2Connection connection = Open(host.SocketPath);
            connections.Add(connection);
            connection.Send(Frame(Headers, EndHeaders, 1, CallHeaders(UnaryCall)));
            taken += connection.SendWithinWindows(1, allButTheLast) ? 1 : 0;
        }

        Assert.Equal(16, taken); // 64 MiB of room

        await CheckOthersAsync("60 requests of 4 MB less one byte");
        connections.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task RapidReset_LeavesOthersServed()
    {
        // A server that falls behind ends the connection (ENHANCE_YOUR_CALM); one that keeps up may take them all. Either way others are served.
        for (int i = 0; i < 3; i++)
        {
            using Http2Connection connection = Open(host.SocketPath);
            byte[] headers = CallHeaders(FullDuplexCall);
            bool open = true;
            for (int stream = 1; open && stream < 200_000; stream += 2)
            {
                open = connection.Send([.. Frame(Headers, EndHeaders, stream, headers), .. Frame(RstStream, stream, 8u)]);
            }
        }

        await CheckOthersAsync("rapid reset");
    }

    [Theory]
    [InlineData(Ping)]
    [InlineData(Settings)]
    public async Task AFloodOfFramesThatAskForAnAnswer_CostsLittle(byte type)
    {
        using Http2Connection connection = Open(host.SocketPath);
        byte[] frames = [.. Enumerable.Repeat(Frame(type, 0, 0, type == Ping ? new byte[8] : []), 1000).SelectMany(frame => frame)];
        for (int i = 0; i < 300 && connection.Send(frames); i++)
        {
        }

        await CheckOthersAsync($"300,000 frames of type {type}, and no answer read");
    }

    private async Task CheckOthersAsync(string what) => output.WriteLine(await host.CheckAsync(what));

    private static void SendMessage(Http2Connection connection, int stream, byte[] message, bool end)
    {
        byte[] framed = Message(stream, message, 0)[9..];
        for (int at = 0; at < framed.Length; at += 16_000)
        {
            int length = Math.Min(16_000, framed.Length - at);
            connection.Send(Frame(Data, end && at + length == framed.Length ? EndStream : (byte)0, stream, framed.AsSpan(at, length)));
        }
    }
}
