package io.corale.scheduler;

import io.corale.scheduler.Command.Hold.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What nothing starts of in a cell (ADR 32): all of its owner, compositions, and invocations, each
 * with those that it awaits, for they are a part of its work.
 *
 * <p>The calls of held compositions and invocations are in no queue. Those of a held owner stay
 * where they are, for there is nothing beside them that could start.
 */
final class Holds {
  /**
   * More than anybody can look after; each costs its name and its words. Invocations that are held
   * of their own weigh in the memory of the cell, and there is nothing else that bounds them.
   */
  static final int MAX_COMPOSITIONS = 1_000;

  private final Records records;
  private final Map<String, Held> compositions = new LinkedHashMap<>();
  private Optional<Held> owner = Optional.empty();

  Holds(Records records) {
    this.records = records;
  }

  Optional<Held> owner() {
    return owner;
  }

  boolean isOwnerHeld() {
    return owner.isPresent();
  }

  void putOwner(Optional<Held> held) {
    owner = held;
  }

  Optional<Held> composition(String name) {
    return Optional.ofNullable(compositions.get(name));
  }

  boolean isFull() {
    return compositions.size() >= MAX_COMPOSITIONS;
  }

  void putComposition(String name, Held held) {
    compositions.put(name, held);
  }

  void removeComposition(String name) {
    compositions.remove(name);
  }

  /** Whether the calls of an invocation are kept out of the queues. */
  boolean holds(Invocation invocation) {
    return first(invocation).isPresent();
  }

  /** Since when a call waits because something is held; {@link Standstill#GOES_ON}: it does not. */
  long sinceMicros(Call call) {
    if (call.state() == Call.State.HELD) {
      return call.queuedMicros();
    }
    return call.state() == Call.State.QUEUED && owner.isPresent()
        ? Math.max(owner.get().sinceMicros(), call.queuedMicros())
        : Standstill.GOES_ON;
  }

  /** What holds an invocation up, the whole before its parts; empty where nothing does. */
  Optional<HoldView> view(Invocation invocation, long nowMicros) {
    if (!invocation.isLive()) {
      return Optional.empty();
    }
    return owner
        .map(held -> HoldView.of(new Target.OfOwner(), held, nowMicros))
        .or(() -> first(invocation).map(found -> view(found, nowMicros)));
  }

  /** All that holds an invocation up, from itself outwards. */
  List<HoldView> all(Invocation invocation, long nowMicros) {
    Map<Target, Held> all = new LinkedHashMap<>();
    Optional<Invocation> next = Optional.of(invocation);
    while (next.isPresent()) {
      Invocation at = next.get();
      String name = at.submission().composition().name();
      at.held().ifPresent(held -> all.put(new Target.OfInvocation(at.id()), held));
      composition(name).ifPresent(held -> all.put(new Target.OfComposition(name), held));
      next = records.awaiting(at);
    }
    owner.ifPresent(held -> all.put(new Target.OfOwner(), held));
    return all.entrySet().stream().map(found -> view(found, nowMicros)).toList();
  }

  private static HoldView view(Map.Entry<Target, Held> found, long nowMicros) {
    return HoldView.of(found.getKey(), found.getValue(), nowMicros);
  }

  /** The nearest hold from the invocation itself on to those that await it. */
  private Optional<Map.Entry<Target, Held>> first(Invocation invocation) {
    Optional<Invocation> next = Optional.of(invocation);
    while (next.isPresent()) {
      Invocation at = next.get();
      String name = at.submission().composition().name();
      if (at.held().isPresent()) {
        return Optional.of(Map.entry(new Target.OfInvocation(at.id()), at.held().get()));
      }
      Held held = compositions.get(name);
      if (held != null) {
        return Optional.of(Map.entry(new Target.OfComposition(name), held));
      }
      next = records.awaiting(at);
    }
    return Optional.empty();
  }

  /** The holds that are not those of single invocations, the oldest of each kind first. */
  List<HoldView> views(long nowMicros) {
    List<HoldView> views = new ArrayList<>();
    owner.ifPresent(held -> views.add(HoldView.of(new Target.OfOwner(), held, nowMicros)));
    compositions.forEach(
        (name, held) -> views.add(HoldView.of(new Target.OfComposition(name), held, nowMicros)));
    return views;
  }

  void restore(Image.Hold hold) {
    if (hold.composition().isPresent()) {
      compositions.put(hold.composition().get(), hold.held());
    } else {
      owner = Optional.of(hold.held());
    }
  }

  List<Image.Hold> image() {
    List<Image.Hold> image = new ArrayList<>();
    owner.ifPresent(held -> image.add(new Image.Hold(Optional.empty(), held)));
    compositions.forEach((name, held) -> image.add(new Image.Hold(Optional.of(name), held)));
    return image;
  }
}
