using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Host.Commanding;
using PatchCore.Edge.Host.Learning;
using PatchCore.Edge.Host.Publishing;
using PatchCore.Edge.Host.Recipes;
using PatchCore.Edge.Host.Services;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Commanding;

/// <summary>One camera of a simulated line that is told what to do, without a broker. Starts when told to.</summary>
internal sealed class CommandedCamera : IResultSink, IMessageQueue, IAsyncDisposable
{
    private readonly List<(string Topic, byte[] Payload, MosquittoDelivery Delivery)> _sent = [];
    private readonly InspectionEngine _engine;
    private readonly CommandListener _listener;

    public CommandedCamera(
        TrainedBundle bundle, TimeProvider time, TriggerKind trigger = TriggerKind.Command,
        CommandsSettings? commands = null, Func<RecipeBoard, BankLearner>? learner = null,
        HandshakeSettings? handshake = null)
    {
        var settings = new EdgeSettings
        {
            Station = new StationSettings { Name = "s1", TopicRoot = "factory" },
            Commands = commands ?? new CommandsSettings(),
            Cameras = new() { ["top"] = new CameraSettings { Bundle = bundle.Bundle } },
        };
        Board = new RecipeBoard(settings, new ExecutionOptions(), NullLogger.Instance);
        var source = new SourceSettings { Kind = SourceKind.Simulated, IntervalMs = 10 };
        Camera = new Camera(
            "top", Sources.Of(source, TimeProvider.System), new CameraOptions { KeepEvery = true }, TimeProvider.System,
            NullLogger.Instance);
        Pipeline = new Pipeline(
            Camera, Board.Of("top"), this, new PipelineOptions { Trigger = new() { Kind = trigger } },
            TimeProvider.System);
        Board.Attach(Pipeline);
        var topics = new Topics("factory", "s1");
        Alarms = new Alarms(
            topics, TimeSpan.FromHours(1), (topic, payload, delivery) => Keep(topic, payload.Span, delivery), time);
        Handshake = handshake is null ? null : new CameraHandshake(
            "top", handshake, topics, (topic, payload, delivery) => Keep(topic, payload, delivery), Alarms, time);
        _listener = new CommandListener(
            settings, topics, Pipeline, Board, Alarms, this, () => StatesTold++, time, NullLogger.Instance,
            learner?.Invoke(Board), Handshake);
        _engine = new InspectionEngine([Pipeline]);
    }

    public RecipeBoard Board { get; }

    public Camera Camera { get; }

    public Pipeline Pipeline { get; }

    public Alarms Alarms { get; }

    public CameraHandshake? Handshake { get; }

    public int StatesTold { get; private set; }

    /// <summary>Everything that was published, oldest first.</summary>
    public IReadOnlyList<(string Topic, byte[] Payload, MosquittoDelivery Delivery)> Sent
    {
        get
        {
            lock (_sent)
                return [.. _sent];
        }
    }

    public List<CommandReply> Replies => [.. Sent
        .Where(sent => sent.Topic == "factory/s1/top/reply").Select(sent => CommandReply.Parse(sent.Payload))];

    public void Start() => _engine.Start();

    public void Receive(
        byte[] payload, CorrelationData? correlation = null, bool retain = false, string? answerTo = null) =>
        _listener.Receive(new MosquittoMessage(
            "factory/s1/top/command", payload, 1, retain, null, null, correlation, answerTo));

    public void ReceiveOrder(string text, bool retain = false) => _listener.ReceiveOrder(new MosquittoMessage(
        "factory/s1/top/plc/set", Encoding.UTF8.GetBytes(text), 1, retain, null, null, null));

    /// <summary>Sends a command and waits for its answer, on the reply topic.</summary>
    public async Task<CommandReply> Tell(
        CommandMessage command, CorrelationData? correlation = null, bool retain = false)
    {
        var before = Replies.Count;
        Receive(BytesOf(command), correlation, retain);
        await Until(() => Replies.Count > before);
        return Replies[before];
    }

    public static byte[] BytesOf(CommandMessage command)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WireFormat.WriterOptions))
            command.Write(json);
        return buffer.WrittenSpan.ToArray();
    }

    public static async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 2000 && !condition(); i++)
            await Task.Delay(10);
        Assert.True(condition(), "it did not happen within 20 s");
    }

    public PublishTimes Publish(in InspectionOutcome outcome)
    {
        Handshake?.Complete(outcome.Verdict, new ResultId(1, (UInt128)outcome.Frame.Id));
        return default;
    }

    public void PublishResult(
        string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery, Verdict verdict) =>
        Keep(topic, payload, delivery);

    public void PublishEvent(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery) =>
        Keep(topic, payload, delivery);

    public void PublishHeatmap(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery) =>
        Keep(topic, payload, delivery);

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        if (Handshake is not null)
            await Handshake.DisposeAsync();
        await Camera.DisposeAsync();
        Pipeline.Dispose();
        Board.Dispose();
    }

    private void Keep(string topic, ReadOnlySpan<byte> payload, in MosquittoDelivery delivery)
    {
        var copy = payload.ToArray();
        lock (_sent)
            _sent.Add((topic, copy, delivery));
    }
}
