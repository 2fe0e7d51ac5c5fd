'use strict';

// Commands to a camera, sent after a confirmation and answered by the station. Only there with ?commands=1; whether
// they get through is up to the broker.

const REPLY_PATIENCE = 15000;
/** Seconds: a trigger that is late is for another part. */
const COMMAND_EXPIRY = 10;

class Commands {
  constructor(root, publish, changed) {
    this.root = root;
    this.publish = publish;
    this.changed = changed;
    this.pending = new Map();
  }

  /** The controls of one camera. */
  panel(camera) {
    const part = element('input', { 'aria-label': 'Part id', placeholder: 'part id', maxlength: '200' });
    const recipe = element('input', { 'aria-label': 'Recipe', placeholder: 'recipe', maxlength: '200' });
    const line = (submit, ...children) => {
      const form = element('form', {}, ...children);
      form.addEventListener('submit', event => { event.preventDefault(); submit(); });
      return form;
    };
    const threshold = element('input', { 'aria-label': 'Threshold', inputmode: 'decimal', maxlength: '20' });
    threshold.addEventListener('input', () => threshold.setCustomValidity(''));
    const root = element('div', { class: 'commands', role: 'group', 'aria-label': `Commands to ${camera.key}` },
      line(() => this.ask(camera, { command: 'trigger', partId: part.value.trim() || undefined },
        part.value.trim() ? `Trigger the inspection of part ${part.value.trim()}` : 'Trigger an inspection'),
      part, element('button', { text: 'Trigger' })),
      line(() => this.askThreshold(camera, threshold), threshold, element('button', { text: 'Set threshold' })),
      line(() => recipe.value.trim() === '' ? recipe.focus()
        : this.ask(camera, { command: 'recipe', recipe: recipe.value.trim() }, `Use recipe ${recipe.value.trim()}`),
      recipe, element('button', { text: 'Use recipe' })),
      line(() => this.ask(camera, { command: 'rollback' }, 'Go back to the recipe before'),
        element('button', { text: 'Roll back' })));
    return {
      root,
      render: () => {
        threshold.placeholder = camera.threshold === undefined ? 'threshold'
          : `threshold, now ${plain(camera.threshold)}`;
      },
    };
  }

  /** The station checks as well; here one learns it before asking. */
  askThreshold(camera, input) {
    // A decimal comma is what half of the world's keyboards have.
    const text = input.value.trim().replace(',', '.');
    const value = text === '' ? NaN : Number(text);
    if (!(value > 0 && Number.isFinite(value))) {
      input.setCustomValidity('Expected a number above 0');
      input.reportValidity();
      return;
    }
    const before = camera.threshold === undefined ? '' : ` from ${plain(camera.threshold)}`;
    this.ask(camera, { command: 'threshold', threshold: value }, `Change the threshold${before} to ${plain(value)}`,
      'It holds until the recipe changes or the station starts anew.');
  }

  ask(camera, command, what, more = '') {
    const dialog = document.getElementById('confirm');
    show(document.getElementById('confirm-title'), what);
    show(document.getElementById('confirm-text'),
      `Camera ${camera.name} of station ${camera.station}. This acts on the line. ${more}`);
    dialog.returnValue = 'cancel';
    dialog.onclose = () => { if (dialog.returnValue === 'send') this.send(camera, command, what); };
    dialog.showModal();
  }

  send(camera, command, what) {
    const correlation = crypto.getRandomValues(new Uint32Array(2)).join('-');
    const topic = `${this.root}/${camera.key}`;
    const tell = text => { camera.replyText = text; this.changed(camera); };
    const forget = () => { clearTimeout(this.pending.get(correlation)); this.pending.delete(correlation); };
    this.pending.set(correlation, setTimeout(() => {
      this.pending.delete(correlation);
      tell(`${what}: no reply within ${REPLY_PATIENCE / 1000} s`);
    }, REPLY_PATIENCE));
    tell(`${what}: sent, waiting for the reply`);
    this.publish(`${topic}/command`, JSON.stringify({ schema: 'patchcore.command/1', ...command }), {
      qos: 1,
      retain: false,
      properties: {
        // The station's own topic, which the broker lets it write; the correlation data tell whose reply it is.
        responseTopic: `${topic}/reply`,
        correlationData: correlation,
        contentType: 'application/json',
        messageExpiryInterval: COMMAND_EXPIRY,
      },
    }, error => {
      if (!error) return;
      forget();
      tell(`${what}: the broker refused it: ${error.message}`);
    });
  }

  /** Takes a reply to anybody's command. */
  reply(camera, message, correlation) {
    const mine = correlation !== undefined && this.pending.has(correlation);
    if (mine) {
      clearTimeout(this.pending.get(correlation));
      this.pending.delete(correlation);
    }
    const what = textOf(message.command) ?? 'command';
    const outcome = message.accepted === true ? 'accepted' : `refused: ${textOf(message.reason) ?? 'no reason given'}`;
    const part = textOf(message.partId);
    camera.threshold = numberOf(message.threshold) ?? camera.threshold;
    const now = what === 'threshold' ? `; the threshold is ${plain(camera.threshold)}` : '';
    camera.replyText = `${mine ? '' : 'Of somebody else: '}${what}${part ? ` ${part}` : ''} ${outcome}${now}`;
    camera.recipe = textOf(message.recipe) ?? camera.recipe;
    camera.bundle = textOf(message.bundle) ?? camera.bundle;
  }
}
