// Codes of stamps, their signatures and the status filter: the same rules as rules/codes.py and
// rules/filtering.py, and tested against them.
"use strict";
(() => {
  const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const SIGN = "[0-9A-HJKMNP-TV-Z]";
  const host = (letters) =>
    `[${letters}](?:[${letters}-]*[${letters}])?(?:\\.[${letters}](?:[${letters}-]*[${letters}])?)*(?::[0-9]{1,5})?`;
  const CODE = new RegExp(
    `^(?:HTTPS://(?:${host("A-Z0-9")})|https://(?:${host("a-z0-9")}))` +
      `/01/(?<gtin>[0-9]{14})/21/(?<serial>${SIGN}{16})` +
      `(?:\\?91=(?<tagKey>${SIGN}{2})(?<tag>[0-9A-F]${SIGN}{12})` +
      `(?:&92=(?<signatureKey>${SIGN}{2})(?<signature>[A-Za-z0-9_-]{85}[AQgw]))?)?$`,
  );
  const TYPED = new RegExp(`^(?<serial>${SIGN}{16})(?:${SIGN}{2}[0-9A-F]${SIGN}{12})?$`);
  const LONGEST = 400;
  const MASK = (1n << 64n) - 1n;

  function number(signs) {
    let value = 0n;
    for (const sign of signs) value = (value << 5n) | BigInt(ALPHABET.indexOf(sign));
    return value;
  }

  function gtinFits(gtin) {
    let sum = 0;
    for (let place = 0; place < 14; place += 1) sum += Number(gtin[place]) * (place % 2 ? 1 : 3);
    return sum % 10 === 0;
  }

  // A code as read or typed, or null: {gtin, serial, signatureKey, signature}.
  function understood(given) {
    const text = given.trim();
    if (text.length > LONGEST) return null;
    if (text.slice(0, 8).toLowerCase() === "https://") {
      const found = CODE.exec(text);
      if (!found || !gtinFits(found.groups.gtin)) return null;
      const { gtin, serial, signatureKey, signature } = found.groups;
      return { gtin, serial, signatureKey: signatureKey ? Number(number(signatureKey)) : null, signature: signature || "" };
    }
    const tidied = text.toUpperCase().replace(/[ \t-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
    const found = TYPED.exec(tidied);
    return found ? { gtin: "", serial: found.groups.serial, signatureKey: null, signature: "" } : null;
  }

  function bytes(base64url) {
    const whole = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(whole, (sign) => sign.charCodeAt(0));
  }

  // Whether the signature of a code is that of a public key (base64url of 32 bytes).
  async function signatureHolds(publicKey, code) {
    const key = await crypto.subtle.importKey("raw", bytes(publicKey), { name: "Ed25519" }, false, ["verify"]);
    const signed = new TextEncoder().encode(`isthmus-stamp/1 /01/${code.gtin}/21/${code.serial}`);
    return crypto.subtle.verify({ name: "Ed25519" }, key, bytes(code.signature), signed);
  }

  class StatusFilter {
    constructor(buffer) {
      const view = new DataView(buffer);
      const magic = new TextDecoder().decode(new Uint8Array(buffer, 0, 8));
      if (magic !== "ISTHSF1\n") throw new Error("no status filter");
      this.seed = view.getBigUint64(8, true);
      this.count = view.getUint32(16, true);
      this.bits = view.getUint8(20);
      this.segments = view.getUint32(24, true);
      this.madeAt = new Date(Number(view.getBigUint64(28, true)) * 1000);
      this.data = new Uint8Array(buffer, 36);
      const slots = (this.segments + 2) * 2 ** this.bits;
      if (this.bits > 18 || this.data.length !== Math.ceil((slots * 10) / 8)) throw new Error("no status filter");
    }

    slot(place) {
      const bit = place * 10;
      const at = Math.floor(bit / 8);
      return ((this.data[at] | ((this.data[at + 1] || 0) << 8)) >> (bit % 8)) & 1023;
    }

    holds(serial) {
      if (!this.count) return false;
      const whole = number(serial);
      let value = (((whole >> 16n) ^ ((whole & 0xffffn) * 0x9e3779b97f4a7c15n)) + this.seed) & MASK;
      value ^= value >> 33n;
      value = (value * 0xff51afd7ed558ccdn) & MASK;
      value ^= value >> 33n;
      value = (value * 0xc4ceb9fe1a85ec53n) & MASK;
      value ^= value >> 33n;
      const length = 2n ** BigInt(this.bits);
      const first = ((value >> 32n) * (BigInt(this.segments) * length)) >> 32n;
      const second = (first + length) ^ ((value >> 18n) & (length - 1n));
      const third = (first + 2n * length) ^ (value & (length - 1n));
      const print = Number((value ^ (value >> 32n)) & 1023n);
      return print === (this.slot(Number(first)) ^ this.slot(Number(second)) ^ this.slot(Number(third)));
    }
  }

  // The verdict without a network, as rules/verdicts.py gives it; keys maps numbers to public keys.
  async function judged(code, keys, filter) {
    if (!code) return "no-code";
    const signed = code.signatureKey !== null;
    if (signed && !keys.has(code.signatureKey)) return "unknown-key";
    if (signed && !(await signatureHolds(keys.get(code.signatureKey), code))) return "forged";
    const listed = filter ? filter.holds(code.serial) : null;
    if (listed === false) return "not-active";
    return signed && listed ? "in-order" : "unproven";
  }

  globalThis.IsthmusStamps = { understood, signatureHolds, StatusFilter, judged };
})();
