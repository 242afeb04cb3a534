using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using LstmLab.Benchmarks.Contestants;

namespace LstmLab.Benchmarks.Comparing;

/// <summary><c>compare</c>.</summary>
internal static class CompareCommand
{
    public const int Agreed = 0, Disagreed = 1, Misused = 2;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
        // A difference of NaN or ∞ is a finding.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static Command Create()
    {
        Option<Shape[]> shapes = List("--shapes", $"Shapes, separated by commas; all when omitted: {Describe()}.", "a,b,…", Shape.Named);
        Option<int[]> threads = List("--threads", "Numbers of threads, separated by commas; 1,2 when omitted.", "1,2", Threads);
        Option<Entrant[]> contestants = List("--contestants", $"Contestants, separated by commas; all when omitted: {string.Join(", ", Entrant.All)}. The others are compared with the first.", "NAMES", Entrant.Named);
        Option<FileInfo?> json = new("--json") { Description = "Writes all figures to a JSON file.", HelpName = "FILE" };
        Command command = new("compare", """
            Compares this engine with TorchSharp and ONNX Runtime on an LSTM of one layer in float: training (forward, loss, BPTT, Adam), inference,
            and streaming step by step. Each turn runs in a process of its own, in turn; outputs and gradients must agree.
            Exit code: 0 they agree, 1 they do not or the first contestant cannot run, 2 wrong use.
            """)
        {
            shapes, threads, contestants, json,
        };
        command.SetAction(parsed => Run(
            Given(parsed, contestants, Entrant.All), Given(parsed, shapes, Shape.All), Given(parsed, threads, [1, 2]), parsed.GetValue(json), parsed.InvocationConfiguration));
        return command;
    }

    private static int Run(IReadOnlyList<Entrant> contestants, IReadOnlyList<Shape> shapes, IReadOnlyList<int> threads, FileInfo? json, InvocationConfiguration console)
    {
        if (json is not null && !ResultFile.CanBeWritten(json, "--json", console)) return Misused;
        Results results = new Comparison(contestants, shapes, threads, console.Error).Run();
        Report.Write(results, console.Output);
        if (json is not null) ResultFile.Write(json, JsonSerializer.Serialize(results, Json));
        return results.Agree && results.Starts[0].Unavailable is null ? Agreed : Disagreed;
    }

    // An option that is left out has no items.
    private static IReadOnlyList<T> Given<T>(ParseResult parsed, Option<T[]> option, IReadOnlyList<T> all) => parsed.GetValue(option) is { Length: > 0 } given ? given : all;

    private static Option<T[]> List<T>(string name, string description, string helpName, Func<string, T> parse) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            try
            {
                return [.. result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries).Select(parse).Distinct()];
            }
            catch (ArgumentException exception)
            {
                result.AddError($"{name} is '{result.Tokens[0].Value}', but {exception.Message}.");
                return [];
            }
        },
    };

    private static int Threads(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1
        ? count
        : throw new ArgumentException($"'{text}' is no number of threads");

    private static string Describe() => string.Join(", ", Shape.All.Select(shape => $"{shape.Name} ({shape.Use}: I {shape.I}, H {shape.H}, B {shape.B}, T {shape.T})"));
}
