namespace PatchCore.Edge.Neighbors;

/// <summary>
/// An order in which vectors that lie near each other follow one another, so that a query to which one of a group is
/// too far is too far for most of the group: halves, and halves of these, along the axis on which they differ most.
/// </summary>
internal static class NearbyOrder
{
    // Fewer vectors are sorted sooner than another thread begins.
    private const int WorthThread = 4096;

    /// <param name="points">n × <paramref name="stride"/>, row-major.</param>
    /// <param name="stride">From one point to the next.</param>
    /// <param name="axes">Values of a point that are looked at: the first ones.</param>
    /// <param name="group">Points that stay together; every group but the last is full.</param>
    /// <returns>Numbers of the points.</returns>
    public static int[] Of(float[] points, int stride, int axes, int group)
    {
        var order = Enumerable.Range(0, points.Length / stride).ToArray();
        Split(0, order.Length);
        return order;

        void Split(int first, int end)
        {
            if (end - first <= group)
                return;
            var axis = Widest(order.AsSpan(first, end - first));
            var keys = new float[end - first];
            for (var i = 0; i < keys.Length; i++)
                keys[i] = points[(order[first + i] * stride) + axis];
            MemoryExtensions.Sort(keys.AsSpan(), order.AsSpan(first, end - first));
            var middle = first + ((((end - first) / 2) + group - 1) / group * group);
            if (end - first < WorthThread)
            {
                Split(first, middle);
                Split(middle, end);
            }
            else
            {
                Parallel.Invoke(() => Split(first, middle), () => Split(middle, end));
            }
        }

        int Widest(ReadOnlySpan<int> members)
        {
            var widest = (Axis: 0, Variance: double.NegativeInfinity);
            for (var axis = 0; axis < axes; axis++)
            {
                var (sum, squares) = (0.0, 0.0);
                foreach (var member in members)
                {
                    double value = points[(member * stride) + axis];
                    (sum, squares) = (sum + value, squares + (value * value));
                }

                var variance = squares - (sum * sum / members.Length);
                if (variance > widest.Variance)
                    widest = (axis, variance);
            }

            return widest.Axis;
        }
    }
}
