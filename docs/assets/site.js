"use strict";
// Puts each run's stepper in the place of its picture. A page without scripts
// keeps the picture, and so does print.

/** `…/NAME.html` of a run, from the address of its picture. */
const stepperOf = picture => picture.replace(/\.svg$/, ".html");

/** Where a stepper opens: `data-step="4" data-level="calls"` as `step=4&level=calls`. */
function opening(image) {
  const asked = Object.entries(image.dataset).filter(([name]) =>
    ["step", "level", "states", "segments"].includes(name));
  return String(new URLSearchParams(asked));
}

function place(image) {
  const address = stepperOf(image.src), at = opening(image);
  const figure = document.createElement("div");
  figure.className = "stepper";
  const frame = document.createElement("iframe");
  frame.title = image.alt;
  frame.loading = "lazy";
  frame.src = at ? `${address}#${at}` : address;
  const links = document.createElement("p");
  links.className = "beside";
  const link = (text, href) => {
    const element = document.createElement("a");
    element.textContent = text;
    element.href = href;
    // Material takes care of pages only; this is a page of its own.
    element.target = "_blank";
    links.append(element);
  };
  link("Fill the screen", `${address}#present&${at}`);
  link("As text", address.replace(/html$/, "txt"));
  image.replaceWith(figure);
  figure.append(frame, image, links);
}

const frames = () => [...document.querySelectorAll(".stepper iframe")];

addEventListener("message", event => {
  const frame = frames().find(frame => frame.contentWindow === event.source);
  const told = event.data?.socketscope;
  if (!frame || !told) return;
  // At least what the style sheet reserves, or the page would jump.
  frame.style.minHeight = `${told.height}px`;
  colour(frame);
});

/** From a disk a frame cannot see the page around it, so it is told. */
function colour(frame) {
  const theme = document.body.dataset.mdColorScheme === "slate" ? "dark" : "light";
  frame.contentWindow.postMessage({ theme }, "*");
}
new MutationObserver(() => frames().forEach(colour))
  .observe(document.body, { attributeFilter: ["data-md-color-scheme"] });

// A link to a step of a run that this page shows turns the stepper to it.
addEventListener("click", event => {
  const link = event.target.closest?.("a[href*='assets/runs/']");
  if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const address = link.href.split("#")[0];
  const frame = frames().find(frame => frame.src.split("#")[0] === address);
  if (!frame) return;
  event.preventDefault();
  frame.src = link.href;
  frame.scrollIntoView({ block: "nearest" });
}, true);

// On paper nothing can be unfolded.
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details:not([open])"))
    fold.open = fold.dataset.printed = true;
});
addEventListener("afterprint", () => {
  for (const fold of document.querySelectorAll("details[data-printed]")) {
    fold.open = false;
    delete fold.dataset.printed;
  }
});

// Each copy button comes in a navigation landmark of its own: too many of them.
new MutationObserver(() => {
  for (const nav of document.querySelectorAll(".md-code__nav:not([role])"))
    nav.setAttribute("role", "none");
}).observe(document.body, { childList: true, subtree: true });

/** What has to be done on each page, also after instant navigation. */
function prepare() {
  document.querySelectorAll("img.run").forEach(image => {
    if (!image.closest(".stepper")) place(image);
  });
  document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
}

if (window.document$) document$.subscribe(prepare);
else prepare();
