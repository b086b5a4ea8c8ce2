package io.corale.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.scheduler.TraceEvent.Kind;
import org.junit.jupiter.api.Test;

/** A trace is bounded, and what nothing else tells of is kept in one that is full. */
class TraceTest {
  private static Trace with(Trace trace, Kind kind, int times) {
    Trace longer = trace;
    for (int i = 0; i < times; i++) {
      longer = longer.with(new TraceEvent(kind, i, 0, 0, 0, "", "", "", "", ""));
    }
    return longer;
  }

  private static Trace full() {
    return with(Trace.EMPTY, Kind.QUEUED, Trace.MAX_EVENTS);
  }

  @Test
  void keepsNoMoreOfWhatIsUsual() {
    Trace trace = with(full(), Kind.QUEUED, 1);

    assertThat(trace.count()).isEqualTo(Trace.MAX_EVENTS);
    assertThat(trace.dropped()).isEqualTo(1);
  }

  /** Who has had a call tried again is on record nowhere else, nor why it was not kept. */
  @Test
  void keepsWhatPeopleWereToDealWithAndDid() {
    Trace trace = with(with(full(), Kind.INCIDENT, 1), Kind.RESOLVED, 1);

    assertThat(trace.events().subList(Trace.MAX_EVENTS, trace.count()))
        .extracting(TraceEvent::kind)
        .containsExactly(Kind.INCIDENT, Kind.RESOLVED);
  }

  @Test
  void keepsNotMoreOfThoseThanIsBounded() {
    Trace trace = with(full(), Kind.INCIDENT, Trace.MAX_EVENTS_OF_PEOPLE + 1);

    assertThat(trace.count()).isEqualTo(Trace.MAX_EVENTS + Trace.MAX_EVENTS_OF_PEOPLE);
    assertThat(trace.dropped()).isEqualTo(1);
    assertThat(with(trace, Kind.QUEUED, 1).dropped()).isEqualTo(2);
    assertThat(with(trace, Kind.ENDED, 1).dropped()).isEqualTo(1);
  }
}
