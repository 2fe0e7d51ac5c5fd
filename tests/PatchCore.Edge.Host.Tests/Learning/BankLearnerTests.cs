using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Host.Archiving;
using PatchCore.Edge.Host.Learning;
using PatchCore.Edge.Host.Recipes;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Host.Tests.Commanding;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Learning;

/// <summary>Parts of a made-up archive are confirmed, and a made-up teacher learns them.</summary>
public sealed class BankLearnerTests(TrainedBundle bundle) : IClassFixture<TrainedBundle>, IBankTeacher, IDisposable
{
    private readonly TemporaryFolder _archive = new();
    private readonly ManualTime _time = new();
    private readonly ResultIdSource _ids = new(TimeProvider.System);
    private readonly TaskCompletionSource<BankUpdateReport> _taught = new();
    private string[] _pictures = [];

    private string Confirmed => Path.Combine(_archive.Path, "top", "confirmed", "bundle");

    [Fact]
    public async Task Confirmed_parts_wait_are_learned_and_are_kept()
    {
        await using var camera = Camera();
        var first = Keep("a");
        var second = Keep("b");
        Keep("c");

        var one = await Confirm(camera, id: first);
        var two = await Confirm(camera, partId: "b");
        var twice = await Confirm(camera, partId: "b");
        var three = await Confirm(camera, partId: "c");
        var back = await Confirm(camera, partId: "c", good: false);

        Assert.Equal([1, 2, 2, 3, 2], ((CommandReply[])[one, two, twice, three, back]).Select(r => r.Confirmed));
        Assert.Equal((first, second), (one.Id!.Value, two.Id!.Value));
        var started = await camera.Tell(new() { Command = CommandKind.AddToBank, Last = 1 }, "add");
        Assert.Equal(new BankLearning(LearningState.Started, "bundle", 1), started.Learning);
        _taught.SetResult(Report(1));
        await CommandedCamera.Until(() => camera.Replies.Count == 7);
        var done = camera.Replies[^1];
        Assert.True(done.Accepted);
        Assert.Equal(
            new BankLearning(LearningState.Done, "bundle", 1) { Bank = new(120, 100, 2.5f, 2, 0, 3, 1.5) },
            done.Learning);
        Assert.Equal([$"{second}.png"], _pictures);
        Assert.Equal([$"{first}.png"], Names(Confirmed));
        Assert.Equal([$"{second}.png"], Names(Path.Combine(Confirmed, "learned")));
        var known = await Confirm(camera, partId: "b");
        Assert.Equal($"part 'b': the bank has learned result {second} already, or is at it", known.Reason);
    }

    [Fact]
    public async Task Repetition_gets_the_end_and_another_command_is_refused_until_then()
    {
        await using var camera = Camera();
        Keep("a");
        await Confirm(camera, partId: "a");
        await camera.Tell(new() { Command = CommandKind.AddToBank }, "add");

        camera.Receive(CommandedCamera.BytesOf(new() { Command = CommandKind.AddToBank }), "add");
        var other = await camera.Tell(new() { Command = CommandKind.AddToBank }, "other");

        Assert.StartsWith("a bank of this station is learning already", other.Reason, StringComparison.Ordinal);
        _taught.SetResult(Report(1));
        await CommandedCamera.Until(() => camera.Replies.Count == 5);
        await camera.Tell(new() { Command = CommandKind.AddToBank }, "add");
        Assert.Equal(
            [LearningState.Started, null, LearningState.Done, LearningState.Done, LearningState.Done],
            camera.Replies.Skip(1).Select(reply => reply.Learning?.State));
        Assert.Equal(
            ["add", "other", "add", "add", "add"],
            camera.Sent.Where(sent => sent.Topic == "factory/s1/top/reply").Skip(1)
                .Select(sent => sent.Delivery.Correlation));
    }

    [Fact]
    public async Task Parts_that_were_not_learned_wait_again()
    {
        await using var camera = Camera();
        Keep("a");
        await Confirm(camera, partId: "a");
        await camera.Tell(new() { Command = CommandKind.AddToBank });

        _taught.SetException(new LearningException("/bundles/top: cannot be written: Read-only file system"));
        await CommandedCamera.Until(() => camera.Replies.Count == 3);

        var failed = camera.Replies[^1];
        Assert.Equal(
            (false, "/bundles/top: cannot be written: Read-only file system", LearningState.Failed),
            (failed.Accepted, failed.Reason, failed.Learning!.State));
        Assert.Single(Names(Confirmed));
        Assert.Empty(Names(Path.Combine(Confirmed, "learning")));
    }

    [Fact]
    public async Task What_cannot_be_learned_is_refused_with_the_reason()
    {
        await using var camera = Camera(most: 1);
        Keep("a");
        Keep("b");
        Keep("jpeg", end: ".jpg");
        Keep("error", Verdict.Error);

        var reasons = new List<string?>
        {
            (await Confirm(camera, partId: "x")).Reason,
            (await Confirm(camera, partId: "jpeg")).Reason,
            (await Confirm(camera, partId: "error")).Reason,
            (await Confirm(camera, partId: "a", good: false)).Reason,
            (await camera.Tell(new() { Command = CommandKind.AddToBank })).Reason,
            (await Confirm(camera, partId: "a")).Reason,
            (await Confirm(camera, partId: "b")).Reason,
            (await camera.Tell(new() { Command = CommandKind.AddToBank, Last = 2 })).Reason,
            (await camera.Tell(new() { Command = CommandKind.AddToBank, RecipeName = "../up" })).Reason,
        };

        Assert.Equal($"part 'x': there is no picture of it in the archive {_archive.Path}/top", reasons[0]);
        Assert.EndsWith(".jpg, expected a png, which loses nothing", reasons[1], StringComparison.Ordinal);
        Assert.Equal("part 'error': it was not inspected: late", reasons[2]);
        Assert.EndsWith("is not among those that wait to be learned", reasons[3], StringComparison.Ordinal);
        Assert.Equal("0 parts of recipe bundle are confirmed and not learned, expected 1", reasons[4]);
        Assert.Null(reasons[5]);
        Assert.Equal(
            "part 'b': 1 confirmed pictures wait already, as many as Archive:Confirmed allows; bank/add learns them",
            reasons[6]);
        Assert.Equal("1 parts of recipe bundle are confirmed and not learned, expected 2", reasons[7]);
        Assert.Equal("recipe ../up: there are no recipes: Recipes:Folder is not set", reasons[8]);
        Assert.Equal([Names(Confirmed)[0]], Names(Confirmed));
    }

    [Fact]
    public async Task Station_that_stops_ends_the_learning()
    {
        BankLearner? learner = null;
        await using var camera = new CommandedCamera(
            bundle, _time, learner: board => learner = Learner(board, 10));
        Keep("a");
        await Confirm(camera, partId: "a");
        await camera.Tell(new() { Command = CommandKind.AddToBank });

        await learner!.DisposeAsync();

        await CommandedCamera.Until(() => camera.Replies.Count == 3);
        Assert.Equal("the station stops", camera.Replies[^1].Reason);
        Assert.Single(Names(Confirmed));
    }

    [Fact]
    public async Task Teacher_tells_what_came_of_it_and_why_nothing_did()
    {
        var teacher = new BankTeacher(new() { IntraOpThreads = 1 });
        var good = Path.Combine(bundle.Dataset, "test", "good");

        var report = await teacher.TeachAsync(bundle.Bundle, good, CancellationToken.None);
        var error = await Assert.ThrowsAsync<LearningException>(
            () => teacher.TeachAsync(bundle.Dataset, good, CancellationToken.None));

        Assert.Equal((2, 0), (report.Frames, report.Known.Count));
        Assert.True(report.After.Vectors > report.Before.Vectors);
        Assert.Equal(Edge.Bundles.Bundle.Open(bundle.Bundle).Manifest.Id, report.BundleId);
        Assert.StartsWith($"{bundle.Dataset}: ", error.Message, StringComparison.Ordinal);
    }

    public async Task<BankUpdateReport> TeachAsync(string bundle, string pictures, CancellationToken stop)
    {
        _pictures = Names(pictures);
        return await _taught.Task.WaitAsync(stop);
    }

    public void Dispose() => _archive.Dispose();

    private string Day => Path.Combine(_archive.Path, "top", ArchiveNames.FolderOf(Today));

    private static DateOnly Today => ArchiveNames.DayOf(TimeProvider.System.GetUtcNow());

    private static string[] Names(string folder) => Directory.Exists(folder)
        ? [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)]
        : [];

    private static BankUpdateReport Report(int frames) => new()
    {
        BundleId = null,
        Frames = frames,
        Known = [],
        Unreadable = [],
        Patches = 64,
        Before = new BankState(100, 1, 2, 3),
        After = new BankState(120, 1, 2.5f, 0),
        Rescored = 0,
        Duration = TimeSpan.FromSeconds(1.5),
    };

    private static Task<CommandReply> Confirm(
        CommandedCamera camera, ResultId? id = null, string? partId = null, bool? good = null) =>
        camera.Tell(new() { Command = CommandKind.Confirm, Id = id, PartId = partId, Good = good });

    private CommandedCamera Camera(int most = 10) => new(bundle, _time, learner: board => Learner(board, most));

    private BankLearner Learner(RecipeBoard board, int most) => new(
        new ArchiveSettings { Path = _archive.Path, Confirmed = most }, board, this, NullLogger.Instance);

    /// <summary>A frame as the archive writes it.</summary>
    private ResultId Keep(string partId, Verdict verdict = Verdict.Fail, string end = ".png")
    {
        var error = verdict == Verdict.Error;
        var result = new ResultMessage
        {
            Id = _ids.Next(),
            Station = "s1",
            Camera = "top",
            FrameId = 1,
            PartId = partId,
            Verdict = verdict,
            Score = error ? null : 3,
            Threshold = 2,
            RecipeName = "bundle",
            Bundle = "b",
            CapturedAt = TimeProvider.System.GetUtcNow(),
            PublishedAt = TimeProvider.System.GetUtcNow(),
            Latency = default,
            Reason = error ? "late" : null,
        };
        var name = ArchiveNames.FrameOf(result.CapturedAt, result.Id, verdict);
        Directory.CreateDirectory(Day);
        File.WriteAllText(Path.Combine(Day, name + end), partId);
        File.WriteAllText(
            Path.Combine(Day, name + ArchiveNames.Result),
            Encoding.UTF8.GetString(ArchiveResult.Of(result.ToUtf8(), name + end, null)));
        return result.Id;
    }
}
