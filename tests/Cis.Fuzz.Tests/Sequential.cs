// One test after another: some read this process's list of mapped files, which changes while another test loads one.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
