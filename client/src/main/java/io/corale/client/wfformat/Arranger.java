package io.corale.client.wfformat;

import io.corale.client.wfformat.Arrangement.Step;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Arranges a workflow so that every recorded dependency is kept.
 *
 * <p>An order can be written by sequences and forks alone exactly if it is series-parallel: it
 * falls apart into groups side by side, or into groups one after another, and so does each group
 * (Valdes, Tarjan, Lawler: The recognition of series parallel digraphs, 1982). A part that does
 * neither gets a <em>barrier</em>: all before it end before anything after it begins. Every
 * arrangement of such a part has a barrier at its top, so trying all barriers finds the fewest; of
 * equally few the shortest critical path wins. The number allowed grows from one, so that the
 * common graphs, which need one, are found at once.
 */
final class Arranger {
  /** A part takes microseconds to milliseconds; after this many the next best cut is taken. */
  private static final int MAX_PARTS = 5_000;

  private final Precedence precedence;
  private final Map<BitSet, Arranged> found = new LinkedHashMap<>();
  private final Map<BitSet, Integer> tooFew = new LinkedHashMap<>();
  private int parts;
  private boolean isProven = true;

  private Arranger(Precedence precedence) {
    this.precedence = precedence;
  }

  /**
   * A part, arranged.
   *
   * @param barriers how many it has that the record does not
   */
  private record Arranged(Arrangement arrangement, int barriers) {}

  /**
   * A workflow, arranged.
   *
   * @param barriers how many it has that the record does not
   * @param isFewest whether it is certain that fewer do not suffice
   */
  record Result(Arrangement arrangement, int barriers, boolean isFewest) {}

  static Result arrange(Precedence precedence) {
    Arranger arranger = new Arranger(precedence);
    Arranged whole =
        arranger
            .within(precedence.all(), Integer.MAX_VALUE)
            .orElseThrow(() -> new IllegalStateException("not arranged with any barriers"));
    return new Result(whole.arrangement(), whole.barriers(), arranger.isProven);
  }

  /** With the fewest barriers, if those are no more than {@code most}. */
  private Optional<Arranged> within(BitSet part, int most) {
    Arranged known = found.get(part);
    if (known != null) {
      return Optional.of(known).filter(arranged -> arranged.barriers() <= most);
    }
    if (tooFew.getOrDefault(part, -1) >= most) {
      return Optional.empty();
    }
    parts++;
    Optional<Arranged> arranged = divided(part, most);
    arranged.ifPresentOrElse(
        present -> found.put(part, present), () -> tooFew.merge(part, most, Math::max));
    return arranged;
  }

  private Optional<Arranged> divided(BitSet part, int most) {
    if (part.cardinality() == 1) {
      return Optional.of(new Arranged(new Step(precedence.task(part.nextSetBit(0))), 0));
    }
    List<BitSet> independent = precedence.independent(part);
    if (independent.size() > 1) {
      return together(independent, most, Arrangement::parallel);
    }
    List<BitSet> consecutive = precedence.consecutive(part);
    if (consecutive.size() > 1) {
      return together(consecutive, most, Arrangement::sequence);
    }
    return cut(part, most);
  }

  private Optional<Arranged> together(
      List<BitSet> groups, int most, Function<List<Arrangement>, Arrangement> joined) {
    List<Arrangement> arrangements = new ArrayList<>();
    int barriers = 0;
    for (BitSet group : groups) {
      Optional<Arranged> arranged = within(group, most - barriers);
      if (arranged.isEmpty()) {
        return Optional.empty();
      }
      arrangements.add(arranged.get().arrangement());
      barriers += arranged.get().barriers();
    }
    return Optional.of(new Arranged(joined.apply(arrangements), barriers));
  }

  private Optional<Arranged> cut(BitSet part, int most) {
    if (most == 0) {
      return Optional.empty();
    }
    Cuts cuts = Cuts.of(precedence, part);
    for (int allowed = 1; allowed <= most; allowed++) {
      if (parts > MAX_PARTS) {
        isProven = false;
        return promising(part, cuts, most);
      }
      Optional<Arranged> best = shortest(part, cuts, allowed);
      if (best.isPresent()) {
        return best;
      }
      isProven &= cuts.isComplete();
    }
    return Optional.empty();
  }

  private Optional<Arranged> shortest(BitSet part, Cuts cuts, int allowed) {
    long least = precedence.criticalMicros(part);
    Optional<Arranged> best = Optional.empty();
    for (BitSet side : cuts.sides()) {
      Optional<Arranged> arranged = at(side, part, allowed);
      if (arranged.isPresent() && (best.isEmpty() || isShorter(arranged.get(), best.get()))) {
        best = arranged;
      }
      if (best.isPresent() && best.get().arrangement().lengthMicros() == least) {
        return best;
      }
    }
    return best;
  }

  private static boolean isShorter(Arranged one, Arranged other) {
    return one.arrangement().lengthMicros() < other.arrangement().lengthMicros();
  }

  private Optional<Arranged> at(BitSet side, BitSet part, int allowed) {
    return together(List.of(side, Cuts.without(part, side)), allowed - 1, Arrangement::sequence)
        .map(sides -> new Arranged(sides.arrangement(), sides.barriers() + 1));
  }

  /** The cut that costs least by itself, the most even one of equals; whatever follows from it. */
  private Optional<Arranged> promising(BitSet part, Cuts cuts, int most) {
    BitSet chosen = cuts.sides().get(0);
    long least = Long.MAX_VALUE;
    int evenest = 0;
    for (BitSet side : cuts.sides()) {
      BitSet rest = Cuts.without(part, side);
      long length = precedence.criticalMicros(side) + precedence.criticalMicros(rest);
      int smaller = Math.min(side.cardinality(), rest.cardinality());
      if (length < least || (length == least && smaller > evenest)) {
        chosen = side;
        least = length;
        evenest = smaller;
      }
    }
    return at(chosen, part, most);
  }
}
