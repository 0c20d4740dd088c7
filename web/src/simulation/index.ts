// A year of study, simulated: reviews, minutes and what is known at the end.

export { type BestTarget, bestTarget } from "./best_target";
export { type CourseResult, study } from "./course";
export { COMMON_HABITS, type Habits, habitsOf, type PerRating, perRating } from "./habits";
export { sampleReviews } from "./sample";
export { fsrsScheduler, recallScheduler, type Scheduler, sm2Scheduler } from "./schedulers";
export { meanOf, type Spread, spreadOf } from "./spread";
export { DAYS_PER_PERIOD, RUNS, simulateWorkloads, TARGETS, type Workload, type Workloads } from "./workload";
export { makeWorld, recallAt, type Situation, type World } from "./world";
