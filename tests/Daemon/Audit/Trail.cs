using AgentSandbox.Audit;

namespace AgentSandbox.Tests.Daemon.Audit;

/// <summary>An audit trail in a folder of a test's own.</summary>
internal sealed class Trail : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Folder => _folder.Path;

    public string File => Path.Combine(_folder.Path, "audit.jsonl");

    public AuditLog Open(params IAuditSink[] sinks) => AuditLog.Open(Folder, sinks, new AuditLogOptions("1.2.3"));

    public AuditLog OpenFile(long maxBytes = 1024 * 1024, int kept = 100) => Open(new JsonLinesSink(new JsonLinesOptions(File) { MaxBytes = maxBytes, KeptFiles = kept, Fsync = FsyncPolicy.None }));

    public static AuditRecord Record(int number) => AuditRecord.About(AuditKind.JailCreated, $"jail {number} was created")
        .Jail($"jail-{number}").Profile("python").OwnerUid(1000 + number).Role("coder").Role("auditor").Build();

    /// <summary>A trail of a start and <paramref name="count"/> records, in one file.</summary>
    public string[] Write(int count)
    {
        using (AuditLog log = OpenFile())
        {
            for (int i = 1; i <= count; i++)
            {
                log.Write(Record(i));
            }
        }

        return System.IO.File.ReadAllLines(File);
    }

    public AuditVerdict Verify(IEnumerable<string> lines)
    {
        System.IO.File.WriteAllLines(File, lines);
        return AuditVerifier.VerifyFiles(File);
    }

    public void Dispose() => _folder.Dispose();
}
