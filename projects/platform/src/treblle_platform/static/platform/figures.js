// How numbers read: the same rules as the server's `figures.py`.
const KILO = 1000;
export const NOTHING = "–";

function short(value) {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return String(Number(value.toFixed(digits)));
}

export function milliseconds(value) {
  if (value === null || value === undefined) return NOTHING;
  return value < KILO ? `${short(value)} ms` : `${short(value / KILO)} s`;
}

export function bytes(value) {
  if (value === null || value === undefined) return NOTHING;
  let amount = value;
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (amount < KILO) return unit === "B" ? `${amount} B` : `${short(amount)} ${unit}`;
    amount /= KILO;
  }
  return `${short(amount)} TB`;
}

export function count(value) {
  if (value < 10 * KILO) return value.toLocaleString("en-US");
  let amount = value;
  for (const unit of ["k", "M"]) {
    amount /= KILO;
    if (amount < KILO) return short(amount) + unit;
  }
  return `${short(amount / KILO)}B`;
}

export function statusClass(status) {
  const family = Math.floor(status / 100);
  return family >= 1 && family <= 5 ? `s${family}` : "s0";
}

export function place({ city, country }) {
  return [city, country].filter(Boolean).join(", ");
}

export function client({ device, os, app }) {
  return [...new Set([device, os])].filter(Boolean).join(", ") || app;
}
