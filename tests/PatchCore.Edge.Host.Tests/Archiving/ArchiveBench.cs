using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Cameras;
using PatchCore.Edge.Host.Archiving;
using PatchCore.Edge.Host.Settings;
using PatchCore.Edge.Native;
using PatchCore.Edge.Verdicts;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Host.Tests.Archiving;

/// <summary>An archive with a clock that moves when told, and frames to keep.</summary>
internal sealed class ArchiveBench : IDisposable
{
    public static readonly byte[] Heatmap = Jpeg();

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<ArchiveMessage> _told = [];
    private readonly ResultIdSource _ids;
    private readonly Dictionary<string, (CameraArchive Way, Camera Camera, Noise Source)> _cameras = [];

    public ArchiveBench(ArchiveSettings settings, BenchTime? time = null)
    {
        Time = time ?? new BenchTime();
        _ids = new ResultIdSource(Time);
        Archive = new PictureArchive("s1", settings, Hear, Time, NullLogger.Instance);
    }

    public BenchTime Time { get; }

    public PictureArchive Archive { get; }

    /// <summary>What was told last that satisfies the condition; waits for it.</summary>
    public ArchiveMessage Told(Func<ArchiveMessage, bool> wanted)
    {
        var waited = Stopwatch.StartNew();
        lock (_told)
        {
            while (true)
            {
                if (_told.LastOrDefault(wanted) is { } found)
                    return found;
                if (waited.Elapsed > Patience || !Monitor.Wait(_told, Patience))
                    throw new TimeoutException($"told was: {string.Join('\n', _told)}");
            }
        }
    }

    /// <summary>Lets a frame through and waits until the writer is done with it; its result's id.</summary>
    public async Task<ResultId> KeepAsync(Verdict verdict, string camera = "top", bool heatmap = false)
    {
        var id = await SubmitAsync(verdict, camera, heatmap);
        Settle();
        return id;
    }

    /// <summary>Lets a frame through.</summary>
    public async Task<ResultId> SubmitAsync(Verdict verdict, string camera = "top", bool heatmap = false)
    {
        if (!_cameras.TryGetValue(camera, out var line))
        {
            var source = new Noise();
            line = (Archive.For(camera, new HeatmapSettings()), new Camera(
                camera, () => source, new CameraOptions { KeepEvery = true }, Time, NullLogger.Instance), source);
            _cameras[camera] = line;
        }

        line.Source.Expose();
        using var frame = (await line.Camera.NextAsync(CancellationToken.None))!;
        var id = _ids.Next();
        var outcome = new InspectionOutcome(
            frame, null!, null, verdict, null, null, default, TimeSpan.Zero, TimeSpan.Zero);
        line.Way.Keep(
            outcome, id, Encoding.UTF8.GetBytes($$"""{"schema":"x","id":"{{id}}"}"""),
            heatmap || verdict == Verdict.Fail ? Heatmap : []);
        return id;
    }

    /// <summary>Waits until everything that was submitted is written or given up.</summary>
    public void Settle() =>
        Assert.True(
            SpinWait.SpinUntil(() => Archive.Queue.Free == Archive.Queue.Slots, Patience), "the writer did not end");

    /// <summary>As if so much time had gone by, with the looks that are taken meanwhile.</summary>
    public void Pass(TimeSpan time)
    {
        Time.Advance(time);
        Archive.Wake();
    }

    public void Dispose()
    {
        foreach (var (_, camera, _) in _cameras.Values)
            camera.DisposeAsync().AsTask().Wait();
        Archive.Stop(Patience);
        Archive.Dispose();
    }

    private void Hear(ArchiveMessage message)
    {
        lock (_told)
        {
            _told.Add(message);
            Monitor.PulseAll(_told);
        }
    }

    private static byte[] Jpeg()
    {
        using var image = NativeImage.Create(40, 30, PixelFormat.Bgr24);
        var buffer = new byte[4096];
        return buffer[..ImageOperations.EncodeJpeg(image, 80, ref buffer)];
    }

    /// <summary>Pictures that no encoder makes much smaller, each when it is asked for.</summary>
    private sealed class Noise : IFrameSource
    {
        private readonly Random _random = new(1);
        private readonly SemaphoreSlim _exposures = new(0);

        public string Description => "noise";

        public bool TryRead(Frame into, CancellationToken cancellationToken)
        {
            _exposures.Wait(cancellationToken);
            _random.NextBytes(into.Prepare(160, 120, PixelFormat.Bgr24).Pixels);
            return true;
        }

        public void Expose() => _exposures.Release();

        public void Dispose() => _exposures.Dispose();
    }
}

/// <summary>A clock that moves when told; its timers never fire.</summary>
internal sealed class BenchTime : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() =>
        new DateTimeOffset(2026, 11, 25, 8, 30, 0, 125, TimeSpan.Zero).AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new NoTimer();

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
