// What every notebook loads: the assemblies, plotly.js once a page, and a check that a reader sees.
#r "../artifacts/bin/LstmLab.Charts/release/System.Numerics.Tensors.dll"
#r "../artifacts/bin/LstmLab.Charts/release/MathNet.Numerics.dll"
#r "../artifacts/bin/LstmLab.Charts/release/Google.Protobuf.dll"
#r "../artifacts/bin/LstmLab.Charts/release/LstmLab.dll"
#r "../artifacts/bin/LstmLab.Charts/release/LstmLab.Formats.dll"
#r "../artifacts/bin/LstmLab.Charts/release/Microsoft.ML.DataView.dll"
#r "../artifacts/bin/LstmLab.Charts/release/Apache.Arrow.dll"
#r "../artifacts/bin/LstmLab.Charts/release/Microsoft.Data.Analysis.dll"
#r "../artifacts/bin/LstmLab.Charts/release/CsvHelper.dll"
#r "../artifacts/bin/LstmLab.Charts/release/LstmLab.Forecasting.dll"
#r "../artifacts/bin/LstmLab.Sequences/release/Microsoft.ML.Tokenizers.dll"
#r "../artifacts/bin/LstmLab.Sequences/release/NWaves.dll"
#r "../artifacts/bin/LstmLab.Sequences/release/LstmLab.Sequences.dll"
#r "../artifacts/bin/LstmLab.Charts/release/FSharp.Core.dll"
#r "../artifacts/bin/LstmLab.Charts/release/DynamicObj.dll"
#r "../artifacts/bin/LstmLab.Charts/release/Plotly.NET.dll"
#r "../artifacts/bin/LstmLab.Charts/release/LstmLab.Charts.dll"

using System.Globalization;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
LstmLab.Charts.Notebook.Begin();

/// <summary>Says that something is so, or fails the notebook.</summary>
void Check(bool holds, string what)
{
    if (!holds) throw new InvalidOperationException($"Not so: {what}");
    Console.WriteLine($"✓ {what}");
}

/// <summary>Shows a paragraph: a sentence with numbers of this run, in both languages.</summary>
void Say(LstmLab.Charts.Bilingual text) => LstmLab.Charts.Live.Show(text);

/// <summary>Shows a paragraph in English and Chinese.</summary>
void Say(string english, string chinese) => Say((english, chinese));

/// <summary>The verdict of this run on a claim of the document, as the last expression of its cell.</summary>
LstmLab.Charts.Claim Settle(string id, LstmLab.Charts.Verdict verdict, LstmLab.Charts.Bilingual evidence) =>
    new(id, verdict, evidence);
