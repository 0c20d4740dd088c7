// The frame of all pages: their names, the choices of language and theme, and the page that the address names.

import { effect, useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

import { ExplorePage } from "./explore/page";
import { addressOf, page, PAGES, type Page } from "./router";
import { online } from "./service/online";
import { chooseLanguage, language, LANGUAGES, t, type Language } from "./texts";
import { Choice } from "./ui/choice";
import { Loading, Notice } from "./ui/states";
import { chooseTheme, theme, THEMES, type Theme } from "./ui/theme";
import { updateReady, changeVersion } from "./updates";

const LATER: Record<Exclude<Page, "explore">, () => Promise<ComponentType>> = {
  plan: async () => (await import("./plan/page")).PlanPage,
  study: async () => (await import("./study/page")).StudyPage,
  operate: async () => (await import("./operate/page")).OperatePage,
  service: async () => (await import("./service_page/page")).ServicePage,
};

const SITE = document.title;

effect(() => {
  document.title = `${t.value.common.pages[page.value]} · ${SITE}`;
});

export function App() {
  return (
    <>
      <a class="skip" href="#content" onClick={focusContent}>{t.value.common.skip}</a>
      <Header />
      {updateReady.value && <Update />}
      {!online.value && <Notice kind="warning">{t.value.common.offline}</Notice>}
      <main id="content" tabIndex={-1}>
        {page.value === "explore" ? <ExplorePage /> : <LaterPage key={page.value} name={page.value} />}
      </main>
      <Footer />
    </>
  );
}

function Header() {
  return (
    <header class="frame-header">
      <a class="brand" href={addressOf("explore")}>{t.value.common.name}</a>
      <nav aria-label={t.value.common.navigation}>
        <ul class="pages">
          {PAGES.map((name) => (
            <li key={name}>
              <a href={addressOf(name)} aria-current={page.value === name ? "page" : undefined}>{t.value.common.pages[name]}</a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}

function Update() {
  const { newVersion, reload } = t.value.common;
  return <Notice kind="info" action={<button type="button" class="small" onClick={changeVersion}>{reload}</button>}>{newVersion}</Notice>;
}

function Footer() {
  return (
    <footer class="frame-footer">
      <Choice label={t.value.common.language} value={language.value} options={Object.entries(LANGUAGES)} onChoose={(chosen) => chooseLanguage(chosen as Language)} />
      <Choice label={t.value.common.theme} value={theme.value} options={THEMES.map((each) => [each, t.value.common.themes[each]])} onChoose={(chosen) => chooseTheme(chosen as Theme)} />
    </footer>
  );
}

/** A page whose code comes when it is first wanted. */
function LaterPage({ name }: { name: Exclude<Page, "explore"> }) {
  const loaded = useSignal<ComponentType | "failed" | null>(null);
  useEffect(() => {
    LATER[name]().then((component) => (loaded.value = component), () => (loaded.value = "failed"));
  }, [name]);
  const Loaded = loaded.value;
  if (Loaded === "failed") return <Notice kind="error">{t.value.common.pageFailed}</Notice>;
  return Loaded ? <Loaded /> : <Loading />;
}

/** The address belongs to the router, so the skip link moves the focus itself. */
function focusContent(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}
