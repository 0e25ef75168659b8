using OrderFunctions.Bus;
using OrderFunctions.Core.Tests.Lives.Models;
using OrderFunctions.Ledger;

namespace OrderFunctions.Core.Tests.Lives.Simulated;

/// <summary>Plays one life: its choices say what happens next, so that it always goes alike.</summary>
internal sealed class Simulation(Life life, Stage stage)
{
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.Zero,
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(31),
        TimeSpan.FromMinutes(3),
        TimeSpan.FromMinutes(6),
    ];

    private readonly Choices _choices = new(life.Choices);
    private readonly List<string> _violations = [];
    private int _arrived;

    /// <param name="transcript">Is told everything that happens.</param>
    /// <returns>What is wrong with how the life went; nothing: all is well.</returns>
    public static IReadOnlyList<string> Run(Life life, ProviderModel model, Transcript? transcript = null)
    {
        using var stage = new Stage(model, life.Workers, transcript);
        var simulation = new Simulation(life, stage);
        simulation.Run();
        return [.. model.Violations, .. simulation._violations];
    }

    private void Run()
    {
        while (_choices.Any)
        {
            Turn(_choices.Next());
        }

        stage.Say("life", "from here on all goes well");
        while (_arrived < life.Arrivals.Count)
        {
            Arrive();
        }

        stage.Resume();
        ComeToRest();
        for (var round = 0; round < 2 && stage.Parked.Count > 0; round++)
        {
            stage.Replay();
            ComeToRest();
        }

        Check();
    }

    // Of ten turns, eight are a worker's or the shop's.
    private void Turn(int choice)
    {
        switch (choice % 10)
        {
            case 8:
                Wait();
                break;
            case 9:
                Interfere(choice / 10);
                break;
            default:
                GoOn(choice / 10);
                break;
        }
    }

    private void GoOn(int choice)
    {
        var options = stage.Waiting.Select(worker => (Action)(() => LetThrough(worker))).ToList();
        if (stage.Workers.Any(worker => worker.IsIdle))
        {
            options.Add(() => stage.Take(stage.Queue));
            options.Add(() => stage.Take(Entities.Retry));
        }

        if (_arrived < life.Arrivals.Count)
        {
            options.Add(Arrive);
        }

        if (options.Count > 0)
        {
            options[choice % options.Count]();
        }
    }

    private void Interfere(int choice)
    {
        var busy = stage.Workers.Where(worker => !worker.IsIdle).ToList();
        switch (choice % 7)
        {
            case 4 when stage.Sent.Count > 0:
                stage.AskAgain(stage.Sent[choice / 7 % stage.Sent.Count], isForced: choice / 7 % 3 == 0);
                break;
            case 0 when busy.Count > 0:
                stage.Kill(busy[choice / 7 % busy.Count]);
                break;
            case 1 when busy.Count > 0:
                stage.Stop(busy[choice / 7 % busy.Count]);
                break;
            case 2:
                stage.Approve();
                break;
            case 3 when stage.Parked.Count > 0:
                stage.Replay();
                break;
            case 5:
                stage.Pause();
                break;
            case 6:
                stage.Resume();
                break;
        }
    }

    private void Wait()
    {
        var wait = _choices.Of(Waits);
        stage.WaitUntil(wait == TimeSpan.Zero ? stage.NextDue ?? stage.Now : stage.Now + wait);
    }

    private void Arrive() => stage.Send(life.Events[life.Arrivals[_arrived++]]);

    // One time in four, something goes wrong.
    private void LetThrough(SimulatedWorker worker)
    {
        var choice = _choices.Next();
        var fault =
            choice % 4 != 3 ? new Fault.None()
            : worker.FaultPoint!.IsCall ? CallTrouble(choice / 4)
            : choice / 4 % 2 == 0 ? new Fault.NotSent()
            : new Fault.AnswerLost();
        stage.Pass(worker, fault);
    }

    private static Fault CallTrouble(int choice) =>
        (choice % 10) switch
        {
            0 => new Fault.ConnectionRefused(),
            1 or 2 => new Fault.AnswerLost(),
            3 => new Fault.Answered(500, IsServed: false),
            4 => new Fault.Answered(503, IsServed: true),
            5 => new Fault.Answered(429, IsServed: false),
            6 => new Fault.Answered(400, IsServed: false),
            7 => new Fault.Hangs(IsServed: false),
            8 => new Fault.Hangs(IsServed: true),
            _ => new Fault.NotSent(),
        };

    private void ComeToRest()
    {
        if (!stage.ComeToRest())
        {
            _violations.Add("It never comes to rest.");
        }
    }

    private void Check()
    {
        var (model, entry, parked) = (stage.Model, stage.Entry, stage.Parked);
        stage.Say("ledger", $"{entry.Version.EventId} {entry.State} {entry.Reason}");
        var right = model.RightBeliefs(parked.Count > 0).Distinct().ToList();
        if (!right.Contains(model.Belief))
        {
            _violations.Add(
                $"The provider believes {Words(model.Belief)}; right is {string.Join(" or ", right.Select(Words))}."
            );
        }

        if (model.Repeats > stage.AnswersLost)
        {
            _violations.Add(
                $"The provider was told the same {model.Repeats} times more; {stage.AnswersLost} answers were lost."
            );
        }

        if (entry.Version.EventId != life.Newest.Id)
        {
            _violations.Add($"The ledger takes {entry.Version.EventId} for the newest; it is {life.Newest.Id}.");
        }

        if (entry.Claim is { } claim && claim.Until > stage.Now)
        {
            _violations.Add("The order is still claimed.");
        }

        var isParked = parked.Any(delivery => delivery.EventId == entry.Version.EventId);
        if (entry.State == DeliveryState.Retrying || (entry.State == DeliveryState.Parked) != isParked)
        {
            _violations.Add($"The ledger says {entry.State}, and the newest is {(isParked ? "" : "not ")}parked.");
        }
    }

    private static string Words(string? belief) => belief is null ? "nothing" : $"'{belief}'";
}
