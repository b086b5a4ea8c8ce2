package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.corale.flow.Frame.Progress;
import io.corale.scheduler.Subscription;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * One branch while it is evaluated: its number and the tasks that it is in, the outermost first.
 *
 * <p>Confined to the evaluation that made it.
 */
final class Line {
  final int number;
  final Heritage heritage;
  final Timers timers;
  private final List<Frame> frames = new ArrayList<>();

  /** How often it gave others a turn since it waited for something. */
  int turns;

  /**
   * What a branch has from those that opened it.
   *
   * @param variables of the loops and errors around the fork
   * @param restMicros expected from its end to the end of the invocation
   */
  record Heritage(SortedMap<String, JsonNode> variables, Origin origin, long restMicros) {
    Heritage {
      variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
    }

    /** Only what these tasks look at. */
    Heritage forTasks(List<Task> tasks, Composition composition) {
      SortedMap<String, JsonNode> needed = new TreeMap<>(variables);
      needed.keySet().removeIf(name -> tasks.stream().noneMatch(task -> task.mentions(name)));
      boolean mayEndAll = tasks.stream().anyMatch(Task::mayEndAll);
      boolean keepsRaw =
          tasks.stream().anyMatch(task -> task.mentions("workflow"))
              || (mayEndAll && composition.filters().mentionsAfterwards("workflow"));
      return new Heritage(
          needed,
          new Origin(
              keepsRaw ? origin.raw() : Optional.empty(),
              mayEndAll ? origin.input() : Optional.empty()),
          restMicros);
    }
  }

  /**
   * The input of the composition, as far as the branch may need it.
   *
   * @param raw where something looks at {@code $workflow}
   * @param input transformed, where the composition's output.as looks at {@code $input}
   */
  record Origin(Optional<JsonNode> raw, Optional<JsonNode> input) {}

  Line(int number, Heritage heritage, SortedSet<Integer> timers) {
    this.number = number;
    this.heritage = heritage;
    this.timers = new Timers(timers);
  }

  List<Frame> frames() {
    return Collections.unmodifiableList(frames);
  }

  int depth() {
    return frames.size();
  }

  Frame top() {
    return frames.get(frames.size() - 1);
  }

  void push(Frame frame) {
    frames.add(frame);
  }

  /** Puts the frame of the same task, further on, in place of the innermost. */
  void replaceTop(Frame frame) {
    frames.set(frames.size() - 1, frame);
  }

  Frame pop() {
    Frame popped = top();
    truncate(frames.size() - 1);
    return popped;
  }

  /** Leaves all frames deeper than this, with their timers. */
  void truncate(int depth) {
    frames.subList(depth, frames.size()).clear();
    timers.dropBelow(depth);
  }

  /** Sets a timer of the innermost frame. */
  void want(Timers.Kind kind, long micros) {
    timers.want(Timers.number(depth(), kind), micros);
  }

  /** Opens the ear of the innermost frame. */
  void listen(List<Subscription> subscriptions) {
    timers.listen(ear(), subscriptions);
  }

  /** The number of the ear of the innermost frame. */
  int ear() {
    return Timers.number(depth(), Timers.Kind.EAR);
  }

  /** Calls a timer of the innermost frame off. */
  void drop(Timers.Kind kind) {
    timers.drop(Timers.number(depth(), kind));
  }

  /**
   * Whether a {@code try} may catch what goes wrong in its innermost task: here, or, as far as the
   * composition tells, around what opened it.
   *
   * @param next the task that is about to be its innermost
   */
  boolean isTried(Composition composition, Task next) {
    return frames.stream().anyMatch(frame -> frame.progress() instanceof Progress.Attempt)
        || composition.isTried(frames.isEmpty() ? next : frames.get(0).task());
  }

  /** The variables of the loops, events, errors and extensions that it is in. */
  SortedMap<String, JsonNode> variables() {
    SortedMap<String, JsonNode> variables = new TreeMap<>(heritage.variables());
    for (Frame frame : frames) {
      if (frame.progress() instanceof Progress.Loop at
          && frame.task().work() instanceof Work.For loop) {
        variables.put(loop.range().each(), at.item());
        variables.put(loop.range().at(), IntNode.valueOf(at.index()));
      } else if (frame.progress() instanceof Progress.Attentive at
          && at.item().isPresent()
          && frame.task().work() instanceof Work.Listen listen
          && listen.listening().foreach().isPresent()) {
        variables.put(listen.listening().foreach().get().item(), at.item().get());
        variables.put(listen.listening().foreach().get().at(), IntNode.valueOf(at.count()));
      } else if (frame.progress() instanceof Progress.Caught caught
          && frame.task().work() instanceof Work.Try attempt) {
        variables.put(attempt.catching().as(), caught.error());
      } else if (frame.progress() instanceof Progress.Before before) {
        variables.put("task", before.task());
      } else if (frame.progress() instanceof Progress.After after) {
        variables.put("task", after.task());
      }
    }
    return variables;
  }
}
