package io.corale.flow;

import java.util.List;

/** The kinds of {@code run} that start processes, which are refused by name. */
final class Processes {
  private static final List<String> KINDS = List.of("container", "script", "shell");

  private Processes() {}

  /** The keys of this {@code run} that would start a process; reports them. */
  static List<String> refuse(Findings findings, Marked.Fields run, String where) {
    List<Marked.Field> found =
        run.fields().stream().filter(each -> KINDS.contains(each.key())).toList();
    for (Marked.Field each : found) {
      findings.add(
          each,
          "'run: " + each.key() + "' is not allowed in " + where,
          "it would run on the nodes themselves, beside the data of other owners; an operator would"
              + " have to allow it, and this release gives no way to: call a function instead");
    }
    return found.stream().map(Marked.Field::key).toList();
  }
}
