// Checks the square of a certificate on the telephone itself: the same rules as wire/attestation.py.
"use strict";
(() => {
  const page = document.getElementById("check");
  const element = (name) => document.getElementById(`check-${name}`);
  const words = JSON.parse(element("words").textContent);
  const grounds = JSON.parse(element("grounds").textContent);
  const text = (name) => element("texts").content.querySelector(`[data-name="${name}"]`).textContent;
  const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const PREFIX = new TextEncoder().encode("isthmus-attestation/1 ");
  const START = 73;
  let known = null;

  // The signs of a code in what was scanned or typed, or nothing.
  function signsIn(given) {
    const stripped = given.replace(/\s/g, "");
    const found = /^https?:\/\/[a-z0-9.:-]{1,80}\/c\/([0-9a-z]+)\/?$/i.exec(stripped);
    const signs = (found ? found[1] : stripped).toUpperCase();
    return signs.length >= 100 && [...signs].every((sign) => ALPHABET.includes(sign)) ? signs : "";
  }

  function bytesOf(signs) {
    const bytes = new Uint8Array(Math.floor((signs.length * 5) / 8));
    let value = 0;
    let bits = 0;
    let place = 0;
    for (const sign of signs) {
      value = (value << 5) | ALPHABET.indexOf(sign);
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes[place] = (value >> bits) & 255;
        place += 1;
        value &= (1 << bits) - 1;
      }
    }
    // One spelling: what is left over is less than a sign, and zero.
    return value || bits > 4 ? null : bytes;
  }

  function thumb(kid) {
    const whole = atob(kid.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(whole.slice(0, 8), (sign) => sign.charCodeAt(0));
  }

  async function judged(signs) {
    const bytes = signs && bytesOf(signs);
    if (!bytes || bytes[0] !== 1 || bytes.length <= START) return { verdict: "no-code" };
    const payload = bytes.slice(START);
    let body = null;
    try {
      body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    } catch {
      return { verdict: "forged" };
    }
    if (body.i !== known.node) return { verdict: "other-node", body };
    const signed = new Uint8Array([...PREFIX, ...payload]);
    for (const jwk of known.keys) {
      if (thumb(jwk.kid).some((byte, place) => byte !== bytes[1 + place])) continue;
      const algorithm = { name: "ECDSA", namedCurve: "P-256" };
      const { kty, crv, x, y } = jwk;
      const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, algorithm, false, ["verify"]);
      const how = { name: "ECDSA", hash: "SHA-256" };
      if (!(await crypto.subtle.verify(how, key, bytes.slice(9, START), signed))) break;
      const gone = known.revoked.find((one) => one.number === body.n);
      return gone ? { verdict: "revoked", body, gone } : { verdict: "good", body };
    }
    return { verdict: "forged" };
  }

  function show({ verdict, body, gone }) {
    const box = element("answer");
    const [kind, head, meaning] = words[verdict];
    box.className = `notice ${kind}`;
    const [first, second, third] = box.querySelectorAll("p");
    first.querySelector("strong").textContent = head;
    second.textContent = gone ? `${meaning} ${grounds[gone.ground] || ""}` : meaning;
    const told = body && verdict !== "other-node" ? [body.p, body.t, `${body.f} – ${body.l}`].join(" · ") : "";
    third.textContent = [told, text("offline"), `${text("list")} ${known.made_at.slice(0, 16).replace("T", " ")} UTC.`]
      .filter(Boolean)
      .join(" ");
    box.dataset.verdict = verdict;
    box.hidden = false;
  }

  const check = async (given) => show(await judged(signsIn(given)));

  async function watch() {
    const video = element("video");
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    let last = "";
    while (stream.active) {
      const [found] = await detector.detect(video).catch(() => []);
      if (found && found.rawValue !== last) {
        last = found.rawValue;
        await check(last);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async function load() {
    if (!globalThis.crypto || !crypto.subtle) return;
    const answer = await fetch(page.dataset.keys);
    known = await answer.json();
    element("ready").textContent = `${text("ready")} ${known.made_at.slice(0, 16).replace("T", " ")} UTC.`;
    page.dataset.ready = "true";
    // Opened by a square without a network: the kept page stands at its address and has no answer of the node.
    if (!document.getElementById("checked").childElementCount && signsIn(location.href)) await check(location.href);
    if ("BarcodeDetector" in globalThis && navigator.mediaDevices) {
      element("camera").hidden = false;
      element("camera").addEventListener("click", () => watch().catch(() => {}));
    }
    element("form").addEventListener("submit", (event) => {
      const given = element("form").elements.code.value;
      // The 16 signs of a number are looked up by the node; a square holds all that is needed here.
      if (navigator.onLine && !signsIn(given)) return;
      event.preventDefault();
      check(given);
    });
  }

  if ("serviceWorker" in navigator) navigator.serviceWorker.register(page.dataset.worker).catch(() => {});
  load().catch(() => {});
})();
