using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace OrderFunctions.Tests.Ledger;

/// <summary>
/// A table that is as strict as Table storage: about keys, about how much a column and a row may hold, and about
/// ETags.
/// </summary>
internal sealed class FakeTable : TableClient
{
    // A property: 64 KiB, text in UTF-16; a row: 1 MiB; a key: 1 KiB in UTF-16, without / \ # ? and control characters.
    private const int MostPropertyBytes = 64 * 1024;
    private const int MostRowBytes = 1024 * 1024;
    private const int MostKeyCharacters = 512;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Dictionary<string, object>> _rows = new(StringComparer.Ordinal);
    private bool _exists;
    private long _version;

    /// <summary>Thrown by every call while it is set.</summary>
    public Exception? Trouble { get; set; }

    /// <summary>The next save is done, but its answer is lost on its way; the SDK repeats it, and gets a refusal.</summary>
    public bool LosesNextAnswer { get; set; }

    public int LargestRowBytes { get; private set; }

    public override Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            ThrowIfInTrouble();
            _exists = true;
            return Task.FromResult(Response.FromValue(new TableItem("ledger"), new FakeResponse()));
        }
    }

    public override Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
        string partitionKey,
        string rowKey,
        IEnumerable<string>? select = null,
        CancellationToken cancellationToken = default
    )
    {
        lock (_gate)
        {
            ThrowIfInTrouble();
            return Task.FromResult<NullableResponse<T>>(
                _rows.TryGetValue(KeyOf(partitionKey, rowKey), out var row)
                    ? Response.FromValue((T)(object)new TableEntity(row), new FakeResponse())
                    : new NoRow<T>()
            );
        }
    }

    public override AsyncPageable<T> QueryAsync<T>(
        string? filter = null,
        int? maxPerPage = null,
        IEnumerable<string>? select = null,
        CancellationToken cancellationToken = default
    )
    {
        lock (_gate)
        {
            ThrowIfInTrouble();
            ThrowUnlessExists();
            var key = filter!.Split('\'') is ["PartitionKey eq ", var partition, ""]
                ? partition
                : throw Failure(400, "InvalidInput");
            List<T> found =
            [
                .. _rows
                    .Values.Where(row => (string)row["PartitionKey"] == key)
                    .Select(row => (T)(object)new TableEntity(row)),
            ];
            return AsyncPageable<T>.FromPages([Page<T>.FromValues(found, null, new FakeResponse())]);
        }
    }

    public override Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ThrowIfInTrouble();
            ThrowUnlessExists();
            if (_rows.ContainsKey(KeyOf(entity.PartitionKey, entity.RowKey)))
            {
                throw Failure(409, "EntityAlreadyExists");
            }

            return SaveAsync((TableEntity)(object)entity, Failure(409, "EntityAlreadyExists"));
        }
    }

    public override Task<Response> UpdateEntityAsync<T>(
        T entity,
        ETag ifMatch,
        TableUpdateMode mode = TableUpdateMode.Merge,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        Assert.Equal(TableUpdateMode.Replace, mode);
        lock (_gate)
        {
            ThrowIfInTrouble();
            if (!_rows.TryGetValue(KeyOf(entity.PartitionKey, entity.RowKey), out var row))
            {
                throw Failure(404, "ResourceNotFound");
            }

            return (string)row["odata.etag"] == ifMatch.ToString()
                ? SaveAsync((TableEntity)(object)entity, Failure(412, "UpdateConditionNotSatisfied"))
                : throw Failure(412, "UpdateConditionNotSatisfied");
        }
    }

    /// <summary>Takes a row away behind the ledger's back.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _rows.Clear();
        }
    }

    private Task<Response> SaveAsync(TableEntity entity, RequestFailedException ifRepeated)
    {
        var row = new Dictionary<string, object>(entity);
        var size = row.Sum(property => Size(property.Key, property.Value));
        if (size > MostRowBytes || row.Count > 252)
        {
            throw Failure(400, "EntityTooLarge");
        }

        LargestRowBytes = Math.Max(LargestRowBytes, size);
        row["odata.etag"] = $"W/\"datetime'{++_version}'\"";
        _rows[KeyOf(entity.PartitionKey, entity.RowKey)] = row;
        if (LosesNextAnswer)
        {
            LosesNextAnswer = false;
            throw ifRepeated;
        }

        return Task.FromResult<Response>(new FakeResponse());
    }

    private static int Size(string name, object value)
    {
        var size = value switch
        {
            string text => 2 * text.Length,
            byte[] bytes => bytes.Length,
            bool or int or long or Guid or DateTimeOffset => 16,
            _ => throw new NotSupportedException($"{name} is a {value.GetType()}, which a table can't hold."),
        };
        return size <= MostPropertyBytes ? size + 2 * name.Length + 8 : throw Failure(400, "PropertyValueTooLarge");
    }

    private static string KeyOf(string partitionKey, string rowKey)
    {
        foreach (var key in new[] { partitionKey, rowKey })
        {
            if (key.Any(character => character is '/' or '\\' or '#' or '?' || char.IsControl(character)))
            {
                throw Failure(400, "OutOfRangeInput");
            }

            if (key.Length > MostKeyCharacters)
            {
                throw Failure(400, "KeyValueTooLarge");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{partitionKey}\n{rowKey}");
    }

    private void ThrowIfInTrouble()
    {
        if (Trouble is { } trouble)
        {
            throw trouble;
        }
    }

    private void ThrowUnlessExists()
    {
        if (!_exists)
        {
            throw Failure(404, "TableNotFound");
        }
    }

    private static RequestFailedException Failure(int status, string code) => new(status, code, code, null);

    private sealed class NoRow<T> : NullableResponse<T>
    {
        public override bool HasValue => false;

        public override T Value => throw new InvalidOperationException("There is no row.");

        public override Response GetRawResponse() => new FakeResponse();
    }
}
