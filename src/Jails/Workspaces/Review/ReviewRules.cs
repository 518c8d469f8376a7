using static AgentSandbox.Jails.Workspaces.Review.ReviewMarks;

namespace AgentSandbox.Jails.Workspaces.Review;

/// <summary>The table of what a reviewer is told of a path, by its name or by what stands in it. To add a rule, add a line.</summary>
/// <remarks>A pattern is one or more names with slashes, compared with the end of the path, at any depth and without regard to case; <c>*</c> stands for any part of a name. With a slash at
/// its end it means a directory and all beneath it.</remarks>
internal static class ReviewRules
{
    /// <summary>By the path.</summary>
    internal static readonly (ReviewMarks Mark, string[] Patterns)[] Paths =
    [
        (Git,
        [
            ".git", ".git/config", ".git/config.worktree", ".git/hooks/", ".git/info/attributes", ".git/info/exclude", ".git/commondir",
            ".git/objects/info/alternates", ".git/modules/*/config",
            ".git/modules/*/hooks/", ".git/worktrees/*/config.worktree", ".gitattributes", ".gitmodules", ".gitconfig", ".config/git/",
            "config.worktree", ".husky/", ".githooks/", ".pre-commit-config.yaml", ".pre-commit-hooks.yaml", "lefthook.yml", "lefthook.yaml",
        ]),
        (Git, // a bare repository may lie anywhere, under any name
        [
            "hooks/applypatch-msg", "hooks/commit-msg", "hooks/fsmonitor-watchman", "hooks/post-*", "hooks/pre-*", "hooks/prepare-commit-msg",
            "hooks/proc-receive", "hooks/push-to-checkout",
            "hooks/query-watchman", "hooks/reference-transaction", "hooks/sendemail-validate", "hooks/update", "objects/info/alternates",
        ]),
        (Dotfile, [".*", ".config/", ".local/", ".ssh/", ".gnupg/", ".aws/", ".docker/", ".kube/", ".oh-my-zsh/", "direnvrc", "*_profile.ps1", "profile.ps1"]),
        (ContinuousIntegration,
        [
            ".github/workflows/", ".github/actions/", ".gitea/workflows/", ".forgejo/workflows/", ".gitlab-ci*.yml", ".gitlab/ci/", "jenkinsfile*",
            ".circleci/", ".travis.yml", ".drone.yml", ".drone.star", ".woodpecker/",
            ".woodpecker.y*ml", "azure-pipelines*.y*ml", ".azure-pipelines/", "bitbucket-pipelines.yml", "appveyor.yml", ".appveyor.yml",
            ".buildkite/", ".cirrus.yml", ".cirrus.star", ".semaphore/", ".teamcity/", "cloudbuild.y*ml",
            "buildspec.y*ml", ".build.yml", ".builds/", "action.yml", "action.yaml", "codefresh.yml", ".tekton/", "dagger.json", "earthfile",
            ".github/dependabot.yml", "renovate.json*", ".github/codeowners", "codeowners",
        ]),
        (Editor,
        [
            ".vscode/", "*.code-workspace", ".idea/", ".devcontainer/", ".devcontainer.json", ".zed/", ".fleet/", ".sublime/", "*.sublime-project",
            ".vimrc", ".nvimrc", ".nvim.lua", ".exrc", ".lvimrc", ".vim/", ".nvim/", ".dir-locals.el", ".dir-locals-2.el",
            ".emacs", ".emacs.d/", ".editorconfig", ".settings/", ".vs/", "*.suo", "*.user", "*.ipynb", ".gitpod.yml", ".theia/", ".run/", ".helix/",
        ]),
        (Agent,
        [
            ".mcp.json", "mcp.json", "mcp_config.json", "claude.md", "claude.local.md", ".claude/", ".claude.json", "agents.md",
            "agents.override.md", "agent.md", ".agents/", ".agent/", ".cursor/", ".cursorrules", ".cursorignore", "gemini.md", ".gemini/",
            ".github/copilot-instructions.md", ".github/instructions/", ".github/prompts/", ".github/chatmodes/", ".github/agents/", ".codex/",
            ".windsurf/", ".windsurfrules", ".clinerules*", ".clinerules/", ".roo/", ".roorules*", ".roomodes", ".kilocode/", ".continue/",
            ".aider*", "conventions.md", ".amazonq/", ".kiro/", ".junie/", ".goose/", ".goosehints", ".opencode/", "opencode.json*", ".augment/",
            ".augment-guidelines", ".trae/", ".qwen/", "qwen.md", "skill.md", "llms.txt", ".crush.json", "crush.json", "warp.md", ".rules",
        ]),
        (LockFile,
        [
            "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock", "poetry.lock",
            "pdm.lock", "uv.lock", "pipfile.lock", "pylock*.toml", "requirements*.txt", "constraints*.txt", "conda-lock.yml", "pixi.lock",
            "cargo.lock", "go.sum", "go.work.sum", "gemfile.lock", "composer.lock", "packages.lock.json", "paket.lock", "project.assets.json",
            "gradle.lockfile", "verification-metadata.xml", "mix.lock", "rebar.lock", "pubspec.lock", "podfile.lock",
            "package.resolved", "cartfile.resolved", "flake.lock", "stack.yaml.lock", "cabal.project.freeze", "module.bazel.lock", "conan.lock",
            "manifest.toml", ".terraform.lock.hcl", "chart.lock",
        ]),
        (Build,
        [
            "package.json", "binding.gyp", ".npmrc", ".yarnrc", ".yarnrc.yml", ".yarn/", ".pnpmfile.cjs", "pnpmfile.js", "pnpm-workspace.yaml",
            "bunfig.toml", "deno.json*", "lerna.json", "nx.json", "turbo.json", "gulpfile.*", "gruntfile.*",
            "webpack.config.*", "vite.config.*", "vitest.config.*", "rollup.config.*", "babel.config.*", ".babelrc*", "jest.config.*",
            "eslint.config.*", ".eslintrc*", "prettier.config.*", ".prettierrc*", "postcss.config.*", "tailwind.config.*", "next.config.*",
            "nuxt.config.*",
            "setup.py", "setup.cfg", "pyproject.toml", "conftest.py", "noxfile.py", "tox.ini", "pytest.ini", "tasks.py", "fabfile.py", "dodo.py",
            "sitecustomize.py", "usercustomize.py", "*.pth", "manage.py", "pipfile", "environment.y*ml", "sconstruct", "wscript",
            "makefile*", "gnumakefile*", "*.mk", "*.mak", "cmakelists.txt", "*.cmake", "cmakepresets.json", "cmakeuserpresets.json", "configure",
            "configure.ac", "configure.in", "makefile.am", "meson.build", "build.ninja", "build", "build.bazel", "workspace", "workspace.bazel",
            "module.bazel",
            "*.bzl", ".bazelrc", "buck", ".buckconfig", "justfile", ".justfile", "taskfile.y*ml", "rakefile", "gemfile", "*.gemspec", "extconf.rb",
            "composer.json", "cargo.toml", "build.rs", ".cargo/", "rust-toolchain*", "go.mod", "go.work", "magefile.go",
            "pom.xml", ".mvn/", "mvnw*", "build.gradle*", "settings.gradle*", "init.gradle*", "gradle.properties", "gradlew*", "gradle-wrapper.*",
            "build.xml", "build.sbt", "*.sbt", "build.sc", "*.csproj", "*.fsproj", "*.vbproj", "*.vcxproj", "*.proj", "*.props", "*.targets",
            "*.sln", "*.slnx", "*.tasks", "nuget.config", "global.json",
            "dotnet-tools.json", "*.rsp", "msbuild.rsp", "build.ps1", "build.sh", "build.cake", "paket.dependencies", "mix.exs", "rebar.config",
            "pubspec.yaml", "podfile", "package.swift", "*.xcodeproj/", "*.podspec", "flake.nix", "default.nix", "shell.nix", ".envrc", "stack.yaml",
            "*.cabal", "cabal.project*", "setup.hs",
            "dockerfile*", "*.dockerfile", "containerfile*", "docker-compose*.y*ml", "compose*.y*ml", ".dockerignore", "docker-bake.hcl",
            "vagrantfile", "procfile", "skaffold.yaml", "tiltfile", "build.zig", "build.zig.zon", "dune-project", "install.sh", "mise.toml",
            ".mise.toml", ".tool-versions",
        ]),
    ];

    /// <summary>By a text, without regard to case, in the first 64 KiB of a file with such a name.</summary>
    internal static readonly (ReviewMarks Mark, string[] Names, string[] Texts)[] Contents =
    [
        (Git, ["config", "*gitconfig*", "*.gitinclude", ".gitmodules"], ["fsmonitor", "hookspath", "[filter", "sshcommand", "[include", "[alias", "[diff", "[merge", "[credential", "[core", "gitproxy", "uploadpack", "receivepack", "askpass", "pager", "editor"]),
        (Git, ["*attributes*"], ["filter=", "diff=", "merge="]),
        (Git, ["head"], ["ref: refs/"]),
    ];

    /// <summary>By the first bytes of a file with any name.</summary>
    internal static readonly (ReviewMarks Mark, byte[] Bytes)[] Beginnings =
    [
        (Executable, [(byte)'#', (byte)'!']),
        (Executable, [0x7f, (byte)'E', (byte)'L', (byte)'F']),
        (Git, [.. "gitdir:"u8]), // a repository that lies elsewhere
    ];
}
