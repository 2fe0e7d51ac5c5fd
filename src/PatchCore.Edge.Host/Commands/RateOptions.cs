using System.CommandLine;
using PatchCore.Edge.Verdicts;

namespace PatchCore.Edge.Host.Commands;

/// <summary>The options that say what a threshold from good frames is to keep; those of a recipe stand where they are
/// not given.</summary>
internal sealed class RateOptions
{
    private readonly Option<double?> _rate = new("--false-reject-rate")
    {
        Description = "Share of good parts that may be rejected: 0.01 (default: mean + 3 deviations of good frames)",
    };

    private readonly Option<double?> _confidence = new("--confidence")
    {
        Description = "How sure that rate is to be kept (default 0.95)",
    };

    private readonly Option<bool?> _extrapolate = new("--extrapolate")
    {
        Description = "Go beyond the scores that were seen where there are too few frames for that rate",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_rate);
        command.Options.Add(_confidence);
        command.Options.Add(_extrapolate);
    }

    /// <summary>The first that is given; null if none is.</summary>
    public string? Given(ParseResult parsed) => new Option[] { _rate, _confidence, _extrapolate }
        .FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    /// <exception cref="UsageException">One is out of range.</exception>
    public CalibrationOptions Read(ParseResult parsed, CalibrationOptions otherwise)
    {
        if (parsed.GetValue(_confidence) is 0)
            throw new UsageException($"{_confidence.Name} is 0, expected 0.5 to 0.9999");
        var options = otherwise with
        {
            FalseRejectRate = parsed.GetValue(_rate) ?? otherwise.FalseRejectRate,
            Confidence = parsed.GetValue(_confidence) ?? otherwise.Confidence,
            Extrapolate = Flag(parsed) ?? otherwise.Extrapolate,
        };
        var faults = options.Faults();
        return faults.Count == 0
            ? options
            : throw new UsageException(string.Join("; ", faults)
                .Replace("calibration.falseRejectRate", _rate.Name, StringComparison.Ordinal)
                .Replace("calibration.confidence", _confidence.Name, StringComparison.Ordinal)
                .Replace("calibration.extrapolate", _extrapolate.Name, StringComparison.Ordinal)
                .Replace("calibration.frames", "--calibration-frames", StringComparison.Ordinal));
    }

    // Alone it means true; "--extrapolate false" overrules a recipe.
    private bool? Flag(ParseResult parsed) =>
        parsed.GetResult(_extrapolate) is { Implicit: false } given ? given.GetValueOrDefault<bool?>() ?? true : null;
}
