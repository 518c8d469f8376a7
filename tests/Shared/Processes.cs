using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace AgentSandbox.Tests;

/// <summary>Runs programs of the host to their end.</summary>
internal static class Processes
{
    /// <summary>Runs <paramref name="program"/>.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="stdin">What it reads; then its end.</param>
    /// <param name="environment">Variables beyond ours, or null.</param>
    /// <param name="patience">After this the test fails.</param>
    public static CliResult Run(
        string program, IEnumerable<string> arguments, byte[] stdin, IReadOnlyDictionary<string, string>? environment, TimeSpan patience)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start) ?? throw new Win32Exception($"{program} did not start");
        Task<byte[]> stdout = ReadAll(process.StandardOutput.BaseStream);
        Task<byte[]> stderr = ReadAll(process.StandardError.BaseStream);
        Task input = WriteAll(process.StandardInput.BaseStream, stdin);
        if (!process.WaitForExit(patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end in {patience}");
        }

        input.Wait();
        return new CliResult(process.ExitCode, stdout.Result, stderr.Result, null);
    }

    private static async Task<byte[]> ReadAll(Stream from)
    {
        using MemoryStream all = new();
        await from.CopyToAsync(all);
        return all.ToArray();
    }

    private static async Task WriteAll(Stream to, byte[] content)
    {
        try
        {
            await to.WriteAsync(content);
            await to.DisposeAsync();
        }
        catch (IOException)
        {
            return; // the program reads no more: its right
        }
    }
}
