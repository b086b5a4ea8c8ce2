package io.corale.scheduler;

import io.corale.model.CompositionRef;
import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.ServiceClass;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * An invocation as its callers see it: an immutable copy that any thread may hold.
 *
 * @param ending empty while it runs
 * @param ageMicros cell time since it was accepted; stops at its end
 * @param callsQueued that wait for a slot, a retry or a fence, because something is held, or until
 *     what they call answers
 * @param callsRunning that hold a slot and whose outcome is awaited
 * @param callsEnded that have their final outcome
 * @param callsHeld of those queued: they wait because something is held
 * @param callsBarred of those queued: they wait until what they call answers
 * @param incidents calls of it that have failed for good and wait for a person
 * @param held what holds it up, the whole before its parts; empty where nothing does
 * @param runs invocations that it has begun
 * @param listensFor events that its branches wait to hear; one line for each, the first ones only
 */
public record InvocationView(
    InvocationId id,
    CompositionRef composition,
    Optional<Ending> ending,
    String caller,
    ServiceClass serviceClass,
    SortedMap<String, String> labels,
    Optional<InvocationId> parent,
    long acceptedWallMillis,
    long ageMicros,
    int callsQueued,
    int callsRunning,
    long callsEnded,
    int callsHeld,
    int callsBarred,
    int incidents,
    Optional<HoldView> held,
    long runs,
    List<String> listensFor) {
  /** A page of a thousand invocations must fit into a frame. */
  static final int MAX_LISTENS = 4;

  public InvocationView {
    listensFor = List.copyOf(listensFor);
  }

  /** Where an invocation stands. */
  public enum Phase {
    RUNNING,
    COMPLETED,
    FAULTED,
    CANCELLED;

    static Phase of(Optional<Ending> ending) {
      if (ending.isEmpty()) {
        return RUNNING;
      }
      Ending how = ending.get();
      if (how instanceof Ending.Completed) {
        return COMPLETED;
      }
      return how instanceof Ending.Faulted ? FAULTED : CANCELLED;
    }
  }

  /** Where it stands. */
  public Phase phase() {
    return Phase.of(ending);
  }
}
