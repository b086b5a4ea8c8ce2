package io.corale.flow;

import io.corale.flow.Outline.Arrow;
import io.corale.flow.Outline.Box;
import io.corale.flow.Outline.Node;
import io.corale.flow.Outline.Shape;
import io.corale.flow.Task.Tasks;
import io.corale.flow.Work.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Draws the outline of one list of tasks, and of the lists inside of it. */
final class Sketch {
  private static final int BEGIN = 0;

  private final List<Task> tasks;
  private final boolean isRoot;
  private final Optional<Round> round;
  private final SortedMap<Way, String> arrows = new TreeMap<>();
  private boolean stops;

  /**
   * @param round how the tasks run again and again; empty where they run once
   */
  private Sketch(Tasks tasks, Optional<Round> round) {
    this.tasks = tasks.list();
    this.isRoot = tasks.owner() == 0;
    this.round = round;
  }

  /** What a round of a loop is for, and what ends the last. */
  private record Round(String next, String last) {}

  private static Sketch once(Tasks tasks) {
    return new Sketch(tasks, Optional.empty());
  }

  /** From one position in the box to another. */
  private record Way(int from, int to) implements Comparable<Way> {
    @Override
    public int compareTo(Way other) {
      return from != other.from ? Integer.compare(from, other.from) : Integer.compare(to, other.to);
    }
  }

  static Box of(Composition composition) {
    String start = composition.schedule().map(Scheduling::words).orElse("start");
    return once(composition.root()).inOrder(start, "end");
  }

  // A new kind of work needs a line here only if its key does not say enough.

  /** What a task does, in few words, and what else it heeds. */
  private static String does(Task task) {
    Work work = itself(task.work());
    String does = does(work);
    if (work instanceof Work.Try attempt && attempt.catching().retry().isPresent()) {
      does += ", retry";
    }
    if (work instanceof Work.For loop && loop.condition().isPresent()) {
      does += ", while";
    }
    if (work instanceof Work.Listen listen && listen.listening().until().isPresent()) {
      does += ", until";
    }
    if (task.timeout().isPresent()) {
      does += ", timeout";
    }
    if (task.work() instanceof Work.Extended) {
      does += ", extended";
    }
    return task.filters().condition().isPresent() ? does + ", if" : does;
  }

  /** The work without what extends it. */
  private static Work itself(Work work) {
    return work instanceof Work.Extended extended ? itself(extended.task().first().work()) : work;
  }

  private static String does(Work work) {
    if (work instanceof Work.Call call) {
      return "call " + called(call.function());
    }
    if (work instanceof Work.Function function) {
      return "call " + function.name();
    }
    if (work instanceof Work.Elsewhere elsewhere) {
      return "run "
          + elsewhere.name()
          + " at "
          + elsewhere.call().function().implementations().get(0).account()
          + (elsewhere.isAwaited() ? "" : ", not awaited");
    }
    if (work instanceof Work.Run run) {
      return "run " + run.target() + (run.isAwaited() ? "" : ", not awaited");
    }
    if (work instanceof Work.For loop) {
      return "for each " + loop.range().each();
    }
    if (work instanceof Work.Spread loop) {
      return "for each " + loop.range().each() + ", " + loop.parallelism() + " side by side";
    }
    if (work instanceof Work.Fork fork && fork.competes()) {
      return "race";
    }
    if (work instanceof Work.Listen listen) {
      return "listen, " + listen.listening().to().count().name().toLowerCase(Locale.ROOT);
    }
    return work.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static String called(FunctionSpec function) {
    return function
        .request()
        .filter(request -> !request.part().isEmpty())
        .map(Described::shown)
        .orElse(function.name());
  }

  /** What is inside of a task; several lists are a box of boxes, the first of which may fail. */
  private static Optional<Box> inside(Work work) {
    List<Tasks> lists = work.inner();
    if (lists.isEmpty()) {
      return Optional.empty();
    }
    if (work instanceof Work.Fork fork) {
      return Optional.of(once(lists.get(0)).sideBySide(fork.competes() ? "first wins" : "join"));
    }
    if (work instanceof Work.Extended extended) {
      return Optional.of(around(extended));
    }
    Box box = new Sketch(lists.get(0), round(work)).inOrder("", "");
    return Optional.of(lists.size() == 1 ? box : withOthers(box, lists));
  }

  /** What extends a work, before and after it. */
  private static Box around(Work.Extended work) {
    String name = work.place().substring(work.place().lastIndexOf('/') + 1);
    Task task = work.task().first();
    List<Node> nodes = new ArrayList<>(List.of(mark(Shape.BEGIN, "")));
    work.before().ifPresent(list -> nodes.add(part("before: " + name, once(list).inOrder("", ""))));
    nodes.add(new Node(shape(task), task.name(), does(task), inside(task.work())));
    work.after().ifPresent(list -> nodes.add(part("after: " + name, once(list).inOrder("", ""))));
    nodes.add(mark(Shape.END, ""));
    List<Arrow> arrows = new ArrayList<>();
    for (int from = 0; from + 1 < nodes.size(); from++) {
      arrows.add(new Arrow(from, from + 1, ""));
    }
    return new Box(nodes, arrows);
  }

  private static Shape shape(Task task) {
    return itself(task.work()) instanceof Work.Switch ? Shape.CHOICE : Shape.TASK;
  }

  private static Optional<Round> round(Work work) {
    if (work instanceof Work.For loop) {
      return Optional.of(
          new Round(
              "next item",
              loop.condition().isPresent()
                  ? "after the last, or no more by while"
                  : "after the last"));
    }
    return work instanceof Work.Listen
        ? Optional.of(new Round("next event", "after the last"))
        : Optional.empty();
  }

  private static Box withOthers(Box first, List<Tasks> lists) {
    List<Node> nodes = new ArrayList<>(List.of(mark(Shape.BEGIN, ""), part("try", first)));
    List<Arrow> arrows = new ArrayList<>(List.of(new Arrow(BEGIN, 1, "")));
    int end = lists.size() + 1;
    for (Tasks other : lists.subList(1, lists.size())) {
      arrows.add(new Arrow(1, nodes.size(), "error"));
      arrows.add(new Arrow(nodes.size(), end, ""));
      nodes.add(part("catch", once(other).inOrder("", "")));
    }
    arrows.add(new Arrow(1, end, ""));
    nodes.add(mark(Shape.END, ""));
    return new Box(nodes, arrows);
  }

  private static Node part(String name, Box box) {
    return new Node(Shape.TASK, name, "", Optional.of(box));
  }

  private static Node mark(Shape shape, String name) {
    return new Node(shape, name, "", Optional.empty());
  }

  private Box inOrder(String begin, String end) {
    add(BEGIN, 1, "");
    for (Task task : tasks) {
      int from = task.position() + 1;
      Work work = itself(task.work());
      if (work instanceof Work.Switch choice) {
        choose(from, choice, task);
      } else if (work instanceof Work.Raise) {
        add(from, end(), "error");
      } else {
        add(from, target(from, task.then()), label(task.then()));
      }
      if (work instanceof Work.Try attempt && attempt.catching().then().isPresent()) {
        add(from, target(from, attempt.catching().then().get()), "caught");
      }
      if (task.filters().condition().isPresent() && !(task.then() instanceof Next.Continue)) {
        add(from, from + 1, "skipped");
      }
    }
    if (round.isPresent()) {
      add(round(), BEGIN, "");
      add(round(), end(), round.get().last());
    }
    return box(begin, end);
  }

  private void choose(int from, Work.Switch choice, Task task) {
    boolean hasDefault = false;
    for (Case option : choice.cases()) {
      add(from, target(from, option.then()), option.name());
      hasDefault |= option.when().isEmpty();
    }
    if (!hasDefault) {
      add(from, target(from, task.then()), "otherwise");
    }
  }

  private Box sideBySide(String end) {
    for (int position = 1; position < end(); position++) {
      add(BEGIN, position, "");
      add(position, end(), "");
    }
    return box("", end);
  }

  private Box box(String begin, String end) {
    List<Node> nodes = new ArrayList<>(List.of(mark(Shape.BEGIN, begin)));
    for (Task task : tasks) {
      nodes.add(new Node(shape(task), task.name(), does(task), inside(task.work())));
    }
    round.ifPresent(each -> nodes.add(mark(Shape.ROUND, each.next())));
    nodes.add(mark(Shape.END, end));
    if (stops) {
      nodes.add(mark(Shape.STOP, "end"));
    }
    List<Arrow> ways = new ArrayList<>();
    arrows.forEach((way, label) -> ways.add(new Arrow(way.from(), way.to(), label)));
    return new Box(nodes, ways);
  }

  /** The position of the end of a round. */
  private int round() {
    return tasks.size() + 1;
  }

  private int end() {
    return tasks.size() + (round.isPresent() ? 2 : 1);
  }

  private int target(int from, Next next) {
    if (next instanceof Next.To to) {
      return to.position() + 1;
    }
    if (next instanceof Next.End && !isRoot) {
      stops = true;
      return end() + 1;
    }
    if (next instanceof Next.Exit && round.isPresent()) {
      return round();
    }
    return next instanceof Next.Continue ? from + 1 : end();
  }

  private static String label(Next next) {
    if (next instanceof Next.Exit) {
      return "exit";
    }
    return next instanceof Next.Continue ? "" : "then";
  }

  private void add(int from, int to, String label) {
    arrows.merge(
        new Way(from, to),
        label,
        (one, other) -> one.isEmpty() || other.isEmpty() ? one + other : one + ", " + other);
  }
}
