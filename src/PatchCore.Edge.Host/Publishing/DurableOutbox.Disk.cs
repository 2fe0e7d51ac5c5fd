namespace PatchCore.Edge.Host.Publishing;

/// <summary>What the outbox's thread does with the file.</summary>
internal sealed partial class DurableOutbox
{
    private OutboxFile? _file;
    private string? _trouble;
    private bool _readable;
    private long _triedAt;
    private long _openedAt;
    private long _flushedAt;
    private long _expiredAt;
    private long _refusedAt;

    /// <summary>Milliseconds that stations had run with this file before it was opened.</summary>
    private long _ageBefore;
    private long _row;

    /// <summary>The last of an earlier run.</summary>
    private long _earlierRow;
    private long _cursor;
    private long _bytes;
    private int _committing;

    /// <summary>Rows with the link, and whether one of them was refused; under the gate.</summary>
    private long _handedOver;
    private bool _refused;

    private bool _wasOpen;

    private long Age => _ageBefore + (long)_time.GetElapsedTime(_openedAt).TotalMilliseconds;

    /// <summary>Whether the file is to be opened: at first, and again and again while it fails.</summary>
    private bool IsDue() =>
        _trouble is null ? _file is null : _stopping || _time.GetElapsedTime(_triedAt) >= RetryInterval;

    private void Reopen()
    {
        Close();
        _file = OutboxFile.Open(_path);
        var (row, age, unread, bytes) = _file.Totals(_cursor);
        if (!_wasOpen)
        {
            (_wasOpen, _earlierRow, _ageBefore, _openedAt) = (true, row, age, _time.GetTimestamp());
            _logger.OutboxOpened(_path, unread);
        }

        _row = Math.Max(_row, row);
        _bytes = bytes;
        Interlocked.Exchange(ref _unread, unread);
        _readable = true;
        if (_trouble is null)
            return;
        _file.Probe();
        Commit();
        _trouble = null;
        _logger.OutboxWorks(_path);
        _tell(null);
    }

    private void Work()
    {
        if (!File.Exists(_path))
            throw new FileNotFoundException("the file was removed");
        Commit();
        if (_time.GetElapsedTime(_expiredAt) >= ExpireInterval)
            Expire();
        Rewind();
        Load();
    }

    /// <summary>One transaction: what has come goes in, what is settled goes out.</summary>
    private void Commit()
    {
        TakeBatch();
        if (_batch.Count == 0 && _removing.Count == 0)
            return;
        try
        {
            using var transaction = _file!.Begin();
            var (row, bytes) = (_row, _bytes + _batch.Sum(message => (long)message.Length + OutboxLimits.RowBytes));
            foreach (var settled in _removing)
                bytes -= _file.Delete(transaction, settled);
            foreach (var message in _batch)
            {
                var waited = (long)_time.GetElapsedTime(message.Queued).TotalMilliseconds;
                _file.Insert(transaction, ++row, Age - waited, message);
            }

            var (dropped, freed) = bytes > _limits.MaxBytes
                ? _file.MakeRoom(transaction, _cursor, bytes - _limits.MaxBytes)
                : default;
            transaction.Commit();
            (_row, _bytes, _flushedAt) = (row, bytes - freed, _time.GetTimestamp());
            Interlocked.Add(ref _unread, _batch.Count - dropped);
            Interlocked.Add(ref _dropped, dropped);
        }
        catch
        {
            _incoming.Return(_batch);
            _batch.Clear();
            lock (_gate)
                _settled.InsertRange(0, _removing);
            throw;
        }
        finally
        {
            Volatile.Write(ref _committing, 0);
            _batch.ForEach(message => message.Release());
            _batch.Clear();
            _removing.Clear();
        }
    }

    private void TakeBatch()
    {
        while (_batch.Count < BatchSize && _incoming.TryTake(out var message))
        {
            _batch.Add(message);
            Volatile.Write(ref _committing, _batch.Count);
        }

        // Removing alone is not worth a commit of its own for every result.
        lock (_gate)
        {
            if (_batch.Count == 0 && _settled.Count < BatchSize && !_stopping
                && _time.GetElapsedTime(_flushedAt) < TickInterval)
            {
                return;
            }
            _removing.AddRange(_settled);
            _settled.Clear();
        }
    }

    private void Load()
    {
        try
        {
            if (Interlocked.Read(ref _unread) == 0 || _ready!.Results >= Ahead / 2)
                return;
            _file!.Read(_cursor, Ahead - _ready.Results, _delivery, (message, age) =>
            {
                var waited = TimeSpan.FromMilliseconds(Math.Max(0, Age - age));
                // The link may have its connection before the file is open: an earlier run is before both.
                var queued = message.Row <= _earlierRow
                    ? _createdAt
                    : _time.GetTimestamp() - (long)(waited.TotalSeconds * _time.TimestampFrequency);
                lock (_gate)
                    _handedOver++;
                _ready.Add(message with { Queued = queued });
                _cursor = message.Row;
                Interlocked.Decrement(ref _unread);
            });
            _feed!();
        }
        catch
        {
            _readable = false;
            throw;
        }
    }

    private void Expire()
    {
        _expiredAt = _time.GetTimestamp();
        var (count, bytes) = _file!.Expire(_cursor, Age - (long)_limits.MaxAge.TotalMilliseconds);
        _bytes -= bytes;
        Interlocked.Add(ref _unread, -count);
        Interlocked.Add(ref _expired, count);
    }

    /// <summary>Begins anew with what the broker refused, when a minute has passed and nothing else is left.</summary>
    private void Rewind()
    {
        lock (_gate)
        {
            if (!_refused || _handedOver > 0 || _settled.Count > 0 || Interlocked.Read(ref _unread) > 0
                || _time.GetElapsedTime(_refusedAt) < ExpireInterval)
            {
                return;
            }
            _refused = false;
        }

        _cursor = 0;
        Interlocked.Exchange(ref _unread, _file!.Totals(0).Count);
    }

    /// <summary>A file that is no database any more makes way for a new one; what was in it is not thrown
    /// away.</summary>
    private void SetAside(string reason)
    {
        Close();
        var aside = _path + ".damaged";
        try
        {
            foreach (var end in (string[])["", "-wal", "-shm"])
            {
                if (File.Exists(_path + end))
                    File.Move(_path + end, aside + end, overwrite: true);
                else
                    File.Delete(aside + end);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Fail($"{reason}, and it cannot be set aside: {error.Message}");
            return;
        }

        _logger.OutboxDamaged(_path, reason, aside);
        _tell($"{_path} was damaged ({reason}) and is set aside as {aside}; results in it were not all delivered");
        _cursor = _row;
        _trouble = reason;
        try
        {
            Reopen();
        }
#pragma warning disable CA1031 // as in Try; a new file that is damaged too waits for its next turn
        catch (Exception error)
#pragma warning restore CA1031
        {
            Fail(error.Message);
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
        _readable = false;
    }
}
