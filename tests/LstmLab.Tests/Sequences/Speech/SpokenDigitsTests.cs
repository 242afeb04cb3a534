using LstmLab.Sequences;
using LstmLab.Tests.House;
using Xunit;

namespace LstmLab.Tests.Sequences.Speech;

public class SpokenDigitsTests
{
    private static readonly string Folder = Path.Combine(Repository.PathOf("datasets"), "applications", "speech");

    [Fact]
    public void Every_voice_says_every_digit_and_every_frame_belongs_to_one_utterance()
    {
        SpokenDigits digits = SpokenDigits.Read(Folder);
        Assert.Equal(2010, digits.Utterances.Count);
        Assert.Equal(91111, digits.Utterances.Sum(utterance => utterance.Frames.Length));
        Assert.All(digits.Utterances.GroupBy(utterance => utterance.Voice), voice =>
            Assert.Equal(Enumerable.Range(0, 10), voice.Select(utterance => utterance.Digit).Distinct().Order()));
    }

    /// <summary>The settings say that mean is the mean of each coefficient; so the bytes have mean 0.</summary>
    [Fact]
    public void The_mean_of_the_frames_is_the_mean_of_the_settings()
    {
        SpokenDigits digits = SpokenDigits.Read(Folder);
        double[] mean = [.. Enumerable.Range(0, 13).Select(k =>
            digits.Utterances.SelectMany(utterance => utterance.Frames).Average(frame => (double)frame[k]))];
        Assert.Equal(-45.97, mean[0], .1);
        Assert.Equal(-.375, mean[12], .02);
    }

    [Fact]
    public void Files_that_do_not_fit_are_named()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.Copy(Path.Combine(Folder, "spoken_digits_meta.json"), Path.Combine(folder, "a_meta.json"));
            File.WriteAllBytes(Path.Combine(folder, "a_mfcc13_i8.bin"), new byte[26]);
            File.WriteAllText(Path.Combine(folder, "a_index.csv"), "source,voice,digit,offset_frames,frames\nme,I,7,0,2\n");
            Utterance only = Assert.Single(SpokenDigits.Read(folder, "a").Utterances);
            Assert.Equal(("me", "I", 7, 2), (only.Source, only.Voice, only.Digit, only.Frames.Length));

            File.WriteAllText(Path.Combine(folder, "a_index.csv"), "source,voice,digit,offset_frames,frames\nme,I,7,1,2\n");
            Assert.Contains(
                "frames 1 to 2", Assert.Throws<InvalidDataException>(() => SpokenDigits.Read(folder, "a")).Message, StringComparison.Ordinal);
            File.WriteAllBytes(Path.Combine(folder, "a_mfcc13_i8.bin"), new byte[25]);
            Assert.Contains(
                "25 bytes", Assert.Throws<InvalidDataException>(() => SpokenDigits.Read(folder, "a")).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
