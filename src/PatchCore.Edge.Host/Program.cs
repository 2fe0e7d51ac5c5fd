using System.CommandLine;
using PatchCore.Edge.Host.Commands;

return await CommandLine.RunAsync(
    new RootCommand("Visual inspection at the edge: learns what good parts look like, and says PASS or FAIL over MQTT.")
    {
        TrainCommand.Create(),
        InspectCommand.Create(),
        EvaluateCommand.Create(),
        CalibrateCommand.Create(),
        RunCommand.Create(),
        WatchCommand.Create(),
        SimulateCommand.Create(),
        BackboneCommand.Create(),
        BankCommand.Create(),
        BundleCommand.Create(),
        BenchCommand.Create(),
        CamerasCommand.Create(),
    },
    args);
