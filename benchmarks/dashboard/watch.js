/** Put into the page before its own scripts: notes what they cost. Read by ../dashboard.py. */
(() => {
  const WARM = 10; // frames that are not counted
  const told = window.measured = { sockets: [], parts: [], long: [], first: null, steps: {}, epoch: null };
  class Timed extends WebSocket {
    constructor(...all) {
      super(...all);
      told.sockets.push(this);
      told.steps.connects ??= performance.now();
    }
    set onmessage(heard) {
      super.onmessage = (event) => {
        const begun = performance.now();
        told.steps.hears ??= begun;
        heard(event);
        const ms = performance.now() - begun;
        if (!(event.data instanceof ArrayBuffer)) {
          const message = JSON.parse(event.data);
          if (message.type === 'hello') told.epoch = message.epoch;
          return;
        }
        const head = new DataView(event.data);
        const [since, tick, , facts, motion] = [4, 8, 12, 16, 20].map(at => head.getUint32(at, true));
        if (head.getUint8(0) !== 1) return;
        const read = performance.now(); // the control
        let sum = 0;
        for (let at = 0; at + 4 <= head.byteLength; at += 4) sum ^= head.getUint32(at, true);
        const control = performance.now() - read;
        told.parts.push({ since, tick, facts, motion, bytes: head.byteLength, ms, control, sum });
        if (told.parts.length > 3000) told.parts.splice(0, 1000);
      };
    }
  }
  window.WebSocket = Timed;
  new PerformanceObserver(list => list.getEntries().forEach(task => {
    if (told.long.push({ at: task.startTime, ms: task.duration }) > 1000) told.long.shift();
  })).observe({ type: 'longtask', buffered: true });
  let draws = null;
  const look = () => {
    const page = window.aerotrack;
    if (page?.ready) told.steps.ready ??= performance.now();
    const drawn = page?.app?.view?.aircraft?.draws ?? 0;
    if (page?.ready && page.flightCount() > 0) {
      if (draws !== null && drawn > draws) { told.first = performance.now(); return; }
      draws ??= drawn;
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);

  /**
   * Draws every frame, for a minute at most, and resolves with the layer's ms in each. `nothing`: with the same calls, but
   * no instance in any draw call, so that the GPU has nothing to do that the main thread could wait for.
   */
  told.drawEvery = (frames, nothing = false) => new Promise(resolve => {
    const gl = WebGL2RenderingContext.prototype;
    const draw = gl.drawArraysInstanced;
    if (nothing) gl.drawArraysInstanced = function (mode, first, count) { draw.call(this, mode, first, count, 0); };
    const done = costs => { gl.drawArraysInstanced = draw; resolve(costs); };
    const end = performance.now() + 60_000;
    const { map, aircraft } = window.aerotrack.app.view;
    const costs = [];
    let before = null;
    const step = () => {
      const now = { draws: aircraft.draws, ms: aircraft.drawMs };
      if (before && now.draws > before.draws) costs.push((now.ms - before.ms) / (now.draws - before.draws));
      before = now;
      if (costs.length >= frames + WARM || performance.now() > end) return done(costs.slice(WARM));
      map.triggerRepaint();
      requestAnimationFrame(step);
    };
    step();
  });

  /** Where all flights are and where to. */
  told.flights = () => {
    const { sky } = window.aerotrack.app;
    const slots = [...sky.slots()].filter(slot => !Number.isNaN(sky.x[slot]));
    const of = column => slots.map(slot => column[slot]);
    return { x: of(sky.x), y: of(sky.y), vx: of(sky.vx), vy: of(sky.vy), track: of(sky.track_deg).map(t => t || 0) };
  };
})();
