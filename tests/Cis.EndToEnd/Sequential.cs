// One test after another: while one copies the executable, a process that another one forks holds the copy open for
// writing for a moment, and starting it then fails with "Text file busy".
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
