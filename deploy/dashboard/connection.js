'use strict';

// The connection to the broker: it comes back by itself, and asks for user and password where the broker does.

const CREDENTIALS = 'patchcore-credentials';
const REFUSED = new Set([4, 5, 134, 135]);

class Connection {
  /** @param handlers { message(topic, payload, packet), changed(connected, text) } */
  constructor(broker, filters, handlers) {
    [this.broker, this.filters, this.handlers] = [broker, filters, handlers];
    this.form = document.getElementById('sign-in');
    // Without a name there is nothing to do here: Esc leaves the dialog, and the page says why it is empty.
    this.form.addEventListener('submit', () => {
      const entered = {
        username: document.getElementById('user').value,
        password: document.getElementById('password').value,
      };
      (document.getElementById('keep').checked ? localStorage : sessionStorage)
        .setItem(CREDENTIALS, JSON.stringify(entered));
      this.open();
    });
  }

  open() {
    if (typeof mqtt === 'undefined') {
      this.handlers.changed(false, 'mqtt.min.js is not beside this page: ./build.sh build puts it there');
      return;
    }
    this.client?.end(true);
    const client = mqtt.connect(this.broker, {
      ...this.credentials(),
      protocolVersion: 5,
      clean: true,
      keepalive: 20,
      connectTimeout: 10000,
      reconnectPeriod: 2000,
      queueQoSZero: false,
    });
    this.client = client;
    client.on('connect', () => {
      // QoS 1 is granted, not forced: heatmaps are published with 0 and stay with it.
      client.subscribe(this.filters, { qos: 1 }, (error, granted) => {
        const refused = error || granted.some(one => one.qos >= 128);
        this.handlers.changed(true, refused ? 'connected, but the broker refused subscriptions' : 'connected');
      });
    });
    client.on('message', this.handlers.message);
    client.on('close', () => {
      if (this.client === client && !this.form.open) this.handlers.changed(false, 'no connection to the broker');
    });
    client.on('error', error => {
      if (this.client === client && REFUSED.has(error.code)) this.ask(client, error.message);
    });
  }

  /** A command is for now: it is never kept until a connection is back. */
  publish(topic, payload, options, done) {
    if (this.client?.connected) this.client.publish(topic, payload, options, done);
    else done(new Error('there is no connection'));
  }

  credentials() {
    const kept = sessionStorage.getItem(CREDENTIALS) ?? localStorage.getItem(CREDENTIALS);
    return kept === null ? {} : JSON.parse(kept);
  }

  ask(client, reason) {
    client.end(true);
    sessionStorage.removeItem(CREDENTIALS);
    localStorage.removeItem(CREDENTIALS);
    this.handlers.changed(false, 'the broker wants a user and a password; reload to sign in');
    show(document.getElementById('sign-in-reason'), reason);
    if (!this.form.open) this.form.showModal();
  }
}
