package io.corale.flow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.flow.Frame.Data;
import io.corale.flow.Frame.Progress;
import io.corale.flow.Line.Heritage;
import io.corale.flow.Line.Origin;
import io.corale.model.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a waiting branch remembers in the log, as a small JSON document:
 *
 * <pre>
 * {"v":2,                    version of this form
 *  "w":..., "W":...,         input of the composition, transformed and raw, where it is looked at
 *  "s":{"item":...},         variables inherited through a fork
 *  "r":120000,               expected micros after the end of this branch
 *  "a":[4,10],               timers that are set
 *  "n":3,                    turns given to others since it waited for something
 *  "f":[{"t":3,              the tasks that it is in, the outermost first, by id;
 *        "i":...,            input, where it is looked at or needed again
 *        "x":...,"b":...,    raw input and wall time of the beginning, where $task is looked at
 *        "e":...,"n":0,"l":[...],      of a loop: item, index, items that are left
 *        "k":1,"u":5000,"p":true,      of a try: retries, age at its beginning; if it pauses
 *        "n":2,"h":[...],"q":{...},    of a listen: events taken, what it has of them, what it expects
 *        "m":[0,2],"e":...,"o":true,   of correlations; filters met, event at hand, if it is the last
 *        "c":{...},          of a try: the error that it caught, null where nobody looks
 *        "g":"after","o":...,"h":3},   of an extended task: what runs; the work's output and next
 *       {"t":5}],            the last one waits, unless there is
 *  "y":{"t":7,"d":...},      the task to enter, with its raw input: it gave others a turn
 *  "z":{"t":7,"i":...,"n":9}} or the fork or loop that this branch is to begin: the input, and how
 *                            many branches there are; the signal says which
 * </pre>
 *
 * Version 1 knew {@code w}, {@code s}, {@code r} and {@code f} with {@code t}, {@code i}, {@code
 * e}, {@code n} and {@code l}, with the same meanings.
 */
final class Memory {
  private static final int VERSION = 2;
  private static final JsonNodeFactory MAKE = JsonNodeFactory.instance;

  private Memory() {}

  /** The task that a branch is to enter when it has its turn again. */
  record Turn(Task task, JsonNode raw) {}

  /** The fork or loop of which a branch is to run its share. */
  record Seed(Task task, JsonNode input, int count) {}

  /** A line read back, and what it is to do if it does not wait in its innermost task. */
  record Recalled(Line line, Optional<Turn> turn, Optional<Seed> seed) {}

  /** A line that waits in its innermost task. */
  static Payload write(Line line) {
    return Json.write(state(line));
  }

  /** A line that gives others a turn before it enters a task. */
  static Payload write(Line line, Turn turn) {
    ObjectNode state = state(line);
    state.putObject("y").put("t", turn.task().id()).set("d", turn.raw());
    return Json.write(state);
  }

  /** What each branch of a fork or loop begins with. */
  static Payload write(Heritage heritage, Seed seed) {
    ObjectNode state = MAKE.objectNode();
    state.put("v", VERSION);
    write(state, heritage);
    state.putObject("z").put("t", seed.task().id()).put("n", seed.count()).set("i", seed.input());
    return Json.write(state);
  }

  private static ObjectNode state(Line line) {
    ObjectNode state = MAKE.objectNode();
    state.put("v", VERSION);
    write(state, line.heritage);
    SortedSet<Integer> timers = line.timers.numbers();
    if (!timers.isEmpty()) {
      timers.forEach(state.putArray("a")::add);
    }
    if (line.turns > 0) {
      state.put("n", line.turns);
    }
    ArrayNode frames = state.putArray("f");
    line.frames().forEach(frame -> frames.add(write(frame)));
    return state;
  }

  private static void write(ObjectNode state, Heritage heritage) {
    heritage.origin().input().ifPresent(input -> state.set("w", input));
    heritage.origin().raw().ifPresent(raw -> state.set("W", raw));
    if (!heritage.variables().isEmpty()) {
      ObjectNode inherited = state.putObject("s");
      heritage.variables().forEach(inherited::set);
    }
    if (heritage.restMicros() > 0) {
      state.put("r", heritage.restMicros());
    }
  }

  private static ObjectNode write(Frame frame) {
    ObjectNode written = MAKE.objectNode();
    written.put("t", frame.task().id());
    if (frame.task().keepsInput()) {
      written.set("i", frame.input());
    }
    if (frame.task().mentionsLater("task")) {
      written.set("x", frame.data().raw());
      written.put("b", frame.data().startedMillis());
    }
    write(written, frame, frame.progress());
    return written;
  }

  private static void write(ObjectNode written, Frame frame, Progress progress) {
    if (progress instanceof Progress.Loop loop) {
      written.set("e", loop.item());
      written.put("n", loop.index());
      written.putArray("l").addAll(loop.rest());
    } else if (progress instanceof Progress.Attempt attempt) {
      written.put("k", attempt.retries()).put("u", attempt.sinceMicros());
    } else if (progress instanceof Progress.Pausing pausing) {
      write(written, frame, pausing.next());
      written.put("p", true);
    } else if (progress instanceof Progress.Attentive attentive) {
      write(written, (Work.Listen) frame.task().work(), attentive);
    } else if (progress instanceof Progress.Caught caught) {
      Work.Try work = (Work.Try) frame.task().work();
      written.set("c", work.looksAtError() ? caught.error() : NullNode.instance);
    } else if (progress instanceof Progress.Before) {
      written.put("g", "before");
    } else if (progress instanceof Progress.Within within) {
      written.put("g", within.applies() ? "within" : "plain");
    } else if (progress instanceof Progress.After after) {
      written.put("g", "after").set("o", after.output());
      written.set("h", write(after.next()));
    }
  }

  private static JsonNode write(Next next) {
    if (next instanceof Next.To to) {
      return MAKE.numberNode(to.position());
    }
    return MAKE.textNode(
        next instanceof Next.End ? "end" : next instanceof Next.Exit ? "exit" : "continue");
  }

  private static Next next(JsonNode written) {
    return switch (written.asText()) {
      case "end" -> new Next.End();
      case "exit" -> new Next.Exit();
      case "continue" -> new Next.Continue();
      default -> new Next.To(written.asInt());
    };
  }

  private static void write(ObjectNode written, Work.Listen work, Progress.Attentive at) {
    written.put("n", at.count());
    written.putArray("h").addAll(at.outputs());
    if (!at.expected().isEmpty()) {
      at.expected().forEach(written.putObject("q")::set);
    }
    if (!at.met().isEmpty()) {
      at.met().forEach(written.putArray("m")::add);
    }
    if (at.item().isPresent()) {
      boolean isNeeded = work.listening().foreach().filter(Listening.Each::looksAtItem).isPresent();
      written.set("e", isNeeded ? at.item().get() : NullNode.instance);
    }
    if (at.isLast()) {
      written.put("o", true);
    }
  }

  /** What was written for this composition; empty where the bytes are anything else. */
  static Optional<Recalled> read(Composition composition, int branch, Payload payload) {
    Optional<JsonNode> read = Json.readMemory(payload);
    if (read.isEmpty()) {
      return Optional.empty();
    }
    JsonNode state = read.get();
    int version = state.path("v").asInt();
    if (version < 1 || version > VERSION) {
      return Optional.empty();
    }
    SortedSet<Integer> timers = new TreeSet<>();
    state.path("a").forEach(number -> timers.add(number.asInt()));
    Line line = new Line(branch, heritage(state), timers);
    line.turns = state.path("n").asInt();
    for (JsonNode written : state.path("f")) {
      Optional<Frame> frame = frame(composition, written);
      if (frame.isEmpty()) {
        return Optional.empty();
      }
      line.push(frame.get());
    }
    return recalled(composition, state, line);
  }

  private static Optional<Recalled> recalled(Composition composition, JsonNode state, Line line) {
    JsonNode turn = state.path("y");
    JsonNode seed = state.path("z");
    Optional<Task> next =
        composition.task(turn.isMissingNode() ? seed.path("t").asInt() : turn.path("t").asInt());
    if (!turn.isMissingNode()) {
      return next.map(
          task ->
              new Recalled(
                  line, Optional.of(new Turn(task, orNull(turn.get("d")))), Optional.empty()));
    }
    if (!seed.isMissingNode()) {
      return next.map(
          task ->
              new Recalled(
                  line,
                  Optional.empty(),
                  Optional.of(new Seed(task, orNull(seed.get("i")), seed.path("n").asInt()))));
    }
    return line.depth() == 0
        ? Optional.empty()
        : Optional.of(new Recalled(line, Optional.empty(), Optional.empty()));
  }

  private static Heritage heritage(JsonNode state) {
    SortedMap<String, JsonNode> inherited = new TreeMap<>();
    state.path("s").properties().forEach(field -> inherited.put(field.getKey(), field.getValue()));
    Origin origin =
        new Origin(Optional.ofNullable(state.get("W")), Optional.ofNullable(state.get("w")));
    return new Heritage(inherited, origin, state.path("r").asLong());
  }

  private static Optional<Frame> frame(Composition composition, JsonNode written) {
    Data data =
        new Data(orNull(written.get("x")), orNull(written.get("i")), written.path("b").asLong());
    return composition
        .task(written.path("t").asInt())
        .map(
            task ->
                task.work() instanceof Work.Extended
                    ? new Frame(task, data, extended(composition, task, data, written))
                    : new Frame(task, data, progress(task, written)));
  }

  private static Progress extended(
      Composition composition, Task task, Data data, JsonNode written) {
    return switch (written.path("g").asText()) {
      case "before" -> new Progress.Before(Extensions.seen(composition, task, data));
      case "after" ->
          new Progress.After(
              Extensions.seenAfter(composition, task, data, orNull(written.get("o"))),
              orNull(written.get("o")),
              next(written.path("h")));
      default -> new Progress.Within(written.path("g").asText().equals("within"));
    };
  }

  private static Progress progress(Task task, JsonNode written) {
    if (written.has("l")) {
      List<JsonNode> rest = new ArrayList<>();
      written.path("l").forEach(rest::add);
      return new Progress.Loop(orNull(written.get("e")), written.path("n").asInt(), rest);
    }
    if (task.work() instanceof Work.Listen) {
      return attentive(written);
    }
    if (written.has("c")) {
      return new Progress.Caught(orNull(written.get("c")));
    }
    if (task.work() instanceof Work.Try) {
      var attempt = new Progress.Attempt(written.path("k").asInt(), written.path("u").asLong());
      return written.path("p").asBoolean() ? new Progress.Pausing(attempt) : attempt;
    }
    return Frame.ONCE;
  }

  private static Progress attentive(JsonNode written) {
    List<JsonNode> outputs = new ArrayList<>();
    written.path("h").forEach(outputs::add);
    SortedMap<String, JsonNode> expected = new TreeMap<>();
    written.path("q").properties().forEach(each -> expected.put(each.getKey(), each.getValue()));
    SortedSet<Integer> met = new TreeSet<>();
    written.path("m").forEach(position -> met.add(position.asInt()));
    return new Progress.Attentive(
        written.path("n").asInt(),
        outputs,
        expected,
        met,
        Optional.ofNullable(written.get("e")),
        written.path("o").asBoolean());
  }

  private static JsonNode orNull(@Nullable JsonNode node) {
    return node == null ? NullNode.instance : node;
  }
}
