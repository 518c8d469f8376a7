namespace AgentSandbox.Daemon.Commands;

/// <summary>Where a command's output goes. Each stream is written by one thread at a time, both at once.</summary>
internal interface IOutputSink
{
    /// <summary>Takes a chunk; waits while its receiver does not take more.</summary>
    /// <param name="stream">Which stream it was written to.</param>
    /// <param name="chunk">The bytes; they are the sink's only until this returns.</param>
    ValueTask WriteAsync(OutputStream stream, ReadOnlyMemory<byte> chunk);
}
