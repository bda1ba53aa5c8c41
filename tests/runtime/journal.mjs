// Runs a Python script on MicroPython's WebAssembly build and copies the files it leaves in /out to a folder.
//
//   node journal.mjs MICROPYTHON.mjs ROOT SCRIPT FOLDER      SCRIPT: path from the root, on the rooms' path
//
// Not its job: installing MicroPython (tools/second_runtime.py). It has no timeout: the caller sets one.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const MOUNT = "/app"; // only an in-memory file system is linked into the build
const ROOMS = ["edge", "protocols", "tests/portable", "tests/runtime"];

const [interpreter, root, script, folder] = process.argv.slice(2);
const { loadMicroPython } = await import(pathToFileURL(path.resolve(interpreter)));
const mp = await loadMicroPython({ stdout: (bytes) => process.stderr.write(bytes), linebuffer: false });
for (const room of ROOMS) {
  for (const name of fs.readdirSync(path.join(root, room), { recursive: true })) {
    if (!name.endsWith(".py")) continue;
    const target = path.posix.join(MOUNT, room, name.split(path.sep).join("/"));
    mp.FS.mkdirTree(path.posix.dirname(target));
    mp.FS.writeFile(target, fs.readFileSync(path.join(root, room, name)));
  }
}
mp.FS.mkdirTree("/out");
mp.runPython(`import sys\nsys.path.insert(0, "${MOUNT}")`);
mp.runPython(fs.readFileSync(path.join(root, script), "utf8"));
for (const name of mp.FS.readdir("/out")) {
  if (!name.startsWith(".")) fs.writeFileSync(path.join(folder, name), mp.FS.readFile("/out/" + name));
}
