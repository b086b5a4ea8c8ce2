package io.corale.client.wfformat;

import io.corale.client.wfformat.Arrangement.Parallel;
import io.corale.client.wfformat.Arrangement.Sequence;
import io.corale.client.wfformat.Arrangement.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.random.RandomGenerator;

/** Workflows in a short hand, and what an arrangement promises about them. */
final class Graphs {
  private Graphs() {}

  /** Each word is a task with its seconds and parents: {@code c:3<a,b}. */
  static RecordedWorkflow workflow(String words) {
    List<RecordedTask> tasks = new ArrayList<>();
    for (String word : words.split(" ", -1)) {
      String[] sides = word.split("<", -1);
      String[] head = sides[0].split(":", -1);
      List<String> parents = sides.length > 1 ? List.of(sides[1].split(",", -1)) : List.of();
      long seconds = head.length > 1 ? Long.parseLong(head[1]) : 1;
      tasks.add(new RecordedTask(head[0], "work", seconds * 1_000_000, parents));
    }
    return new RecordedWorkflow("drawn", tasks);
  }

  /** Any graph of so many tasks: an edge between two has the chance of one in {@code sparse}. */
  static RecordedWorkflow random(RandomGenerator chance, int count, int sparse) {
    List<RecordedTask> tasks = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      List<String> parents = new ArrayList<>();
      for (int earlier = 0; earlier < number; earlier++) {
        if (chance.nextInt(sparse) == 0) {
          parents.add("t" + earlier);
        }
      }
      tasks.add(new RecordedTask("t" + number, "work", chance.nextInt(9) * 1_000_000L, parents));
    }
    return new RecordedWorkflow("random", tasks);
  }

  static Arranger.Result arranged(RecordedWorkflow workflow) throws UnusableWorkflowException {
    return Arranger.arrange(Precedence.of(workflow));
  }

  /** As {@code (a ; (b | c))}. */
  static String drawn(Arrangement arrangement) {
    if (arrangement instanceof Step step) {
      return step.task().id();
    }
    boolean isSequence = arrangement instanceof Sequence;
    StringJoiner parts = new StringJoiner(isSequence ? " ; " : " | ", "(", ")");
    parts(arrangement).forEach(part -> parts.add(drawn(part)));
    return parts.toString();
  }

  private static List<Arrangement> parts(Arrangement arrangement) {
    return arrangement instanceof Sequence sequence
        ? sequence.parts()
        : arrangement instanceof Parallel parallel ? parallel.parts() : List.of();
  }

  /** For each task those that have ended before it starts. */
  static Map<String, Set<String>> before(Arrangement arrangement) {
    Map<String, Set<String>> before = new LinkedHashMap<>();
    walk(arrangement, Set.of(), before);
    return before;
  }

  private static Set<String> walk(
      Arrangement part, Set<String> ended, Map<String, Set<String>> before) {
    if (part instanceof Step step) {
      if (before.put(step.task().id(), ended) != null) {
        throw new AssertionError(step.task().id() + " stands twice");
      }
      return Set.of(step.task().id());
    }
    Set<String> inside = new LinkedHashSet<>();
    for (Arrangement each : parts(part)) {
      Set<String> earlier = new LinkedHashSet<>(ended);
      if (part instanceof Sequence) {
        earlier.addAll(inside);
      }
      inside.addAll(walk(each, earlier, before));
    }
    return inside;
  }
}
