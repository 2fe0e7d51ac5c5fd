// An MQTT 5 client that shares no code with the product: npm mqtt, as browsers get it, on a TCP socket of Node.js.
// Usage: node second_opinion.js MQTT.MIN.JS PORT FILTER; commands are lines of JSON on standard input
// { "topic", "payload", "correlation" (hex), "responseTopic" }; messages are lines of JSON on standard output.
'use strict';
const fs = require('fs');
const net = require('net');
const vm = require('vm');
const readline = require('readline');

// What its build for browsers looks for when it is loaded.
globalThis.navigator ??= { userAgent: '' };
const [script, port, filter] = process.argv.slice(2);
const mqtt = vm.runInThisContext(`${fs.readFileSync(script, 'utf8')};mqtt`);

const hex = bytes => bytes && Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
const say = line => process.stdout.write(JSON.stringify(line) + '\n');
const client = new mqtt.MqttClient(
  () => net.connect(Number(port), '127.0.0.1'),
  { protocolVersion: 5, clientId: 'second-opinion', clean: true, timerVariant: 'native' });

client.on('error', error => say({ error: String(error) }));
client.on('message', (topic, payload, packet) => {
  const { contentType, messageExpiryInterval, correlationData, responseTopic, userProperties } = packet.properties ?? {};
  say({
    topic, qos: packet.qos, retain: packet.retain, dup: packet.dup, contentType, expiry: messageExpiryInterval,
    correlation: hex(correlationData), responseTopic, user: { ...userProperties }, payload: hex(payload),
  });
});
client.on('connect', () => client.subscribe(
  filter, { qos: 1, properties: {}, rap: true }, (error, granted) => say({ granted: error ? String(error) : granted[0].qos })));
readline.createInterface({ input: process.stdin }).on('line', line => {
  const { topic, payload, correlation, responseTopic } = JSON.parse(line);
  const correlationData = Uint8Array.from(correlation.match(/../g), byte => parseInt(byte, 16));
  client.publish(topic, payload, { qos: 1, properties: { correlationData, responseTopic } }, (error, packet) => {
    if (error)
      say({ error: String(error) });
  });
}).on('close', () => client.end(false, {}, () => process.exit(0)));
