// The inspector's page: keys and list once from the network, then every check on the telephone itself.
"use strict";
(() => {
  const page = document.getElementById("inspector");
  const element = (name) => document.getElementById(`inspector-${name}`);
  const told = (name) => JSON.parse(element(name).textContent);
  const words = told("words");
  const kinds = told("kinds");
  const text = (name) => element("texts").content.querySelector(`[data-name="${name}"]`).textContent;
  const { understood, StatusFilter, judged } = globalThis.IsthmusStamps;
  let keys = new Map();
  let filter = null;

  function show(verdict, code) {
    const box = element("answer");
    box.className = `notice ${kinds[verdict]}`;
    const [head, meaning, serial] = box.querySelectorAll("p");
    head.querySelector("strong").textContent = words[verdict][0];
    meaning.textContent = words[verdict][1];
    serial.textContent = code ? [code.gtin, code.serial.replace(/(.{4})(?=.)/g, "$1 ")].filter(Boolean).join(" · ") : "";
    box.dataset.verdict = verdict;
    box.hidden = false;
  }

  async function check(given) {
    const code = understood(given);
    try {
      show(await judged(code, keys, filter), code);
    } catch (error) {
      if (error.name !== "NotSupportedError") throw error;
      show("unproven", code);
      element("ready").textContent = text("old");
    }
  }

  async function load() {
    const said = [];
    try {
      const answer = await fetch(page.dataset.keys);
      const known = await answer.json();
      keys = new Map(known.keys.map((key) => [key.number, key.public]));
      said.push(text("ready"), `${text("keys")}: ${keys.size}.`);
    } catch {
      said.push(text("nokeys"));
    }
    try {
      const answer = await fetch(page.dataset.list);
      if (!answer.ok) throw new Error(answer.statusText);
      filter = new StatusFilter(await answer.arrayBuffer());
      said.push(`${text("list")}: ${filter.count.toLocaleString()}.`);
      said.push(`${text("made")}: ${filter.madeAt.toISOString().slice(0, 16).replace("T", " ")} UTC.`);
    } catch {
      said.push(text("nolist"));
    }
    element("ready").textContent = said.join(" ");
    page.dataset.ready = "true";
  }

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

  element("form").addEventListener("submit", (event) => {
    event.preventDefault();
    check(element("code").value);
  });
  if ("BarcodeDetector" in globalThis && navigator.mediaDevices) {
    element("camera").hidden = false;
    element("camera").addEventListener("click", () => watch().catch(() => element("code").focus()));
  }
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(page.dataset.worker).catch(() => {});
  load();
})();
