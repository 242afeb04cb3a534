// Makes dates/dates.tsv: dates in sixteen languages as CultureInfo of .NET writes them, with the data of ICU (which are CLDR's):
//
//   DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=false dotnet run make-dates.cs dates/dates.tsv
//
// Each row is a day between 1950 and 2049 in the long pattern ("D") of one language, and the same day in the long pattern of English
// (en-US).
// The days of the test and the validation set are in no other set, in any language.
#:property RestorePackagesWithLockFile=false
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

string[] languages =
    ["de-DE", "fr-FR", "es-ES", "it-IT", "pt-PT", "nl-NL", "sv-SE", "da-DK", "fi-FI", "pl-PL", "cs-CZ",
        "hu-HU", "tr-TR", "id-ID", "el-GR", "ru-RU"];
CultureInfo english = CultureInfo.GetCultureInfo("en-US");
const int days = 3_000;

// The days in the order of the SHA-256 of their ISO form, which is as good as random and the same everywhere.
DateTime first = new(1950, 1, 1);
IEnumerable<DateTime> all = Enumerable.Range(0, (new DateTime(2050, 1, 1) - first).Days).Select(n => first.AddDays(n));
DateTime[] chosen = [.. all.OrderBy(day => Hash($"{day:yyyy-MM-dd}"), StringComparer.Ordinal).Take(days)];
string SplitOf(int n) => n < 600 ? "test" : n < 1_000 ? "validation" : "train";

string Row(DateTime day, int n)
{
    CultureInfo language = CultureInfo.GetCultureInfo(languages[n % languages.Length]);
    return $"{SplitOf(n)}\t{language.TwoLetterISOLanguageName}\t{day.ToString("D", language)}\t{day.ToString("D", english)}";
}

File.WriteAllText(args[0], string.Concat(chosen.Select(Row).Prepend("split\tlanguage\tdate\tenglish").Select(row => row + "\n")));
Console.WriteLine($"{chosen.Length} rows by ICU of .NET {Environment.Version}");

static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
