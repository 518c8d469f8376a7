Console.Error.WriteLine("agent-sandboxd");
return 2;
