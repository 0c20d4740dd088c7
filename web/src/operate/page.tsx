// The owner's page: what is wrong, what it costs, which model is live, what is being trained, what was collected.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { QualityPanel } from "../quality/panel";
import { config, configIsRead } from "../service/connection";
import { t } from "../texts";
import { asMoment, fromNow } from "../texts/format";
import { Panel } from "../ui/panel";
import { Loaded } from "../ui/remote";
import { Empty, Loading, Notice } from "../ui/states";
import "../styles/service.css";
import "../styles/operate.css";
import { AlarmsPanel } from "./alarms_panel";
import { CostPanel } from "./cost_panel";
import { wordsOf } from "./errors";
import { ModelsPanel } from "./models_panel";
import { useOwners } from "./owners";
import { ReviewsPanel } from "./reviews_panel";
import { RunsPanel } from "./runs_panel";
import { isOver, isSignedOut, operations, session, signOut } from "./session";
import { SignIn } from "./sign_in";

const MINUTE = 60_000; // milliseconds

export function OperatePage() {
  const words = t.value.operate;
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <p class="lead">{words.lead}</p>
      </div>
      <Content />
    </>
  );
}

function Content() {
  const words = t.value.operate;
  if (!configIsRead.value) return <Loading />;
  if (!config.value) return <Empty title={words.off}>{words.undeployed}</Empty>;
  if (!operations.value) return <Empty title={words.off}>{words.offHint}</Empty>;
  if (isSignedOut.value) return <SignIn />;
  return (
    <div class="stack">
      {isOver.value ? <SignIn><Notice kind="warning">{words.session.over}</Notice></SignIn> : <Session />}
      <div class="plots">
        <AlarmsPanel />
        <CostPanel />
      </div>
      <ModelsPanel />
      <RunsPanel />
      <Collected />
    </div>
  );
}

function Session() {
  const words = t.value.operate.session;
  const end = session.value?.expiration;
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => (now.value = Date.now()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  if (!session.value) return <p class="quiet">{words.open}</p>;
  return (
    <div class="row">
      <p class="quiet">{end ? words.until(asMoment(end), fromNow(end, now.value)) : words.untilUnknown}</p>
      <button type="button" class="small" onClick={signOut}>{words.signOut}</button>
    </div>
  );
}

function Collected() {
  const reviews = useOwners((api) => api.reviews());
  const loaded = (
    <Loaded of={reviews} words={wordsOf}>
      {({ collected, quality }) => (
        <>
          <ReviewsPanel collected={collected} />
          <QualityPanel report={quality} />
        </>
      )}
    </Loaded>
  );
  return reviews.state.is === "ready" ? loaded : <Panel title={t.value.operate.reviews.title}>{loaded}</Panel>;
}
