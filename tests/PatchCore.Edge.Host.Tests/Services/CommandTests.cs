using System.Buffers;
using System.Globalization;
using System.Text.Json;
using PatchCore.Edge.Native;
using PatchCore.Edge.Native.Tests.Mosquitto;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Services;

/// <summary>A station that is told what to do, over a real broker.</summary>
public sealed class CommandTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>, IDisposable
{
    private readonly MosquittoBroker _broker = MosquittoBroker.Start();

    [Fact]
    public async Task Trigger_is_answered_and_gives_one_result_with_its_part_id_and_recipe()
    {
        Recipe("special", """{ "Bundle": "../bundle", "Threshold": 0.001, "PartTypes": ["S"] }""");
        using var results = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/result");
        using var replies = await Subscriber.ToAsync(_broker.Port, "answers/+");
        using var station = Start("""{ "Kind": "command" }""");
        await Ready(replies);

        Send(replies.Client, new() { Command = CommandKind.Trigger, PartId = "part-17" }, "a");
        Send(replies.Client, new() { Command = CommandKind.Trigger, PartId = "part-18", PartType = "S" }, "b");
        Send(replies.Client, new() { Command = CommandKind.Trigger, PartId = "part-19", PartType = "T" }, "c");

        var answers = Enumerable.Range(0, 3).Select(_ => replies.Next()).ToList();
        Assert.Equal(["a", "b", "c"], answers.Select(m => m.Correlation?.ToString()));
        Assert.All(answers, m => Assert.True(CommandReply.Parse(m.Payload).Accepted));
        var received = Enumerable.Range(0, 3).Select(_ => ResultMessage.Parse(results.Next().Payload)).ToList();
        Assert.Equal(["part-17", "part-18", "part-19"], received.Select(r => r.PartId));
        Assert.Equal(["bundle", "special", "bundle"], received.Select(r => r.RecipeName));
        Assert.Equal((Verdict.Fail, 0.001f), (received[1].Verdict, received[1].Threshold!.Value));
        Assert.Equal(
            (Verdict.Error, "there is no recipe for part type 'T'"), (received[2].Verdict, received[2].Reason));
        Assert.Equal(0, results.Waiting);
    }

    [Fact]
    public async Task Recipe_is_swapped_under_full_load_without_a_frame_lost_or_a_mixed_verdict()
    {
        Recipe("odd", """{ "Bundle": "../bundle", "Threshold": 1000 }""");
        Recipe("even", """{ "Bundle": "../bundle", "Threshold": 0.001 }""");
        Recipe("broken", """{ "Bundle": "../missing" }""");
        using var results = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/result");
        using var replies = await Subscriber.ToAsync(_broker.Port, "answers/+");
        using var station = Start(
            """{ "Kind": "continuous" }""",
            """{ "Kind": "simulated", "IntervalMs": 0, "EveryFrame": true, "DefectRate": 0 }""");
        results.Next();

        foreach (var recipe in (string[])["odd", "even", "broken", "odd", "even"])
        {
            Send(replies.Client, new() { Command = CommandKind.UseRecipe, RecipeName = recipe }, $"{Guid.NewGuid():N}");
            var answer = CommandReply.Parse(replies.Next().Payload);
            Assert.Equal((recipe != "broken", recipe == "broken" ? "even" : recipe), (answer.Accepted, answer.RecipeName));
            var accepted = answer.PublishedAt;
            results.Next(m => ResultMessage.Parse(m.Payload).CapturedAt > accepted);
        }

        Send(replies.Client, new() { Command = CommandKind.Rollback }, "back");
        var back = CommandReply.Parse(replies.Next().Payload);
        Assert.Equal("odd", back.RecipeName);
        results.Next(m => ResultMessage.Parse(m.Payload).CapturedAt > back.PublishedAt);
        station.Terminate();
        Assert.Equal(0, (await station.EndAsync()).Code);
        var seen = results.All().Select(m => ResultMessage.Parse(m.Payload)).ToList();
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(i => (long)i), seen.Select(r => r.FrameId));
        Assert.Equal(["bundle", "odd", "even", "odd", "even", "odd"], Changes(seen.Select(r => r.RecipeName!)));
        Assert.All(seen, r => Assert.Equal(
            r.RecipeName switch { "odd" => (1000f, Verdict.Pass), "even" => (0.001f, Verdict.Fail), _ => default },
            r.RecipeName == "bundle" ? default : (r.Threshold!.Value, r.Verdict)));
    }

    [Theory]
    [InlineData("{", "not a message of schema")]
    [InlineData("""{ "schema": "patchcore.command/1", "command": "explode" }""",
        "command is 'explode', expected trigger, recipe, rollback, threshold, pause, resume, snapshot, status")]
    [InlineData("""{ "schema": "patchcore.command/1", "command": "recipe" }""", "recipe is missing, expected text")]
    [InlineData("""{ "schema": "patchcore.command/1", "command": "trigger" }""",
        "camera top takes no requests: its trigger is Continuous")]
    [InlineData("""{ "schema": "patchcore.command/1", "command": "rollback" }""", "there is no recipe to go back to")]
    public async Task Command_that_cannot_be_done_is_answered_with_the_reason(string payload, string reason)
    {
        using var replies = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/reply");
        using var state = await Subscriber.ToAsync(_broker.Port, "patchcore/s1/top/state");
        using var station = Start("""{ "Kind": "continuous" }""");
        state.Next();

        CommandReply reply;
        do
        {
            // Not before the station has subscribed.
            replies.Client.TryPublish(
                "patchcore/s1/top/command", System.Text.Encoding.UTF8.GetBytes(payload), new MosquittoDelivery(1), out _);
            await Task.Delay(100);
        }
        while (replies.Waiting == 0);
        reply = CommandReply.Parse(replies.Next().Payload);

        Assert.False(reply.Accepted);
        Assert.Contains(reason, reply.Reason, StringComparison.Ordinal);
    }

    public void Dispose() => _broker.Dispose();

    private static List<string> Changes(IEnumerable<string> names)
    {
        var changes = new List<string>();
        foreach (var name in names)
        {
            if (changes.LastOrDefault() != name)
                changes.Add(name);
        }

        return changes;
    }

    private static void Send(MosquittoClient client, CommandMessage command, string id)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            command.Write(json);
        client.TryPublish(
            "patchcore/s1/top/command", buffer.WrittenSpan,
            new MosquittoDelivery(1, Correlation: id, ResponseTopic: "answers/me"), out _);
    }

    /// <summary>A subscription of the station is there when a command is answered.</summary>
    private static async Task Ready(Subscriber replies)
    {
        do
        {
            Send(replies.Client, new() { Command = CommandKind.Rollback }, "ready?");
            await Task.Delay(100);
        }
        while (replies.Waiting == 0);
        await Task.Delay(300);
        while (replies.Waiting > 0)
            replies.Next();
    }

    private void Recipe(string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(bundle.Bundle)!, "recipes"));
        bundle.Write($"recipes/{name}.json", text);
    }

    private HostProcess Start(string trigger, string source = """{ "Kind": "simulated", "IntervalMs": 20 }""")
    {
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(bundle.Bundle)!, "recipes"));
        var configuration = bundle.Write($"{Guid.NewGuid():N}.json", string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "Station": { "Name": "s1" },
              "Mqtt": { "Host": "127.0.0.1", "Port": {{_broker.Port}} },
              "Recipes": { "Folder": "recipes" },
              "Cameras": {
                "top": {
                  "Bundle": "bundle", "Source": {{source}}, "Trigger": {{trigger}}, "DeadlineMs": 30000,
                  "Heatmap": { "When": "never" }
                }
              }
            }
            """));
        return HostProcess.Start(["run", "--config", configuration]);
    }
}
