using Xunit;

namespace LstmLab.Tests.House;

/// <summary>A change of a public API shows in a diff of its file.</summary>
public class PublicApiTests
{
    public static TheoryData<string> Libraries => [.. PublicApi.Libraries];

    [Theory, MemberData(nameof(Libraries))]
    public void The_public_API_is_that_of_the_checked_in_file(string library)
    {
        string[] kept = File.ReadAllLines(PublicApi.FileOf(library)), built = PublicApi.LinesOf(library);
        string[] changes = [.. kept.Except(built).Select(line => $"− {line}"), .. built.Except(kept).Select(line => $"+ {line}")];
        Assert.True(changes.Length == 0, $"""
            The public API of {library} is another than that in {Path.GetRelativePath(Repository.Root, PublicApi.FileOf(library))}:
            {string.Join('\n', changes)}
            If that is meant, run: dotnet run --project tests/LstmLab.Tests -- public-api
            """);
        Assert.Equal(built, kept);
    }
}
