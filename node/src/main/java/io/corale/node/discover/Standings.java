package io.corale.node.discover;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What became of asking, as it is shown and counted, and logged once for each change. */
final class Standings {
  private static final Logger log = LoggerFactory.getLogger(Standings.class);

  private final DiscoveryWatch watch;
  private final Map<Rounds.Asked, Standing> standings = new ConcurrentHashMap<>();

  Standings(DiscoveryWatch watch) {
    this.watch = watch;
  }

  Optional<Standing> of(Rounds.Asked asked) {
    return Optional.ofNullable(standings.get(asked));
  }

  /** A question has come to its end. */
  void put(Rounds.Asked asked, Standing now) {
    Optional<String> earlier =
        Optional.ofNullable(standings.put(asked, now)).flatMap(Standing::trouble);
    watch.asked(asked.cell().owner(), now.account().declared(), now.trouble().isEmpty());
    if (now.trouble().isPresent() && !now.trouble().equals(earlier)) {
      log.warn(
          "cell {}: what account {} may use is not known: {}; what was in force stays",
          asked.cell(),
          asked.account(),
          now.trouble().get());
    } else if (now.trouble().isEmpty() && earlier.isPresent()) {
      log.info("cell {}: what account {} may use is known again", asked.cell(), asked.account());
    }
  }

  /** A question is to be asked again in a moment: it is shown, but counted and logged then. */
  void show(Rounds.Asked asked, Standing now) {
    standings.put(asked, now);
  }

  /** Nothing is asked any more. */
  void remove(Rounds.Asked asked) {
    standings.remove(asked);
  }

  /** Forgets all others. */
  void retain(Predicate<Rounds.Asked> isKnown) {
    standings.keySet().removeIf(isKnown.negate());
  }
}
