using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using OrderFunctions.TestKit;
using OrderFunctions.Tests.Costs;

namespace OrderFunctions.Tests.Ledger;

/// <summary>
/// A table that is as strict as Table storage: about keys, about how much a column and a row may hold, about ETags,
/// filters and pages.
/// </summary>
/// <param name="time">Table storage's own clock.</param>
internal sealed class FakeTable(TimeProvider time) : TableClient
{
    // A property: 64 KiB, text in UTF-16; a row: 1 MiB; a key: 1 KiB in UTF-16, without / \ # ? and control characters.
    private const int MostPropertyBytes = 64 * 1024;
    private const int MostRowBytes = 1024 * 1024;
    private const int MostKeyCharacters = 512;

    private static readonly DateTimeOffset FirstTime = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Dictionary<string, object>> _rows = new(StringComparer.Ordinal);
    private bool _exists;
    private long _version;

    /// <summary>Thrown by every call while it is set.</summary>
    public Exception? Trouble { get; set; }

    public Meter Meter { get; init; } = new();

    /// <summary>The next save is done, but its answer is lost on its way; the SDK repeats it, and gets a refusal.</summary>
    public bool LosesNextAnswer { get; set; }

    /// <summary>How many rows a page looks at, whether they are wanted or not: 1,000, or fewer where that takes too long.</summary>
    public int RowsPerPage { get; set; } = 1000;

    /// <summary>What happens meanwhile.</summary>
    public Action? BeforePage { get; set; }

    /// <summary>What comes in between; told of the row's keys.</summary>
    public Action<string, string>? BeforeDelete { get; set; }

    /// <summary>The same before an update.</summary>
    public Action<string, string>? BeforeUpdate { get; set; }

    public int LargestRowBytes { get; private set; }

    public int Count => _rows.Count;

    /// <summary>All that stands in its columns of bytes, as text.</summary>
    public string Contents =>
        string.Join('\n', _rows.Values.SelectMany(row => row.Values).OfType<byte[]>().Select(Encoding.UTF8.GetString));

    public FakeTable()
        : this(new ManualTime()) { }

    public override Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Meter.Write();
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
            Meter.Read();
            ThrowIfInTrouble();
            return Task.FromResult<NullableResponse<T>>(
                _rows.TryGetValue(KeyOf(partitionKey, rowKey), out var row)
                    ? Response.FromValue((T)(object)new TableEntity(row), new FakeResponse())
                    : new NoRow<T>()
            );
        }
    }

    // As the real client: nothing is asked before the first page is.
    public override AsyncPageable<T> QueryAsync<T>(
        string? filter = null,
        int? maxPerPage = null,
        IEnumerable<string>? select = null,
        CancellationToken cancellationToken = default
    ) =>
        new Pages<T>(token =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            BeforePage?.Invoke();
            return Query<T>(filter, select, token);
        });

    private Page<T> Query<T>(string? filter, IEnumerable<string>? select, string? token)
    {
        lock (_gate)
        {
            Meter.Read();
            ThrowIfInTrouble();
            ThrowUnlessExists();
            var isWanted = Condition(filter);
            var from = token is null ? "" : Key(token);
            var rows = _rows.SkipWhile(row => string.CompareOrdinal(row.Key, from) < 0).Take(RowsPerPage + 1).ToList();
            List<T> found =
            [
                .. rows.Take(RowsPerPage)
                    .Where(row => isWanted(row.Value))
                    .Select(row => (T)(object)new TableEntity(Selected(row.Value, select))),
            ];
            var next = rows.Count > RowsPerPage ? Token(rows[^1].Key) : null;
            return Page<T>.FromValues(found, next, new FakeResponse());
        }
    }

    // Comparisons joined by "and" or by "or", which is all that is used. Table storage takes a time in one form only; what a row
    // has not, or has of another type, meets no comparison.
    private static Predicate<Dictionary<string, object>> Condition(string? filter)
    {
        var alternatives = (filter ?? "").Split(" or ").Select(All).ToList();
        return row => alternatives.Exists(each => each(row));
    }

    private static Predicate<Dictionary<string, object>> All(string filter)
    {
        var comparisons = filter.Split(" and ").Select(Comparison).ToList();
        return row => comparisons.TrueForAll(each => each(row));
    }

    private static Predicate<Dictionary<string, object>> Comparison(string text)
    {
        var match = Regex.Match(
            text,
            @"^(\w+) (eq|ge|le|lt) (datetime)?'([^']*)'$",
            RegexOptions.None,
            TimeSpan.FromSeconds(1)
        );
        if (!match.Success)
        {
            throw Failure(400, "InvalidInput");
        }

        var (name, relation, literal) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[4].Value);
        var time = match.Groups[3].Success ? Time(literal) : default;
        return match.Groups[3].Success
            ? row => row.GetValueOrDefault(name) is DateTimeOffset value && Holds(value.CompareTo(time), relation)
            : row =>
                row.GetValueOrDefault(name) is string value && Holds(string.CompareOrdinal(value, literal), relation);
    }

    private static bool Holds(int order, string relation) =>
        relation switch
        {
            "eq" => order == 0,
            "ge" => order >= 0,
            "le" => order <= 0,
            _ => order < 0,
        };

    private static DateTimeOffset Time(string literal) =>
        DateTimeOffset.TryParseExact(
            literal,
            "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
        && time >= FirstTime
            ? time
            : throw Failure(400, "InvalidInput");

    // The ETag comes along, whatever is selected.
    private static Dictionary<string, object> Selected(Dictionary<string, object> row, IEnumerable<string>? select) =>
        select is null
            ? row
            : row.Where(property => property.Key == "odata.etag" || select.Contains(property.Key)).ToDictionary();

    private static string Token(string key) => $"1!{Convert.ToBase64String(Encoding.UTF8.GetBytes(key))}";

    private static string Key(string token) =>
        token.StartsWith("1!", StringComparison.Ordinal)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(token[2..]))
            : throw Failure(400, "InvalidInput");

    public override Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            Meter.Write();
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
            Meter.Write();
            ThrowIfInTrouble();
            BeforeUpdate?.Invoke(entity.PartitionKey, entity.RowKey);
            if (!_rows.TryGetValue(KeyOf(entity.PartitionKey, entity.RowKey), out var row))
            {
                throw Failure(404, "ResourceNotFound");
            }

            return (string)row["odata.etag"] == ifMatch.ToString()
                ? SaveAsync((TableEntity)(object)entity, Failure(412, "UpdateConditionNotSatisfied"))
                : throw Failure(412, "UpdateConditionNotSatisfied");
        }
    }

    public override Task<Response> UpsertEntityAsync<T>(
        T entity,
        TableUpdateMode mode = TableUpdateMode.Merge,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        Assert.Equal(TableUpdateMode.Replace, mode);
        lock (_gate)
        {
            Meter.Write();
            ThrowIfInTrouble();
            ThrowUnlessExists();
            return SaveAsync((TableEntity)(object)entity, Failure(500, "OperationTimedOut"));
        }
    }

    // As the real client: what is not there is no error.
    public override Task<Response> DeleteEntityAsync(
        string partitionKey,
        string rowKey,
        ETag ifMatch = default,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            Meter.Write();
            ThrowIfInTrouble();
            BeforeDelete?.Invoke(partitionKey, rowKey);
            if (!_rows.TryGetValue(KeyOf(partitionKey, rowKey), out var row))
            {
                return Task.FromResult<Response>(new FakeResponse(404));
            }

            if (ifMatch != default && ifMatch != ETag.All && (string)row["odata.etag"] != ifMatch.ToString())
            {
                throw Failure(412, "UpdateConditionNotSatisfied");
            }

            _rows.Remove(KeyOf(partitionKey, rowKey));
            return Task.FromResult<Response>(new FakeResponse());
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
        // A time is stored in UTC, whatever its offset was.
        var row = entity.ToDictionary(
            property => property.Key,
            property => property.Value is DateTimeOffset value ? value.ToUniversalTime() : property.Value
        );
        var size = row.Sum(property => Size(property.Key, property.Value));
        if (size > MostRowBytes || row.Count > 252)
        {
            throw Failure(400, "EntityTooLarge");
        }

        LargestRowBytes = Math.Max(LargestRowBytes, size);
        row["Timestamp"] = time.GetUtcNow();
        var etag = $"W/\"datetime'{++_version}'\"";
        row["odata.etag"] = etag;
        _rows[KeyOf(entity.PartitionKey, entity.RowKey)] = row;
        if (LosesNextAnswer)
        {
            LosesNextAnswer = false;
            throw ifRepeated;
        }

        return Task.FromResult<Response>(new FakeResponse(etag: etag));
    }

    private static int Size(string name, object value)
    {
        if (value is DateTimeOffset time && time < FirstTime)
        {
            throw Failure(400, "OutOfRangeInput");
        }

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

    private sealed class Pages<T>(Func<string?, Page<T>> page) : AsyncPageable<T>
        where T : notnull
    {
        public override async IAsyncEnumerable<Page<T>> AsPages(
            string? continuationToken = null,
            int? pageSizeHint = null
        )
        {
            do
            {
                await Task.Yield();
                var found = page(continuationToken);
                yield return found;
                continuationToken = found.ContinuationToken;
            } while (continuationToken is not null);
        }
    }

    private sealed class NoRow<T> : NullableResponse<T>
    {
        public override bool HasValue => false;

        public override T Value => throw new InvalidOperationException("There is no row.");

        public override Response GetRawResponse() => new FakeResponse();
    }
}
