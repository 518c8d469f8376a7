using System.Collections.Immutable;

namespace AgentSandbox.Kernel.Child;

/// <summary>A list of steps as the stub sees it, and what the stub reported of it.</summary>
/// <param name="program">The program's name, for errors.</param>
/// <param name="who"><c>parent</c> or <c>child</c>.</param>
/// <param name="steps">The steps.</param>
/// <param name="first">Their encoding.</param>
/// <param name="report">The stub's report.</param>
internal readonly unsafe struct EncodedList(string program, string who, ImmutableArray<SyscallStep> steps, EncodedStep* first, StubReport* report)
{
    /// <summary>The index of the step that the stub came to last; 0 if it did not begin.</summary>
    internal int Reached => report->Step == null ? 0 : (int)(report->Step - first);

    /// <summary>The error of the step that failed, or null.</summary>
    internal SyscallException? Error => report->Error == 0 ? null : Failure((Errno)(-report->Error));

    /// <summary>What the step at <paramref name="index"/> returned: a result, or -errno.</summary>
    internal long Result(int index) => first[index].Result;

    /// <summary>An error at the step that was reached.</summary>
    internal SyscallException Failure(Errno errno)
    {
        SyscallStep step = steps[Reached];
        Arg target = step.Args.FirstOrDefault(a => a is TextArg { Text.Length: > 0 }) ?? step.Args.FirstOrDefault() ?? Arg.NULL;
        string text = target is TextArg path ? path.Text : target.ToString();
        return new SyscallException(step.Call.ToString(), errno, text, $"{program}, {who} step {Reached + 1} of {steps.Length}: {step.Why}");
    }
}
