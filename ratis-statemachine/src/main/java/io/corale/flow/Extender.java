package io.corale.flow;

import io.corale.flow.ExtensionReader.Extension;
import io.corale.flow.Task.Tasks;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Puts extensions around the works of the tasks that they extend. Their tasks are read where they
 * run, with the variables of that place, and are not extended themselves.
 */
final class Extender {
  /**
   * The canonical forms of extensions, each counted for every task that it extends: what is
   * compiled of 80 KiB must not grow without bounds.
   */
  static final int MAX_BYTES = 1024 * 1024;

  private final Findings findings;
  private final Expressions expressions;
  private final List<Extension> extensions;
  private final Reading reading;
  private final SortedSet<String> used = new TreeSet<>();
  private final SortedSet<String> broken = new TreeSet<>();
  private boolean isInside;
  private int bytes;

  /** Reads what extensions are put around, and what they are made of. */
  interface Reading {
    Optional<Tasks> tasks(Marked value, String what, Scope scope);

    Optional<Work> work(String kind, Site site);

    /** The number of another task. */
    int nextId();
  }

  /** What a task passes on to its work, which becomes a task of its own. */
  record Header(String name, Next then) {}

  Extender(
      Findings findings, Expressions expressions, List<Extension> extensions, Reading reading) {
    this.findings = findings;
    this.expressions = expressions;
    this.extensions = extensions;
    this.reading = reading;
  }

  /** The work of a task of this kind, with all that extends it; the first is the outermost. */
  Optional<Work> read(String kind, Site site, Header header) {
    List<Extension> around =
        isInside ? List.of() : extensions.stream().filter(each -> each.isFor(kind)).toList();
    return read(kind, site, header, around);
  }

  private Optional<Work> read(String kind, Site site, Header header, List<Extension> around) {
    if (around.isEmpty()) {
      return reading.work(kind, site);
    }
    Optional<Shell> shell = shell(around.get(0), site);
    Scope inner = site.here().inner(reading.nextId());
    Optional<Work> work = read(kind, site.with(inner), header, around.subList(1, around.size()));
    if (shell.isEmpty() || work.isEmpty()) {
      return Optional.empty();
    }
    Task task =
        new Task(
            inner.owner(),
            header.name(),
            inner.place(),
            0,
            Filters.NONE,
            Optional.empty(),
            header.then(),
            work.get());
    return Optional.of(shell.get().around(new Tasks(site.here().owner(), List.of(task))));
  }

  /** Reads what is not extended inside. */
  <T> T closed(Supplier<T> reading) {
    boolean wasInside = isInside;
    isInside = true;
    T read = reading.get();
    isInside = wasInside;
    return read;
  }

  /** An extension as it is read for one task. */
  private record Shell(
      String place, Optional<Template> when, Optional<Tasks> before, Optional<Tasks> after) {
    Work around(Tasks task) {
      return new Work.Extended(place, when, before, task, after);
    }
  }

  /** Whoever reads a broken one finds nothing new in it. */
  private Optional<Shell> shell(Extension extension, Site site) {
    used.add(extension.place());
    if (broken.contains(extension.place()) || isTooMuch(extension)) {
      return Optional.empty();
    }
    isInside = true;
    Optional<Template> when =
        extension
            .fields()
            .get("when")
            .flatMap(value -> expressions.query(value, "when", site.variables()));
    Optional<Tasks> before = list(extension, "before", site);
    Optional<Tasks> after = list(extension, "after", site);
    isInside = false;
    boolean isWhole =
        isRead(extension, "when", when)
            && isRead(extension, "before", before)
            && isRead(extension, "after", after);
    if (!isWhole) {
      broken.add(extension.place());
      return Optional.empty();
    }
    return Optional.of(new Shell(extension.place(), when, before, after));
  }

  private boolean isTooMuch(Extension extension) {
    bytes += extension.bytes();
    if (bytes <= MAX_BYTES) {
      return false;
    }
    broken.add(extension.place());
    findings.add(
        extension.fields(),
        "more than " + MAX_BYTES + " bytes of extensions, counted for each task that they extend",
        "extend fewer kinds of tasks");
    return true;
  }

  private Optional<Tasks> list(Extension extension, String key, Site site) {
    Scope scope = site.here().elsewhere(extension.place() + "/" + key);
    return extension.fields().get(key).flatMap(list -> reading.tasks(list, key, scope));
  }

  private static boolean isRead(Extension extension, String key, Optional<?> read) {
    return extension.fields().get(key).isPresent() == read.isPresent();
  }

  /** Checks extensions that extend nothing; the rest was checked where it is used. */
  void checkUnused() {
    Flow.Around nothing = new Flow.Around(List.of(), Scope.Kind.SEQUENCE);
    for (Extension extension : extensions) {
      if (!used.contains(extension.place())) {
        shell(extension, new Site(extension.fields(), "an extension", Scope.root(), nothing));
      }
    }
  }
}
