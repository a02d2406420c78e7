"use strict";
// The theme's search, begun late, and also from a disk.
{
  // Its index is larger than most pages: it is fetched when somebody is about
  // to search, not by everybody who comes to read.
  const wanted = new Promise(resolve => {
    for (const kind of ["focusin", "pointerover"])
      addEventListener(kind, event => event.target.closest?.(".md-search") && resolve());
    if (new URLSearchParams(location.search).has("q")) resolve();
  });
  const { open, send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (method, url, ...more) {
    this.late = String(url).endsWith("/search_index.json");
    return open.call(this, method, url, ...more);
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (this.late) wanted.then(() => send.call(this, body));
    else send.call(this, body);
  };
}

// Opened from a disk, a page may not start a worker, and the search runs in
// one. So there a hidden frame does a worker's work.
if (location.protocol === "file:")
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.title = "Search";
      this.inside = new Promise(started => {
        frame.onload = () => {
          frame.onload = null;
          const inside = frame.contentWindow;
          inside.postMessage = data => this.tell(this, data);
          const script = inside.document.createElement("script");
          script.onload = () => started(inside);
          script.src = url;
          inside.document.head.append(script);
        };
      });
      document.body.append(frame);
    }

    tell(target, data) {
      target.dispatchEvent(new MessageEvent("message", { data }));
    }

    postMessage(data) {
      this.inside.then(inside => this.tell(inside, data));
    }
  };
