using System.Diagnostics;
using System.Globalization;
using LstmLab.Formats;
using LstmLab.Sequences;
using LstmLab.Tests.House;

namespace LstmLab.Tests.Sequences;

/// <summary>
/// A language model of notebook 14, trained for so many minutes of processor time: <c>language-model 1|3|10|30 [SEED]</c>. Its result
/// becomes a row of notebooks/language-model.csv, and the rows of the day become docs/results/language-model-YEAR-MONTH-DAY.md.
/// </summary>
/// <remarks>Interrupted, it goes on where it was when it is started again, and counts the time of both.</remarks>
internal static class LanguageModelRun
{
    private const string Columns =
        "date,setting,seed,embedding,units,layers,dropout,epochs,learning_rate,weights,cpu_minutes,validation_bits,test_bits";

    private static readonly Setting[] Settings =
    [
        new(Minutes: 1, Units: 128, Dropout: 0, Epochs: 10, LearningRate: 0.01),
        new(Minutes: 3, Units: 256, Dropout: 0.1, Epochs: 12, LearningRate: 0.006),
        new(Minutes: 10, Units: 448, Dropout: 0.25, Epochs: 15, LearningRate: 0.004),
        new(Minutes: 30, Units: 576, Dropout: 0.4, Epochs: 27, LearningRate: 0.003),
    ];

    private static string SamplesFile => Repository.PathOf("notebooks", "language-model-samples.tsv");

    private static string Csv => Repository.PathOf("notebooks", "language-model.csv");

    public static void Run(string minutes, ulong seed)
    {
        Setting setting = Settings.FirstOrDefault(setting => $"{setting.Minutes}" == minutes)
            ?? throw new ArgumentException($"There are settings of {string.Join(", ", Settings.Select(s => s.Minutes))} minutes, but not of {minutes}.");
        // Threads that wait for one another spin, and that is processor time too. The bits are the same.
        Threads.Count = 1;
        (Vocabulary characters, int[] training, int[] validation, int[] test) = Parts();
        LanguageModel<float> model = new(75, embeddingSize: 64, setting.Units, dropout: setting.Dropout, seed: seed);

        // The 3 minutes of the first seed are those of the notebook.
        string name = $"14-language-model-{setting.Minutes}-{seed}";
        bool isStored = setting.Minutes == 3 && seed == 1;
        string path = isStored ? Repository.PathOf("notebooks", "weights", "14-language-model.safetensors")
            : Repository.PathOf("artifacts", "trainings", $"{name}.safetensors");
        Directory.CreateDirectory(Repository.PathOf("artifacts", "trainings"));
        CpuClock clock = new(Repository.PathOf("artifacts", "trainings", $"{name}.cpu"));
        Environment.SetEnvironmentVariable("LSTMLAB_TRAIN", Path.GetFileNameWithoutExtension(path));
        StoredTraining.Run(path, model, run => Train(model, setting, seed, training, validation, run with
        {
            Progress = isStored ? new Samples(run.Progress, model, characters) : run.Progress,
        }, clock));

        double validationBits = BitsPerSymbol.Of(model.LogProbabilities(validation)), testBits = BitsPerSymbol.Of(model.LogProbabilities(test));
        string date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string row = string.Create(CultureInfo.InvariantCulture,
            $"{date},{setting.Minutes},{seed},64,{setting.Units},1,{setting.Dropout},{setting.Epochs},{setting.LearningRate},{model.ParameterCount},{clock.Total.TotalMinutes:0.00},{validationBits:0.0000},{testBits:0.0000}");
        Console.WriteLine($"{Columns}\n{row}");
        string[] rows = [.. Rows().Where(other => Key(other) != Key(row)).Append(row).OrderBy(Order).ThenBy(other => other.Split(',')[2], StringComparer.Ordinal)];
        File.WriteAllLines(Csv, [Columns, .. rows]);
        WriteReport(date, rows, training, test);

        static string Key(string row) => string.Join(',', row.Split(',')[1..3]);
        static int Order(string row) => int.Parse(row.Split(',')[1], CultureInfo.InvariantCulture);
    }

    private static History Train(
        LanguageModel<float> model, Setting setting, ulong seed, int[] training, int[] validation, StoredRun run, CpuClock clock)
    {
        TextStreams text = new(training, streams: 32, window: 64);
        Dataset<float> held = new TextStreams(validation, streams: 68, window: 1000).Batch<float>(0);
        int steps = setting.Epochs * text.StepsPerEpoch, rising = steps / 10;
        Dataset<float> Batch(int step)
        {
            clock.Save();
            return text.Batch<float>(step);
        }

        Schedule schedule = new WarmUp(rising, new CosineDecay(steps - rising, 0.02, ScheduleUnit.Step), ScheduleUnit.Step);
        return model.Train(Batch, text.StepsPerEpoch, new SoftmaxCrossEntropy(), new Adam(setting.LearningRate), setting.Epochs, seed: seed,
            validation: held, clipping: new ClipByNorm(1), schedule: schedule,
            checkpoints: run.Checkpoints, progress: run.Progress, cancellation: run.Cancellation);
    }

    private static (Vocabulary Characters, int[] Training, int[] Validation, int[] Test) Parts()
    {
        string text = File.ReadAllText(Repository.PathOf("datasets", "pride_and_prejudice.txt"));
        Vocabulary characters = new(text.Distinct().Order().Select(letter => $"{letter}"));
        int[] numbers = characters.Encode(text.Select(letter => $"{letter}"));
        int first = numbers.Length * 7 / 10, second = numbers.Length * 8 / 10;
        return (characters, numbers[..first], numbers[first..second], numbers[second..]);
    }

    private static string[] Rows() => File.Exists(Csv) ? [.. File.ReadLines(Csv).Skip(1)] : [];

    private static void WriteReport(string date, string[] rows, int[] training, int[] test)
    {
        string[][] ofDay = [.. rows.Select(row => row.Split(',')).Where(row => row[0] == date)];
        IEnumerable<string> models = ofDay.Select(row =>
            $"| {row[1]} | {row[2]} | {row[4]} | {row[9]} | {row[6]} | {row[7]} | {row[10]} | {row[11]} | {row[12]} |");
        NGramModel longest = new(training, 7, 75);
        IEnumerable<string> counts = Enumerable.Range(1, 7).Select(order => string.Create(CultureInfo.InvariantCulture,
            $"| {order} | {BitsPerSymbol.Of(longest.Shorter(order).LogProbabilities(test)):0.0000} |"));
        string[] lines =
        [
            $"# Language models of *Pride and Prejudice*, {date}",
            "",
            "Written by `dotnet run --project tests/LstmLab.Tests -- language-model MINUTES [SEED]`; nothing here is typed by hand.",
            "Characters as they are (75 different ones); trained on the first 70 %, validated on the next 10 %, bits per character",
            "on the last 20 %, read once from its beginning to its end with the states carried. Minutes are processor time of a",
            $"process of one thread. .NET {Environment.Version}, {Environment.ProcessorCount} processors.",
            "",
            "| setting, minutes | seed | units | weights | dropout | epochs | minutes taken | validation bits | test bits |",
            "|---|---|---|---|---|---|---|---|---|",
            .. models,
            "",
            "| n-gram, n (Witten–Bell) | test bits |",
            "|---|---|",
            .. counts,
        ];
        Directory.CreateDirectory(Repository.PathOf("docs", "results"));
        File.WriteAllLines(Repository.PathOf("docs", "results", $"language-model-{date}.md"), lines);
    }

    private sealed record Setting(int Minutes, int Units, double Dropout, int Epochs, double LearningRate);

    /// <summary>What the model of the notebook writes after each epoch: a line each, the epoch and the sample.</summary>
    private sealed class Samples(IProgress<EpochReport> next, LanguageModel<float> model, Vocabulary characters) : IProgress<EpochReport>
    {
        private const string Beginning = "It is a truth universally acknowledged, that ";

        public void Report(EpochReport value)
        {
            next.Report(value);
            int[] written = Sampling.Write(
                new ModuleSteps<float>(model, "h", "c"), model.States(), characters.Encode(Beginning.Select(letter => $"{letter}")), 160,
                new RandomStream((ulong)value.Epoch, "sample"), temperature: 0.7)[0];
            string sample = Beginning.ToUpperInvariant() + string.Concat(characters.Decode(written)).Replace("\n", "↵", StringComparison.Ordinal);
            IEnumerable<string> before = value.Epoch == 1 ? [] : File.ReadLines(SamplesFile).Take(value.Epoch - 1);
            File.WriteAllLines(SamplesFile, [.. before, $"{value.Epoch}\t{sample}"]);
        }
    }

    /// <summary>Processor time of all threads, of this process and those that were interrupted before it.</summary>
    private sealed class CpuClock(string path)
    {
        private readonly TimeSpan _before = File.Exists(path)
            ? TimeSpan.FromSeconds(double.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture)) : TimeSpan.Zero;

        private readonly TimeSpan _started = Now();

        public TimeSpan Total { get; private set; }

        public void Save()
        {
            Total = _before + Now() - _started;
            File.WriteAllText(path, Total.TotalSeconds.ToString("R", CultureInfo.InvariantCulture));
        }

        private static TimeSpan Now()
        {
            using Process process = Process.GetCurrentProcess();
            return process.TotalProcessorTime;
        }
    }
}
