using LstmLab.Jupyter.Packages;
using Xunit;

namespace LstmLab.Tests.Jupyter;

/// <summary>Packages by name.</summary>
[Collection(nameof(RunsCells))]
public class PackageTests
{
    [Fact]
    public async Task A_missing_package_fails_the_cell_with_the_reason_and_the_place()
    {
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("#r \"nuget: LstmLab.Is.Nowhere, 1.0.0\"\n1");
        Assert.Matches(@"line 1, column 1: CS0006: .*\. Package LstmLab\.Is\.Nowhere, 1\.0\.0: error NU\d+: ", run.Report);
    }

    [Fact]
    public async Task A_package_of_the_machine_is_referenced_with_what_it_depends_on()
    {
        // What the solution itself restores is on every machine that runs this test.
        using var workspace = new Workspace();
        var run = await workspace.RunAsync("#r \"nuget: MathNet.Numerics, 5.0.0\"\nMathNet.Numerics.SpecialFunctions.Factorial(5)");
        Assert.Equal("120", run.Text(1));
        Assert.All(PackageRestore.Find("MathNet.Numerics, 5.0.0").Assemblies, path => Assert.True(File.Exists(path)));
    }

    [Fact]
    public void A_reference_without_a_name_says_what_to_write() =>
        Assert.Contains("write #r \"nuget: Id, version\"", Assert.Throws<PackageException>(() => PackageRestore.Find(", 1")).Message, StringComparison.Ordinal);
}
