package io.corale.scheduler;

import io.corale.model.AttemptId;

/**
 * An attempt that an earlier executor was to send and of which no end is known: its slot is leased
 * (rule 11).
 *
 * @param startedIndex of the log entry that dispatched it
 * @param fenceMicros cell time at which its slot is free in any case
 * @param retriesFast whether its call does not wait for that where its executor has crashed
 */
public record Orphan(AttemptId attempt, long startedIndex, long fenceMicros, boolean retriesFast) {}
