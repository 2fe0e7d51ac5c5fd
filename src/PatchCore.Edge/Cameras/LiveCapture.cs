using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// What the sources of live pictures have in common: opened by the first read, canceled while they wait, and errors
/// that name the camera and keep its secrets.
/// </summary>
/// <param name="what">The camera, as errors name it.</param>
/// <param name="create">Makes the stream, not connected yet; native errors become the camera's.</param>
/// <param name="redact">Takes secrets out of a message.</param>
internal sealed class LiveCapture(string what, Func<NativeCapture> create, Func<string, string> redact)
    : IDisposable
{
    private NativeCapture? _capture;

    /// <summary>See <see cref="ILiveSource.Stated"/>.</summary>
    public (double FramesPerSecond, string Format) Stated => _capture?.Properties ?? (0, "");

    /// <summary>Waits for the next picture and writes it into the frame; false at the end.</summary>
    /// <exception cref="CameraException">The stream is lost, or only this picture.</exception>
    public bool TryRead(Frame into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(into);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var read = Read(into, cancellationToken);
            return read == StreamRead.Damaged
                ? throw new CameraException(
                    $"{what}: the picture is damaged, parts of it were lost on the way", sourceUsable: true)
                : read == StreamRead.Picture;
        }
        catch (NativeException error)
        {
            Dispose(); // another read may open it again
            cancellationToken.ThrowIfCancellationRequested();
            // Not as its cause: whoever logs that, logs the text before the secrets were taken out.
            throw new CameraException($"{what}: {redact(error.Message)}");
        }
    }

    public void Dispose()
    {
        _capture?.Dispose();
        _capture = null;
    }

    private StreamRead Read(Frame into, CancellationToken cancellationToken)
    {
        var opened = _capture is not null;
        _capture ??= create();
        using var canceled = cancellationToken.UnsafeRegister(
            static capture => ((NativeCapture)capture!).Cancel(), _capture);
        if (!opened)
            _capture.Open();
        var read = _capture.Read(into.Prepare(), out var time);
        into.CameraTime = time;
        return read;
    }
}
