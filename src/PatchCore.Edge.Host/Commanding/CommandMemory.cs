using System.Diagnostics.CodeAnalysis;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Commanding;

/// <summary>
/// The answers of the last minutes by correlation data, so that a command that comes twice, because its sender got no
/// answer or the broker delivered it again, is done once. Thread-safe.
/// </summary>
/// <param name="keep">How long; zero remembers nothing.</param>
/// <param name="time">Measures it.</param>
internal sealed class CommandMemory(TimeSpan keep, TimeProvider time)
{
    /// <summary>Commands remembered at most, the oldest are forgotten first: 4 MB or so.</summary>
    private const int Most = 8192;

    /// <summary>Repetitions of a command that is still being done which get its answer; more are passed over.</summary>
    private const int MostWaiting = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<CorrelationData, Entry> _entries = [];
    private readonly Queue<Entry> _order = [];

    /// <summary>
    /// True for a command that is new: it is to be done, and then <see cref="End"/> called. False for a repetition:
    /// its answer is given, or comes out of <see cref="End"/> where the command is still being done.
    /// </summary>
    public bool Begin(MosquittoMessage message, out byte[]? answer)
    {
        answer = null;
        if (!IsKnowable(message, out var correlation))
            return true;
        lock (_gate)
        {
            Forget();
            if (_entries.TryGetValue(correlation, out var entry))
            {
                answer = entry.Answer;
                if (answer is null && entry.Waiting.Count < MostWaiting)
                    entry.Waiting.Add(message);
                return false;
            }

            entry = new Entry(correlation, time.GetTimestamp());
            _entries.Add(correlation, entry);
            _order.Enqueue(entry);
            return true;
        }
    }

    /// <summary>Takes the answer; returns all messages that are to get it, the command itself first.</summary>
    public IReadOnlyList<MosquittoMessage> End(MosquittoMessage message, byte[] answer)
    {
        if (!IsKnowable(message, out var correlation))
            return [message];
        lock (_gate)
        {
            if (!_entries.TryGetValue(correlation, out var entry))
                return [message];
            entry.Answer = answer;
            List<MosquittoMessage> waiting = [message, .. entry.Waiting];
            entry.Waiting.Clear();
            return waiting;
        }
    }

    /// <summary>Whether the correlation data tells this message from all others.</summary>
    private bool IsKnowable(MosquittoMessage message, [NotNullWhen(true)] out CorrelationData? correlation)
    {
        correlation = message.Correlation;
        return keep > TimeSpan.Zero && correlation is { Length: > 0 };
    }

    private void Forget()
    {
        while (_order.TryPeek(out var oldest) && (_order.Count >= Most || time.GetElapsedTime(oldest.Begun) > keep))
            _entries.Remove(_order.Dequeue().Correlation);
    }

    private sealed class Entry(CorrelationData correlation, long begun)
    {
        public CorrelationData Correlation => correlation;

        public long Begun => begun;

        public byte[]? Answer { get; set; }

        public List<MosquittoMessage> Waiting { get; } = [];
    }
}
