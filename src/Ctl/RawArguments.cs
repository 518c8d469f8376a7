using System.Text;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Ctl;

/// <summary>The command line as the kernel has it: .NET turns what is not UTF-8 into other characters, and a command must arrive byte for byte.</summary>
internal static class RawArguments
{
    /// <summary>Checks that nothing was changed.</summary>
    /// <exception cref="PolicyException">An argument is not valid UTF-8.</exception>
    public static void Check()
    {
        byte[] raw = File.ReadAllBytes("/proc/self/cmdline");
        UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        try
        {
            strict.GetCharCount(raw);
        }
        catch (DecoderFallbackException invalid)
        {
            int argument = raw.Take(invalid.Index).Count(b => b == 0);
            throw new PolicyException("command line", $"argument {argument} is not valid UTF-8 and cannot be passed on unchanged: write it to a file or to stdin");
        }
    }
}
