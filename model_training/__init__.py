"""Review logs in, a forgetting model out.

Each package may import those above it, and `progress` is for all of them::

    review_log/     the canonical review log; what a model sees of its scored reviews
    readers/        review logs of Anki, CSV, Parquet and public data sets, read into the canonical one
    simulation/     review logs of simulated learners
    registry/       models in the data lake: stored, published, signed, checked, promoted, rolled back
    fitting/        the three-input curve: likelihood, fit, estimator, prior
    history/        the history model: fit, predictions for a log, teacher of the three-input curve
    learner_import/ a learner's reviews into the memory of a deployed service
    evaluation/     candidates, protocols and metrics: what `evaluate` compares
    training/       what `inspect` and `fit` do with a log
    own_model/      an owner's own model, of scikit-learn or ONNX: released and measured
    closed_loop/    schedules tried on simulated learners
    queries/        SQL over the table of reviews, for DuckDB, Spark and Athena
    engines/        what runs it: DuckDB and Spark
    cells/          the three-input curve of more reviews than fit into memory
    retraining/     a training run: sample, fit, comparison, promotion
    calibration/    served predictions against their outcomes
    migration/      old files of reviews, into the table and the memory
    erasure/        learners, out of the table and of all that was made of it
    reload/         the table, anew from the memory
    due/            due lists, made ahead of time
    reports/        the pages and tables that people read
    commands/       what the command line runs: a module for each command
    jobs/           the commands as a Lambda function, and two of them on Spark
"""
