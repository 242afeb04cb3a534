using System.Globalization;
using System.Numerics;

namespace LstmLab;

/// <summary>The table that a module shows of itself.</summary>
internal static class ModuleSummary
{
    /// <summary>Layers by name, the shapes of their outputs in the last pass, and their numbers of parameters.</summary>
    public static string Of<T>(Module<T> module) where T : struct, IBinaryFloatingPointIeee754<T>
    {
        _ = module.Parameters;
        IReadOnlyList<Call<T>> calls = module.Tape.Calls;
        List<string[]> rows = [];
        foreach ((string path, Layer<T> layer) in module.NamedLayers)
        {
            Call<T>? call = calls.FirstOrDefault(call => ReferenceEquals(call.Layer, layer));
            string shape = call is null ? "–" : string.Join(", ", call.Outputs.Take(1).Select(output => output.Data.Shape()));
            rows.Add([path, layer.Description, shape, Count(layer.Parameters.Sum(parameter => parameter.Values.Length))]);
        }

        rows.Add(["total", "", "", Count(module.ParameterCount)]);
        return TextTable.Write(["layer", "", "output", "parameters"], rows, right: column => column == 3);
    }

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
