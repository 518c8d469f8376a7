using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using AgentSandbox.Audit;
using AgentSandbox.Ctl.Text;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl audit verify</c>: whether anything is edited, missing or out of order. The daemon is not asked.</summary>
internal static class AuditVerifyCommand
{
    public static Command Create()
    {
        Option<string?> file = new("--file") { Description = "The youngest file of the trail; those that it was rotated to are read too.", HelpName = "FILE" };
        Option<string?> state = new("--state") { Description = "The daemon's state directory, with --file: shows also what is missing at the end.", HelpName = "DIR" };
        Option<bool> journal = new("--journal") { Description = "The trail in the journal, by journalctl." };
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "verify",
            "Checks the trail's chain of hashes, and names the first record that was edited, removed, moved or put in. Exit status 1 if there is one. Who can write the file can write a whole new chain: compare the last hash with one kept elsewhere.")
        {
            file, state, journal, json,
        };
        command.SetAction(parsed =>
        {
            string? path = parsed.GetValue(file);
            if (path is not null == parsed.GetValue(journal) || (path is null && parsed.GetValue(state) is not null))
            {
                throw new UsageException("name the trail: --file FILE [--state DIR], or --journal");
            }

            AuditVerdict verdict = path is null ? VerifyJournal() : AuditVerifier.VerifyFiles(path, parsed.GetValue(state));
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(AuditVerdictReport.From(verdict), AuditVerdictJson.Default.AuditVerdictReport));
            }
            else
            {
                Print(verdict);
            }

            return verdict.IsIntact ? 0 : ExitCodes.Failed;
        });
        return command;
    }

    private static void Print(AuditVerdict verdict)
    {
        Console.Out.WriteLine($"{verdict.Count} records hold{(verdict.Count == 0 ? "" : $": {verdict.First} to {verdict.Last.Sequence}, the last with hash {verdict.Last.Hash}")}");
        if (verdict.Break is AuditBreak found)
        {
            Console.Out.WriteLine($"broken at {VisibleText.Of(found.ToString())}");
        }
    }

    private static AuditVerdict VerifyJournal()
    {
        ProcessStartInfo start = new("journalctl", JournalReader.Arguments) { RedirectStandardOutput = true };
        try
        {
            using Process journalctl = Process.Start(start) ?? throw new IOException("journalctl did not start");
            AuditVerdict verdict = AuditVerifier.Verify(JournalReader.Read(journalctl.StandardOutput.BaseStream));
            journalctl.WaitForExit();
            return journalctl.ExitCode == 0 || verdict.Break is not null ? verdict : throw new IOException($"journalctl failed with exit status {journalctl.ExitCode}");
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or FormatException)
        {
            throw new IOException($"the journal cannot be read by journalctl: {failure.Message}", failure);
        }
    }
}
