package io.corale.gossip;

import java.util.List;

/**
 * Some of the schedulers that are known, by cell.
 *
 * @param hasMore whether there are others after the last of them
 */
public record SchedulerPage(List<SchedulerView> schedulers, boolean hasMore) {}
