using System.Security.Cryptography;
using System.Text;

namespace OrderFunctions.Local;

/// <summary>The keys of the routes under /api, each with a name: Local__ApiKey and Local__ApiKeys__...</summary>
public sealed class ApiKeys
{
    /// <summary>Where a key is looked for first, as on the Functions host.</summary>
    public const string Header = "x-functions-key";

    /// <summary>Where it is looked for without the header.</summary>
    public const string Parameter = "code";

    // Hashes are equally long, so that neither a key's length nor its start can be measured.
    private readonly List<(string Name, byte[] Hash)> _keys;

    public ApiKeys(LocalOptions options) =>
        _keys = [
            .. options
                .ApiKeys.Prepend(KeyValuePair.Create(nameof(LocalOptions.ApiKey), options.ApiKey ?? ""))
                .Where(key => key.Value.Length > 0)
                .Select(key => (key.Key, Hash(key.Value))),
        ];

    /// <summary>False: the routes are open, to this machine only.</summary>
    public bool Any => _keys.Count > 0;

    /// <summary>The name of the key that a request has; null: it has none that is right.</summary>
    public string? NameOf(HttpRequest request)
    {
        var given = Hash(
            (request.Headers.TryGetValue(Header, out var key) ? key : request.Query[Parameter]).ToString()
        );
        string? found = null;
        foreach (var (name, hash) in _keys)
        {
            // To the last one, whichever it is: the time tells nothing.
            if (CryptographicOperations.FixedTimeEquals(given, hash))
            {
                found = name;
            }
        }

        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
