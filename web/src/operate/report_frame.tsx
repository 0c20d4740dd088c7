// A training run's report, opened in place.
//
// The report styles itself: by a <style> element and by the style attributes of its plots. A frame made of a blob: or of
// srcdoc has this page's policy, which refuses both, and a policy that lets them in would do so for the whole page. So the
// frame stays empty, and the report is put into it from here: its style sheets as constructed ones, its style attributes
// through the CSSOM, both of which `style-src` leaves alone. No script can run in it: the sandbox allows none.

import { useEffect, useRef } from "preact/hooks";

import { theme, type Theme } from "../ui/theme";

interface Props {
  html: string;
  title: string;
}

const STYLE = "data-style"; // where a style attribute waits
const IF_DARK = "(prefers-color-scheme: dark)"; // which asks the device, not whoever chose this page's theme

export function ReportFrame({ html, title }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const element = frame.current!;
    const measure = () => (element.height = String(element.contentDocument!.body.offsetHeight));
    const fill = () => {
      show(element, html, theme.value);
      measure();
    };
    const observer = new ResizeObserver(measure);
    fill();
    observer.observe(element);
    element.addEventListener("load", fill); // Firefox replaces the first empty document by another one
    return () => {
      observer.disconnect();
      element.removeEventListener("load", fill);
    };
  }, [html, theme.value]);
  return <iframe ref={frame} class="report" title={title} sandbox="allow-same-origin" />;
}

function show(frame: HTMLIFrameElement, html: string, theme: Theme): void {
  const inside = frame.contentDocument!;
  const { CSSStyleSheet: Sheet } = frame.contentWindow as Window & typeof globalThis;
  // Both kinds of styles leave the text before it is read as HTML, or the policy would refuse, and report, each of them.
  const sheets: CSSStyleSheet[] = [];
  const bare = html
    .replace(/<style[^>]*>([^]*?)<\/style>/g, (_, css: string) => {
      const sheet = new Sheet();
      sheet.replaceSync(theme === "auto" ? css : css.replaceAll(IF_DARK, theme === "dark" ? "all" : "not all"));
      sheets.push(sheet);
      return "";
    })
    .replace(/(<[^<>]*?)\sstyle="/g, `$1 ${STYLE}="`);
  const report = new DOMParser().parseFromString(bare, "text/html");
  inside.adoptedStyleSheets = sheets;
  inside.documentElement.lang = report.documentElement.lang;
  inside.body.replaceChildren(...report.body.childNodes);
  for (const element of inside.body.querySelectorAll<HTMLElement | SVGElement>(`[${STYLE}]`)) {
    element.style.cssText = element.getAttribute(STYLE)!;
    element.removeAttribute(STYLE);
  }
}
