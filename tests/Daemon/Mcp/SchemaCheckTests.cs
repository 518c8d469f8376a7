using System.Text.Json;
using AgentSandbox.Mcp.Schema;
using AgentSandbox.Mcp.Tools;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Mcp;

/// <summary>Values against JSON Schemas, within bounds.</summary>
public sealed class SchemaCheckTests
{
    [Theory]
    [InlineData("""{"type":"integer"}""", "1.5", "is a number, and must be an integer")]
    [InlineData("""{"type":["string","null"]}""", "1", "is a number, and must be a string or null")]
    [InlineData("""{"required":["a"]}""", "{}", "a: is missing")]
    [InlineData("""{"properties":{"shell":{}},"additionalProperties":false}""", """{"shel":1}""", "shel: is unknown: perhaps it should be shell")]
    [InlineData("""{"properties":{"a":{"items":{"minLength":2}}}}""", """{"a":["xx","y"]}""", "a[1]: has 1 characters, and must have 2 or more")]
    [InlineData("""{"enum":["a","b"]}""", "\"c\"", "must be one of \"a\", \"b\"")]
    [InlineData("""{"maximum":3}""", "4", "must be 3 or less")]
    [InlineData("""{"pattern":"^a+$"}""", "\"b\"", "does not match the pattern ^a+$")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"null"}]}""", "1", "is a number, and must be a string")]
    [InlineData("""{"oneOf":[{"type":"number"},{"type":"integer"}]}""", "1", "fits more than one of what it may be")]
    [InlineData("""{"not":{"type":"null"}}""", "null", "is what it may not be")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"const":2}}}""", "1", "must be 2")]
    [InlineData("""{"additionalProperties":{"type":"string"}}""", """{"x":1}""", "x: is a number, and must be a string")]
    public void Find_WhenAValueDiffers_SaysWhereAndHow(string schema, string value, string fault) => Assert.Equal(fault, Find(schema, value));

    [Theory]
    [InlineData("""{"type":"integer"}""", "2.0")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}}}""", """{"b":1}""")]
    [InlineData("true", "1")]
    [InlineData("""{"if":{"type":"string"},"then":{"minLength":1},"else":{"minimum":0}}""", "0")]
    public void Find_WhenAValueFits_IsNull(string schema, string value) => Assert.Null(Find(schema, value));

    [Theory]
    [InlineData("""{"$ref":"https://example.org/schema"}""", "1")]
    [InlineData("""{"$ref":"#"}""", "1")]
    [InlineData("""{"pattern":"(a*)*b(?=c)"}""", "\"a\"")]
    [InlineData("""{"properties":[]}""", """{"a":1}""")]
    [InlineData("""{"type":"nothing"}""", "1")]
    [InlineData("""{"$defs":{"a":{"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}]}},"$ref":"#/$defs/a"}""", "1")]
    public void Find_WhenItCannotBeSaid_Throws(string schema, string value) => Assert.Throws<SchemaLimitException>(() => Find(schema, value));

    [Fact]
    public void Tools_HaveSchemasThatRefuseWhatIsUnknown() => Assert.All(ToolTable.All, tool =>
    {
        Assert.Equal("x: is unknown", SchemaCheck.Find(tool.Definition.InputSchema, Everything(tool.Definition.InputSchema))?.ToString()[..13]);
        Assert.Equal("object", tool.Definition.Tool.OutputSchema!.Value.GetProperty("type").GetString());
    });

    private static JsonElement Everything(JsonElement schema) =>
        JsonDocument.Parse($"{{\"x\":1{string.Concat(schema.GetProperty("required").EnumerateArray().Select(name => $",{name.GetRawText()}:1"))}}}").RootElement;

    private static string? Find(string schema, string value) => SchemaCheck.Find(JsonDocument.Parse(schema).RootElement, JsonDocument.Parse(value).RootElement)?.ToString();
}
