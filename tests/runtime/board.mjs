// A MicroPython board on stdin and stdout: the interactive prompt of the WebAssembly build, byte by byte.
//
//   node board.mjs MICROPYTHON.mjs [FOLDER]     FOLDER: its files are on the board when it starts
//
// Not its job: the pseudo-terminal, what the board calls itself (board_on_pty.py).
// Its raw paste mode is broken, so it is answered as a board answers that has none; files live until it ends.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [interpreter, folder] = process.argv.slice(2);
const { loadMicroPython } = await import(pathToFileURL(path.resolve(interpreter)));
const RAW_PASTE = [0x05, 0x41, 0x01];
const FORCED_EXIT = 0x100;

const mp = await loadMicroPython({ stdout: (bytes) => process.stdout.write(bytes), linebuffer: false });

for (const name of folder ? fs.readdirSync(folder, { recursive: true }) : []) {
  const source = path.join(folder, name);
  const target = "/" + name.split(path.sep).join("/");
  if (fs.statSync(source).isDirectory()) mp.FS.mkdirTree(target);
  else {
    mp.FS.mkdirTree(path.posix.dirname(target));
    mp.FS.writeFile(target, fs.readFileSync(source));
  }
}

let matched = 0; // bytes of RAW_PASTE seen in a row

function feed(byte) {
  if (byte === RAW_PASTE[matched]) {
    matched += 1;
    if (matched === RAW_PASTE.length) {
      matched = 0;
      process.stdout.write("R\x00");
    }
    return;
  }
  for (; matched > 0; matched -= 1) pass(RAW_PASTE[matched - 1]);
  pass(byte);
}

// A soft reset ends the prompt; a board starts anew and is still in raw mode.
function pass(byte) {
  if (mp.replProcessChar(byte) & FORCED_EXIT) {
    process.stdout.write("MPY: soft reboot\r\n");
    mp.replInit();
  }
}

mp.replInit();
process.stdin.on("data", (bytes) => bytes.forEach(feed));
process.stdin.on("end", () => process.exit(0));
