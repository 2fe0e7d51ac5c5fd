namespace PatchCore.Edge.Cameras;

/// <summary>A camera's state and latest error, and when to tell of them. Thread-safe; tells one at a time.</summary>
internal sealed class CameraReport(Action tell)
{
    private readonly Lock _lock = new();
    private volatile CameraState _state = CameraState.Starting;
    private volatile string? _lastError;
    private PictureState _picture;

    public CameraState State => _state;

    /// <summary>Set without a word by the errors of single frames, which come and go.</summary>
    public string? LastError
    {
        get => _lastError;
        set => _lastError = value;
    }

    /// <summary>Tells of another state, of pictures of another look, and of a new reason why there are none.</summary>
    public void Enter(CameraState state, PictureState picture, string? error)
    {
        lock (_lock)
        {
            var news = state != _state || picture != _picture || (error is not null && error != _lastError);
            (_state, _picture, _lastError) = (state, picture, error ?? _lastError);
            if (news)
                tell();
        }
    }
}
