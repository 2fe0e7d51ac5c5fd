using PatchCore.Edge.Native;

namespace PatchCore.Edge.Cameras;

/// <summary>
/// Looks at every picture of a camera for what no part can look like: black, saturated, frozen, of another size. For
/// one thread at a time; allocates only when what it finds changes.
/// </summary>
internal sealed class PictureWatch
{
    // Fewer pixels tell too little: two pictures of a handful may well be the same.
    private const int FewestPixels = 256;
    private const double BlackShare = 0.995;
    private const int FrozenPictures = 3;

    // What was found stands until this many pictures over this time were without it.
    private const int ClearPictures = 3;
    private static readonly TimeSpan ClearAfter = TimeSpan.FromSeconds(2);

    private readonly PictureCheckOptions _options;
    private readonly TimeProvider _time;
    private (int Width, int Height, PixelFormat Format)? _first;
    private ulong _hash;
    private int _repeats;
    private long _changed;
    private int _better;
    private long _worst;
    private (PictureState State, string Text)? _refusal;
    private volatile PictureStatus? _status;

    public PictureWatch(PictureCheckOptions options, TimeProvider time) => (_options, _time) = (options, time);

    /// <summary>What is wrong with the pictures; null before the first one. For any thread.</summary>
    public PictureStatus? Status => _status;

    /// <summary>Looks at a picture; why it must not be inspected, else null.</summary>
    /// <param name="image">The picture, not empty.</param>
    /// <param name="live">Whether a sensor took it.</param>
    /// <param name="timestamp">When, by <see cref="TimeProvider.GetTimestamp"/>.</param>
    public string? Look(NativeImage image, bool live, long timestamp)
    {
        var shape = (image.Width, image.Height, image.Format);
        _first ??= shape;
        var sample = PictureSample.Of(image, _options.Black ?? 0, _options.FullScale);
        var enough = sample.Pixels >= FewestPixels;
        var black = enough && _options.Black is not null && sample.Dark >= BlackShare * sample.Pixels;
        var frozen = IsFrozen(sample.Hash, timestamp) && enough && live;
        var saturated = enough && sample.Full > _options.Saturated * sample.Pixels;
        Settle(
            black ? PictureState.Black
                : frozen ? PictureState.Frozen
                : saturated ? PictureState.Saturated
                : shape != _first ? PictureState.Resized : PictureState.Ok,
            shape, timestamp);

        if (black && _options.RefuseBlack)
            return Refuse(PictureState.Black);
        if (frozen && _options.RefuseFrozen)
            return Refuse(PictureState.Frozen);
        return saturated && _options.RefuseSaturated ? Refuse(PictureState.Saturated) : null;
    }

    private bool IsFrozen(ulong hash, long timestamp)
    {
        if (_repeats == 0 || hash != _hash)
        {
            (_hash, _repeats, _changed) = (hash, 1, timestamp);
            return false;
        }

        _repeats++;
        return _repeats >= FrozenPictures && _time.GetElapsedTime(_changed, timestamp) > _options.FrozenAfter;
    }

    /// <summary>What is worse is said at once, what is better only after a while: no camera flutters.</summary>
    private void Settle(PictureState now, (int Width, int Height, PixelFormat Format) shape, long timestamp)
    {
        var said = _status?.State ?? PictureState.Ok;
        if (now >= said)
            (_better, _worst) = (0, timestamp);
        else
            _better++;
        var state = now >= said
            || (_better >= ClearPictures && _time.GetElapsedTime(_worst, timestamp) >= ClearAfter)
            ? now
            : said;
        if (state != said)
            (_better, _worst) = (0, timestamp);
        if (_status is not { } status || (status.State, status.Width, status.Height, status.Format)
            != (state, shape.Width, shape.Height, shape.Format))
        {
            _status = new PictureStatus(state, shape.Width, shape.Height, shape.Format);
        }
    }

    private string Refuse(PictureState state)
    {
        if (_refusal?.State != state)
            _refusal = (state, Reason(state));
        return _refusal.Value.Text;
    }

    private string Reason(PictureState state) => state switch
    {
        PictureState.Black => FormattableString.Invariant(
            $"the picture is black: {BlackShare:P1} of it is at or below {_options.Black:P1} of full scale"),
        PictureState.Frozen => FormattableString.Invariant(
            $"the picture is frozen: it has been the same for more than {_options.FrozenAfter?.TotalSeconds:0.#} s"),
        _ => FormattableString.Invariant(
            $"the picture is saturated: more than {_options.Saturated:P0} of it is at full scale"),
    };
}
