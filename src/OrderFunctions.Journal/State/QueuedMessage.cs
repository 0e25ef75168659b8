using OrderFunctions.Journaling.Files;

namespace OrderFunctions.Journaling.State;

/// <summary>What is kept in memory of a message that waits; its body stays on disk.</summary>
internal sealed class QueuedMessage(long id, JournalQueue queue, string? provider, DateTimeOffset due)
{
    // A DateTimeOffset takes twice the memory, and there may be millions of these.
    private readonly long _due = due.UtcTicks;
    private readonly long _since;
    private long _lockedUntil;

    public long Id => id;

    public JournalQueue Queue => queue;

    public string? Provider => provider;

    public DateTimeOffset Due => new(_due, TimeSpan.Zero);

    /// <summary>When its event was accepted; of one that was sent back, or that does not say, when it came to the queue.</summary>
    public DateTimeOffset Since
    {
        get => new(_since, TimeSpan.Zero);
        init => _since = value.UtcTicks;
    }

    /// <summary>Whether it waits because nobody could be called.</summary>
    public bool IsPutOff { get; init; }

    /// <summary>Its frame, which it may share with messages on other queues.</summary>
    public Location Location { get; set; }

    /// <summary>Its part of the frame's bytes.</summary>
    public int Share { get; set; }

    public int DeliveryCount { get; set; }

    /// <summary>Whoever knows this number holds the lock; 0: nobody does.</summary>
    public long Lock { get; set; }

    public DateTimeOffset LockedUntil
    {
        get => new(_lockedUntil, TimeSpan.Zero);
        set => _lockedUntil = value.UtcTicks;
    }

    /// <summary>Settled, or its append was rolled back: queues skip it.</summary>
    public bool IsRemoved { get; set; }
}
