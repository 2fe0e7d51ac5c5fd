'use strict';

// The page: who tells what goes to whom. Addresses: ?broker=ws://host:port, ?root=patchcore, ?commands=1.

const CAMERAS_SHOWN = 64;
const STATIONS_SHOWN = 64;
const LARGEST_PICTURE = 4 * 1024 * 1024;
const SPEAK_EVERY = 2000;
const PICTURES = new Set(['heatmap', 'picture', 'map']);

const query = new URLSearchParams(location.search);
const root = query.get('root') || 'patchcore';
const broker = query.get('broker') || `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}`;
const opened = Date.now();

const cameras = new Map();
const stations = new Map();
const cards = new Map();
const dirty = new Set();
const alarms = new Alarms();
const gallery = new Gallery();
let connected = false;
let lostAt = opened;
let ignored = 0;
let left = 0;
let spokenAt = 0;

const at = id => document.getElementById(id);
const filters = [
  ...['result', 'state', 'drift', 'alarm', 'reply', 'heatmap', 'picture', 'map'].map(kind => `${root}/+/+/${kind}`),
  ...['status', 'archive', 'alarm'].map(kind => `${root}/+/${kind}`),
];
const connection = new Connection(broker, filters, { message: take, changed: connectionChanged });
const commands = new Commands(root, (...message) => connection.publish(...message), touch);
const mayCommand = query.get('commands') === '1';

function take(topic, payload, packet) {
  const parts = topic.slice(root.length + 1).split('/');
  const kind = parts.pop();
  try {
    if (PICTURES.has(kind)) takePicture(cameraOf(...parts), kind, payload, packet);
    else if (payload.length > 0) takeJson(parts, kind, JSON.parse(payload.toString()), packet);
  } catch {
    // A message of another kind or version, or somebody's mistake: it is counted, and the page goes on.
    ignored++;
  }
}

function takeJson([stationName, cameraName], kind, message, packet) {
  const word = { state: 'camera-state' }[kind] ?? kind;
  if (message?.schema !== `patchcore.${word}/1`) throw new Error(`expected patchcore.${word}/1`);
  if (kind === 'alarm') {
    alarms.take(textOf(cameraName === undefined ? stationName : `${stationName}/${cameraName}`), message);
    return;
  }
  if (cameraName === undefined) {
    const station = stationOf(stationName);
    if (kind === 'status') station?.takeStatus(message);
    else station?.takeArchive(message);
    renderStations();
    for (const camera of cameras.values()) if (camera.station === stationName) touch(camera);
    return;
  }

  const camera = cameraOf(stationName, cameraName);
  if (!camera) return;
  if (kind === 'result') takeResult(camera, message);
  else if (kind === 'state') camera.takeState(message);
  else if (kind === 'drift') camera.takeDrift(message);
  else if (kind === 'reply') commands.reply(camera, message, correlationOf(packet));
  touch(camera);
}

function takeResult(camera, message) {
  const before = camera.result?.verdict;
  const result = camera.takeResult(message, Date.now());
  if (!result) return;
  if (result.verdict === 'FAIL') gallery.add(camera, result);
  // Not every part: only changes, and not so fast that nobody could follow.
  if (result.verdict !== before && Date.now() - spokenAt > SPEAK_EVERY) {
    spokenAt = Date.now();
    show(at('spoken'), `${camera.name}: ${result.verdict}${result.verdict === 'ERROR' ? `, ${result.reason}` : ''}`);
  }
}

function takePicture(camera, kind, payload, packet) {
  if (!camera) return;
  const [id, now] = [correlationOf(packet), Date.now()];
  const blob = new Blob([payload], { type: pictureType(payload) });
  const picture = kind === 'heatmap' ? camera.takeHeatmap({ id, blob, at: now })
    : camera.takeLayer(kind, id, blob, thresholdOf(packet), now);
  if (!picture) return;
  gallery.attach(camera, picture);
  touch(camera);
}

/** Where between the ends of a map's scale its pixel threshold is, 0 to 1. */
function thresholdOf(packet) {
  const { black, pixelThreshold, white } = packet.properties?.userProperties ?? {};
  const way = (Number(pixelThreshold) - Number(black)) / (Number(white) - Number(black));
  return way > 0 && way < 1 ? way : 0.5;
}

/** By its first bytes: a content type is only what somebody says. */
function pictureType(payload) {
  const begins = (...bytes) => bytes.every((byte, i) => payload[i] === byte);
  if (payload.length <= LARGEST_PICTURE && begins(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (payload.length <= LARGEST_PICTURE && begins(0x89, 0x50, 0x4e, 0x47)) return 'image/png';
  throw new Error('expected a JPEG or a PNG');
}

function correlationOf(packet) {
  return packet.properties?.correlationData?.toString();
}

/** Names come from topics, which anybody who may publish can make up: there is an end to how many are kept. */
function cameraOf(station, name) {
  const key = `${station}/${name}`;
  let camera = cameras.get(key);
  if (!camera && cameras.size >= CAMERAS_SHOWN) left++;
  else if (!camera) {
    camera = new Camera(station, name);
    cameras.set(key, camera);
    const card = new Card(camera, mayCommand ? commands : undefined, touch);
    cards.set(camera, card);
    const after = [...at('cameras').children].find(other => other.dataset.camera > key);
    at('cameras').insertBefore(card.root, after ?? null);
    at('nothing').hidden = true;
  }
  return camera;
}

function stationOf(name) {
  if (!stations.has(name) && stations.size >= STATIONS_SHOWN) left++;
  else if (!stations.has(name)) stations.set(name, new Station(name));
  return stations.get(name);
}

function touch(camera) {
  if (dirty.size === 0) requestAnimationFrame(render);
  dirty.add(camera);
}

function render() {
  const now = Date.now();
  for (const camera of dirty) cards.get(camera).render(troubleOf(camera), now);
  dirty.clear();
}

/** Why what is shown of a camera is not of now. */
function troubleOf(camera) {
  if (!connected) return 'no connection';
  if (stations.get(camera.station)?.state === 'offline') return 'offline';
  const state = camera.state?.state;
  if (state !== undefined && state !== 'streaming' && state !== 'starting') return state;
  if (camera.state?.paused) return 'paused';
  return camera.result?.historical ? 'late' : undefined;
}

function renderStations() {
  const shown = [...stations.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  at('stations').replaceChildren(...shown.map(station => {
    const archive = station.archive && station.archive.state !== 'ok'
      ? `, archive ${station.archive.state}${station.archive.reason ? `: ${station.archive.reason}` : ''}` : '';
    const reason = station.state === 'offline' && station.reason ? ` (${station.reason})` : '';
    return element('li', { class: `badge ${station.state === 'online' && !archive ? 'good' : 'bad'}`,
      'data-station': station.name, text: `${station.name}: ${station.state}${reason}${archive}` });
  }));
}

function connectionChanged(isConnected, text) {
  if (connected && !isConnected) lostAt = Date.now();
  connected = isConnected;
  show(at('connection'), text);
  at('outage').hidden = isConnected;
  show(at('outage'), isConnected ? '' : `No connection to ${broker.replace(/\/\/.*@/, '//')} since ${clock(lostAt)}: ` +
    'what is shown is what was.');
  for (const camera of cameras.values()) touch(camera);
}

/** Ages, and the number of what was not understood. */
function tick() {
  for (const camera of cameras.values()) touch(camera);
  show(at('ignored'), [
    ignored > 0 ? `${ignored} messages were not understood.` : '',
    left > 0 ? `There are more than ${CAMERAS_SHOWN} cameras or stations: the others are not shown.` : '',
  ].join(' '));
}

function useTheme() {
  const dark = (localStorage.getItem('patchcore-theme') ?? (preferDark.matches ? 'dark' : 'light')) === 'dark';
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  for (const camera of cameras.values()) touch(camera);
}

const preferDark = matchMedia('(prefers-color-scheme: dark)');
preferDark.addEventListener('change', useTheme);
at('theme').addEventListener('click', () => {
  localStorage.setItem('patchcore-theme', document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
  useTheme();
});
useTheme();
show(at('since'), `Counts since ${new Date(opened).toLocaleString()}, when this page was opened.`);
setInterval(tick, 1000);
connection.open();
