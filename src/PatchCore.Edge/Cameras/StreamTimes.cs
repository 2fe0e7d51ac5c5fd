namespace PatchCore.Edge.Cameras;

/// <summary>The waits that all streams have.</summary>
internal static class StreamTimes
{
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(10);

    /// <exception cref="ArgumentException">One is not positive, or more than 10 minutes.</exception>
    public static void Validate(string what, TimeSpan open, TimeSpan read)
    {
        Validate("OpenTimeout", what, open);
        Validate("ReadTimeout", what, read);
    }

    private static void Validate(string name, string what, TimeSpan value)
    {
        if (value < TimeSpan.FromMilliseconds(1) || value > Most)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{name} of {what} is {value}, expected 1 ms to 10 minutes"));
        }
    }
}
