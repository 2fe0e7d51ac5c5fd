using System.Buffers;
using Microsoft.Data.Sqlite;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Publishing;

/// <summary>
/// Results on disk in the order in which they were decided: an SQLite database in WAL mode, of which every commit is
/// flushed. It belongs to one process at a time and is for one thread. Every member may throw a SqliteException.
/// </summary>
internal sealed class OutboxFile : IDisposable
{
    private const int Damaged = 11;
    private const int NoDatabase = 26;
    private const int OtherTable = 1;

    private const string Schema =
        """
        CREATE TABLE IF NOT EXISTS results (
            row INTEGER PRIMARY KEY, pass INTEGER NOT NULL, age INTEGER NOT NULL, topic TEXT NOT NULL,
            payload BLOB NOT NULL);
        CREATE INDEX IF NOT EXISTS passes ON results (row) WHERE pass = 1;
        """;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _read;
    private readonly SqliteCommand _delete;

    private OutboxFile(SqliteConnection connection)
    {
        _connection = connection;
        _insert = Command(
            "INSERT INTO results VALUES ($row, $pass, $age, $topic, $payload)",
            "$row", "$pass", "$age", "$topic", "$payload");
        _read = Command(
            "SELECT row, pass, age, topic, payload FROM results WHERE row > $after ORDER BY row LIMIT $most",
            "$after", "$most");
        _delete = Command(
            $"DELETE FROM results WHERE row = $row RETURNING length(payload) + {OutboxLimits.RowBytes}", "$row");
    }

    /// <summary>
    /// The newest row and its age, 0 when there is none; how many there are behind a row, and the bytes of all.
    /// </summary>
    public (long Row, long Age, long Count, long Bytes) Totals(long after)
    {
        using var command = Command(
            $"""
            SELECT coalesce(max(row), 0), coalesce((SELECT age FROM results ORDER BY row DESC LIMIT 1), 0),
                count(*) FILTER (WHERE row > $after), coalesce(sum(length(payload) + {OutboxLimits.RowBytes}), 0)
            FROM results
            """,
            "$after");
        command.Parameters[0].Value = after;
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
    }

    /// <summary>Opens the file, or makes it where there is none, with its folder.</summary>
    /// <exception cref="SqliteException">It is damaged (<see cref="IsDamage"/>), or cannot be opened.</exception>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be made.</exception>
    public static OutboxFile Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();
            // Exclusive: a second station with the same file is refused, and no shared memory beside it is needed.
            // Full: what is committed has been flushed, so that it also survives a power cut.
            Execute(
                connection,
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                + "PRAGMA journal_size_limit = 8388608;");
            using var check = connection.CreateCommand();
            check.CommandText = "PRAGMA quick_check(1)";
            if (check.ExecuteScalar() is not "ok")
                throw new SqliteException("the database does not pass its check", Damaged);
            Execute(connection, Schema);
            return new OutboxFile(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file holds something else than it should, so that trying again is of no use.</summary>
    public static bool IsDamage(Exception error) =>
        error is SqliteException { SqliteErrorCode: Damaged or NoDatabase or OtherTable };

    public SqliteTransaction Begin() => _connection.BeginTransaction();

    /// <param name="row">Larger than that of all others.</param>
    /// <param name="age">Milliseconds that stations with this file had run when it was queued.</param>
    public void Insert(SqliteTransaction transaction, long row, long age, in OutboxMessage message)
    {
        _insert.Transaction = transaction;
        var values = _insert.Parameters;
        values[0].Value = row;
        values[1].Value = message.Kind == MessageKind.Pass ? 1L : 0L;
        values[2].Value = age;
        values[3].Value = message.Topic;
        // The buffer may be longer; the size cuts it.
        values[4].Value = message.Buffer;
        values[4].Size = message.Length;
        _insert.ExecuteNonQuery();
    }

    /// <summary>Returns the bytes that the row took, 0 when there is none.</summary>
    public long Delete(SqliteTransaction transaction, long row)
    {
        _delete.Transaction = transaction;
        _delete.Parameters[0].Value = row;
        return _delete.ExecuteScalar() as long? ?? 0;
    }

    /// <summary>Writes to the disk, without changing anything, to see whether that is possible.</summary>
    public void Probe() => Execute(_connection, "PRAGMA user_version = 1");

    /// <summary>Gives <paramref name="take"/> at most so many messages behind a row, with their ages.</summary>
    /// <param name="delivery">Theirs.</param>
    public void Read(long after, int most, in MosquittoDelivery delivery, Action<OutboxMessage, long> take)
    {
        _read.Parameters[0].Value = after;
        _read.Parameters[1].Value = most;
        using var reader = _read.ExecuteReader();
        while (reader.Read())
        {
            var length = checked((int)reader.GetBytes(4, 0, null, 0, 0));
            var buffer = ArrayPool<byte>.Shared.Rent(length);
            reader.GetBytes(4, 0, buffer, 0, length);
            var kind = reader.GetInt64(1) == 1 ? MessageKind.Pass : MessageKind.Reject;
            take(
                new OutboxMessage(kind, reader.GetString(3), buffer, length, delivery, 0) { Row = reader.GetInt64(0) },
                reader.GetInt64(2));
        }
    }

    /// <summary>
    /// Removes the oldest results behind a row until so many bytes are free, those that passed first; returns how many
    /// went, and what they took.
    /// </summary>
    public (long Count, long Bytes) MakeRoom(SqliteTransaction transaction, long after, long bytes)
    {
        var (count, freed) = (0L, 0L);
        foreach (var pass in (string[])["AND pass = 1", ""])
        {
            while (freed < bytes)
            {
                var (removed, took) = Remove(
                    $"SELECT row FROM results WHERE row > $limit {pass} ORDER BY row LIMIT 64", after, transaction);
                if (removed == 0)
                    break;
                (count, freed) = (count + removed, freed + took);
            }
        }

        return (count, freed);
    }

    /// <summary>Removes the results behind a row that are older; returns how many went, and what they took.</summary>
    public (long Count, long Bytes) Expire(long after, long age)
    {
        var (count, freed) = (0L, 0L);
        while (true)
        {
            var (removed, took) = Remove(
                "SELECT row FROM (SELECT row, age FROM results WHERE row > $limit ORDER BY row LIMIT 64) "
                + $"WHERE age < {age}", after, null);
            if (removed == 0)
                return (count, freed);
            (count, freed) = (count + removed, freed + took);
        }
    }

    public void Dispose()
    {
        _insert.Dispose();
        _read.Dispose();
        _delete.Dispose();
        _connection.Dispose();
    }

    private (long Count, long Bytes) Remove(string rows, long limit, SqliteTransaction? transaction)
    {
        using var command = Command(
            $"DELETE FROM results WHERE row IN ({rows}) RETURNING length(payload) + {OutboxLimits.RowBytes}", "$limit");
        command.Parameters[0].Value = limit;
        command.Transaction = transaction;
        using var reader = command.ExecuteReader();
        var (count, bytes) = (0L, 0L);
        while (reader.Read())
            (count, bytes) = (count + 1, bytes + reader.GetInt64(0));
        return (count, bytes);
    }

    private SqliteCommand Command(string text, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
