using AgentSandbox.Benchmarks;

int rounds = args.Contains("--quick") ? 4 : 20;
using Bench bench = new();
for (int round = 0; round < rounds; round++)
{
    bench.Round();
}

bench.Print(Console.Out);
