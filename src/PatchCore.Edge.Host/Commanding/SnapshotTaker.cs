using PatchCore.Edge.Cameras;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Commanding;

/// <summary>A frame as a JPEG.</summary>
internal sealed record Snapshot(byte[] Jpeg, long FrameId, DateTimeOffset CapturedAt, string? PartId);

/// <summary>
/// Takes the next frame of a camera, whoever else wants it. All who ask before it comes get the same one.
/// </summary>
/// <param name="camera">Whose frames.</param>
/// <param name="fullScale">The value of 16-bit pixels that is white.</param>
/// <param name="time">Measures how long to wait.</param>
internal sealed class SnapshotTaker(Camera camera, int fullScale, TimeProvider time)
{
    private const int Quality = 90;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private TaskCompletionSource<Snapshot>? _next;

    /// <exception cref="CameraException">The next frame has no picture, or the camera does not take one.</exception>
    /// <exception cref="TimeoutException">There was no frame within 10 s.</exception>
    public async Task<Snapshot> TakeAsync()
    {
        Task<Snapshot> next;
        lock (_gate)
        {
            if (_next is null)
            {
                _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
                camera.LookAtNext(Look);
            }

            next = _next.Task;
        }

        // It may hang, which the network thread must not.
        if (camera.IsTriggerable)
            await Task.Run(camera.Trigger).WaitAsync(Patience, time).ConfigureAwait(false);
        return await next.WaitAsync(Patience, time).ConfigureAwait(false);
    }

    private void Look(Frame frame)
    {
        TaskCompletionSource<Snapshot> next;
        lock (_gate)
            (next, _next) = (_next!, null);
        if (frame.Failure is { } failure)
        {
            next.SetException(new CameraException(failure, sourceUsable: true));
            // Who asked may have given up.
            _ = next.Task.Exception;
            return;
        }

        var picture = frame.Image.Clone();
        var (id, captured, part) = (frame.Id, frame.CapturedAt, frame.PartId);
        // Encoding takes the time of a frame, which the source's thread has not.
        _ = Task.Run(() => Encode(picture, jpeg => new Snapshot(jpeg, id, captured, part), next));
    }

    private void Encode(
        NativeImage picture, Func<byte[], Snapshot> describe, TaskCompletionSource<Snapshot> next)
    {
        using (picture)
        {
            try
            {
                ImageOperations.Reduce(picture, 0, fullScale);
                var jpeg = Array.Empty<byte>();
                var length = ImageOperations.EncodeJpeg(picture, Quality, ref jpeg);
                next.SetResult(describe(jpeg[..length]));
            }
            catch (NativeException error)
            {
                next.SetException(error);
                _ = next.Task.Exception;
            }
        }
    }
}
