package io.corale.scheduler;

import java.util.List;

/**
 * What happened to an invocation, in the order of the log.
 *
 * @param dropped events that the bound on a trace did not keep
 */
public record TraceView(InvocationView status, List<TraceEvent> events, long dropped) {
  public TraceView {
    events = List.copyOf(events);
  }
}
