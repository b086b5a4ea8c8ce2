package io.corale.deploy.bench;

import io.corale.deploy.recorder.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How old results become before whoever waits for them hears: from the provider's own record of the
 * end of a call to the end of its invocation. Between them the result waits to be proposed, is
 * committed and applied; so none waited longer than that.
 *
 * @param ages of invocations that ended in the time that was asked for
 * @param uncalled invocations that completed though the provider knows nothing of them
 * @param repeated calls that the provider was asked for more than once
 */
record ResultAges(Percentiles ages, int count, int uncalled, int repeated) {
  static ResultAges of(List<Event> events, List<Offer.View> offers, Offer.Phase phase) {
    Map<String, Long> ends = new HashMap<>();
    Map<String, Integer> starts = new HashMap<>();
    for (Event event : events) {
      String invocation = invocation(event.key());
      if (event.what() == Event.Kind.END) {
        ends.merge(invocation, event.wallMillis(), Math::max);
      } else if (event.what() == Event.Kind.START) {
        starts.merge(invocation, 1, Integer::sum);
      }
    }
    Samples ages = new Samples();
    int uncalled = 0;
    for (Offer.View offer : offers) {
      if (offer.fate() != Offer.Fate.COMPLETED) {
        continue;
      }
      Long end = ends.get(offer.id());
      if (end == null) {
        uncalled++;
      } else if (offer.phase() == phase && !offer.isFound()) {
        ages.add(Math.max(0, offer.endedMillis() - end) * 1_000_000);
      }
    }
    int repeated = (int) starts.values().stream().filter(times -> times > 1).count();
    return new ResultAges(ages.percentiles(), ages.count(), uncalled, repeated);
  }

  /** A call is named by its invocation and its number in it. */
  private static String invocation(String key) {
    int slash = key.lastIndexOf('/');
    return slash < 0 ? key : key.substring(0, slash);
  }
}
