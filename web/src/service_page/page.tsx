// The service as its users see it: connecting to it, its model, how right that was, texts, and how it is doing.

import type { Client } from "recall-client";

import { apiKey, client, disconnect, endpoint } from "../service/connection";
import { t } from "../texts";
import "../styles/service.css";
import { ConnectForm } from "./connect_form";
import { ModelPanel } from "./model_panel";
import { QualityOfService } from "./quality_of_service";
import { StatusPanel } from "./status_panel";
import { TextsPanel } from "./texts_panel";

export function ServicePage() {
  const words = t.value.service;
  return (
    <>
      <div class="page-head">
        <h1>{words.title}</h1>
        <p class="lead">{words.lead}</p>
      </div>
      {client.value ? <Connected key={endpoint.value + apiKey.value} service={client.value} /> : <ConnectForm />}
    </>
  );
}

function Connected({ service }: { service: Client }) {
  const words = t.value.service.connection;
  return (
    <div class="stack">
      <div class="row">
        <p class="quiet">{words.connectedTo(endpoint.value)}</p>
        <button type="button" class="small" onClick={disconnect}>{words.disconnect}</button>
      </div>
      <StatusPanel service={service} />
      <QualityOfService service={service} />
      <ModelPanel service={service} />
      <TextsPanel service={service} />
    </div>
  );
}
