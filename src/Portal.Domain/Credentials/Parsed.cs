using System.Diagnostics.CodeAnalysis;

namespace Portal.Domain.Credentials;

/// <summary>What came of reading something a person gave: the value, or the problem that explains why there is none.</summary>
/// <typeparam name="T">What was to be read.</typeparam>
public readonly record struct Parsed<T> where T : class
{
    private Parsed(T? value, Problem? problem) => (Value, Problem) = (value, problem);

    /// <summary>The value; null when there is a <see cref="Problem"/>.</summary>
    public T? Value { get; }

    /// <summary>Why there is no value; null when there is one.</summary>
    public Problem? Problem { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value)), MemberNotNullWhen(false, nameof(Problem))]
    public bool IsGood => Value is not null;

    /// <summary>The value, or the problem thrown for whoever asked.</summary>
    /// <exception cref="ProblemException">There is no value.</exception>
    public T OrThrow() => Value ?? throw new ProblemException(Problem ?? throw new InvalidOperationException("Nothing was parsed."));

    /// <summary>A value that was read.</summary>
    public static implicit operator Parsed<T>(T value) => new(value, null);

    /// <summary>Why nothing could be read.</summary>
    public static implicit operator Parsed<T>(Problem problem) => new(null, problem);
}
