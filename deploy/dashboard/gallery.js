'use strict';

// The last failed parts, newest first; a click enlarges one.

const FAILS_KEPT = 24;

class Gallery {
  constructor() {
    this.list = document.getElementById('fails');
    this.fails = [];
    this.dialog = document.getElementById('enlarged');
    this.picture = document.getElementById('enlarged-picture');
    this.overlay = new Overlay();
    this.layers = document.getElementById('enlarged-layers');
    this.layers.append(this.overlay.canvas, opacity.slider());
    this.dialog.addEventListener('close', () => {
      this.picture.removeAttribute('src');
      this.overlay.clear();
      this.open = undefined;
    });
    this.dialog.addEventListener('click', event => { if (event.target === this.dialog) this.dialog.close(); });
  }

  add(camera, result) {
    const text = [camera.key, `part ${result.part ?? 'without id'}`, `score ${fixed(result.score, 2)}`,
      clock(result.capturedAt ?? result.at)];
    const image = element('img', { alt: '', hidden: '' });
    const button = element('button', { type: 'button', 'aria-label': `Enlarge: ${text.join(', ')}` },
      image, ...text.map(line => element('span', { text: line })));
    const fail = { camera, result, image, button, item: element('li', {}, button) };
    button.addEventListener('click', () => this.enlarge(fail));
    this.list.prepend(fail.item);
    for (const old of pushBounded(this.fails, fail, FAILS_KEPT)) {
      old.item.remove();
      if (this.open === old) this.dialog.close();
      if (old.url) URL.revokeObjectURL(old.url);
      old.overlay?.dispose();
    }
    document.getElementById('no-fails').hidden = true;
    if (camera.picture && camera.picture.id === result.id) this.attach(camera, camera.picture);
  }

  /** A heatmap goes to the part whose result it names, which is nearly always the newest. */
  attach(camera, picture) {
    if (picture.id === undefined) return;
    const fail = this.fails.findLast(one => one.camera === camera && one.result.id === picture.id);
    if (!fail || fail.url || fail.overlay) return;
    if (picture.layers) {
      fail.layers = picture.layers;
      fail.overlay = new Overlay();
      fail.overlay.show(picture.layers);
      fail.button.prepend(fail.overlay.canvas);
    } else {
      fail.url = URL.createObjectURL(picture.blob);
      fail.image.src = fail.url;
      fail.image.hidden = false;
    }
    if (this.open === fail) this.enlarge(fail);
  }

  enlarge(fail) {
    const { camera, result } = fail;
    this.open = fail;
    show(document.getElementById('enlarged-title'), `${camera.key}: part ${result.part ?? 'without id'}`);
    const captured = new Date(result.capturedAt ?? result.at).toLocaleString();
    show(document.getElementById('enlarged-text'),
      `Score ${fixed(result.score, 3)}, threshold ${fixed(result.threshold, 3)}, ` +
      `regions above the pixel threshold: ${result.defects ?? 'unknown'}; ` +
      `captured ${captured}; bundle ${result.bundle ?? 'unknown'}${fail.url || fail.layers ? '' : '. No heatmap came for it.'}`);
    this.picture.hidden = !fail.url;
    if (fail.url) this.picture.src = fail.url;
    this.picture.alt = `Heatmap of part ${result.part ?? 'without id'}`;
    this.layers.hidden = !fail.layers;
    if (fail.layers) this.overlay.show(fail.layers);
    else this.overlay.clear();
    this.overlay.canvas.setAttribute('aria-label', this.picture.alt);
    if (!this.dialog.open) this.dialog.showModal();
  }
}
