using System.Collections.Immutable;

namespace AgentSandbox.Ctl.Selftest;

/// <summary>One attack of the catalogue: what is tried in a jail, and what must happen.</summary>
/// <param name="Name">Its name, as the attack program knows it.</param>
/// <param name="Threat">Its number in the list of threats: a part's letter and a number.</param>
/// <param name="Title">What is tried, in one line.</param>
/// <param name="Planned">The answer that the jail must give: errno names with commas between; <see cref="Itself"/> where the attack itself knows it.</param>
internal sealed record Attack(string Name, string Threat, string Title, string Planned)
{
    /// <summary>The planned answer of an attack that checks an effect.</summary>
    public const string Itself = "-";

    /// <summary>The planned answer under the profile <c>strict</c>, where it is another one.</summary>
    public string? Strict { get; init; }

    /// <summary>Under which profiles it can be made.</summary>
    public AttackProfiles Profiles { get; init; } = AttackProfiles.All;

    /// <summary>True: it needs a jail for itself.</summary>
    public bool Alone { get; init; }

    /// <summary>What the attack program gets beyond the planned answer. <c>{...}</c> stands for facts of the jail and the host: see <see cref="AttackArguments"/>.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>True if it can be made under the profile <paramref name="profile"/>.</summary>
    public bool AppliesTo(string profile) => Profiles == AttackProfiles.All || (profile == "strict") == (Profiles == AttackProfiles.Strict);

    /// <summary>The answer that the jail must give under <paramref name="profile"/>.</summary>
    public string PlannedFor(string profile) => profile == "strict" ? Strict ?? Planned : Planned;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
