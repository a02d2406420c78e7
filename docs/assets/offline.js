"use strict";
// Opened from a disk, a page may not start a worker, and the search runs in
// one. So here a hidden frame does a worker's work.
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
