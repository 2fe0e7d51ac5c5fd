'use strict';

// A picture with its anomaly map over it, as strongly as the slider says: one setting for all of the page, kept by the
// browser. Colors and covering are those of the heatmaps that a station blends itself (heatmap.cpp).

const OPACITY_KEY = 'patchcore-opacity';
const OPACITY_USUAL = 50;

/** Gray of a map: 128 is the pixel threshold, which lies somewhere on the way to the hottest color. */
function heatOf(gray, threshold) {
  const way = gray < 128 ? gray / 128 * threshold : threshold + (gray - 128) / 127 * (1 - threshold);
  return Math.round(255 * way);
}

/** Heat of 0 to 255 to red, green, blue and how much it covers, 0 to 255 each. */
const HEAT = (() => {
  const table = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) {
    // JET up to its pure red; smoothstep: what is cold stays the natural picture.
    const jet = Math.trunc(i * 223 / 255) / 255;
    const channel = center => 255 * Math.min(1, Math.max(0, 1.5 - Math.abs(4 * jet - center)));
    const heat = i / 255;
    table.set([channel(3), channel(2), channel(1), 255 * heat * heat * (3 - 2 * heat)], 4 * i);
  }
  return table;
})();

const opacity = {
  listeners: new Set(),

  get percent() {
    const kept = localStorage.getItem(OPACITY_KEY);
    const value = kept === null ? NaN : Number(kept);
    return value >= 0 && value <= 100 ? value : OPACITY_USUAL;
  },

  set percent(value) {
    localStorage.setItem(OPACITY_KEY, String(value));
    for (const listener of opacity.listeners) listener();
  },

  /** A labeled slider; all of them show the same. */
  slider() {
    const input = element('input', { type: 'range', min: '0', max: '100', step: '5',
      'aria-label': 'Opacity of the heatmap' });
    const output = element('output');
    const label = element('label', { class: 'opacity' }, 'heatmap', input, output);
    const update = () => {
      input.value = String(opacity.percent);
      input.setAttribute('aria-valuetext', `${opacity.percent} %`);
      show(output, `${opacity.percent} %`);
    };
    input.addEventListener('input', () => { opacity.percent = Number(input.value); });
    opacity.listeners.add(update);
    update();
    return label;
  },
};

/** Draws a picture that is whole: its map has the same id. */
class Overlay {
  /** @param drawn is told when another picture is to be seen */
  constructor(drawn = () => {}) {
    this.drawn = drawn;
    this.canvas = element('canvas', { role: 'img', hidden: '' });
    this.redraw = () => this.draw();
    opacity.listeners.add(this.redraw);
  }

  /** @param layers { picture, map, threshold }: blobs of the same part, and 0 to 1, where the threshold is */
  async show(layers) {
    if (this.layers === layers) return;
    this.layers = layers;
    try {
      const [picture, map] = await Promise.all([createImageBitmap(layers.picture), createImageBitmap(layers.map)]);
      // Another part may have come meanwhile.
      if (this.layers === layers) this.take(picture, map);
      picture.close();
      map.close();
    } catch {
      // A picture that cannot be decoded: what was there is of another part.
      if (this.layers === layers) this.clear();
    }
  }

  take(picture, map) {
    this.seen = this.layers;
    this.picture = copyOf(picture);
    this.heat = copyOf(map);
    const pen = this.heat.getContext('2d');
    const pixels = pen.getImageData(0, 0, map.width, map.height);
    const { threshold } = this.layers;
    for (let i = 0; i < pixels.data.length; i += 4) {
      const at = 4 * heatOf(pixels.data[i], threshold);
      pixels.data.set(HEAT.subarray(at, at + 4), i);
    }
    pen.putImageData(pixels, 0, 0);
    this.draw();
    this.drawn();
  }

  draw() {
    if (!this.picture) return;
    const { canvas, picture } = this;
    if (canvas.width !== picture.width) canvas.width = picture.width;
    if (canvas.height !== picture.height) canvas.height = picture.height;
    const pen = canvas.getContext('2d');
    pen.globalAlpha = 1;
    pen.drawImage(picture, 0, 0);
    pen.globalAlpha = opacity.percent / 100;
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(this.heat, 0, 0, picture.width, picture.height);
    canvas.hidden = false;
  }

  clear() {
    this.layers = this.seen = this.picture = this.heat = undefined;
    this.canvas.hidden = true;
  }

  /** Forgets it for good. */
  dispose() {
    this.clear();
    opacity.listeners.delete(this.redraw);
  }
}

function copyOf(bitmap) {
  const canvas = element('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext('2d', { willReadFrequently: true }).drawImage(bitmap, 0, 0);
  return canvas;
}
