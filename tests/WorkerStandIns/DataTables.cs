// Stand-ins for Azure.Data.Tables 12.11.0.
#nullable disable

using System.Collections;
using Azure.Core;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables
{
    public interface ITableEntity
    {
        string PartitionKey { get; set; }

        string RowKey { get; set; }

        DateTimeOffset? Timestamp { get; set; }

        ETag ETag { get; set; }
    }

    public enum TableUpdateMode
    {
        Merge = 0,
        Replace = 1,
    }

    public class TableClientOptions : ClientOptions
    {
        public enum ServiceVersion
        {
            V2019_02_02 = 1,
            V2020_12_06 = 2,
        }

        public TableClientOptions(ServiceVersion serviceVersion = ServiceVersion.V2020_12_06) { }
    }

    public class TableClient
    {
        protected TableClient() { }

        public TableClient(string connectionString, string tableName, TableClientOptions options = null) { }

        public TableClient(
            Uri endpoint,
            string tableName,
            TokenCredential tokenCredential,
            TableClientOptions options = null
        ) { }

        public virtual Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
            where T : ITableEntity => throw new NotSupportedException();

        public virtual Task<Response<TableItem>> CreateIfNotExistsAsync(
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public virtual Task<Response> DeleteAsync(CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public virtual Task<Response> DeleteEntityAsync(
            string partitionKey,
            string rowKey,
            ETag ifMatch = default,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public virtual Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(
            string partitionKey,
            string rowKey,
            IEnumerable<string> select = null,
            CancellationToken cancellationToken = default
        )
            where T : class, ITableEntity => throw new NotSupportedException();

        public virtual AsyncPageable<T> QueryAsync<T>(
            string filter = null,
            int? maxPerPage = null,
            IEnumerable<string> select = null,
            CancellationToken cancellationToken = default
        )
            where T : class, ITableEntity => throw new NotSupportedException();

        public virtual Task<Response> UpdateEntityAsync<T>(
            T entity,
            ETag ifMatch,
            TableUpdateMode mode = TableUpdateMode.Merge,
            CancellationToken cancellationToken = default
        )
            where T : ITableEntity => throw new NotSupportedException();

        public virtual Task<Response> UpsertEntityAsync<T>(
            T entity,
            TableUpdateMode mode = TableUpdateMode.Merge,
            CancellationToken cancellationToken = default
        )
            where T : ITableEntity => throw new NotSupportedException();
    }

    public sealed class TableEntity : ITableEntity, IDictionary<string, object>
    {
        private readonly Dictionary<string, object> _values = [];

        public TableEntity() { }

        public TableEntity(string partitionKey, string rowKey) => (PartitionKey, RowKey) = (partitionKey, rowKey);

        public TableEntity(IDictionary<string, object> values) => _values = new Dictionary<string, object>(values);

        public string PartitionKey
        {
            get => GetString("PartitionKey");
            set => _values["PartitionKey"] = value;
        }

        public string RowKey
        {
            get => GetString("RowKey");
            set => _values["RowKey"] = value;
        }

        public DateTimeOffset? Timestamp
        {
            get => GetDateTimeOffset("Timestamp");
            set => _values["Timestamp"] = value;
        }

        public ETag ETag
        {
            get => new(GetString("odata.etag"));
            set => _values["odata.etag"] = value.ToString();
        }

        public object this[string key]
        {
            get => _values.GetValueOrDefault(key);
            set => _values[key] = value;
        }

        public ICollection<string> Keys => _values.Keys;

        public int Count => _values.Count;

        ICollection<object> IDictionary<string, object>.Values => _values.Values;

        bool ICollection<KeyValuePair<string, object>>.IsReadOnly => false;

        public string GetString(string key) => (string)_values.GetValueOrDefault(key);

        public byte[] GetBinary(string key) => (byte[])_values.GetValueOrDefault(key);

        public bool? GetBoolean(string key) => (bool?)_values.GetValueOrDefault(key);

        public Guid? GetGuid(string key) => (Guid?)_values.GetValueOrDefault(key);

        public DateTimeOffset? GetDateTimeOffset(string key) => (DateTimeOffset?)_values.GetValueOrDefault(key);

        public void Add(string key, object value) => _values.Add(key, value);

        public bool ContainsKey(string key) => _values.ContainsKey(key);

        public bool Remove(string key) => _values.Remove(key);

        public bool TryGetValue(string key, out object value) => _values.TryGetValue(key, out value);

        public void Clear() => _values.Clear();

        void ICollection<KeyValuePair<string, object>>.Add(KeyValuePair<string, object> item) =>
            _values.Add(item.Key, item.Value);

        bool ICollection<KeyValuePair<string, object>>.Contains(KeyValuePair<string, object> item) =>
            _values.Contains(item);

        void ICollection<KeyValuePair<string, object>>.CopyTo(KeyValuePair<string, object>[] array, int arrayIndex) =>
            ((ICollection<KeyValuePair<string, object>>)_values).CopyTo(array, arrayIndex);

        bool ICollection<KeyValuePair<string, object>>.Remove(KeyValuePair<string, object> item) =>
            ((ICollection<KeyValuePair<string, object>>)_values).Remove(item);

        IEnumerator<KeyValuePair<string, object>> IEnumerable<KeyValuePair<string, object>>.GetEnumerator() =>
            _values.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => _values.GetEnumerator();
    }
}

namespace Azure.Data.Tables.Models
{
    public class TableItem
    {
        public TableItem(string name) => Name = name;

        public string Name { get; }
    }
}
