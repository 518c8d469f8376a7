using System.Diagnostics;
using Xunit;

namespace AgentSandbox.Tests;

/// <summary>Waits for a state that nothing announces: it asks again and again.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(20);

    /// <summary>How long it asks.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Waits until it is so.</summary>
    /// <param name="isSo">Asked at least once.</param>
    /// <param name="otherwise">What the failure says if it is never so.</param>
    public static Task IsSoAsync(Func<bool> isSo, string otherwise) => IsSoAsync(() => Task.FromResult(isSo()), otherwise);

    /// <summary>Waits until it is so.</summary>
    /// <param name="isSo">Asked at least once.</param>
    /// <param name="otherwise">What the failure says if it is never so.</param>
    public static async Task IsSoAsync(Func<Task<bool>> isSo, string otherwise)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, otherwise);
            await Task.Delay(s_between, TestContext.Current.CancellationToken);
        }
    }
}
