// A program that answers the trials of a sweep: recall the first of six numbers. Copy it, and replace the two lines with #:project by
// #:package LstmLab.Formats and #:package LstmLab.Sweeps if you work outside this repository.
#:project ../../../src/LstmLab.Formats/LstmLab.Formats.csproj
#:project ../../../src/LstmLab.Sweeps/LstmLab.Sweeps.csproj
#:project ../../../src/LstmLab/LstmLab.csproj
#:property NoWarn=CS1591;CA1852
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
using System.Numerics.Tensors;
using LstmLab;
using LstmLab.Formats;
using LstmLab.Sweeps;

return TrialProgram.Run((trial, checkpoints, stop) =>
{
    int units = trial.WholeNumber("units");
    ulong seed = (ulong)trial.Seed;                        // follows from the parameters
    var numbers = new RandomStream(seed, "recall");
    Tensor<double> x = Tensors.Fill((t, n, i) => numbers.NextUniform(-1, 1), 6, 32, 1);
    Tensor<double> y = Tensors.Fill(n => x[0, n, 0], 32, 1);
    var model = new Model<double>(seed, new Lstm<double>(1, units, returnSequences: false), new Dense<double>(units, 1));
    History history = model.Train(x, y, new MeanSquaredError(), new Adam(trial.Number("rate")), epochs: 20, seed: seed,
        checkpoints: new Checkpoints(checkpoints), cancellation: stop);
    stop.ThrowIfCancellationRequested();                   // the checkpoint is written: the next run goes on from it
    return new { loss = history.Loss[^1] };
});
