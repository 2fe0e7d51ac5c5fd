'use strict';

// What is known of a camera and of a station, from messages; nothing here knows the page. Everything is bounded.

const SCORES_KEPT = 300;
const ARRIVALS_KEPT = 100;
const RATE_WINDOW = 10000;
const IDS_KEPT = 256;
const VERDICTS = ['PASS', 'FAIL', 'ERROR'];

class Camera {
  constructor(station, name) {
    this.station = station;
    this.name = name;
    this.key = `${station}/${name}`;
    this.counts = { PASS: 0, FAIL: 0, ERROR: 0 };
    this.scores = [];
    this.latencies = [];
    this.arrivals = [];
    this.ids = new Set();
    this.result = undefined;
    this.state = undefined;
    this.drift = undefined;
    this.picture = undefined;
    this.layers = {};
    this.threshold = undefined;
    this.replyText = undefined;
    this.recipe = undefined;
    this.bundle = undefined;
  }

  /** Takes a result; undefined for one that came before, as QoS 1 allows. */
  takeResult(message, now) {
    const id = textOf(message.id);
    if (id !== undefined && this.ids.has(id)) return undefined;
    if (id !== undefined) this.ids.add(id);
    if (this.ids.size > IDS_KEPT) this.ids.delete(this.ids.values().next().value);

    const known = VERDICTS.includes(message.verdict);
    const result = {
      id,
      verdict: known ? message.verdict : 'ERROR',
      reason: known ? textOf(message.reason) : 'the message has no verdict that this page knows',
      part: textOf(message.partId),
      score: numberOf(message.score),
      threshold: numberOf(message.threshold),
      normalized: numberOf(message.normalizedScore),
      defects: numberOf(message.defects?.count),
      recipe: textOf(message.recipe),
      bundle: textOf(message.bundle),
      capturedAt: timeOf(message.capturedAt),
      latency: numberOf(message.latencyMs?.total),
      layered: message.layers !== undefined,
      historical: message.historical === true,
      at: now,
    };
    this.result = result;
    // An ERROR may come of a part that no recipe was asked for.
    this.recipe = result.verdict === 'ERROR' ? result.recipe ?? this.recipe : result.recipe;
    this.bundle = result.bundle ?? this.bundle;
    this.counts[result.verdict]++;
    pushBounded(this.scores, { at: now, normalized: result.normalized, verdict: result.verdict }, SCORES_KEPT);
    this.threshold = result.threshold ?? this.threshold;
    // What comes late says nothing of how fast the line is.
    if (result.historical) return result;
    pushBounded(this.arrivals, now, ARRIVALS_KEPT);
    if (result.latency !== undefined) pushBounded(this.latencies, result.latency, ARRIVALS_KEPT);
    return result;
  }

  /** Takes a heatmap that the station blended; undefined when the same part comes in layers. */
  takeHeatmap(picture) {
    if (this.result?.layered && this.result.id === picture.id) return undefined;
    if (picture.id !== undefined && this.picture?.layers && this.picture.id === picture.id) return undefined;
    this.picture = picture;
    return picture;
  }

  /**
   * Takes a plain picture or a map. A picture is there when both have come and are of the same part: without its map a
   * part would look as if nothing were wrong with it, and another's map would show a defect that it does not have.
   */
  takeLayer(kind, id, blob, threshold, now) {
    this.layers[kind] = { id, blob, threshold };
    const { picture, map } = this.layers;
    if (id === undefined || picture?.id !== map?.id) return undefined;
    this.layers = {};
    this.picture = { id, layers: { picture: picture.blob, map: map.blob, threshold: map.threshold }, at: now };
    return this.picture;
  }

  takeState(message) {
    this.state = {
      state: textOf(message.state) ?? 'unknown',
      paused: message.paused === true,
      picture: textOf(message.picture?.state),
      source: textOf(message.source),
      lastError: textOf(message.lastError),
      framesPerSecond: numberOf(message.framesPerSecond),
      dropped: numberOf(message.dropped),
    };
  }

  takeDrift(message) {
    const causes = Array.isArray(message.causes) ? message.causes.map(textOf).filter(Boolean).slice(0, 5) : [];
    this.drift = { level: textOf(message.level) ?? 'unknown', causes, since: timeOf(message.since) };
  }

  get inspected() {
    return this.counts.PASS + this.counts.FAIL + this.counts.ERROR;
  }

  /** PASS among everything that was to be inspected: an ERROR is no good part. */
  get yield() {
    return this.inspected === 0 ? undefined : this.counts.PASS / this.inspected;
  }

  get medianLatency() {
    const sorted = [...this.latencies].sort((a, b) => a - b);
    return sorted[sorted.length >> 1];
  }

  /** Verdicts a second over the last ten seconds. */
  rate(now) {
    const recent = this.arrivals.filter(at => now - at < RATE_WINDOW);
    if (recent.length < 2) return undefined;
    return (recent.length - 1) / Math.max(0.001, (recent[recent.length - 1] - recent[0]) / 1000);
  }
}

class Station {
  constructor(name) {
    this.name = name;
    this.state = 'unknown';
    this.reason = undefined;
    this.version = undefined;
    this.archive = undefined;
  }

  takeStatus(message) {
    this.state = message.state === 'online' ? 'online' : 'offline';
    this.reason = textOf(message.reason);
    this.version = textOf(message.version);
  }

  takeArchive(message) {
    this.archive = { state: textOf(message.state) ?? 'unknown', reason: textOf(message.reason) };
  }
}
