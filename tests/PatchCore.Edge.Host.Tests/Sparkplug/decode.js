// Decodes Sparkplug B with the published package: a payload a line in hexadecimal, out comes a line of JSON for each.
const [folder] = process.argv.slice(2);
const { decodePayload } = require(`${folder}/sparkplug-payload`).get("spBv1.0");
const Long = require(`${folder}/long`);

const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line);
for (const line of lines) {
  const payload = decodePayload(Buffer.from(line, "hex"));
  console.log(JSON.stringify(payload, (_, value) => (Long.isLong(value) ? value.toNumber() : value)));
}
