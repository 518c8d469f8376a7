using System.Runtime.InteropServices;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Unit.Kernel;

/// <summary>Compares every constant, structure and call number of AgentSandbox.Kernel with the kernel's own headers; gcc is the judge.</summary>
public sealed class HeaderTests
{
    [Fact]
    public void Constants_HaveTheValuesOfTheHeaders() => AssertAgree(KernelDeclarations.Constants());

    [Fact]
    public void Structures_HaveTheLayoutOfTheHeaders() => AssertAgree(KernelDeclarations.Structures());

    [Theory]
    [InlineData(Architecture.X64, "x86")]
    [InlineData(Architecture.Arm64, "arm64")]
    public void CallNumbers_AreThoseOfTheHeaders(Architecture architecture, string kernelArchitecture)
    {
        TranslationUnit unit = TranslationUnit.CallNumbers(Headers(), kernelArchitecture);
        var table = SyscallTable.For(architecture);
        List<HeaderAssertion> numbers =
        [
            .. from call in Enum.GetValues<Syscall>()
               let number = table.Number(call)
               where number is not null
               select HeaderAssertion.Value($"__NR_{call}", number),
        ];

        AssertAllHold(numbers, [unit]);
    }

    [Fact]
    public void Exceptions_NameOnlyWhatExists()
    {
        HashSet<string> names = [.. KernelDeclarations.Constants().Concat(KernelDeclarations.Structures()).Select(assertion => assertion.Name)];

        Assert.Empty(HeaderExceptions.Unchecked.Keys.Except(names));
        Assert.Empty(HeaderExceptions.Extensible.Except(names));
        Assert.Empty(HeaderExceptions.FieldPaths.Keys.Except(names));
    }

    [Fact]
    public void Compiler_NamesAWrongValue_AndAnUnknownName()
    {
        HeaderAssertion[] assertions =
        [
            HeaderAssertion.Value("EPERM", 1),
            HeaderAssertion.Value("EPERM", 2),
            HeaderAssertion.Value("ENOSUCHNAME", 1),
            HeaderAssertion.Value("SECCOMP_RET_ALLOW", 0x7fff0000L),
            HeaderAssertion.Value("SECCOMP_RET_ALLOW", 0x17fff0000L),
            new("pollfd", "sizeof(struct pollfd) == 8"),
            new("pollfd.nosuchfield", "__builtin_offsetof(struct pollfd, nosuchfield) == 0"),
        ];

        Assert.Equal(
            [Verdict.Holds, Verdict.Differs, Verdict.Undeclared, Verdict.Holds, Verdict.Differs, Verdict.Holds, Verdict.Undeclared],
            CCompiler.Check(TranslationUnit.KernelHeaders(Headers()), assertions));
    }

    private static void AssertAgree(IEnumerable<HeaderAssertion> assertions)
    {
        HeaderTree headers = Headers();
        AssertAllHold(
            [.. assertions.Where(assertion => !HeaderExceptions.Unchecked.ContainsKey(assertion.Name))],
            [TranslationUnit.KernelHeaders(headers), TranslationUnit.LibcHeaders(headers)]);
    }

    // Each unit judges what those before it do not declare.
    private static void AssertAllHold(List<HeaderAssertion> assertions, IEnumerable<TranslationUnit> units)
    {
        Assert.NotEmpty(assertions);
        List<string> wrong = [];
        foreach (TranslationUnit unit in units)
        {
            IReadOnlyList<Verdict> verdicts = CCompiler.Check(unit, assertions);
            wrong.AddRange(With(Verdict.Differs).Select(assertion => $"{assertion.Name}: not so in the {unit.Name} headers: {assertion.Condition}"));
            assertions = [.. With(Verdict.Undeclared)];

            IEnumerable<HeaderAssertion> With(Verdict verdict) => assertions.Where((_, i) => verdicts[i] == verdict);
        }

        wrong.AddRange(assertions.Select(assertion => $"{assertion.Name}: in none of the headers: {assertion.Condition}"));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static HeaderTree Headers()
    {
        Requires.Feature("headers", HeaderTree.HowToGet);
        Requires.Feature("gcc");
        return HeaderTree.Find()!;
    }
}
