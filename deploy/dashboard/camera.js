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
      at: now,
    };
    this.result = result;
    // An ERROR may come of a part that no recipe was asked for.
    this.recipe = result.verdict === 'ERROR' ? result.recipe ?? this.recipe : result.recipe;
    this.bundle = result.bundle ?? this.bundle;
    this.counts[result.verdict]++;
    pushBounded(this.scores, { at: now, normalized: result.normalized, verdict: result.verdict }, SCORES_KEPT);
    pushBounded(this.arrivals, now, ARRIVALS_KEPT);
    if (result.latency !== undefined) pushBounded(this.latencies, result.latency, ARRIVALS_KEPT);
    return result;
  }

  takeState(message) {
    this.state = {
      state: textOf(message.state) ?? 'unknown',
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
