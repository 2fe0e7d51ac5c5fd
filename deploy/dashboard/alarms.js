'use strict';

// Alarms that are on, and the last ones that are over. A camera, or a station, has at most one of a kind.

const ALARMS_KEPT = 40;

class Alarms {
  constructor() {
    this.list = document.getElementById('alarms');
    this.alarms = new Map();
  }

  take(where, message) {
    const kind = textOf(message.kind) ?? 'unknown';
    const key = JSON.stringify([where, kind]);
    const cleared = timeOf(message.cleared);
    this.alarms.delete(key);
    this.alarms.set(key, {
      where,
      kind,
      severity: message.severity === 'critical' ? 'critical' : 'warning',
      text: textOf(message.text) ?? '',
      since: timeOf(message.since),
      cleared,
      seen: timeOf(message.acknowledged),
      by: textOf(message.acknowledgedBy),
    });
    while (this.alarms.size > ALARMS_KEPT) this.alarms.delete(this.oldest());
    this.render();
  }

  /** What is over goes first. */
  oldest() {
    const entries = [...this.alarms];
    return (entries.find(([, alarm]) => alarm.cleared !== undefined) ?? entries[0])[0];
  }

  render() {
    const rank = alarm => alarm.cleared !== undefined ? 2 : alarm.severity === 'critical' ? 0 : 1;
    const sorted = [...this.alarms.values()].reverse().sort((a, b) => rank(a) - rank(b));
    this.list.replaceChildren(...sorted.map(alarm => element(
      'li', { class: alarm.cleared !== undefined ? 'cleared' : alarm.severity },
      element('strong', { text: `${alarm.where}: ${alarm.kind}` }),
      element('span', { text: alarm.text }),
      element('small', {
        text: alarm.cleared !== undefined
          ? `${clock(alarm.since)} to ${clock(alarm.cleared)}, over`
          : `${alarm.severity} since ${clock(alarm.since)}${seenBy(alarm)}`,
      }))));
    document.getElementById('no-alarms').hidden = sorted.length > 0;
  }
}

function seenBy(alarm) {
  return alarm.seen === undefined ? '' : `, seen ${clock(alarm.seen)}${alarm.by ? ` by ${alarm.by}` : ''}`;
}
