package io.corale.node.cell;

import io.corale.scheduler.Command;
import io.corale.scheduler.Schedule;

/**
 * Says when a schedule is due, by calendars and the wall clock (rule 8).
 *
 * <p>Threading: called on cells' threads; must be short.
 */
@FunctionalInterface
public interface Calendar {
  /** When it is due next, from now on; for one that begins by events, what the clock says now. */
  Command.Aim aim(Schedule schedule);
}
