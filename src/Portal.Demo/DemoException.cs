namespace Portal.Demo;

/// <summary>The demo cannot start; the message says why and what to do, for whoever typed the command.</summary>
public sealed class DemoException(string message) : Exception(message);
