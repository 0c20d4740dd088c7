import { t } from "../texts";

export function PlanPage() {
  return <h1>{t.value.common.pages.plan}</h1>;
}
