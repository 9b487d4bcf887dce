'use strict';
/** Looks at the page that is open. It runs in the browser, and so knows nothing of this file. What it returns is said in browser.test.ts. */
function audit() {
  const read = (text) => {
    const [r, g, b, a = 1] = (text.match(/[\d.]+/g) ?? ['0', '0', '0', '0']).map(Number);
    return text === 'none' || text === 'transparent' ? [0, 0, 0, 0] : [r, g, b, a];
  };
  const light = ([r, g, b]) => {
    const linear = (value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const contrastOf = (one, other) => {
    const [more, less] = [light(one), light(other)].sort((a, b) => b - a);
    return (more + 0.05) / (less + 0.05);
  };
  const overlap = (a, b, slack) =>
    a.left < b.right - slack && b.left < a.right - slack && a.top < b.bottom - slack && b.top < a.bottom - slack;
  const contains = (outer, inner, slack) =>
    inner.left >= outer.left - slack &&
    inner.right <= outer.right + slack &&
    inner.top >= outer.top - slack &&
    inner.bottom <= outer.bottom + slack;

  const page = [255, 255, 255, 1];
  const behindHtml = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = read(getComputedStyle(at).backgroundColor);
      if (color[3] > 0) return color;
    }
    return page;
  };

  const svg = document.querySelector('svg');
  const rects = svg
    ? [...svg.querySelectorAll('rect')].map((rect) => ({ rect, area: rect.getBoundingClientRect() }))
    : [];
  const drawn = svg ? [...svg.querySelectorAll('text')] : [];
  /** Boxes that a text of the picture has its middle in, the innermost last. */
  const boxesAround = (area) => {
    const [x, y] = [(area.left + area.right) / 2, (area.top + area.bottom) / 2];
    return rects.filter(
      (each) => each.area.left < x && x < each.area.right && each.area.top < y && y < each.area.bottom,
    );
  };
  const faint = [];
  const sticksOut = [];
  const areas = drawn.map((text) => text.getBoundingClientRect());
  drawn.forEach((text, i) => {
    const around = boxesAround(areas[i]);
    const filled = around.filter(({ rect }) => read(getComputedStyle(rect).fill)[3] > 0);
    const behind = filled.length > 0 ? read(getComputedStyle(filled[filled.length - 1].rect).fill) : page;
    const name = text.textContent ?? '';
    faint.push({ text: name, contrast: contrastOf(read(getComputedStyle(text).fill), behind) });
    const inner = around[around.length - 1];
    if (!inner || !contains(inner.area, areas[i], 0.5)) sticksOut.push(name);
  });
  const overlapping = drawn.flatMap((text, i) =>
    drawn
      .slice(i + 1)
      .flatMap((other, j) =>
        overlap(areas[i], areas[i + 1 + j], 1.5) ? [`${text.textContent} / ${other.textContent}`] : [],
      ),
  );

  const clipped = [];
  const walker = document.createTreeWalker(document.body ?? document.documentElement, NodeFilter.SHOW_TEXT);
  let words = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const text = node.textContent?.trim() ?? '';
    if (!parent || text === '' || parent.closest('svg, style, title')) continue;
    words++;
    faint.push({ text, contrast: contrastOf(read(getComputedStyle(parent).color), behindHtml(parent)) });
    const range = document.createRange();
    range.selectNodeContents(node);
    const area = range.getBoundingClientRect();
    if (parent.closest('.wide')) continue;
    if (area.left < -0.5 || area.right > document.documentElement.clientWidth + 0.5) clipped.push(text);
  }
  const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(({ tagName }) => Number(tagName[1]));
  return {
    ...{ headings, overlapping, clipped, sticksOut, texts: drawn.length + words },
    width: document.documentElement.scrollWidth,
    background: document.body ? getComputedStyle(document.body).backgroundColor : '',
    faint: faint.sort((one, other) => one.contrast - other.contrast),
  };
}

module.exports = { audit };
