// Does the work that the blog may ask of a browser before a comment: it looks for eight
// hexadecimal digits that, behind the challenge, give a SHA-256 that begins with zeros.
// Without this file a comment is taken all the same, and waits for a moderator.
//
// The file is also the worker that does this beside the page. Where there can be none, the
// page does it itself, in small pieces. crypto.subtle would be slower, for each of its
// answers comes by itself, and is not there without https.
"use strict";
(() => {
  const K = new Int32Array([
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ]);
  const START = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
  const w = new Int32Array(64);

  // The first 32 bits of the SHA-256 of the 40 characters that w begins with.
  const hash = () => {
    w[10] = 0x80000000;
    w.fill(0, 11, 15);
    w[15] = 320;
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15], y = w[i - 2];
      w[i] = w[i - 16] + w[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) +
        ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
    }
    let [a, b, c, d, e, f, g, h] = START;
    for (let i = 0; i < 64; i++) {
      const s = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[i] + w[i] | 0;
      const t = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + s | 0; d = c; c = b; b = a; a = s + t | 0;
    }
    return a + START[0] >>> 0;
  };

  // Four characters as one number, as SHA-256 reads them.
  const word = (s, at) => s.charCodeAt(at) << 24 | s.charCodeAt(at + 1) << 16 | s.charCodeAt(at + 2) << 8 | s.charCodeAt(at + 3);

  // Tries count numbers from one on; the answer, or nothing.
  const look = ({ challenge, bits }, from, count) => {
    for (let i = 0; i < 8; i++) w[i] = word(challenge, 4 * i);
    for (let n = from; n < from + count; n++) {
      const digits = n.toString(16).padStart(8, "0");
      w[8] = word(digits, 0);
      w[9] = word(digits, 4);
      if (hash() >>> 32 - bits === 0) return challenge + digits;
    }
  };

  if (typeof document === "undefined") {
    self.onmessage = (e) => {
      for (let n = 0, answer; !answer; n += 4096) if ((answer = look(e.data, n, 4096))) postMessage(answer);
    };
    return;
  }

  const source = document.currentScript.src;
  const inPieces = async (work) => {
    for (let n = 0; ; n += 2048) {
      const answer = look(work, n, 2048);
      if (answer) return answer;
      await new Promise((done) => { setTimeout(done); });
    }
  };
  const beside = (work) => new Promise((done, fail) => {
    if (new URL(source).origin !== location.origin) throw new Error("a page elsewhere may not");
    const worker = new Worker(source);
    worker.onmessage = (e) => { done(e.data); worker.terminate(); };
    worker.onerror = (e) => { e.preventDefault(); worker.terminate(); fail(e); };
    worker.postMessage(work);
  });

  // Gets the work that is asked for at an address, and does it: the answer, empty if none
  // is asked for, and when it is no good any more, on the clock of performance.now.
  const work = async (address) => {
    const got = performance.now();
    const asked = await (await fetch(address, { credentials: "omit", cache: "no-store" })).json();
    if (!asked.asked) return { answer: "", until: got + 60000 };
    const until = got + asked.seconds * 1000 - 60000;
    return { answer: await beside(asked).catch(() => inPieces(asked)), until };
  };
  self.hamletWork = work; // for embed.js

  const form = document.querySelector("form.respond[data-work]");
  if (!form) return;
  const note = form.querySelector(".work"), said = note.textContent;
  let doing = null, waiting = false, through = false;
  const begin = () => {
    doing ||= work(form.dataset.work).catch(() => { doing = null; }); // it is taken without, then
    return doing;
  };
  form.addEventListener("input", begin, { once: true });
  if (form.elements.body.value) begin();

  // Whoever is quicker than the work waits for it; form.js hears of it only then.
  const late = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const send = async (submitter) => {
    let done = await Promise.race([begin(), late(30000)]);
    if (done && done.until < performance.now()) {
      doing = null;
      done = await Promise.race([begin(), late(30000)]);
    }
    if (done && done.answer) {
      const field = form.elements.work || Object.assign(document.createElement("input"), { type: "hidden", name: "work" });
      field.value = done.answer;
      form.append(field);
    }
    await late(0); // as long as the browser tells of one sending it begins no other
    waiting = false;
    through = true;
    form.requestSubmit(submitter);
    through = false;
  };
  document.addEventListener("submit", (e) => {
    if (e.target !== form || through || (e.submitter && e.submitter.name === "preview")) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    if (waiting) return;
    waiting = true;
    note.textContent = form.dataset.busy;
    send(e.submitter);
  }, true);
  addEventListener("pageshow", (e) => {
    if (!e.persisted) return;
    doing = null; // that answer is used
    note.textContent = said;
  });
})();
