using Xunit;

namespace AgentSandbox.Tests.Kernel.Programs;

/// <summary>Programs of the interpreted languages, with all that they do to a system.</summary>
public sealed class InterpreterTests(JailFixture jails)
{
    private static string Data { get; } = Path.Combine(Repository.Root, "tests/Kernel/Programs/data");

    [Fact]
    public void Node_RunsWorkers_Children_Files_AndHttp()
    {
        Requires.Feature("node");
        using Workbench bench = Bench("everything.mjs");

        Assert.Equal("worker 832040\nchild 3\nfiles a,b\nhttp 200 pong\ntimer fired\n", bench.AssertSame("node", "node $DATA/everything.mjs"));
    }

    [Fact]
    public void Perl_Forks_Pipes_Matches_AndConnects()
    {
        Requires.Feature("perl");
        using Workbench bench = Bench("everything.pl");

        Assert.Equal("child says 42\nexit 7\nsorted apple fig pear\nsocket pong\nfile 3 lines\nalarm fired\n", bench.AssertSame("minimal", "perl $DATA/everything.pl"));
    }

    [Fact]
    public void Git_KeepsAHistory()
    {
        Requires.Feature("git");
        using Workbench bench = new(jails);

        string output = bench.AssertSame(
            "build",
            """
            export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b GIT_AUTHOR_DATE=2020-01-01T00:00:00Z GIT_COMMITTER_DATE=2020-01-01T00:00:00Z
            git init -q -b main repository && cd repository || exit
            echo one > file && mkdir sub && echo two > sub/file && git add . && git commit -qm first || exit
            echo changed >> file && git diff --stat && git commit -qam second && git checkout -q -b other HEAD~1 && git mv file moved && git commit -qm third || exit
            git merge -q --no-edit main && git log --graph --format='%h %s' && git gc -q && git fsck && git status --short && cat moved
            git clone -q . ../clone && git -C ../clone log --oneline | wc -l
            """);

        Assert.EndsWith("one\nchanged\n4\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void ShellPipelines_GiveWhatTheyGiveOutside()
    {
        using Workbench bench = new(jails);

        string output = bench.AssertSame(
            "shell",
            """
            set -e
            mkdir -p tree/a tree/b && seq 1 500 > tree/a/numbers && seq 400 900 > tree/b/numbers && printf 'x y z\n' > 'tree/b/with space'
            find tree -type f -print0 | sort -z | xargs -0 wc -l | awk '{ total += $1 } END { print "lines", total / 2 }'
            cat tree/*/numbers | sort -n | uniq -d | sed -n '1p;$p' | tr '\n' ' '
            tar -cf - tree | gzip -9 > tree.tgz && mkdir out && gzip -dc tree.tgz | tar -xf - -C out && diff -r tree out/tree && echo same
            find out -name '*space' -exec cut -d' ' -f2 {} \; ; comm -12 tree/a/numbers tree/b/numbers 2>/dev/null | head -n 2 | paste -sd+ ; du -s tree > /dev/null
            (trap 'echo trapped' USR1; kill -USR1 $(sh -c 'echo $PPID'); echo after) ; seq 1000 | md5sum | cut -c1-8
            xargs -P 4 -n 1 sh -c 'exit 0' < tree/a/numbers && mkfifo pipe && (cat pipe & echo through > pipe; wait) && test -p pipe && echo fifo
            """);

        Assert.EndsWith("through\nfifo\n", output, StringComparison.Ordinal);
    }

    private Workbench Bench(string script) => new Workbench(jails).With(script, File.ReadAllText(Path.Combine(Data, script)));
}
