using System.Globalization;
using System.Numerics.Tensors;
using LstmLab.Formats;
using LstmLab.Tests.House;
using Xunit;

namespace LstmLab.Tests.Formats;

/// <summary>The forecaster that notebook 10 opens, and ONNX Runtime's answers to it: notebooks load the engine alone.</summary>
public class NotebookModel
{
    private const int Window = 14;
    private static readonly string File = Repository.PathOf("notebooks", "weather.onnx"), Answers = Repository.PathOf("notebooks", "weather-onnx-runtime.csv");

    [Fact]
    public void The_stored_answers_are_those_of_ONNX_Runtime()
    {
        float[] stored = [.. System.IO.File.ReadLines(Answers).Skip(1).Select(line => float.Parse(line, CultureInfo.InvariantCulture))];
        float[] now = Runtime.Run(System.IO.File.ReadAllBytes(File), Windows(Temperatures()[^200..]).X)[0];
        Assert.Equal(now.Length, stored.Length);
        Assert.All(now.Zip(stored), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    /// <summary>Trains on all but the last 200 days of Seattle's daily highest temperatures and writes both files.</summary>
    internal static void Write()
    {
        float[] days = Temperatures(), past = days[..^200];
        float mean = past.Average(), deviation = (float)Math.Sqrt(past.Average(day => (day - mean) * (day - mean)));
        Dataset<float> samples = Windows([.. past.Select(day => (day - mean) / deviation)]);
        Model<float> model = new(seed: 1, new Lstm<float>(1, 16, returnSequences: false), new Dense<float>(16, 1));
        model.Train(samples.X, samples.Y, new MeanSquaredError(), new Adam(0.005), epochs: 30);
        OnnxScaling scaling = new([mean], [deviation]);
        Onnx.Save(model, File, new() { Input = scaling, Output = scaling, Metadata = new Dictionary<string, string> { ["window"] = $"{Window} days", ["unit"] = "°C", ["trained on"] = samples.Sha256() } });
        float[] answers = Runtime.Run(System.IO.File.ReadAllBytes(File), Windows(days[^200..]).X)[0];
        System.IO.File.WriteAllLines(Answers, ["temp_max of the next day, °C", .. answers.Select(answer => answer.ToString("R", CultureInfo.InvariantCulture))]);
    }

    private static float[] Temperatures()
    {
        string[][] rows = [.. System.IO.File.ReadLines(Repository.PathOf("datasets", "weather.csv")).Select(line => line.Split(','))];
        int column = Array.IndexOf(rows[0], "temp_max");
        return [.. rows[1..].Where(row => row[0] == "Seattle").Select(row => float.Parse(row[column], CultureInfo.InvariantCulture))];
    }

    private static Dataset<float> Windows(float[] days)
    {
        int count = days.Length - Window;
        Tensor<float> x = Tensors.Fill(n => days[(n / count) + (n % count)], Window, count, 1);
        return new(x, Tensors.Fill(n => days[n + Window], count, 1));
    }
}
