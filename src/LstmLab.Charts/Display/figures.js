// The figures of a page: plotly.js draws them where they have room, controls move them, and the page's language switch reaches them.
// It is put on the page once; the script of each figure pushes what the figure is made of to window.lstmlab, before or after.
(function () {
  'use strict';
  const waiting = window.lstmlab || [];
  if (waiting.frame) return;
  const words = {
    play: ['▶ Play', '▶ 播放'], pause: ['⏸ Pause', '⏸ 暂停'], step: ['Next step', '下一步'],
    toImage: ['Download as PNG', '下载 PNG 图片'], resetScale2d: ['Reset the axes', '复位坐标轴'],
  };
  const style = `
    .lstmlab-controls { display: flex; flex-wrap: wrap; gap: 6px 24px; padding: 8px 14px; font: 14px/20px Helvetica, Arial, sans-serif; }
    .lstmlab-controls > div { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 8px; flex: 1 1 260px; }
    .lstmlab-controls label { font-weight: bold; }
    .lstmlab-controls input { flex: 1 1 110px; min-width: 90px; max-width: 360px; min-height: 24px; margin: 0; }
    .lstmlab-controls select, .lstmlab-controls button { font: inherit; padding: 2px 8px; }
    .lstmlab-controls output { font-variant-numeric: tabular-nums; }
    .lstmlab-stage { transform-origin: 0 0; }
    .js-plotly-plot .plotly .modebar:focus-within > :not(.watermark) { opacity: 1; }`;
  const views = new Set();
  let ids = 0;

  const copy = value => value === undefined ? undefined : JSON.parse(JSON.stringify(value));
  const say = (text, language) => Array.isArray(text) ? text[language] : text;
  // A page says which language it shows; where none does, as in Jupyter, the notebook has said it.
  const spoken = figure => ({ en: 0, zh: 1 })[document.documentElement.dataset.language] ?? figure.language;

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    Object.keys(attributes).forEach(key => made.setAttribute(key, attributes[key]));
    made.append(...children);
    return made;
  }

  // What differs between the pictures of a figure is stored by its path: the different values, and which of them each picture has.
  function frame(chart, index) {
    const made = copy(Object.assign({}, chart, { frames: undefined }));
    (chart.frames || []).forEach(group => {
      const k = group.at[index];
      group.set.forEach(([path, values]) => {
        const last = path[path.length - 1], parent = path.slice(0, -1).reduce((part, key) => part[key], made);
        if (k >= 0) parent[last] = copy(values[k]);
        else if (!Array.isArray(parent)) delete parent[last];
      });
    });
    return made;
  }

  // Which point of a series of that many points, or column or row of a heatmap, the pointer is at.
  function pointed(points, count) {
    for (const point of points) {
      const at = point.pointNumber;
      if (Array.isArray(at)) {
        if (point.data.z[0].length === count) return at[1];
        if (point.data.z.length === count) return at[0];
      } else if ((point.data.x || point.data.y || []).length === count) return at;
    }
    return -1;
  }

  class View {
    constructor(box, figure) {
      this.box = box;
      this.figure = figure;
      this.at = figure.controls.map(control => control.start);
      this.places = [...box.querySelectorAll('[data-chart]')];
      const watch = new ResizeObserver(() => this.fit());
      this.places.forEach(place => watch.observe(place));
      this.fit();
    }

    // The number of a picture among those of a figure: by language, then by width, then by the values of the controls.
    index(width, widths) {
      const { controls, languages } = this.figure, spoken = languages > 1 ? this.language : 0;
      return controls.reduce((index, control, c) => index * control.values.length + this.at[c], spoken * widths + width);
    }

    get language() { return spoken(this.figure); }

    get moves() { return this.figure.controls.length > 0; }

    // Where the wide chart has no room there is a narrow one; where there is none either, the static picture stays, or the chart that
    // has controls is scaled down.
    fit() {
      this.places.forEach((place, k) => {
        const { layout, widths } = this.figure.charts[k], room = place.clientWidth;
        if (!room) return;
        const narrow = room < layout.width - 1 ? 1 : 0, before = place.dataset.drawn;
        place.dataset.narrow = widths > 1 ? narrow : 0;
        if (!before && (this.moves || !narrow || widths > 1)) this.start(place, k);
        else if (before && before !== place.dataset.narrow) this.redraw();
        else if (before && layout.width) this.scale(place);
      });
    }

    // Text stays readable: what would be smaller than seven tenths is moved sideways instead.
    scale(place) {
      const stage = place.firstChild, { width, height } = stage.layout;
      const factor = Math.min(1, Math.max(0.7, place.clientWidth / width));
      stage.style.width = width + 'px';
      stage.style.transform = factor < 1 ? `scale(${factor})` : '';
      place.style.height = height * factor + 'px';
      place.style.overflowX = width * factor > place.clientWidth + 1 ? 'auto' : 'hidden';
      place.style.overflowY = 'hidden';
    }

    start(place, k) {
      const { config } = this.figure, stage = element('div', { class: 'lstmlab-stage' }), made = this.made(place, k);
      if (this.moves && !this.controls) this.addControls();
      place.setAttribute('role', 'figure');
      place.replaceChildren(stage);
      const axes = Object.keys(made.layout).filter(name => /^[xy]axis/.test(name)).map(name => made.layout[name]);
      const own = {
        displaylogo: false,
        modeBarButtons: [axes.some(axis => axis.visible !== false) ? ['resetScale2d', 'toImage'] : ['toImage']],
        toImageButtonOptions: { filename: this.figure.id, scale: 2 },
      };
      window.Plotly.newPlot(stage, made.data, made.layout, config || own).then(() => {
        this.dress(stage);
        stage.on('plotly_relayout', () => this.retick(stage, k));
      });
      this.tell(place, made);
      if (made.layout.width) this.scale(place);
      this.figure.controls.forEach((control, c) => {
        if (control.kind !== 'hover') return;
        stage.on('plotly_hover', event => {
          const point = pointed(event.points, control.values.length);
          if (point >= 0) this.choose(c, point);
        });
      });
    }

    made(place, k) {
      const chart = this.figure.charts[k], made = frame(chart, this.index(Number(place.dataset.narrow), chart.widths || 1));
      place.dataset.drawn = place.dataset.narrow;
      // What the reader zoomed into stays when the picture changes.
      made.layout.uirevision = 'kept';
      if (matchMedia('(pointer: coarse)').matches) made.layout.dragmode = false;
      return made;
    }

    // The picture's own ticks stay until a reader zooms in, and come back with the whole axis.
    retick(stage, k) {
      const own = this.made(stage.parentNode, k).layout, changes = {};
      const number = value => typeof value === 'number' ? value : Date.parse(value);
      const has = axis => axis.tickmode === 'array' && axis.range && axis.showgrid !== false;
      Object.keys(own).filter(name => /^[xy]axis/.test(name) && has(own[name])).forEach(name => {
        const range = own[name].range.map(number), room = Math.abs(range[1] - range[0]) / 1000, now = stage.layout[name];
        const whole = now.range.map(number).every((end, e) => Math.abs(end - range[e]) < room), mode = whole ? 'array' : 'auto';
        if (now.tickmode !== mode) changes[name + '.tickmode'] = mode;
      });
      if (Object.keys(changes).length > 0) window.Plotly.relayout(stage, changes);
    }

    // Plotly's buttons are made for a mouse.
    dress(stage) {
      stage.querySelectorAll('.modebar-btn').forEach(button => {
        const name = button.dataset.attr === undefined || button.dataset.val === undefined ? 'toImage' : 'resetScale2d';
        if (!this.figure.config) button.dataset.title = say(words[name], this.language);
        button.setAttribute('role', 'button');
        button.setAttribute('aria-label', button.dataset.title);
        button.tabIndex = 0;
        button.onkeydown = event => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          button.dispatchEvent(new MouseEvent('click', { bubbles: true }));
        };
      });
    }

    tell(place, made) {
      const values = this.figure.controls.map((control, c) =>
        `${say(control.name, this.language)}: ${say(control.values[this.at[c]], this.language)}`);
      place.setAttribute('aria-label', [made.alt, ...values].join('\n'));
    }

    choose(control, value) {
      if (this.at[control] === value) return;
      this.at[control] = value;
      this.controls.forEach(show => show());
      this.redraw();
    }

    // Once a picture of the screen, however fast a slider is moved.
    redraw() {
      if (this.asked) return;
      this.asked = requestAnimationFrame(() => {
        this.asked = 0;
        if (this.figure.heading) this.box.querySelector('[data-heading]').textContent = frame(this.figure.heading, this.index(0, 1)).text;
        this.places.forEach((place, k) => {
          if (!place.dataset.drawn) return;
          const stage = place.firstChild, made = this.made(place, k);
          window.Plotly.react(stage, made.data, made.layout).then(() => {
            this.dress(stage);
            this.retick(stage, k);
          });
          this.tell(place, made);
          if (made.layout.width) this.scale(place);
        });
      });
    }

    speak() {
      (this.controls || []).forEach(show => show());
      if (this.moves || this.figure.languages > 1) this.redraw();
    }

    addControls() {
      const bar = element('div', { class: 'lstmlab-controls', role: 'group' });
      this.controls = this.figure.controls.map((control, c) => this.addControl(bar, control, c));
      this.controls.forEach(show => show());
      this.box.querySelectorAll('[data-static]').forEach(line => line.remove());
      (this.box.querySelector('[data-charts]') || this.places[0]).before(bar);
    }

    // Adds a control and gives what shows its state.
    addControl(bar, control, c) {
      const id = 'lstmlab-' + ++ids, picks = control.kind === 'picker', count = control.values.length;
      const label = element('label', { for: id }), output = element('output', { for: id });
      const input = picks ? element('select', { id }, ...control.values.map((_, k) => element('option', { value: k })))
        : element('input', { id, type: 'range', min: 0, max: count - 1, step: 1 });
      const play = control.kind === 'steps' ? this.player(c) : null;
      input.addEventListener('input', () => {
        if (play) play.stop();
        this.choose(c, Number(input.value));
      });
      bar.append(element('div', { 'data-kind': control.kind }, label, ...(play ? [play.button] : []), input, ...(picks ? [] : [output])));
      return () => {
        const texts = control.values.map(value => say(value, this.language)), value = this.at[c];
        label.textContent = say(control.name, this.language);
        input.value = value;
        if (play) play.show();
        if (picks) {
          [...input.options].forEach((option, k) => { option.textContent = texts[k]; });
          return;
        }
        output.textContent = texts[value];
        // As wide as the longest text, so that nothing jumps; a Chinese character takes the room of two digits.
        output.style.minWidth = Math.max(...texts.map(text => [...text].reduce((sum, sign) => sum + (sign > '⺀' ? 2 : 1), 0))) + 'ch';
        input.setAttribute('aria-valuetext', texts[value]);
      };
    }

    // A button that plays the values of a control; who wants less motion gets one step at a time.
    player(c) {
      const count = this.figure.controls[c].values.length, button = element('button', { type: 'button' });
      const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
      let timer = 0;
      const show = () => {
        button.toggleAttribute('data-playing', timer > 0);
        button.textContent = say(calm() ? words.step : timer ? words.pause : words.play, this.language);
      };
      const stop = () => {
        clearInterval(timer);
        timer = 0;
        show();
      };
      const next = () => {
        this.choose(c, (this.at[c] + 1) % count);
        if (this.at[c] === count - 1 || !this.box.isConnected) stop();
      };
      button.addEventListener('click', () => {
        if (timer) stop();
        else if (calm()) next();
        else {
          if (this.at[c] === count - 1) this.choose(c, 0);
          timer = setInterval(next, Math.max(150, Math.min(900, 15000 / count)));
          show();
        }
      });
      return { button, stop, show };
    }
  }

  // A front end may run a figure's script before it attaches the figure, or before plotly.js has run: it is asked for again for five seconds.
  function push(figure, asked) {
    const boxes = document.querySelectorAll(`[id="${figure.id}"]`);
    if (!window.Plotly || boxes.length === 0) {
      if ((asked || 0) < 50) setTimeout(push, 100, figure, (asked || 0) + 1);
      return;
    }
    boxes.forEach(box => {
      if (box.dataset.seen) return;
      box.dataset.seen = 'yes';
      views.add(new View(box, figure));
    });
  }

  document.head.append(element('style', {}, style));
  document.addEventListener('lstmlab-language', () => views.forEach(view => {
    if (view.box.isConnected) view.speak();
    else views.delete(view);
  }));
  window.lstmlab = { push: figure => push(figure), frame };
  waiting.forEach(figure => push(figure));
})();
