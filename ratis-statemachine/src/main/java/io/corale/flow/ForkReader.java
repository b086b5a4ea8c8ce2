package io.corale.flow;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code fork}. */
final class ForkReader {
  /** Wider work is a list of items: a {@code for} with parallelism. */
  static final int MAX_BRANCHES = 1_000;

  private final Findings findings;

  ForkReader(Findings findings) {
    this.findings = findings;
  }

  Optional<Work> read(Marked value, Site site, Lists lists) {
    String where = site.where() + ".fork";
    Optional<Marked.Fields> fields = findings.object(value, where);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    findings.requireKeys(fields.get(), where, List.of("branches", "compete"), Map.of());
    Optional<Marked> compete = fields.get().get("compete");
    if (compete.isPresent() && !compete.get().value().isBoolean()) {
      findings.add(
          compete.get(), "fork.compete must be true or false, found " + compete.get().kind(), "");
    }
    boolean competes = compete.isPresent() && compete.get().value().asBoolean();
    Optional<Marked> branches = findings.required(fields.get(), "branches", where);
    if (branches.isPresent()
        && branches.get() instanceof Marked.Items items
        && items.items().size() > MAX_BRANCHES) {
      findings.add(
          branches.get(),
          site.where() + " has more than " + MAX_BRANCHES + " branches",
          "for many items of one kind there is 'for' with metadata.parallelism");
    }
    return branches
        .flatMap(
            list ->
                lists.read(
                    list, "branches", site.here().list("/fork/branches", Scope.Kind.BRANCHES)))
        .map(tasks -> new Work.Fork(tasks, competes));
  }
}
