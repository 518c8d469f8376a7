using System.Globalization;
using System.Text.Json;

namespace AgentSandbox.Benchmarks;

/// <summary>What was found, for people and for programs.</summary>
internal static class Report
{
    /// <summary>Prints a section as a table.</summary>
    public static void Print(ISection section, TextWriter to)
    {
        to.WriteLine($"\n{section.Title,-46} {"median",10} {"p99",10} {"ratio",7}");
        foreach (Row row in section.Rows())
        {
            string unit = row.Unit == "us" ? "" : $" ({row.Unit})";
            string beside = row.Reference is null ? "" : $"{Text(row.Ratio, "f2"),7} x {row.Reference}";
            to.WriteLine($"{row.Name + unit,-46} {Text(row.Median, "f0"),10} {Text(row.P99, "f0"),10} {beside}");
        }
    }

    /// <summary>Writes all sections as JSON.</summary>
    public static void Write(IEnumerable<ISection> sections, string file)
    {
        using FileStream stream = File.Create(file);
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach ((string title, Row row) in sections.SelectMany(section => section.Rows().Select(row => (section.Title, row))))
        {
            json.WriteStartObject();
            json.WriteString("section", title);
            json.WriteString("name", row.Name);
            json.WriteString("unit", row.Unit);
            json.WriteNumber("median", Math.Round(row.Median, 2));
            Number(json, "p99", row.P99);
            json.WriteString("reference", row.Reference);
            Number(json, "ratio", row.Ratio);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number)
        {
            json.WriteNumber(name, Math.Round(number, 3));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string Text(double? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
