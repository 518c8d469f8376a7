using System.Runtime.InteropServices;

namespace AgentSandbox.Kernel.Child;

/// <summary>The machine code that issues clone3 and walks the child's steps, mapped once, read and execute only.</summary>
/// <remarks>It lies in a sealed memfd because making anonymous memory executable is refused under <c>PR_SET_MDWE</c>
/// (systemd's <c>MemoryDenyWriteExecute=</c>). Source: prctl(2), memfd_create(2).</remarks>
internal static unsafe partial class ChildStub
{
    private static readonly nint s_entry = Map();

    /// <summary>The bytes for the architecture that this process runs on.</summary>
    /// <exception cref="PlatformNotSupportedException">There is no stub for it yet.</exception>
    internal static ReadOnlySpan<byte> Code => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => X64,
        Architecture other => throw new PlatformNotSupportedException($"no child stub for {other}: ChildStub.{other}.S is not written yet"),
    };

    /// <summary>Does the parent's steps before, clone3, in the child the child's steps, and the parent's steps after.</summary>
    /// <returns>The child's pid; -errno of clone3; 0 if a step before failed.</returns>
    internal static long Run(StubContext* context) => ((delegate* unmanaged<StubContext*, long>)s_entry)(context);

    private static nint Map()
    {
        using var fd = Files.CreateSealedMemory("agent-sandbox-stub", Code, executable: true);
        void* page = Libc.mmap(null, (nuint)Code.Length, Libc.PROT_READ | Libc.PROT_EXEC, Libc.MAP_PRIVATE, (int)fd.DangerousGetHandle(), 0);
        return (nint)page == -1 ? throw SyscallException.Last("mmap", "the child stub") : (nint)page;
    }
}
