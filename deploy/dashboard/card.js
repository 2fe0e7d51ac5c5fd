'use strict';

// One camera on the page.

const SIGNS = { PASS: '✓', FAIL: '✕', ERROR: '!' };

class Card {
  constructor(camera, commands, changed) {
    this.camera = camera;
    this.chart = new Chart();
    this.badges = element('p', { class: 'badges' });
    this.sign = element('span', { class: 'sign', 'aria-hidden': 'true' });
    this.word = element('strong');
    this.about = element('span', { class: 'about' });
    this.verdict = element('div', { class: 'verdict' }, this.sign, this.word, this.about);
    this.reason = element('p', { class: 'reason' });
    this.picture = element('img', { alt: '', hidden: '' });
    this.overlay = new Overlay(() => changed(camera));
    this.slider = opacity.slider();
    this.slider.hidden = true;
    this.caption = element('figcaption', { text: 'no picture yet' });
    this.facts = new Map();
    this.list = element('dl');
    for (const name of ['score', 'pass', 'fail', 'error', 'yield', 'latency', 'rate', 'recipe', 'bundle']) {
      const value = element('dd', { class: `fact-${name}` });
      this.facts.set(name, value);
      this.list.append(element('div', {}, element('dt', { text: name }), value));
    }
    this.reply = element('p', { class: 'reply', role: 'status' });
    this.root = element('article', { class: 'card', 'aria-label': `Camera ${camera.key}`, 'data-camera': camera.key },
      element('h2', {}, element('span', { class: 'station', text: `${camera.station} / ` }), camera.name),
      this.badges, this.verdict, this.reason,
      element('figure', {}, this.picture, this.overlay.canvas, this.caption, this.slider), this.chart.canvas, this.list);
    this.panel = commands?.panel(camera);
    if (this.panel) this.root.append(this.panel.root);
    this.root.append(this.reply);
  }

  /** @param trouble why nothing new can be expected ("offline", …), or undefined */
  render(trouble, now) {
    const { camera } = this;
    const { result } = camera;
    const verdict = result?.verdict ?? 'none';
    // An old PASS must not look like one of now.
    this.root.dataset.verdict = trouble ? 'none' : verdict;
    show(this.sign, trouble || !result ? '' : SIGNS[verdict]);
    show(this.word, trouble ? trouble.toUpperCase() : result ? verdict : 'WAITING');
    show(this.about, result ? [
      trouble ? `last verdict ${verdict}` : '',
      result.historical ? `captured ${clock(result.capturedAt)}` : '',
      result.part ? `part ${result.part}` : '',
      `${span(now - result.at)} ago`,
    ].filter(Boolean).join(', ') : '');
    show(this.reason, this.reasonText());
    this.reason.hidden = this.reason.textContent === '';
    this.renderBadges(trouble);
    this.renderPicture(now);
    this.renderFacts(now);
    this.panel?.render();
    show(this.reply, camera.replyText);
    this.chart.draw(camera.scores);
  }

  reasonText() {
    const { result, state } = this.camera;
    if (result?.verdict === 'ERROR') return result.reason ?? 'no reason given';
    return state && state.state !== 'streaming' ? state.lastError : undefined;
  }

  renderBadges(trouble) {
    const { state, drift } = this.camera;
    const badges = [];
    if (state?.paused) badges.push(['paused', 'warn']);
    if (state && !trouble) badges.push([state.state, state.state === 'streaming' ? 'good' : 'bad']);
    if (state?.picture && state.picture !== 'ok' && !trouble) badges.push([`picture ${state.picture}`, 'bad']);
    if (drift) badges.push([[`drift: ${drift.level}`, ...drift.causes].join(', '), driftLook(drift.level)]);
    const wanted = JSON.stringify(badges);
    if (this.shownBadges === wanted) return;
    this.shownBadges = wanted;
    this.badges.replaceChildren(...badges.map(([text, look]) => element('span', { class: `badge ${look}`, text })));
  }

  renderPicture(now) {
    const { picture, result } = this.camera;
    if (!picture) return;
    if (this.shownPicture !== picture) this.changePicture(picture);
    // What is being decoded is not to be seen yet.
    const seen = picture.layers === undefined || this.overlay.seen === picture.layers;
    const of = seen && picture.id !== undefined && picture.id === result?.id ? 'this part' : 'an earlier part';
    show(this.caption, `heatmap of ${of}, ${span(now - picture.at)} ago`);
    // A defect of another part must not be taken for one of this.
    for (const shown of [this.picture, this.overlay.canvas]) shown.classList.toggle('earlier', of !== 'this part');
    this.picture.alt = `Heatmap of ${of} at camera ${this.camera.key}`;
    this.overlay.canvas.setAttribute('aria-label', this.picture.alt);
  }

  changePicture(picture) {
    this.shownPicture = picture;
    const before = this.url;
    this.url = picture.blob && URL.createObjectURL(picture.blob);
    if (picture.blob) this.picture.src = this.url;
    else this.picture.removeAttribute('src');
    if (before) URL.revokeObjectURL(before);
    if (picture.layers) this.overlay.show(picture.layers);
    else this.overlay.clear();
    this.picture.hidden = !picture.blob;
    this.slider.hidden = !picture.layers;
  }

  renderFacts(now) {
    const { camera } = this;
    const { result, counts } = camera;
    const set = (name, text) => show(this.facts.get(name), text);
    set('score', result?.score === undefined ? '–'
      : `${fixed(result.score, 2)} of ${fixed(result.threshold, 2)} (${fixed(result.normalized, 3)})`);
    set('pass', String(counts.PASS));
    set('fail', String(counts.FAIL));
    set('error', String(counts.ERROR));
    set('yield', camera.yield === undefined ? '–' : `${fixed(100 * camera.yield, 1)}%`);
    set('latency', result?.latency === undefined ? '–'
      : `${fixed(result.latency, 0)} ms (median ${fixed(camera.medianLatency, 0)})`);
    set('rate', `${fixed(camera.rate(now), 1)} verdicts/s, ${fixed(camera.state?.framesPerSecond, 1)} frames/s`);
    set('recipe', camera.recipe ?? '–');
    set('bundle', camera.bundle ?? '–');
  }
}

function driftLook(level) {
  if (level === 'ok') return 'good';
  return level === 'alarm' ? 'bad' : 'warn';
}
