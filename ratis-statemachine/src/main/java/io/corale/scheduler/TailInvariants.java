package io.corale.scheduler;

import io.corale.model.ScopeLimit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks for slots that are counted as unseen and are not, or are too many (rule 12). */
final class TailInvariants {
  private final Records records;
  private final Queues queues;
  private final Tail tail;
  private final List<String> broken = new ArrayList<>();

  TailInvariants(Records records, Queues queues, Tail tail) {
    this.records = records;
    this.queues = queues;
    this.tail = tail;
  }

  List<String> broken() {
    long last = 0;
    for (Slot slot : tail.slots()) {
      if (records.slot(slot.attempt()) == null) {
        broken.add(slot.attempt() + " is free and counts as unseen");
      }
      if (slot.startedIndex() < last) {
        broken.add(slot.attempt() + " stands after what was started later");
      }
      last = slot.startedIndex();
    }
    queues.desks().forEach(this::check);
    return broken;
  }

  private void check(Queues.Desk desk) {
    Map<String, Optional<String>> parents = new LinkedHashMap<>();
    for (ScopeLimit scope : desk.queue().account().scopes()) {
      parents.put(scope.scope(), scope.parent());
    }
    Map<String, Integer> unseen = new LinkedHashMap<>();
    Map<String, Long> lastStart = new LinkedHashMap<>();
    for (Slot slot : tail.slots()) {
      Optional<String> scope = Optional.of(slot.scope());
      while (slot.account().equals(desk.queue().account().id()) && scope.isPresent()) {
        unseen.merge(scope.get(), 1, Integer::sum);
        lastStart.merge(scope.get(), slot.startedIndex(), Math::max);
        scope = parents.getOrDefault(scope.get(), Optional.empty());
      }
    }
    for (ReadyQueue.ScopeLoad load : desk.queue().loads()) {
      String name = desk.queue().account().id() + "/" + load.scope();
      int there = unseen.getOrDefault(load.scope(), 0);
      if (there != load.unseen()) {
        broken.add(name + " counts " + load.unseen() + " unseen slots of " + there);
      }
      boolean wasLowered = lastStart.getOrDefault(load.scope(), 0L) < desk.index();
      if (load.unseen() > Scope.mostUnseen(load.limit()) && !wasLowered) {
        broken.add(name + " has " + load.unseen() + " unseen slots, its limit is " + load.limit());
      }
    }
  }
}
