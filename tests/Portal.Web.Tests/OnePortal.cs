using Portal.Tests;

// One portal for every test that changes nothing the others look at; the rest start their own.
[assembly: AssemblyFixture(typeof(WebFixture))]
