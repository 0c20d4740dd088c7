import { t } from "../texts";

export function StudyPage() {
  return <h1>{t.value.common.pages.study}</h1>;
}
