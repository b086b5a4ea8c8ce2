package io.corale.client.wfformat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntToLongFunction;

/**
 * Where a barrier can stand in a part of a workflow: each cut is the side before it, which with any
 * task has all that precede it.
 *
 * @param sides without the empty one and the whole
 * @param isComplete whether there are no others
 */
record Cuts(List<BitSet> sides, boolean isComplete) {
  /** There may be as many as subsets; beyond this the telling ones are tried. */
  static final int MAX_ALL = 256;

  Cuts {
    sides = List.copyOf(sides);
  }

  static Cuts of(Precedence precedence, BitSet part) {
    Set<BitSet> all = new LinkedHashSet<>();
    Deque<BitSet> open = new ArrayDeque<>();
    open.add(new BitSet());
    while (!open.isEmpty()) {
      BitSet side = open.remove();
      BitSet rest = without(part, side);
      for (int task = rest.nextSetBit(0); task >= 0; task = rest.nextSetBit(task + 1)) {
        if (!precedence.before(task, rest).isEmpty()) {
          continue;
        }
        BitSet wider = (BitSet) side.clone();
        wider.set(task);
        if (!wider.equals(part) && all.add(wider)) {
          open.add(wider);
        }
      }
      if (all.size() > MAX_ALL) {
        return new Cuts(telling(precedence, part), false);
      }
    }
    return new Cuts(List.copyOf(all), true);
  }

  /** Just before and just after each task, and by time and level, from both ends. */
  private static List<BitSet> telling(Precedence precedence, BitSet part) {
    Set<BitSet> sides = new LinkedHashSet<>();
    long[] ends = precedence.endsMicros(part);
    for (int task = part.nextSetBit(0); task >= 0; task = part.nextSetBit(task + 1)) {
      BitSet before = precedence.before(task, part);
      BitSet after = precedence.after(task, part);
      BitSet upTo = (BitSet) before.clone();
      upTo.set(task);
      BitSet from = (BitSet) after.clone();
      from.set(task);
      sides.addAll(List.of(before, upTo, without(part, from), without(part, after)));
      int at = task;
      sides.add(upTo(part, at, each -> ends[each]));
      sides.add(upTo(part, at, each -> ends[each] - precedence.task(each).runtimeMicros()));
      sides.add(upTo(part, at, each -> precedence.before(each, part).cardinality()));
      sides.add(upTo(part, at, each -> -precedence.after(each, part).cardinality()));
    }
    sides.removeIf(side -> side.isEmpty() || side.equals(part));
    return new ArrayList<>(sides);
  }

  /** All with a measure, which grows along every path, up to that of the task. */
  private static BitSet upTo(BitSet part, int task, IntToLongFunction measure) {
    BitSet side = new BitSet();
    long most = measure.applyAsLong(task);
    part.stream().filter(each -> measure.applyAsLong(each) <= most).forEach(side::set);
    return side;
  }

  static BitSet without(BitSet part, BitSet side) {
    BitSet rest = (BitSet) part.clone();
    rest.andNot(side);
    return rest;
  }
}
