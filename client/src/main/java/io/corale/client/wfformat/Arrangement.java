package io.corale.client.wfformat;

import java.util.ArrayList;
import java.util.List;

/** Tasks in the order in which a composition can have them: one after another, or side by side. */
sealed interface Arrangement {
  /** How long it takes, with as many machines as it likes. */
  long lengthMicros();

  /** One task. */
  record Step(RecordedTask task) implements Arrangement {
    @Override
    public long lengthMicros() {
      return task.runtimeMicros();
    }
  }

  /** Each part begins when the one before has ended as a whole. */
  record Sequence(List<Arrangement> parts, long lengthMicros) implements Arrangement {
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /** All parts begin together; it ends with the last of them. */
  record Parallel(List<Arrangement> parts, long lengthMicros) implements Arrangement {
    public Parallel {
      parts = List.copyOf(parts);
    }
  }

  /** One after another; a sequence in a sequence dissolves. */
  static Arrangement sequence(List<Arrangement> parts) {
    List<Arrangement> flat = new ArrayList<>();
    for (Arrangement part : parts) {
      if (part instanceof Sequence inner) {
        flat.addAll(inner.parts());
      } else {
        flat.add(part);
      }
    }
    return new Sequence(flat, flat.stream().mapToLong(Arrangement::lengthMicros).sum());
  }

  /** Side by side. */
  static Arrangement parallel(List<Arrangement> parts) {
    return new Parallel(parts, parts.stream().mapToLong(Arrangement::lengthMicros).max().orElse(0));
  }
}
