/**
 * A Recall service. Every method rejects with a `RecallError`, or with the reason of the signal that ended it.
 */
export class Client {
    /**
     * @param {string} endpoint Base URL of the API, ending with the stage.
     * @param {string} apiKey The key of the usage plan.
     * @param {ClientSettings} [settings]
     */
    constructor(endpoint: string, apiKey: string, settings?: ClientSettings);
    /**
     * How likely a card is still remembered.
     * @overload
     * @param {Card} cards
     * @param {PredictOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<Prediction>}
     */
    predict(cards: Card, options?: PredictOptions | undefined, settings?: CallSettings | undefined): Promise<Prediction>;
    /**
     * How likely several cards are still remembered, in the order of the cards.
     * @overload
     * @param {Iterable<Card>} cards
     * @param {PredictOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<Results<Prediction>>}
     */
    predict(cards: Iterable<Card>, options?: PredictOptions | undefined, settings?: CallSettings | undefined): Promise<Results<Prediction>>;
    /**
     * When a card is due.
     * @overload
     * @param {ScheduledCard} cards
     * @param {ScheduleOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<Schedule>}
     */
    schedule(cards: ScheduledCard, options?: ScheduleOptions | undefined, settings?: CallSettings | undefined): Promise<Schedule>;
    /**
     * When several cards are due, in the order of the cards.
     * @overload
     * @param {Iterable<ScheduledCard>} cards
     * @param {ScheduleOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<Results<Schedule>>}
     */
    schedule(cards: Iterable<ScheduledCard>, options?: ScheduleOptions | undefined, settings?: CallSettings | undefined): Promise<Results<Schedule>>;
    /**
     * When a card would be due after each rating that could be given now.
     * @overload
     * @param {ReviewedCard} cards
     * @param {ScheduleOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<RatedSchedule>}
     */
    scheduleEachRating(cards: ReviewedCard, options?: ScheduleOptions | undefined, settings?: CallSettings | undefined): Promise<RatedSchedule>;
    /**
     * When several cards would be due after each rating that could be given now, in the order of the cards.
     * @overload
     * @param {Iterable<ReviewedCard>} cards
     * @param {ScheduleOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<Results<RatedSchedule>>}
     */
    scheduleEachRating(cards: Iterable<ReviewedCard>, options?: ScheduleOptions | undefined, settings?: CallSettings | undefined): Promise<Results<RatedSchedule>>;
    /**
     * How a card is forgotten, ready to plot.
     * @param {CurveCard} card
     * @param {CurveOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<Curve>}
     */
    curve(card: CurveCard, options?: CurveOptions, settings?: CallSettings): Promise<Curve>;
    /**
     * The order in which to review cards.
     * @param {Iterable<Card>} cards
     * @param {RankOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<Ranking>}
     */
    rank(cards: Iterable<Card>, options?: RankOptions, settings?: CallSettings): Promise<Ranking>;
    /**
     * Send the outcomes of reviews, to measure and train the model; sending them again is safe. An error's `stored`
     * says what became of the reviews of the requests before the one that failed.
     * @param {Iterable<ReviewOutcome>} outcomes
     * @param {CallSettings} [settings]
     * @returns {Promise<StoredReviews>}
     */
    sendReviews(outcomes: Iterable<ReviewOutcome>, settings?: CallSettings): Promise<StoredReviews>;
    /**
     * The calls about a learner whom the service remembers; nothing is sent yet.
     * @param {string} learner Id of your own: 1 to 128 characters, no control characters; not a name or an address of a
     *   person.
     * @returns {Learner}
     */
    learner(learner: string): Learner;
    /**
     * The vector of each text, in their order; of English texts only. Of more than about a thousand, give the call a longer
     * `timeoutMs`: the service takes a hundred texts a second.
     * @param {Iterable<string>} texts
     * @param {CallSettings} [settings]
     * @returns {Promise<Embeddings>}
     */
    embed(texts: Iterable<string>, settings?: CallSettings): Promise<Embeddings>;
    /**
     * Which of up to 1,000 English texts are alike: near-duplicates, and what is easily confused.
     * @param {Iterable<string>} texts
     * @param {SimilarOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<SimilarTexts>}
     */
    similar(texts: Iterable<string>, options?: SimilarOptions, settings?: CallSettings): Promise<SimilarTexts>;
    /**
     * What 2 to 1,000 English texts are about: groups of those that are alike.
     * @param {Iterable<string>} texts
     * @param {CallSettings} [settings]
     * @returns {Promise<Topics>}
     */
    topics(texts: Iterable<string>, settings?: CallSettings): Promise<Topics>;
    /**
     * The description of the model that predicts, and how good it was.
     * @param {CallSettings} [settings]
     * @returns {Promise<Model>}
     */
    model(settings?: CallSettings): Promise<Model>;
    /**
     * The model's coefficients; a 404 error where the model is the owner's own.
     * @param {CallSettings} [settings]
     * @returns {Promise<ModelParameters>}
     */
    modelParameters(settings?: CallSettings): Promise<ModelParameters>;
    /**
     * That the service can predict, and with which version of the model.
     * @param {CallSettings} [settings]
     * @returns {Promise<Health>}
     */
    health(settings?: CallSettings): Promise<Health>;
    /**
     * How right the predictions were, day by day; a 404 error where that isn't known.
     * @param {CallSettings} [settings]
     * @returns {Promise<Quality>}
     */
    quality(settings?: CallSettings): Promise<Quality>;
    #private;
}
import type { Card } from "../types/api.js";
import type { PredictOptions } from "../types/api.js";
import type { CallSettings } from "../types/api.js";
import type { Prediction } from "../types/api.js";
import type { Results } from "../types/api.js";
import type { ScheduledCard } from "../types/api.js";
import type { ScheduleOptions } from "../types/api.js";
import type { Schedule } from "../types/api.js";
import type { ReviewedCard } from "../types/api.js";
import type { RatedSchedule } from "../types/api.js";
import type { CurveCard } from "../types/api.js";
import type { CurveOptions } from "../types/api.js";
import type { Curve } from "../types/api.js";
import type { RankOptions } from "../types/api.js";
import type { Ranking } from "../types/api.js";
import type { ReviewOutcome } from "../types/api.js";
import type { StoredReviews } from "../types/api.js";
import { Learner } from "./learner.js";
import type { Embeddings } from "../types/api.js";
import type { SimilarOptions } from "../types/api.js";
import type { SimilarTexts } from "../types/api.js";
import type { Topics } from "../types/api.js";
import type { Model } from "../types/api.js";
import type { ModelParameters } from "../types/api.js";
import type { Health } from "../types/api.js";
import type { Quality } from "../types/api.js";
import type { ClientSettings } from "../types/api.js";
