package io.corale.flow;

import io.corale.model.Payload;
import io.corale.model.Problem;
import io.corale.scheduler.Transition;
import io.corale.scheduler.Transition.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps of a transition while they are gathered, within the bounds of the log.
 *
 * <p>Confined to one evaluation.
 */
final class Steps {
  /** What a step takes in a log entry beside its payloads: numbers and tags, rounded up. */
  private static final int STEP_BYTES = 32;

  /** What a call takes beside its arguments and its place: five names of at most 63 bytes. */
  private static final int CALL_BYTES = 384;

  /** What an item of a list takes beside its bytes. */
  private static final int ITEM_BYTES = 4;

  private final int mostPayloadBytes;
  private final List<Step> steps = new ArrayList<>();
  private int bytes;
  private int contextBytes;
  private int opened;
  private int emitted;
  private int emittedBytes;

  /**
   * @param mostPayloadBytes of a payload other than an event, as the cell's log may have it now
   */
  Steps(int mostPayloadBytes) {
    this.mostPayloadBytes = mostPayloadBytes;
  }

  /** A place to which {@link #rollBack} returns. */
  record Mark(int steps, int bytes, int opened) {}

  Mark mark() {
    return new Mark(steps.size(), bytes, opened);
  }

  void rollBack(Mark mark) {
    List<Step> undone = steps.subList(mark.steps(), steps.size());
    undone.forEach(step -> count(step, -1));
    undone.clear();
    bytes = mark.bytes();
    opened = mark.opened();
  }

  /** Takes back what was opened and asked for, but not what was said. */
  void undo(Mark mark) {
    List<Step> said =
        steps.subList(mark.steps(), steps.size()).stream()
            .filter(Step.Emit.class::isInstance)
            .toList();
    rollBack(mark);
    for (Step step : said) {
      bytes += sizeBytes(step);
      steps.add(step);
      count(step, 1);
    }
  }

  private void count(Step step, int more) {
    if (step instanceof Step.Emit) {
      emitted += more;
      emittedBytes += more * sizeBytes(step);
    }
  }

  /** The events that were emitted so far. */
  List<Step> emitted() {
    return steps.stream().filter(Step.Emit.class::isInstance).toList();
  }

  /** How many they are; asked for every task, so it is counted. */
  int emittedCount() {
    return emitted;
  }

  /** How much they take. */
  int emittedBytes() {
    return emittedBytes;
  }

  List<Step> list() {
    return List.copyOf(steps);
  }

  /** Opens a child and gives its number in this transition. */
  int open(Line parent) throws Faulted {
    add(new Step.Open(parent.number), "");
    opened++;
    return -opened;
  }

  void end(Line line, Payload output, String place) throws Faulted {
    requireFit(output, "the output of the branch is", place);
    add(new Step.End(line.number, output), place);
  }

  /** Remembers where a line stands, and sets its timers. */
  void remember(Line line, Payload state, String place) throws Faulted {
    requireSize(state, "what the branch must remember is", place);
    requireReadable(Json.mayBeRemembered(state), "what the branch must remember has", place);
    add(new Step.Remember(line.number, state), place);
    for (Step step : line.timers.steps(line.number)) {
      add(step, place);
    }
  }

  void add(Step step, String place) throws Faulted {
    int more = sizeBytes(step);
    requireRoom(bytes + contextBytes + more, place);
    bytes += more;
    steps.add(step);
    count(step, 1);
  }

  /** Keeps room for the new context, which goes into the same log entry. */
  void reserve(int newContextBytes, String place) throws Faulted {
    requireRoom(bytes + newContextBytes, place);
    contextBytes = newContextBytes;
  }

  /** How much room is kept for a new context. */
  int reserved() {
    return contextBytes;
  }

  /** Keeps so much room as before, at a place where that was there. */
  void reserveAgain(int bytesBefore) {
    contextBytes = bytesBefore;
  }

  private static void requireRoom(int bytes, String place) throws Faulted {
    if (bytes > Transition.MAX_GATHERED_BYTES) {
      throw new Faulted(
          Faulted.Kind.OVERFLOW,
          Problem.validation(
              "one step of the composition needs "
                  + bytes
                  + " bytes in the log, the limit is "
                  + Transition.MAX_GATHERED_BYTES
                  + " bytes",
              place));
    }
  }

  private static int sizeBytes(Step step) {
    if (step instanceof Step.Remember remember) {
      return STEP_BYTES + remember.state().standingBytes();
    }
    if (step instanceof Step.Call call) {
      return CALL_BYTES + call.call().place().length() + call.call().arguments().standingBytes();
    }
    if (step instanceof Step.Run run) {
      return CALL_BYTES + run.run().place().length() + run.run().input().standingBytes();
    }
    if (step instanceof Step.Emit emit) {
      return STEP_BYTES + (int) emit.event().sizeBytes();
    }
    if (step instanceof Step.Listen listen) {
      return STEP_BYTES * (1 + listen.subscriptions().size())
          + listen.subscriptions().stream().mapToInt(each -> each.toString().length()).sum();
    }
    if (step instanceof Step.End end) {
      return STEP_BYTES + end.output().standingBytes();
    }
    if (step instanceof Step.Spread spread) {
      int items = spread.items().stream().mapToInt(item -> ITEM_BYTES + item.standingBytes()).sum();
      return STEP_BYTES + spread.seed().standingBytes() + items;
    }
    return STEP_BYTES;
  }

  /** What is written here must be as long as may be, and such that it can be read again. */
  void requireFit(Payload payload, String what, String place) throws Faulted {
    requireSize(payload, what, place);
    requireReadable(Json.mayBeRead(payload), what, place);
  }

  /** What was not written here: whether it can be read is seen when it is. */
  void requireSize(Payload payload, String what, String place) throws Faulted {
    require(payload, mostPayloadBytes, what, place);
  }

  private static void requireReadable(boolean isReadable, String what, String place)
      throws Faulted {
    if (!isReadable) {
      throw new Faulted(
          Problem.validation(
              what
                  + " of too many values, or too long names: at most "
                  + Json.MAX_TOKENS
                  + " brackets, names and values can be read again",
              place));
    }
  }

  /** Of an event, which is as short as ever. */
  static void requireInline(Payload payload, String what, String place) throws Faulted {
    require(payload, Payload.MAX_INLINE_BYTES, what, place);
  }

  private static void require(Payload payload, int mostBytes, String what, String place)
      throws Faulted {
    if (payload.sizeBytes() > mostBytes) {
      throw new Faulted(
          Problem.validation(
              what
                  + " "
                  + payload.sizeBytes()
                  + " bytes long, the limit is "
                  + mostBytes
                  + " bytes",
              place));
    }
  }
}
