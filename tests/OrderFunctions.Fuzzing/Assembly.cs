using OrderFunctions.TestKit;

[assembly: TestCaseOrderer(RandomOrder.TypeName, RandomOrder.AssemblyName)]
