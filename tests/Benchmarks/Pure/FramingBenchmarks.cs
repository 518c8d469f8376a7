using System.Buffers;
using System.IO.Pipelines;
using AgentSandbox.Grpc.Wire;
using AgentSandbox.V1;
using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using Grpc.Core;

namespace AgentSandbox.Benchmarks.Pure;

/// <summary>A message of a command's output into its frame and out of it, by the same lines that a generated stub has.</summary>
[MemoryDiagnoser]
public class FramingBenchmarks
{
    private readonly ArrayBufferWriter<byte> _wire = new(128 * 1024);
    private ExecResponse _message = null!;
    private byte[] _frame = [];

    [Params(100, 65_536)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _message = new ExecResponse { Stdout = UnsafeByteOperations.UnsafeWrap(new byte[Bytes]) };
        Write();
        _frame = _wire.WrittenSpan.ToArray();
    }

    [Benchmark]
    public int Write()
    {
        _wire.ResetWrittenCount();
        new FrameSerializationContext(_wire, int.MaxValue).Write(_message, Serialize, compress: false);
        return _wire.WrittenCount;
    }

    [Benchmark]
    public async Task<int> Read()
    {
        PipeReader pipe = PipeReader.Create(new ReadOnlySequence<byte>(_frame));
        using MessageReader reader = new(pipe, int.MaxValue, encoding: null);
        ExecResponse? message = await reader.ReadAsync(Deserialize, CancellationToken.None).ConfigureAwait(false);
        return message!.Stdout.Length;
    }

    private static void Serialize(ExecResponse message, SerializationContext context)
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    private static ExecResponse Deserialize(DeserializationContext context) => ExecResponse.Parser.ParseFrom(context.PayloadAsReadOnlySequence());
}
