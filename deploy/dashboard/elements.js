'use strict';

// Everything that is shown goes through here, as text: nothing that came over MQTT is ever read as HTML.

const LONGEST_TEXT = 300;

/** An element with properties (text, class, attributes) and children; what is missing is left out. */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name === 'text') made.textContent = value;
    else if (name === 'class') made.className = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** Sets a text only where it differs, so that screen readers and the layout are left alone. */
function show(where, text) {
  const wanted = text ?? '';
  if (where.textContent !== wanted) where.textContent = wanted;
}

/** A text of a message, cut where it is absurdly long; undefined if it is none. */
function textOf(value) {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
}

function numberOf(value) {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function timeOf(value) {
  const time = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

function fixed(value, digits) {
  return value === undefined ? '–' : value.toFixed(digits);
}

/** A number as short as it says what it is. */
function plain(value) {
  return value === undefined ? '–' : String(Number(value.toPrecision(6)));
}

function clock(time) {
  return time === undefined ? '–' : new Date(time).toLocaleTimeString(undefined, { hour12: false });
}

/** "4 s", "12 min", "3 h", "2 d": how long ago, or how long. */
function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} d`;
}

/** Puts something last and drops the first ones beyond the limit, which are returned. */
function pushBounded(list, item, limit) {
  list.push(item);
  return list.length > limit ? list.splice(0, list.length - limit) : [];
}
