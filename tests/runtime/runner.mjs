// Runs portable tests, or measures a script, on MicroPython's WebAssembly build. Prints JSON lines on stdout.
//
//   node runner.mjs MICROPYTHON.mjs ROOT test FILE...    one line a test, then {"passed", "failed"}
//   node runner.mjs MICROPYTHON.mjs ROOT memory FILE [ROUNDS [PAD]]   one line: heap and time between calls
//
// Exit codes: 0 all passed, 1 something failed, 2 usage. What Python prints goes to stderr.
// Not its job: installing MicroPython, comparing with CPython (test_micropython.py). It has no timeout:
// a busy Python loop would block it, so the caller sets one.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const MOUNT = "/app"; // only an in-memory file system is linked into the build
const ROOMS = ["edge", "protocols", "tests/portable"];

const [interpreter, root, mode, ...files] = process.argv.slice(2);
if (!["test", "memory"].includes(mode) || files.length === 0) {
  console.error("usage: runner.mjs MICROPYTHON.mjs ROOT test|memory FILE...");
  process.exit(2);
}
const { loadMicroPython } = await import(pathToFileURL(path.resolve(interpreter)));

function say(result) {
  process.stdout.write(JSON.stringify(result) + "\n");
}

function copyIn(mp, relative) {
  mp.FS.mkdirTree(path.posix.join(MOUNT, path.posix.dirname(relative)));
  mp.FS.writeFile(path.posix.join(MOUNT, relative), fs.readFileSync(path.join(root, relative)));
}

function pythonFiles(folder) {
  if (!fs.existsSync(path.join(root, folder))) return [];
  return fs.readdirSync(path.join(root, folder), { recursive: true })
    .map((name) => path.posix.join(folder, name.split(path.sep).join("/")))
    .filter((name) => /\.m?py$/.test(name));
}

const sources = ROOMS.flatMap(pythonFiles);

// A fresh interpreter with its own file system: what one test file leaves behind can't help another.
// The build keeps its state in a global, so only the newest interpreter may be used.
async function fresh(extra) {
  const mp = await loadMicroPython({ stdout: (bytes) => process.stderr.write(bytes), linebuffer: false });
  for (const relative of [...sources, ...extra]) copyIn(mp, relative);
  mp.runPython(`import sys, gc\nsys.path.insert(0, "${MOUNT}")`);
  return mp;
}

// runPython compiles strictly, as a board does; the asynchronous call accepts what boards reject.
function attempt(mp, code) {
  try {
    mp.runPython(code);
    return null;
  } catch (error) {
    return String(error.name === "PythonError" ? error.message : error).slice(0, 4000);
  }
}

function moduleName(file) {
  return file.replace(/\.m?py$/, "").split("/").join(".");
}

async function runTests(file, count) {
  const mp = await fresh([]);
  const broken = attempt(mp, `import ${moduleName(file)} as _module`);
  if (broken !== null) {
    count.failed += 1;
    say({ id: file, ok: false, error: broken });
    return;
  }
  mp.runPython(`_names = ",".join(sorted(n for n in dir(_module) if n.startswith("test_")))`);
  for (const name of mp.globals.get("_names").split(",").filter(Boolean)) {
    // A generator would mean an async test that never ran.
    let error = attempt(mp, `_result = _module.${name}()`);
    if (error === null && mp.globals.get("_result") !== null) error = "returned something: a test returns nothing";
    count[error === null ? "passed" : "failed"] += 1;
    say(error === null ? { id: `${file}::${name}`, ok: true } : { id: `${file}::${name}`, ok: false, error });
  }
}

// The collector works only once control is back here, so allocation is compared between calls, never within one.
function allocated(mp) {
  mp.runPython("gc.collect()");
  mp.runPython("_alloc_b = gc.mem_alloc()");
  return mp.globals.get("_alloc_b");
}

// The script offers setup(), step(), perhaps finish() for the end of a round, and ROUNDS, which an argument overrides.
// The base is taken after `import asyncio` and pad_b bytes, before the script's imports. A round is CALLS calls of step() (1 when the
// script does not say), collected one by one: a board collects every few seconds, while here the garbage of one long
// call would spread what lives over megabytes, where any number looks like the address of something dead.
async function measure(file, rounds, pad_b) {
  const mp = await fresh(pythonFiles(path.posix.dirname(file)));
  mp.runPython(`import asyncio\n_pad = bytearray(${pad_b})`);
  const base_b = allocated(mp);
  mp.runPython(`import ${moduleName(file)} as _module\n_rounds = _module.ROUNDS`);
  mp.runPython(`_calls = getattr(_module, "CALLS", 1)\n_finish = getattr(_module, "finish", int)\ngc.collect()`);
  mp.runPython("_module.setup()");
  const calls = mp.globals.get("_calls");
  const result = { base_b, setup_b: allocated(mp), rounds_b: [], rounds_ms: [] };
  const last = rounds ? Number(rounds) : mp.globals.get("_rounds");
  for (let round = 0; round < last; round += 1) {
    let steps_ms = 0;
    for (let call = 0; call < calls; call += 1) {
      const started_ms = performance.now();
      mp.runPython("_module.step()");
      steps_ms += performance.now() - started_ms;
      mp.runPython("gc.collect()");
    }
    result.rounds_ms.push(steps_ms);
    mp.runPython("_finish()");
    result.rounds_b.push(allocated(mp));
  }
  say(result);
}

const count = { passed: 0, failed: 0 };
if (mode === "memory") {
  try {
    await measure(files[0], files[1], Number(files[2] ?? 0));
  } catch (error) {
    count.failed = 1;
    say({ error: String(error.message ?? error).slice(0, 4000) });
  }
} else {
  for (const file of files) await runTests(file, count);
  say(count);
}
process.exitCode = count.failed ? 1 : 0;
