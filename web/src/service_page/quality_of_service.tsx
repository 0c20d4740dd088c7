// The report on the predictions, where the service has one.

import { NotFoundError, type Client } from "recall-client";

import { QualityPanel } from "../quality/panel";
import { wordsOf } from "../service/errors";
import { t } from "../texts";
import { Panel } from "../ui/panel";
import { Loaded, useRemote } from "../ui/remote";
import { Empty } from "../ui/states";

export function QualityOfService({ service }: { service: Client }) {
  const report = useRemote(() => service.quality(), [service]);
  const { title, nothing } = t.value.service.quality;
  if (report.state.is === "ready") return <QualityPanel report={report.state.value} />;
  const error = report.state.is === "failed" ? report.state.error : null;
  return (
    <Panel title={title}>
      {error instanceof NotFoundError ? <Empty title={nothing}>{wordsOf(error)}</Empty> : <Loaded of={report}>{() => null}</Loaded>}
    </Panel>
  );
}
