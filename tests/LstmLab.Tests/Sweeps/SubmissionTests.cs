using k8s;
using k8s.Models;
using LstmLab.Sweeps;
using Xunit;

namespace LstmLab.Tests.Sweeps;

public class SubmissionTests
{
    private static readonly string[] Tool = ["lstmlab"];

    [Fact]
    public void Arrays_of_Slurm_are_split_where_their_indexes_end()
    {
        Sweep sweep = SweepTests.Read($"{{ PROGRAM, \"grid\": {{ \"n\": [{string.Join(',', Enumerable.Range(0, 25))}] }} }}");
        IReadOnlyList<string> scripts = Submission.Slurm(sweep, [0, 1, 2, 9, 10, 24], Tool, 10, ["--time=5"]);
        Assert.Equal(3, scripts.Count);
        Assert.Contains("#SBATCH --array=0-2,9\n", scripts[0], StringComparison.Ordinal);
        Assert.Contains("--task $((0 + SLURM_ARRAY_TASK_ID))", scripts[0], StringComparison.Ordinal);
        Assert.Contains("#SBATCH --array=0\n", scripts[1], StringComparison.Ordinal);
        Assert.Contains("--task $((10 + SLURM_ARRAY_TASK_ID))", scripts[1], StringComparison.Ordinal);
        Assert.Contains("#SBATCH --array=4\n", scripts[2], StringComparison.Ordinal);
        Assert.All(scripts, script => Assert.Contains("#SBATCH --time=5\n", script, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(new[] { 4 }, "4"), InlineData(new[] { 0, 1, 2 }, "0-2"), InlineData(new[] { 0, 2, 3, 7, 8, 9 }, "0,2-3,7-9")]
    public void Numbers_in_a_row_are_a_range(int[] numbers, string expected) => Assert.Equal(expected, Submission.Ranges(numbers));

    [Fact]
    public void A_word_for_the_shell_is_quoted()
    {
        Sweep sweep = SweepTests.Read("{ PROGRAM, \"list\": [ {} ] }");
        string command = Submission.Parallel(sweep, [0], ["/opt/it's here/lstmlab"]);
        Assert.StartsWith("parallel --halt never '/opt/it'\\''s here/lstmlab' 'sweep' 'run' ", command, StringComparison.Ordinal);
        Assert.EndsWith(" --task {} ::: 0\n", command, StringComparison.Ordinal);
    }

    [Fact]
    public void The_manifest_is_an_indexed_job_to_the_client_of_Kubernetes()
    {
        Sweep sweep = SweepTests.Read("{ PROGRAM, \"grid\": { \"n\": [1, 2, 3, 4, 5] }, \"trialsPerTask\": 2 }");
        // Strict: a key that the client's types do not have is an error.
        V1Job job = KubernetesYaml.Deserialize<V1Job>(Submission.Kubernetes(sweep, "lstmlab:1", "data"), strict: true);
        Assert.Equal(("batch/v1", "Job", "toy"), (job.ApiVersion, job.Kind, job.Metadata.Name));
        Assert.Equal(("Indexed", 3, 3), (job.Spec.CompletionMode, job.Spec.Completions, job.Spec.Parallelism));
        V1PodSpec pod = job.Spec.Template.Spec;
        Assert.Equal("Never", pod.RestartPolicy);
        V1Container container = Assert.Single(pod.Containers);
        Assert.Equal("lstmlab:1", container.Image);
        Assert.Contains("lstmlab sweep run /sweep/toy.json --task $JOB_COMPLETION_INDEX", container.Command[2], StringComparison.Ordinal);
        Assert.Equal("data", Assert.Single(pod.Volumes).PersistentVolumeClaim.ClaimName);
        Assert.Equal(Assert.Single(container.VolumeMounts).Name, pod.Volumes[0].Name);
        Assert.Equal(TrialProgram.Stopped, Assert.Single(Assert.Single(job.Spec.PodFailurePolicy.Rules).OnExitCodes.Values));
    }
}
