using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PatchCore.Edge.Wire;

/// <summary>
/// Gives out ids that grow with every call, also within a millisecond and when the clock is set back. Thread-safe. Two
/// sources, of two stations or of one before and after a restart, do not collide: 80 bits are random.
/// </summary>
public sealed class ResultIdSource(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _milliseconds = -1;
    private UInt128 _random;

    public ResultId Next()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (now > _milliseconds)
            {
                _milliseconds = now;
                RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(new Span<UInt128>(ref _random)));
                _random &= ResultId.RandomMask;
            }
            else if (_random++ == ResultId.RandomMask)
            {
                (_milliseconds, _random) = (_milliseconds + 1, 0);
            }

            return new ResultId(_milliseconds, _random);
        }
    }
}
