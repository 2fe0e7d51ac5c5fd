using System.Globalization;

namespace PatchCore.Edge.Host.Sparkplug;

/// <summary>
/// The number (bdSeq) that ties a birth to the death that the broker tells of it: 0 to 255, one more with every
/// connection, and kept in a file so that a new run does not take that of the one before. For any number of threads.
/// </summary>
/// <param name="path">The file, made where there is none; null keeps nothing, and begins with 0.</param>
internal sealed class BirthNumber(string? path)
{
    private readonly Lock _gate = new();
    private byte _number = First(path);
    private bool _used;

    /// <summary>Of the connection that is tried next, or of the one that stands.</summary>
    public byte Value
    {
        get
        {
            lock (_gate)
                return _number;
        }
    }

    /// <summary>For the next try to connect: another one only if the last try succeeded.</summary>
    public byte ForNextTry()
    {
        lock (_gate)
        {
            if (_used)
                _number = unchecked((byte)(_number + 1));
            _used = false;
            return _number;
        }
    }

    /// <summary>The broker has accepted the connection.</summary>
    public void Use()
    {
        lock (_gate)
            _used = true;
    }

    /// <summary>Keeps what is used, for the next run. Null, or why that failed.</summary>
    public string? Save()
    {
        if (path is null)
            return null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var fresh = path + ".new";
            File.WriteAllText(fresh, Value.ToString(CultureInfo.InvariantCulture));
            File.Move(fresh, path, overwrite: true);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    /// <summary>A file that cannot be read, or holds something else, is as good as none.</summary>
    private static byte First(string? path)
    {
        try
        {
            return path is not null && byte.TryParse(
                File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
                ? unchecked((byte)(last + 1))
                : (byte)0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
