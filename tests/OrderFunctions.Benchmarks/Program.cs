using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using OrderFunctions.Benchmarks;
using OrderFunctions.Benchmarks.Load;
using OrderFunctions.Benchmarks.Soak;

if (args is [RecoveryMeasurement.Command, .. var rest])
{
    await RecoveryMeasurement.RunAsync(rest);
    return 0;
}

if (LoadCommand.IsCommand(args))
{
    return await LoadCommand.RunAsync(args);
}

if (args is [SoakCommand.Name, ..])
{
    return await SoakCommand.RunAsync(args[1..]);
}

// In this process: the generated projects of the usual toolchain would come under this repository's build rules.
var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(PublishBenchmarks).Assembly).Run(args, config);
return 0;
