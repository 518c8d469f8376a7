using System.Collections.Immutable;
using System.Globalization;

namespace AgentSandbox.Kernel;

/// <summary>Signals as people write them: <c>TERM</c>, <c>SIGTERM</c>, <c>15</c>.</summary>
/// <remarks>Source: signal(7), "Standard signals".</remarks>
public static class SignalNumber
{
    private const string Prefix = "SIG";
    private const int Last = 64;

    private static readonly ImmutableDictionary<string, int> s_names = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(Libc.SIGHUP)] = Libc.SIGHUP,
        [nameof(Libc.SIGINT)] = Libc.SIGINT,
        [nameof(Libc.SIGQUIT)] = Libc.SIGQUIT,
        [nameof(Libc.SIGILL)] = Libc.SIGILL,
        [nameof(Libc.SIGTRAP)] = Libc.SIGTRAP,
        [nameof(Libc.SIGABRT)] = Libc.SIGABRT,
        [nameof(Libc.SIGBUS)] = Libc.SIGBUS,
        [nameof(Libc.SIGFPE)] = Libc.SIGFPE,
        [nameof(Libc.SIGKILL)] = Libc.SIGKILL,
        [nameof(Libc.SIGUSR1)] = Libc.SIGUSR1,
        [nameof(Libc.SIGSEGV)] = Libc.SIGSEGV,
        [nameof(Libc.SIGUSR2)] = Libc.SIGUSR2,
        [nameof(Libc.SIGPIPE)] = Libc.SIGPIPE,
        [nameof(Libc.SIGALRM)] = Libc.SIGALRM,
        [nameof(Libc.SIGTERM)] = Libc.SIGTERM,
        [nameof(Libc.SIGSTKFLT)] = Libc.SIGSTKFLT,
        [nameof(Libc.SIGCHLD)] = Libc.SIGCHLD,
        [nameof(Libc.SIGCONT)] = Libc.SIGCONT,
        [nameof(Libc.SIGSTOP)] = Libc.SIGSTOP,
        [nameof(Libc.SIGTSTP)] = Libc.SIGTSTP,
        [nameof(Libc.SIGTTIN)] = Libc.SIGTTIN,
        [nameof(Libc.SIGTTOU)] = Libc.SIGTTOU,
        [nameof(Libc.SIGURG)] = Libc.SIGURG,
        [nameof(Libc.SIGXCPU)] = Libc.SIGXCPU,
        [nameof(Libc.SIGXFSZ)] = Libc.SIGXFSZ,
        [nameof(Libc.SIGVTALRM)] = Libc.SIGVTALRM,
        [nameof(Libc.SIGPROF)] = Libc.SIGPROF,
        [nameof(Libc.SIGWINCH)] = Libc.SIGWINCH,
        [nameof(Libc.SIGIO)] = Libc.SIGIO,
        [nameof(Libc.SIGPWR)] = Libc.SIGPWR,
        [nameof(Libc.SIGSYS)] = Libc.SIGSYS,
    }.ToImmutableDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names, without the prefix, by number.</summary>
    public static ImmutableArray<string> Names { get; } = [.. s_names.OrderBy(name => name.Value).Select(name => name.Key[Prefix.Length..])];

    /// <summary>The number of a signal, 1 to 64.</summary>
    /// <exception cref="FormatException">There is no such signal.</exception>
    public static int Parse(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= Last ? number
        : s_names.TryGetValue(text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text : Prefix + text, out int named) ? named
        : throw new FormatException($"'{text}' is no signal: write TERM, SIGTERM or 15");
}
