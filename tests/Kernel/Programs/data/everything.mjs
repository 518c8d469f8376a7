// Worker threads, a child process, files, a server on loopback, timers: one line each.
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { execFileSync } from "node:child_process";
import fs from "node:fs/promises";
import http from "node:http";
import { fileURLToPath } from "node:url";

const fibonacci = n => n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);

if (!isMainThread) {
  parentPort.postMessage(fibonacci(workerData));
} else {
  const results = await Promise.all([30, 30, 30, 30].map(n => new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: n });
    worker.on("message", resolve).on("error", reject);
  })));
  console.log("worker", results[3]);
  console.log("child", execFileSync("sh", ["-c", "echo one two three | wc -w"]).toString().trim());
  await fs.mkdir("made/deep", { recursive: true });
  await Promise.all(["a", "b"].map(name => fs.writeFile(`made/deep/${name}`, "x".repeat(100_000))));
  console.log("files", (await fs.readdir("made/deep")).sort().join());
  const server = http.createServer((_, response) => response.end("pong")).listen(0, "127.0.0.1");
  await new Promise(resolve => server.once("listening", resolve));
  const answer = await fetch(`http://127.0.0.1:${server.address().port}/`);
  console.log("http", answer.status, await answer.text());
  server.close();
  setTimeout(() => console.log("timer fired"), 5);
}
