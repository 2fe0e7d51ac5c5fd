'use strict';

// Normalized scores over time: 0.5 is the threshold that was in force for each, so one line does for all recipes. From
// 0.25 to 0.75, a third of the threshold to three times it; what lies beyond is drawn at the edge.

class Chart {
  constructor() {
    this.canvas = element('canvas', { class: 'chart', role: 'img' });
  }

  draw(scores) {
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    if (width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio)) this.canvas.width = Math.round(width * ratio);
    if (this.canvas.height !== Math.round(height * ratio)) this.canvas.height = Math.round(height * ratio);

    const style = getComputedStyle(this.canvas);
    const color = name => style.getPropertyValue(`--${name}`);
    const pen = this.canvas.getContext('2d');
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const y = normalized => 4 + Math.min(1, Math.max(0, 1.5 - 2 * normalized)) * (height - 8);

    pen.strokeStyle = pen.fillStyle = color('muted');
    pen.setLineDash([4, 4]);
    pen.beginPath();
    pen.moveTo(0, y(0.5));
    pen.lineTo(width, y(0.5));
    pen.stroke();
    pen.setLineDash([]);
    pen.font = `11px ${style.fontFamily}`;
    pen.fillText('threshold', 2, y(0.5) - 4);
    if (scores.length === 0) return;

    const from = scores[0].at;
    const lasted = Math.max(1, scores[scores.length - 1].at - from);
    const x = at => 3 + (at - from) / lasted * (width - 6);
    pen.beginPath();
    for (const { at, normalized } of scores) if (normalized !== undefined) pen.lineTo(x(at), y(normalized));
    pen.strokeStyle = color('line');
    pen.stroke();
    for (const { at, normalized, verdict } of scores) {
      if (verdict === 'PASS') continue;
      pen.fillStyle = color(verdict === 'FAIL' ? 'fail' : 'error');
      pen.beginPath();
      pen.arc(x(at), normalized === undefined ? height - 4 : y(normalized), 3, 0, 2 * Math.PI);
      pen.fill();
    }
    pen.fillStyle = color('muted');
    pen.fillText(span(lasted), 2, height - 3);
    this.canvas.setAttribute('aria-label',
      `Normalized scores of the last ${scores.length} parts, ${span(lasted)}; the threshold is 0.5`);
  }
}
