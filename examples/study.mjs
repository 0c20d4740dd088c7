// One answer to a card, in one call: node examples/study.mjs ada gato 3
import { Client } from "../clients/typescript/src/index.js";

const [learner, card, rating] = process.argv.slice(2);
const recall = new Client(process.env.RECALL_ENDPOINT, process.env.RECALL_API_KEY);
const review = { card, rating: Number(rating), reviewed_at: new Date().toISOString() };
const { recall_probability, due_at } = await recall.learner(learner).study(review);
console.log(`recall was ${recall_probability ?? "unknown, as the card is new"}; the card is due at ${due_at}`);
