/**
 * A learner whom the service remembers: made by `learner` of a client, whose connections it uses. A method rejects
 * with a `NotFoundError` if the service doesn't remember learners, or doesn't know what the method asks for.
 */
export class Learner {
    /**
     * @param {object} connection A client's.
     * @param {string} learner Id of your own.
     */
    constructor(connection: object, learner: string);
    /**
     * Store a review, and return when its card is due. It is stored once, however often it is sent.
     * @overload
     * @param {StudyReview} reviews
     * @param {StudyOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<StudiedReview>}
     */
    study(reviews: StudyReview, options?: StudyOptions | undefined, settings?: CallSettings | undefined): Promise<StudiedReview>;
    /**
     * Store any number of reviews, and return when their cards are due. An error's `stored` says what became of the
     * reviews of the requests before the one that failed.
     * @overload
     * @param {Iterable<StudyReview>} reviews
     * @param {StudyOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<StudyResults>}
     */
    study(reviews: Iterable<StudyReview>, options?: StudyOptions | undefined, settings?: CallSettings | undefined): Promise<StudyResults>;
    /**
     * The cards to review now, and a forecast.
     * @param {DueOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<DueCards>}
     */
    due(options?: DueOptions, settings?: CallSettings): Promise<DueCards>;
    /**
     * What is known of a card: recall now, when it is due, its reviews.
     * @param {string} card
     * @param {CardOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<RememberedCard>}
     */
    card(card: string, options?: CardOptions, settings?: CallSettings): Promise<RememberedCard>;
    /**
     * What is known of the learner.
     * @param {CallSettings} [settings]
     * @returns {Promise<RememberedLearner>}
     */
    describe(settings?: CallSettings): Promise<RememberedLearner>;
    /**
     * Delete a review, as if it had never been; `study` returns its id.
     * @param {string} eventId
     * @param {CallSettings} [settings]
     * @returns {Promise<UndoneReview>}
     */
    undo(eventId: string, settings?: CallSettings): Promise<UndoneReview>;
    /**
     * Delete a card with its reviews.
     * @param {string} card
     * @param {CallSettings} [settings]
     * @returns {Promise<ForgottenCard>}
     */
    forgetCard(card: string, settings?: CallSettings): Promise<ForgottenCard>;
    /**
     * Delete everything about the learner; it isn't an error if there is nothing.
     * @param {CallSettings} [settings]
     * @returns {Promise<ForgottenLearner>}
     */
    forget(settings?: CallSettings): Promise<ForgottenLearner>;
    /**
     * All reviews as they were sent, card by card, each card's by time; they come in pages, of which each may take as
     * long as a call.
     * @param {CallSettings} [settings]
     * @returns {AsyncGenerator<ExportedReview, void, undefined>}
     */
    export(settings?: CallSettings): AsyncGenerator<ExportedReview, void, undefined>;
    /**
     * Store cards' reviews from elsewhere; importing them again changes nothing. An error's `stored` says what became of
     * the cards of the requests before the one that failed.
     * @param {Iterable<ImportedCard>} cards
     * @param {ImportOptions} [options]
     * @param {CallSettings} [settings]
     * @returns {Promise<StoredReviews>}
     */
    importCards(cards: Iterable<ImportedCard>, options?: ImportOptions, settings?: CallSettings): Promise<StoredReviews>;
    #private;
}
import type { StudyReview } from "../types/api.js";
import type { StudyOptions } from "../types/api.js";
import type { CallSettings } from "../types/api.js";
import type { StudiedReview } from "../types/api.js";
import type { StudyResults } from "../types/api.js";
import type { DueOptions } from "../types/api.js";
import type { DueCards } from "../types/api.js";
import type { CardOptions } from "../types/api.js";
import type { RememberedCard } from "../types/api.js";
import type { RememberedLearner } from "../types/api.js";
import type { UndoneReview } from "../types/api.js";
import type { ForgottenCard } from "../types/api.js";
import type { ForgottenLearner } from "../types/api.js";
import type { ExportedReview } from "../types/api.js";
import type { ImportedCard } from "../types/api.js";
import type { ImportOptions } from "../types/api.js";
import type { StoredReviews } from "../types/api.js";
