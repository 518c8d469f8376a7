#!/usr/bin/python3
"""roff.py NAME.SECTION PAGE.md SANDBOXCTL: prints a man page made from Markdown.

Knows what the pages use: headings, paragraphs, lists, tables, code blocks, `code`, **bold**, links. A line <!-- include FILE --> stands for a file
(without its first heading), and <!-- commands --> for the --help of each command of the executable SANDBOXCTL.
"""
import itertools
import os
import re
import subprocess
import sys
import time

name, page, sandboxctl = sys.argv[1:]
title, section = name.rsplit(".", 1)
here = os.path.dirname(os.path.abspath(__file__))


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def inline(text):
    out = []
    for i, part in enumerate(re.split(r"(`[^`]+`)", text)):
        if i % 2:
            out.append("\\fB" + escape(part[1:-1]) + "\\fR")
            continue
        part = re.sub(r"\[([^]]+)\]\([^)]*\)", r"\1", part)
        part = escape(part)
        part = re.sub(r"(?<![\w*])\*([^*\s][^*]*)\*", r"\\fI\1\\fR", part)
        out.append(re.sub(r"([a-z][\w\\-]+)\(([1-8])\)", r"\\fB\1\\fR(\2)", part))
    fonts = itertools.cycle(("\\fB", "\\fR"))
    return re.sub(r"^([.'])", r"\\&\1", re.sub(r"\*\*", lambda _: next(fonts), "".join(out)))


def table(rows):
    cells = [[cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))] for row in rows]
    body = cells[2:]
    for row in body:  # the first column is what is explained
        yield ".TP"
        yield inline(row[0]) or "\\&"
        yield inline(": ".join(cell for cell in row[1:] if cell))


def code(lines):
    yield from (".PP", ".in +4n", ".nf")
    yield from (escape(line) or "\\&" for line in lines)
    yield from (".fi", ".in")


def convert(text):
    blocks = re.split(r"\n\s*\n", re.sub(r"```\w*\n(.*?)```", lambda m: "\n" + re.sub(r"^", "    ", re.sub(r"\n[ ]*\n", "\n\x01\n", m[1]), flags=re.M) + "\n", text, flags=re.S))
    for block in (b.strip("\n") for b in blocks):
        lines = block.split("\n")
        if not block.strip():
            continue
        if include := re.fullmatch(r"<!-- include (\S+) -->", block):
            with open(os.path.join(here, "../..", include[1]), encoding="utf-8") as file:
                yield from convert(file.read().split("\n", 1)[1])
        elif block == "<!-- commands -->":
            yield from commands([])
        elif heading := re.fullmatch(r"(#+) (.*)", block):
            level = len(heading[1])
            yield (".SH " if level <= 2 else ".SS ") + (escape(heading[2].upper()) if level <= 2 else inline(heading[2]))
        elif all(line.startswith("    ") for line in lines):
            yield from code(line[4:].replace("\x01", "").rstrip() for line in lines)
        elif lines[0].startswith("|"):
            yield from table(lines)
        elif lines[0].startswith("- "):
            for item in re.split(r"\n(?=- )", block):
                yield from (".IP \\(bu 2", inline(" ".join(item[2:].split())))
        else:
            yield from (".PP", inline(" ".join(block.split())))


def help_of(path):
    return subprocess.run([sandboxctl, *path, "--help"], capture_output=True, text=True, check=True).stdout


def commands(path):
    """The commands below PATH, each with its own --help."""
    text = help_of(path)
    listed = re.search(r"^Commands:\n((?:  .*\n?)+)", text, re.M)
    for command in re.findall(r"^  ([a-z][\w-]*)", listed[1], re.M) if listed else []:
        below = [*path, command]
        parts = dict(re.findall(r"^(\w+):\n((?:(?:  .*)?\n)+)", help_of(below) + "\n", re.M))
        yield ".SS " + escape(" ".join(below))
        yield from (".PP", inline(" ".join(parts.get("Description", "").split())))
        yield from code(line.strip() for line in parts.get("Usage", "").strip().split("\n"))
        for part in ("Arguments", "Options"):
            for what, why in re.findall(r"^  (\S.*?)(?:\s{2,}(.*))?$", parts.get(part, ""), re.M):
                if "--help" not in what:
                    yield from (".TP", "\\fB" + escape(what) + "\\fR", inline(why) or "\\&")
        yield from commands(below)


with open(page, encoding="utf-8") as file:
    source = file.read()
date = time.strftime("%Y-%m-%d", time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time()))))
summary, rest = source.split("\n", 1)
print(f'.TH "{title.upper()}" {section} {date} agent\\-sandboxd')
print(".SH NAME")
print(escape(title) + " \\- " + escape(summary.removeprefix("# ")))
print("\n".join(convert(rest)))
