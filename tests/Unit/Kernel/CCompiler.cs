using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentSandbox.Tests.Unit.Kernel;

/// <summary>Asks gcc, without producing code, which of many assertions hold.</summary>
internal static partial class CCompiler
{
    // c may be an enumerator, a macro of any width or a pointer (SIG_IGN); v is a 64-bit literal that fits c, signed or not.
    private const string Same = "#define SAME(c, v) (sizeof(c) == 8 ? (unsigned long long)(c) == (v) : " +
        "(unsigned)(unsigned long)(c) == (unsigned)(v) && (v) + 0x80000000ULL < 0x180000000ULL)";

    /// <summary>Compiles <paramref name="assertions"/>, each on a line of its own, below <paramref name="unit"/>'s headers.</summary>
    /// <returns>One verdict for each assertion, in their order.</returns>
    /// <exception cref="InvalidOperationException">The headers themselves do not compile.</exception>
    public static IReadOnlyList<Verdict> Check(TranslationUnit unit, IReadOnlyList<HeaderAssertion> assertions)
    {
        StringBuilder source = new();
        foreach (string header in unit.Headers)
        {
            source.Append("#include <").Append(header).Append(">\n");
        }

        source.Append(Same).Append('\n');
        int firstLine = unit.Headers.Count + 2;
        foreach (HeaderAssertion assertion in assertions)
        {
            source.Append("_Static_assert(").Append(assertion.Condition).Append(", \"\");\n");
        }

        var verdicts = new Verdict[assertions.Count];
        foreach (Match error in ErrorLine().Matches(Compile(unit, source.ToString())))
        {
            int line = error.Groups["line"].Length == 0 ? 0 : int.Parse(error.Groups["line"].ValueSpan, CultureInfo.InvariantCulture);
            if (line < firstLine)
            {
                throw new InvalidOperationException($"the {unit.Name} headers do not compile: {error.Value}");
            }

            // An undeclared name is reported as that, and again as an assertion that is no integer: neither is a wrong value.
            bool differs = error.Value.Contains("static assertion failed", StringComparison.Ordinal);
            verdicts[line - firstLine] = differs ? Verdict.Differs : Verdict.Undeclared;
        }

        return verdicts;
    }

    private static string Compile(TranslationUnit unit, string source)
    {
        // Without macro tracking an error inside a macro is reported where the macro is used: on our own line.
        string[] fixedArguments = ["-x", "c", "-std=gnu11", "-Werror", "-fsyntax-only", "-ftrack-macro-expansion=0", "-fno-diagnostics-show-caret"];
        ProcessStartInfo start = new("gcc", [.. fixedArguments, .. unit.Options, "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C" },
        };
        using Process gcc = Process.Start(start)!;
        Task<string> errors = gcc.StandardError.ReadToEndAsync();
        gcc.StandardInput.Write(source);
        gcc.StandardInput.Close();
        gcc.WaitForExit();
        return errors.Result;
    }

    [GeneratedRegex(@"^(<stdin>:(?<line>\d+):|\S+:).*error: .*$", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();
}
