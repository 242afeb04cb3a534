using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;

namespace LstmLab.Sweeps;

/// <summary>All results of a sweep as a CSV table: a row for each trial in the sweep's order, with its parameters, its seed and its
/// answer. The bytes depend on the trials and their answers alone.</summary>
public static class ResultTable
{
    /// <summary>Writes the table, whole or not at all.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="path">An older file is replaced.</param>
    /// <param name="partial">Whether trials without a result are left out; otherwise they are an error.</param>
    /// <returns>The number of rows.</returns>
    /// <exception cref="SweepException">Trials are missing, a result is damaged, or the file could not be written.</exception>
    public static int Write(Sweep sweep, string path, bool partial = false)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ResultFolder folder = new(sweep);
        List<(Trial Trial, JsonElement Result)> rows = [];
        foreach (Trial trial in sweep.Trials)
        {
            if (folder.ResultOf(trial) is { } result) rows.Add((trial, result));
        }

        int missing = sweep.Trials.Count - rows.Count;
        if (missing > 0 && !partial)
            throw new SweepException(
                $"{missing} of {sweep.Trials.Count} trials have no result: run 'lstmlab sweep missing' to see them, or pass --partial.");
        ResultFolder.Write(path, Encoding.UTF8.GetBytes(Text(rows)));
        return rows.Count;
    }

    private static string Text(List<(Trial Trial, JsonElement Result)> rows)
    {
        string[] parameters = Columns(rows.Select(row => row.Trial.Parameters)), results = Columns(rows.Select(row => row.Result));
        using StringWriter text = new(CultureInfo.InvariantCulture);
        using (CsvWriter csv = CsvWriter.Create(text, CsvWriterOptions.Default, leaveOpen: true))
        {
            csv.WriteRecord(
                [.. parameters, "seed", .. results.Select(name => parameters.Append("seed").Contains(name) ? $"result.{name}" : name)]);
            foreach ((Trial trial, JsonElement result) in rows)
            {
                csv.WriteRecord([
                    .. parameters.Select(name => Field(trial.Parameters, name)), CanonicalJson.Text(trial.Seed),
                    .. results.Select(name => Field(result, name))]);
            }
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    // In the order in which the first trial that has one has them.
    private static string[] Columns(IEnumerable<JsonElement> objects) =>
        [.. objects.SelectMany(one => one.EnumerateObject().Select(property => property.Name)).Distinct()];

    private static string Field(JsonElement row, string column) => !row.TryGetProperty(column, out JsonElement value) ? ""
        : value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
