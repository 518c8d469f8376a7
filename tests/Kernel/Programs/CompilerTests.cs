using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Tests.Kernel.Cli;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Programs;

/// <summary>Compilers and what they make.</summary>
public sealed class CompilerTests(JailFixture jails)
{
    private static string Data { get; } = Path.Combine(Repository.Root, "tests/Kernel/Programs/data");

    [Fact]
    public void Gcc_BuildsAProgramOfSeveralFiles_AndALibrary()
    {
        Requires.Feature("gcc");
        using Workbench bench = new Workbench(jails)
            .With("stack.h", "typedef struct stack stack;\nstack *make(void);\nvoid push(stack *, int);\nint pop(stack *);\n")
            .With("stack.c", "#include <stdlib.h>\n#include \"stack.h\"\nstruct stack { int n, v[64]; };\nstack *make(void) { return calloc(1, sizeof(stack)); }\nvoid push(stack *s, int i) { s->v[s->n++] = i; }\nint pop(stack *s) { return s->v[--s->n]; }\n")
            .With("main.c", "#include <stdio.h>\n#include <dlfcn.h>\n#include \"stack.h\"\nint main(void) { stack *s = make(); for (int i = 0; i < 5; i++) push(s, i * i);\n  for (int i = 0; i < 5; i++) printf(\"%d \", pop(s)); void *l = dlopen(\"./libplugin.so\", RTLD_NOW);\n  int (*f)(void) = l ? (int (*)(void))dlsym(l, \"plugin\") : 0; printf(\"%d\\n\", f ? f() : -1); return 0; }\n")
            .With("plugin.c", "int plugin(void) { return 42; }\n");

        string output = bench.AssertSame(
            "build", "set -e; for f in stack main; do gcc -O2 -g -c $DATA/$f.c & done; wait; gcc -shared -fPIC -o libplugin.so $DATA/plugin.c; ar rcs libstack.a stack.o; gcc -o p main.o -L. -lstack -ldl; ./p");

        Assert.Equal("16 9 4 1 0 42\n", output);
    }

    [Fact]
    public void TwoHundredThreads_Run()
    {
        Requires.Feature("gcc");
        using Workbench bench = new Workbench(jails).With("threads.c", File.ReadAllText(Path.Combine(Data, "threads.c")));

        Assert.Equal("200 threads, sum 19900\n", bench.AssertSame("build", "gcc -O1 -pthread -o threads $DATA/threads.c && ./threads 200"));
    }

    [Fact]
    public void Java_CompilesAndRuns()
    {
        Requires.Feature("javac");
        using Workbench bench = new Workbench(jails).With("Main.java", File.ReadAllText(Path.Combine(Data, "Main.java")));

        Assert.Equal("sum 499500\nchild 5\nfile 3\nsocket pong\n", bench.AssertSame("build", "javac -d . $DATA/Main.java && java -cp . Main"));
    }

    [Fact]
    public void Dotnet_RunsAProgram_WithTheHostsRuntime()
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));
        using Workbench bench = new(jails)
        {
            Adapt = request => request with
            {
                Binds = [new BindRequest(root, "/dotnet", Writable: false), new BindRequest(AppContext.BaseDirectory.TrimEnd('/'), "/app", Writable: false)],
            },
        };

        ProgramRun run = bench.RunInside("build", $"/dotnet/dotnet /app/{typeof(CompilerTests).Assembly.GetName().Name}.dll -noLogo -noColor -list classes");

        Assert.Equal((0, ""), (run.ExitCode, run.Err));
        Assert.Contains(typeof(CompilerTests).FullName!, run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void StaticProgram_RunsInAnImageOfItsOwn()
    {
        Requires.Feature("gcc");
        DirectoryInfo directory = Directory.CreateTempSubdirectory("image");
        try
        {
            JailProfile profile = ImageProfile(directory);

            ProgramRun run = jails.Run(new() { Profile = profile }, ["/hello", "a b"]);

            Assert.Equal(new ProgramRun(0, "hello a b from uid 1000; / holds dev hello proc tmp workspace\n", ""), run);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static JailProfile ImageProfile(DirectoryInfo directory)
    {
        string image = directory.CreateSubdirectory("image").FullName;
        foreach (string name in new[] { "dev", "proc", "tmp", "workspace" })
        {
            Directory.CreateDirectory(Path.Combine(image, name));
        }

        CliResult gcc = Processes.Run("gcc", ["-static", "-o", Path.Combine(image, "hello"), Path.Combine(Data, "hello.c")], [], null, TimeSpan.FromMinutes(1));
        Assert.True(gcc.ExitCode == 0, gcc.ToString());
        foreach (string name in new[] { "groups.json", "minimal.json" })
        {
            File.Copy(Path.Combine(Repository.Root, "native-profiles", name), Path.Combine(directory.FullName, name));
        }

        File.WriteAllText(
            Path.Combine(directory.FullName, "scratch.json"),
            $$"""{ "summary": "test", "extends": "minimal", "filesystem": { "image": "{{image}}", "binds": {} }, "landlock": { "paths": { "/": ["read", "execute"], "/workspace": ["read", "write"] } } }""");
        return new ProfileStore(directory.FullName).Load("scratch");
    }
}
