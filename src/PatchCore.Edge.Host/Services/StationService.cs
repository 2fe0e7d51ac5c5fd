using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Host.Archiving;
using PatchCore.Edge.Host.Commanding;
using PatchCore.Edge.Host.Learning;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Recipes;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Host.Sparkplug;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Services;

/// <summary>
/// The station from start to stop: load the bundles, say hello, run a pipeline for every camera, and on the way out let
/// every frame in flight have its verdict and the broker have every message, within bounds.
/// </summary>
internal sealed class StationService(
    EdgeSettings settings, StationMetrics metrics, SystemdNotify systemd, TimeProvider time,
    IHostApplicationLifetime lifetime, ILoggerFactory loggers) : BackgroundService
{
    private readonly ILogger _logger = loggers.CreateLogger<StationService>();
    private readonly TimeSpan _drain = TimeSpan.FromSeconds(settings.Station.DrainSeconds);

    /// <summary>Why the station failed; null while it runs and after an orderly stop.</summary>
    public Exception? Failure { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
#pragma warning disable CA1031 // whatever it was, the caller of run is told, and the process ends instead of idling
        catch (Exception error)
#pragma warning restore CA1031
        {
            Failure = error;
            _logger.Failed(error.Message);
        }
        finally
        {
            lifetime.StopApplication();
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        OnnxRuntimeEnvironment.Listener = (_, text) => _logger.RuntimeWarning(text);
        var messages = new StationMessages(settings, time);
        var outbox = new Outbox(settings.Mqtt.OutboxMegabytes * 1024L * 1024L, time);
        using var durable = messages.OpenOutbox(loggers.CreateLogger<DurableOutbox>());
        metrics.WatchOutbox(() => (
            outbox.DroppedResults + (durable?.Dropped ?? 0), outbox.DroppedHeatmaps,
            outbox.Expired + (durable?.Expired ?? 0)));
        await using var link = new MqttLink(
            messages.Connections(), outbox, loggers.CreateLogger<MqttLink>(), durable)
        {
            ReturnInterval = TimeSpan.FromSeconds(settings.Mqtt.ReturnSeconds),
        };
        await using var node = SparkplugStation.Open(settings, messages.Connections(), time, loggers);
        if (node is not null)
            link.Answered += node.Follow;
        var recipes = new RecipeBoard(settings, settings.Execution.ToOptions(), _logger);
        messages.Bundle = recipes.BundleIds;
        messages.Providers = [.. recipes.Providers.Select(o => new ProviderStatus(o.Provider, o.Used, o.Reason))];
        messages.TellStatus(link);

        var ids = new ResultIdSource(time);
        var alarms = messages.AlarmsOver(link);
        link.ResultsRefused += refusal => StationMessages.TellRefusal(refusal, alarms);
        using var archive = OpenArchive(messages, alarms, link);
        await using var handshakes = new Handshakes(settings, messages.Topics, link.PublishState, alarms, time);
        var lines = settings.Cameras.Select(camera => new CameraLine(
            camera.Key, camera.Value, recipes,
            new MqttResultSink(
                camera.Key, settings, messages.Topics, ids, node?.Beside(link, camera.Key) ?? link, time, _logger,
                archive?.For(camera.Key, camera.Value.Heatmap), handshakes.Of(camera.Key)),
            !camera.Value.Drift.Enabled ? null : next => new DriftSink(
                camera.Key, camera.Value.Drift, messages.Topics, link.PublishState, alarms, time, _logger, next),
            metrics, time, loggers)).ToList();
        var engine = new InspectionEngine(lines.ConvertAll(line => line.Pipeline), settings.Execution.Workers);
        var reason = "failed";
        var orderly = false;
        try
        {
            foreach (var line in lines)
            {
                var camera = line.Camera;
                metrics.Watch(() => (camera.Name, camera.Captured, camera.Dropped, camera.Failures));
                metrics.WatchHeatmaps(camera.Name, () => line.HeatmapsLeftOut);
                if (line.Drift is { } drift)
                    metrics.WatchDrift(line.Camera.Name, drift.Read);
            }

            await using var pulse = new StationPulse(lines, engine, recipes, messages, alarms, link, time);
            await using var learner = !settings.Commands.Bank ? null : new BankLearner(
                settings.Archive!, recipes, new BankTeacher(settings.Execution.ToOptions()), _logger);
            foreach (var line in settings.Commands.Enabled ? lines : [])
            {
                var listener = new CommandListener(
                    settings, messages.Topics, line.Pipeline, recipes, alarms, link, () => pulse.PublishState(line),
                    time, _logger, learner, handshakes.Of(line.Camera.Name));
                link.Subscribe(messages.Topics.Command(line.Camera.Name), listener.Receive);
                node?.Subscribe(line.Camera.Name, listener.Receive);
                if (handshakes.Of(line.Camera.Name) is { } handshake)
                {
                    link.Subscribe(messages.Topics.PlcSet(line.Camera.Name), listener.ReceiveOrder);
                    handshake.Start(line.Pipeline);
                }
            }

            await using var numbers = new MetricsPublisher(
                messages.Topics, lines.Select(line => line.Pipeline), link,
                TimeSpan.FromSeconds(settings.Mqtt.MetricsSeconds), time)
            {
                Waiting = () => link.Waiting,
                Archive = archive is null ? null : () => archive.Status.State,
            };
            node?.Start(
                settings, messages, alarms, () => link.Waiting, lines.Select(line => line.Pipeline), time);
            link.Start(trouble => StationMessages.Tell(trouble, alarms));
            engine.Start();
            _logger.Running(settings.Station.Name, string.Join(", ", settings.Cameras.Keys));
            systemd.Ready($"inspecting {string.Join(", ", settings.Cameras.Keys)}");
            await using var watchdog = new Watchdog(
                systemd, lines.ConvertAll(line => line.Watch), metrics, time, _logger);
            await using var watch = new RecipeWatch(
                recipes, TimeSpan.FromSeconds(settings.Recipes.PollSeconds), time, _logger);
            orderly = await RunLinesAsync(lines, engine, stop);
            reason = "stopped";
        }
        finally
        {
            // An inspection that hangs still uses camera, sink and model; the process ends soon anyway.
            foreach (var line in orderly ? lines : [])
                await line.DisposeAsync();
            archive?.Stop(_drain);
            if (orderly)
                recipes.Dispose();
            handshakes.Stop(reason);
            messages.SayGoodbye(link, reason);
            await DeliverAsync(lines, link, node);
            durable?.Stop(_drain);
        }
    }

    private PictureArchive? OpenArchive(StationMessages messages, Alarms alarms, MqttLink link)
    {
        if (settings.Archive is null)
            return null;
        var archive = new PictureArchive(
            settings.Station.Name, settings.Archive,
            status => messages.Tell(status, alarms, link), time, loggers.CreateLogger<PictureArchive>());
        metrics.WatchArchive(() => archive.Status);
        return archive;
    }

    /// <summary>
    /// Runs until every source has ended, stop is asked for, or a camera fails; false when an inspection hangs.
    /// </summary>
    private async Task<bool> RunLinesAsync(List<CameraLine> lines, InspectionEngine engine, CancellationToken stop)
    {
        var left = lines.Select(line => line.Pipeline.Completion).ToHashSet();
        var stopped = Task.Delay(Timeout.Infinite, stop);
        Task? first;
        do
        {
            first = await Task.WhenAny(left.Append(stopped));
            left.Remove(first);
        }
        while (first != stopped && first.IsCompletedSuccessfully && left.Count > 0);

        systemd.Stopping("finishing frames in flight");
        if (first == stopped)
            _logger.Stopping();
        else if (first.IsCompletedSuccessfully)
            _logger.AllEnded();
        try
        {
            await engine.StopAsync().WaitAsync(_drain, time, CancellationToken.None);
            await engine.DisposeAsync();
        }
        catch (TimeoutException)
        {
            _logger.InspectionLeftBehind(_drain.TotalSeconds);
            return false;
        }

        if (first != stopped)
            await first;
        return true;
    }

    private async Task DeliverAsync(List<CameraLine> lines, MqttLink link, SparkplugLink? node)
    {
        systemd.Status("delivering the last messages");
        var nodeDelivered = node?.StopAsync(_drain) ?? Task.FromResult(true);
        if (!await link.DrainAsync(_drain, time))
            _logger.Undelivered(link.Waiting);
        if (!await nodeDelivered)
            _logger.Undelivered(node!.Waiting);
        var tally = metrics.Tally;
        _logger.Stopped(tally.Passed, tally.Failed, tally.Errors, lines.Sum(line => line.Camera.Dropped));
    }
}
