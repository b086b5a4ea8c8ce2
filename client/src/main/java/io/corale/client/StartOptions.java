package io.corale.client;

import io.corale.model.InvocationId;
import io.corale.model.ServiceClass;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How to start an invocation; each {@code with} returns a changed copy.
 *
 * @param id chosen by the caller, so that starting it again by another process means the same;
 *     drawn at random if empty
 * @param version of the composition; the highest release if empty
 * @param deadline from its acceptance on, by which the scheduler orders
 * @param retryFor how long its submit is retried under the same id; the client's if empty
 * @param wantsIncidents whether what fails in it waits for a person, whatever its composition says
 */
public record StartOptions(
    Optional<InvocationId> id,
    Optional<String> version,
    ServiceClass serviceClass,
    Optional<Duration> deadline,
    Optional<Duration> retryFor,
    SortedMap<String, String> labels,
    Optional<InvocationId> parent,
    String traceParent,
    boolean wantsIncidents) {
  /** The highest release, of standard class, without a deadline. */
  public static final StartOptions DEFAULTS =
      new StartOptions(
          Optional.empty(),
          Optional.empty(),
          ServiceClass.STANDARD,
          Optional.empty(),
          Optional.empty(),
          new TreeMap<>(),
          Optional.empty(),
          "",
          false);

  /** One of version 0 has 55; nodes take no longer one. */
  private static final int MAX_TRACE_PARENT_CHARS = 64;

  public StartOptions {
    if (traceParent.length() > MAX_TRACE_PARENT_CHARS) {
      throw new IllegalArgumentException(
          "traceParent has "
              + traceParent.length()
              + " characters, at most "
              + MAX_TRACE_PARENT_CHARS
              + " are taken");
    }
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  public StartOptions withId(String chosen) {
    return withId(new InvocationId(chosen));
  }

  public StartOptions withId(InvocationId chosen) {
    return new StartOptions(
        Optional.of(chosen),
        version,
        serviceClass,
        deadline,
        retryFor,
        labels,
        parent,
        traceParent,
        wantsIncidents);
  }

  public StartOptions withVersion(String chosen) {
    return new StartOptions(
        id,
        Optional.of(chosen),
        serviceClass,
        deadline,
        retryFor,
        labels,
        parent,
        traceParent,
        wantsIncidents);
  }

  public StartOptions withServiceClass(ServiceClass chosen) {
    return new StartOptions(
        id, version, chosen, deadline, retryFor, labels, parent, traceParent, wantsIncidents);
  }

  public StartOptions withDeadline(Duration fromNow) {
    return new StartOptions(
        id,
        version,
        serviceClass,
        Optional.of(fromNow),
        retryFor,
        labels,
        parent,
        traceParent,
        wantsIncidents);
  }

  public StartOptions withRetryFor(Duration fromNow) {
    return new StartOptions(
        id,
        version,
        serviceClass,
        deadline,
        Optional.of(fromNow),
        labels,
        parent,
        traceParent,
        wantsIncidents);
  }

  public StartOptions withLabel(String key, String value) {
    SortedMap<String, String> more = new TreeMap<>(labels);
    more.put(key, value);
    return new StartOptions(
        id, version, serviceClass, deadline, retryFor, more, parent, traceParent, wantsIncidents);
  }

  public StartOptions withParent(InvocationId invocation) {
    return new StartOptions(
        id,
        version,
        serviceClass,
        deadline,
        retryFor,
        labels,
        Optional.of(invocation),
        traceParent,
        wantsIncidents);
  }

  public StartOptions withTraceParent(String w3c) {
    return new StartOptions(
        id, version, serviceClass, deadline, retryFor, labels, parent, w3c, wantsIncidents);
  }

  /** What fails in it for good waits for a person, also if its composition does not want that. */
  public StartOptions withIncidents() {
    return new StartOptions(
        id, version, serviceClass, deadline, retryFor, labels, parent, traceParent, true);
  }
}
