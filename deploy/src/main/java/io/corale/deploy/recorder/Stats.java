package io.corale.deploy.recorder;

/**
 * The counts of a record, since its last reset.
 *
 * @param running now
 * @param highest the most that ran at once
 * @param keys calls that started at all
 * @param keysStartedTwice calls that started more than once, one after another or not
 * @param overlapping calls of which two executions ran at once
 * @param startedLate starts after the time that the call itself named as its last, other than
 *     because the recorder stood still
 * @param mostLateMillis by how much, at most
 */
public record Stats(
    long started,
    long ended,
    long refused,
    int running,
    int highest,
    long keys,
    long keysStartedTwice,
    long overlapping,
    long startedLate,
    long mostLateMillis) {}
