using PatchCore.Edge.Host.Learning;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Recipes;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Commanding;

/// <summary>
/// Takes the commands of one camera and answers each: on the response topic of its message, else on the camera's reply
/// topic, with its correlation data. What cannot be done, is too old or retained changes nothing and is answered with
/// the reason; what comes twice is done once and answered twice.
/// </summary>
internal sealed class CommandListener
{
    /// <summary>Bytes; a hundred times what a command needs.</summary>
    public const int LongestCommand = 16 * 1024;

    /// <summary>Bytes; seven times a UUID as text. Each is remembered.</summary>
    private const int LongestCorrelation = 256;

    /// <summary>Who asked has given up by then.</summary>
    private static readonly TimeSpan ReplyExpiry = TimeSpan.FromMinutes(1);

    private readonly Topics _topics;
    private readonly string _camera;
    private readonly RecipeBoard _recipes;
    private readonly IMessageQueue _queue;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CommandHandlers _handlers;
    private readonly CommandMemory _memory;
    private readonly AnswerTopics _answers;
    private readonly TimeSpan _maxAge;

    /// <param name="settings">What is allowed, and how old it may be.</param>
    /// <param name="topics">Of the station.</param>
    /// <param name="pipeline">The camera's.</param>
    /// <param name="queue">Where answers go.</param>
    /// <param name="tell">Publishes the camera's state after it has changed.</param>
    /// <param name="learner">Null: no bank learns.</param>
    /// <param name="handshake">The camera's; null where it has none.</param>
    public CommandListener(
        EdgeSettings settings, Topics topics, Pipeline pipeline, RecipeBoard recipes, Alarms alarms,
        IMessageQueue queue, Action tell, TimeProvider time, ILogger logger, BankLearner? learner = null,
        CameraHandshake? handshake = null)
    {
        (_topics, _recipes, _queue, _time, _logger) = (topics, recipes, queue, time, logger);
        _camera = pipeline.Camera.Name;
        _maxAge = TimeSpan.FromSeconds(settings.Commands.MaxAgeSeconds);
        _memory = new CommandMemory(TimeSpan.FromMinutes(settings.Commands.RememberMinutes), time);
        var snapshots = new SnapshotTaker(pipeline.Camera, settings.Cameras[_camera].Watchdog.FullScale, time);
        _answers = new AnswerTopics(topics, _camera);
        _handlers = new CommandHandlers(
            settings.Commands, pipeline, recipes, alarms, snapshots, Show, tell, learner, handshake);
    }

    private delegate CommandMessage Parser(ReadOnlySpan<byte> payload);

    /// <summary>A message of the command topic, whatever it holds; never throws.</summary>
    public void Receive(MosquittoMessage message) => Receive(message, CommandMessage.Parse);

    /// <summary>A message of a controller that cannot write JSON, likewise.</summary>
    public void ReceiveOrder(MosquittoMessage message) => Receive(message, PlcOrder.Parse);

    private void Receive(MosquittoMessage message, Parser parse)
    {
        CommandMessage command;
        if (_answers.Refusal(message.ResponseTopic) is { } refusal)
        {
            // Its command could be read, but would be done for nobody.
            Send(message with { ResponseTopic = null }, Reply(null, new CommandOutcome(refusal)));
            return;
        }

        try
        {
            if (message.Correlation is { Length: > LongestCorrelation and var length })
                throw new WireException($"correlation data has {length} bytes, expected at most {LongestCorrelation}");
            if (message.Payload.Length > LongestCommand)
                throw new WireException($"found {message.Payload.Length} bytes, expected at most {LongestCommand}");
            command = parse(message.Payload);
        }
        catch (WireException error)
        {
            Send(message, Reply(null, new CommandOutcome(error.Message)));
            return;
        }

        // A broker hands a retained message to every new connection: it would trigger again after each outage.
        if (message.Retain)
            Send(message, Reply(command, new("it is a retained message, expected one that is not")));
        else if (_memory.Begin(message, out var answer))
            _ = DoAsync(message, command);
        else if (answer is not null)
            Send(message, answer);
    }

    /// <summary>Loading and taking pictures takes its time, which the network thread has not.</summary>
    private async Task DoAsync(MosquittoMessage message, CommandMessage command)
    {
        CommandOutcome outcome;
        try
        {
            outcome = Stale(command) is { } stale
                ? new CommandOutcome(stale)
                : await _handlers.Handle(command, message).ConfigureAwait(false);
            if (outcome.Then is { } then)
            {
                Send(message, Reply(command, outcome));
                outcome = await then.ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // nobody waits for this task; whoever commanded is told
        catch (Exception error)
#pragma warning restore CA1031
        {
            outcome = new CommandOutcome(error.Message);
        }

        var answer = Reply(command, outcome);
        foreach (var waiting in _memory.End(message, answer))
            Send(waiting, answer);
    }

    private string? Stale(CommandMessage command)
    {
        if (command.SentAt is not { } sent)
            return null;
        var age = _time.GetUtcNow() - sent;
        return age.Duration() <= _maxAge ? null : FormattableString.Invariant(
            $"it was sent {Math.Abs(age.TotalSeconds):F1} s {(age > TimeSpan.Zero ? "ago" : "in the future")}, ")
            + FormattableString.Invariant($"expected at most {_maxAge.TotalSeconds} s");
    }

    private byte[] Reply(CommandMessage? command, CommandOutcome outcome)
    {
        var recipe = _recipes.Of(_camera);
        if (outcome.Refusal is not null)
            _logger.CommandRefused(_camera, outcome.Refusal);
        return new CommandReply
        {
            Station = _topics.Station,
            Camera = _camera,
            Command = command is null ? null : CommandMessage.WordOf(command.Command),
            Accepted = outcome.Refusal is null,
            Reason = outcome.Refusal,
            PartId = command?.PartId,
            Number = outcome.Number ?? command?.Number,
            Status = outcome.Status,
            Snapshot = outcome.Snapshot,
            Id = outcome.Id,
            Confirmed = outcome.Confirmed,
            Learning = outcome.Learning,
            RecipeName = recipe.Name,
            Bundle = recipe.BundleId,
            Threshold = recipe.Threshold,
            PublishedAt = _time.GetUtcNow(),
        }.ToUtf8();
    }

    private void Send(MosquittoMessage to, byte[] answer) => _queue.PublishEvent(
        to.ResponseTopic ?? _topics.Reply(_camera), answer,
        new MosquittoDelivery(
            Delivery.Reply.QualityOfService, Delivery.Reply.Retain, ReplyExpiry, "application/json", to.Correlation));

    private SnapshotNote Show(Snapshot snapshot, MosquittoMessage to)
    {
        var topic = to.ResponseTopic ?? _topics.Snapshot(_camera);
        _queue.PublishHeatmap(
            topic, snapshot.Jpeg,
            new MosquittoDelivery(
                Delivery.Snapshot.QualityOfService, Delivery.Snapshot.Retain, ReplyExpiry, "image/jpeg",
                to.Correlation)
            {
                UserProperties = PictureProperties.Of(
                    _topics.Station, _camera, snapshot.FrameId, snapshot.CapturedAt, snapshot.PartId),
            });
        return new SnapshotNote(topic, snapshot.FrameId, snapshot.CapturedAt);
    }
}
