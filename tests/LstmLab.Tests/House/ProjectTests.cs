using System.Xml.Linq;
using Xunit;

namespace LstmLab.Tests.House;

/// <summary>Which project and which package each project of src may refer to.</summary>
public class ProjectTests
{
    [Theory]
    [InlineData("LstmLab", new string[0])]
    [InlineData("LstmLab.Formats", new[] { "LstmLab" })]
    [InlineData("LstmLab.Forecasting", new[] { "LstmLab", "LstmLab.Formats" })]
    [InlineData("LstmLab.Sequences", new[] { "LstmLab" })]
    [InlineData("LstmLab.Charts", new[] { "LstmLab", "LstmLab.Forecasting" })]
    [InlineData("LstmLab.Sweeps", new string[0])]
    [InlineData("LstmLab.Jupyter", new[] { "LstmLab.Sweeps" })]
    public void A_project_compiles_against_the_projects_below_it_alone(string project, string[] allowed)
    {
        IEnumerable<string> compiled = Items(project, "ProjectReference")
            .Where(item => (string?)item.Attribute("ReferenceOutputAssembly") != "false")
            .Select(item => Path.GetFileNameWithoutExtension((string)item.Attribute("Include")!));
        Assert.Subset(allowed.ToHashSet(), compiled.ToHashSet());
    }

    [Fact]
    public void The_engine_depends_on_two_packages() =>
        Assert.Equal(["MathNet.Numerics", "System.Numerics.Tensors"],
        Items("LstmLab", "PackageReference").Select(item => (string)item.Attribute("Include")!).Order());

    private static IEnumerable<XElement> Items(string project, string name) =>
        XDocument.Load(Repository.PathOf("src", project, $"{project}.csproj")).Descendants(name);
}
