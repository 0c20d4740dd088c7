// The readers as a page uses them, for tests: what is asked comes from Playwright, what is read goes back as JSON.

import { readDeck, readReviews } from "../../../../web/src/readers";
import { chooseLanguage } from "../../../../web/src/texts";
import { noteWords, readErrorWords } from "../../../../web/src/texts/read_words";

const files = () => [...document.querySelector("input").files];
const file = () => files()[0];

/** What a function says in each language. */
function words(say) {
  return ["en", "de"].map((language) => {
    chooseLanguage(language);
    return say();
  });
}

async function failing(read) {
  try {
    return await read();
  } catch (error) {
    if (error.name !== "ReadError") return { error: error.name };
    return { error: error.code, values: error.values, words: words(() => readErrorWords(error)) };
  }
}

window.reviewsOf = (options) => Promise.all(files().map((each) => reviewsIn(each, options)));

function reviewsIn(each, options) {
  return failing(async () => {
    const { reviews, learnerOfCard, ...log } = await readReviews(each, options);
    const plain = (values) => Array.from(values, (each) => (Number.isNaN(each) ? null : each));
    return {
      ...log,
      learnerOfCard: plain(learnerOfCard),
      reviews: Object.fromEntries(Object.entries(reviews).map(([name, values]) => [name, plain(values)])),
      words: log.notes.flatMap((note) => words(() => noteWords(note))),
    };
  });
}

window.countsOf = (options) => failing(async () => (await readReviews(file(), options)).counts);

window.deckOf = () => failing(() => readDeck(file()));

window.stoppedRead = () =>
  failing(async () => {
    const stop = new AbortController();
    return (await readReviews(file(), { signal: stop.signal, onProgress: () => stop.abort() })).counts;
  });
