// The Study page: decks on this device, reviews on this device and at the service's memory.

import "../styles/study.css";

import { useEffect } from "preact/hooks";

import { t } from "../texts";
import { Loading, Notice } from "../ui/states";
import { Decks } from "./decks";
import { Forecast } from "./forecast";
import { LearnerForm } from "./learner_form";
import { sitting } from "./session";
import { Session } from "./session_view";
import { Settings } from "./settings";
import { cards, learnerId, reload, storage } from "./state";
import { SyncStatus } from "./sync_status";
import { Today } from "./today";

export function StudyPage() {
  useEffect(() => void reload(), []);
  return (
    <>
      <div class="page-head">
        <h1>{t.value.study.title}</h1>
        {learnerId.value && <SyncStatus />}
      </div>
      <Content />
    </>
  );
}

function Content() {
  if (storage.value === "loading") return <Loading />;
  if (storage.value === "failed") return <Notice kind="error">{t.value.study.noStorage}</Notice>;
  if (!learnerId.value) return <LearnerForm />;
  if (sitting.value) return <Session />;
  return (
    <div class="study">
      <div class="stack">
        <Decks />
        {cards.value.length > 0 && <Forecast />}
      </div>
      <div class="stack">
        <Today />
        <Settings />
      </div>
    </div>
  );
}
