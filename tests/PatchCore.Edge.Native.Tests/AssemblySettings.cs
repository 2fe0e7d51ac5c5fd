// Live handles are counted by process: a test that runs beside another would count the other's.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
