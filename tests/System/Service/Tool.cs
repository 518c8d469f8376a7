using System.Diagnostics;
using Xunit;

namespace AgentSandbox.Tests.Rig.Service;

/// <summary>Programs of the machine.</summary>
internal static class Tool
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs a program that has to succeed.</summary>
    /// <returns>Its output.</returns>
    public static string Run(params string[] argv)
    {
        (int status, string output) = Try(argv);
        Assert.True(status == 0, $"{string.Join(' ', argv)}: exit status {status}\n{output}");
        return output;
    }

    /// <summary>Runs a program.</summary>
    /// <returns>Its exit status, and its standard output with its standard error.</returns>
    public static (int Status, string Output) Try(params string[] argv)
    {
        ProcessStartInfo start = new(argv[0], argv[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["SYSTEMD_PAGER"] = "";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{string.Join(' ', argv)}: does not end");
        }

        return (process.ExitCode, output.Result + error.Result);
    }
}
