namespace PatchCore.Edge.Verdicts;

/// <summary>A number, and how far at most it is from the exact one.</summary>
public readonly record struct BoundedValue(double Value, double Error);
