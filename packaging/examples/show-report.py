"""Prints the main points of a report of 'sandboxctl run --report FILE'."""
import json
import sys

with open(sys.argv[1]) as file:
    report = json.load(file)
jail = report["proof"]["jail"]
command = report["proof"]["command"]["status"]
print(f"jail {report['jail']}, profile {report['profile']}: {report['end']['text']} after {report['usage']['wallMs']:.0f} ms")
print("namespaces:  " + " ".join(jail["namespaces"]))
print("uid map:     " + jail["uidMap"] + " (inside, outside, count)")
print("command:     capabilities " + command["capabilities"].split()[2] + ", no_new_privs " + command["noNewPrivs"] + ", seccomp " + command["seccomp"])
print("Landlock:    ABI " + str(jail["landlockAbi"]))
print("writable:    " + " ".join(m["target"] for m in jail["mounts"] if "rw" in m["options"].split(",")))
for probe in report["proof"]["probes"]["probes"]:
    print(f"tried:       {probe['attempt']} -> {probe['answer']} ({probe['layer']})")
print("degraded:    " + (" ".join(report["degraded"]) or "nothing"))
