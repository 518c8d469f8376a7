using AgentSandbox.Audit;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Audit;
/// <summary>Secrets in what callers say do not come on record (threats F133).</summary>
public sealed class RedactorTests
{
    private const string Key = "hunter2-hunter2-hunter2";

    [Theory]
    [InlineData("--password=" + Key)]
    [InlineData("--db-password " + Key)]
    [InlineData("-e API_TOKEN=" + Key)]
    [InlineData("mysql --password '" + Key + " x'")]
    [InlineData("{\"api_key\": \"" + Key + "\"}")]
    [InlineData("Authorization: Basic " + Key)]
    [InlineData("curl -H 'Authorization: token " + Key + "' http://x")]
    [InlineData("Cookie: session=" + Key)]
    [InlineData("X-Api-Key: " + Key)]
    [InlineData("bearer " + Key)]
    [InlineData("postgres://user:" + Key + "@host/db")]
    [InlineData("https://:" + Key + "@host/")]
    [InlineData("AWS_SECRET_ACCESS_KEY=" + Key)]
    [InlineData("client_secret=" + Key + "&x=1")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\n" + "hunter2+hunter2/hunter2" + "\n-----END RSA PRIVATE KEY-----")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2")]
    [InlineData("x ghp_hunter2hunter2hunter2hunter2")]
    [InlineData("github_pat_hunter2_hunter2hunter2")]
    [InlineData("glpat-hunter2hunter2hunter2")]
    [InlineData("sk-hunter2-hunter2hunter2")]
    [InlineData("sk-ant-api03-hunter2hunter2")]
    [InlineData("hf_hunter2hunter2hunter2")]
    [InlineData("xoxb-hunter2-hunter2")]
    [InlineData("npm_hunter2hunter2hunter2hunter2hunter2")]
    [InlineData("eyJhbGciOiJI.eyJzdWIiOiIx.hunter2")]
    public void Text_LosesItsSecret(string text)
    {
        string redacted = Redactor.Text(text);

        Assert.DoesNotContain("hunter2", redacted, StringComparison.Ordinal);
        Assert.Contains(Redactor.Placeholder, redacted, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_LosesAKeyOfAws() => Assert.Equal("id [redacted] end", Redactor.Text("id AKIAIOSFODNN7EXAMPLE end"));

    [Theory]
    [InlineData("python3 -c print('hello world')")]
    [InlineData("/usr/share/keyrings/debian.gpg")]
    [InlineData("https://example.org:8080/path?q=1@2")]
    [InlineData("git commit -m 'rotate the tokens'")]
    [InlineData("monkey=3")]
    [InlineData("risk-assessment-of-the-long-project")]
    public void Text_WithoutASecret_StaysAsItIs(string text) => Assert.Equal(text, Redactor.Text(text));

    [Fact]
    public void Arguments_LoseWhatFollowsAnOption() => Assert.Equal(
        ["curl", "--token", "[redacted]", "-u", "me:[redacted]", "--output", "x", "--api-key=[redacted]"],
        Redactor.Arguments(["curl", "--token", Key, "-u", "me:" + Key, "--output", "x", "--api-key=" + Key]));

    [Theory]
    [InlineData("PATH=/usr/bin", "PATH=/usr/bin")]
    [InlineData("GITHUB_TOKEN=x", "GITHUB_TOKEN=[redacted]")]
    [InlineData("AWS_SECRET_ACCESS_KEY=x", "AWS_SECRET_ACCESS_KEY=[redacted]")]
    [InlineData("SSH_KEY=x", "SSH_KEY=[redacted]")]
    [InlineData("PGPASSWORD=x", "PGPASSWORD=[redacted]")]
    [InlineData("DB_PASS=x", "DB_PASS=[redacted]")]
    [InlineData("MONKEY=x", "MONKEY=x")]
    [InlineData("DATABASE_URL=postgres://u:x@h", "DATABASE_URL=postgres://u:[redacted]@h")]
    [InlineData("NOVALUE", "NOVALUE")]
    public void Environment_LosesValuesOfSecretNames(string variable, string expected) => Assert.Equal([expected], Redactor.Environment([variable]));

    [Fact]
    public void Build_RedactsWhatBecomesFields()
    {
        AuditRecord record = AuditRecord.About(AuditKind.CommandStarted, $"ran with token={Key}")
            .Arguments(["x", "--password", Key]).Environment([$"MY_TOKEN={Key}"]).Reason($"password={Key}").Path($"/x?secret={Key}").EndDetail($"bearer {Key}").Build();

        Assert.DoesNotContain(Key, $"{record.Message} {string.Join(' ', record.Fields)}", StringComparison.Ordinal);
    }

    [Fact]
    public void Text_WhenItIsMadeToBeSlow_IsNot()
    {
        string text = string.Concat(Enumerable.Repeat("--password-token://:", 100_000));

        Assert.NotEmpty(Redactor.Text(text)); // a backtracking expression would not come to its end
    }

    [Fact]
    public void Readme_ListsEveryRule()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "src/Audit/README.md"));

        Assert.All(RedactionRules.Text.Append(RedactionRules.OptionBeforeSecret).Append(RedactionRules.VariableName), rule => Assert.Contains($"| `{rule.Name}` |", readme, StringComparison.Ordinal));
    }
}
