// Makes speech/more_voices_index.csv and speech/more_voices_mfcc13_i8.bin of speech/more_voices_settings.csv, with eSpeak NG 1.51 and
// Flite 2.2 of Debian 12:
//
//   apt-get install espeak-ng flite
//   dotnet run -p:TreatWarningsAsErrors=false make-voices.cs speech
//
// Each row of the settings is a digit that a voice says. Pitch and speed are -p and -s of espeak-ng; of flite they are int_f0_target_mean
// and duration_stretch. A sound is resampled to 8,000 samples a second, and cut 200 samples before the first and 400 after the last
// sample that reaches 3 % of the largest.
#:project ../../src/LstmLab.Sequences/LstmLab.Sequences.csproj
#:package NWaves
#:property RestorePackagesWithLockFile=false
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LstmLab.Sequences;
using NWaves.Operations;
using NWaves.Signals;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string[] words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
using JsonDocument meta = JsonDocument.Parse(File.ReadAllText(Path.Combine(args[0], "more_voices_meta.json")));
double[] mean = [.. meta.RootElement.GetProperty("mean").EnumerateArray().Select(value => value.GetDouble())];
double[] scale = [.. meta.RootElement.GetProperty("scale").EnumerateArray().Select(value => value.GetDouble())];
Mfcc mfcc = new();
string wav = Path.GetTempFileName();
List<byte> bytes = [];
List<string> index = ["source,voice,digit,offset_frames,frames"];
foreach (string row in File.ReadLines(Path.Combine(args[0], "more_voices_settings.csv")).Skip(1))
{
    string[] columns = row.Split(',');
    (string source, string voice, int digit, string pitch, string speed) =
        (columns[0], columns[1], int.Parse(columns[2]), columns[3], columns[4]);
    if (source == "espeak")
        Run("espeak-ng", "-v", voice, "-p", pitch, "-s", speed, "-w", wav, words[digit]);
    else
        Run("flite", "-voice", voice.Split('-')[0], "--setf", $"duration_stretch={speed}", "--setf", $"int_f0_target_mean={pitch}",
            "-t", words[digit], "-o", wav);

    Sound sound = Sound.Read(wav);
    DiscreteSignal signal = new(sound.Rate, sound.Samples);
    float[] samples = (sound.Rate == mfcc.Rate ? signal : Operation.Resample(signal, mfcc.Rate)).Samples;
    float loud = .03f * samples.Max(Math.Abs);
    int first = Math.Max(0, Array.FindIndex(samples, sample => Math.Abs(sample) > loud) - 200);
    int end = Math.Min(samples.Length, Array.FindLastIndex(samples, sample => Math.Abs(sample) > loud) + 400);
    float[][] frames = mfcc.Of(new Sound(samples[first..end], mfcc.Rate));
    index.Add($"{source},{voice},{digit},{bytes.Count / 13},{frames.Length}");
    foreach (float[] frame in frames)
        bytes.AddRange(frame.Select((c, k) => (byte)(sbyte)Math.Clamp(Math.Round((c - mean[k]) / scale[k]), -127, 127)));
}

File.Delete(wav);
File.WriteAllBytes(Path.Combine(args[0], "more_voices_mfcc13_i8.bin"), [.. bytes]);
File.WriteAllText(Path.Combine(args[0], "more_voices_index.csv"), string.Concat(index.Select(line => line + "\n")));

static void Run(string program, params string[] arguments)
{
    using Process process = Process.Start(program, arguments);
    process.WaitForExit();
    if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed.");
}
