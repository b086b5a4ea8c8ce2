package io.corale.scheduler;

import java.util.List;

/**
 * Writes the records of branches, and keeps those of their timers set, and those of their ears
 * known, that the records have.
 */
final class Branches {
  private final Records records;
  private final Alarms alarms;
  private final Listeners listeners;

  Branches(Records records, Alarms alarms, Listeners listeners) {
    this.records = records;
    this.alarms = alarms;
    this.listeners = listeners;
  }

  void put(Branch branch) {
    Branch before = records.branch(branch.key());
    List<Waiting.Timer> timers = branch.waiting().timers();
    List<Waiting.Timer> timersBefore = before == null ? List.of() : before.waiting().timers();
    records.put(branch);
    if (!timers.equals(timersBefore)) {
      timersBefore.stream()
          .filter(timer -> !timers.contains(timer))
          .forEach(timer -> alarms.callOff(branch.key(), timer));
      timers.stream()
          .filter(timer -> !timersBefore.contains(timer))
          .forEach(timer -> alarms.set(branch.key(), timer));
    }
    List<Ear> ears = branch.waiting().ears().all();
    List<Ear> earsBefore = before == null ? List.of() : before.waiting().ears().all();
    if (!ears.isEmpty() || !earsBefore.isEmpty()) {
      earsBefore.stream()
          .filter(ear -> ears.stream().noneMatch(ear::listensAs))
          .forEach(ear -> listeners.remove(branch.key(), ear));
      ears.stream()
          .filter(ear -> earsBefore.stream().noneMatch(ear::listensAs))
          .forEach(ear -> listeners.put(branch.key(), ear));
    }
  }

  void remove(Branch branch) {
    records.remove(branch);
    branch.waiting().timers().forEach(timer -> alarms.callOff(branch.key(), timer));
    branch.waiting().ears().all().forEach(ear -> listeners.remove(branch.key(), ear));
  }

  /** This timer of a branch has gone off: its alarm is taken out already. */
  void wentOff(Branch branch, int timer) {
    records.put(branch.now(branch.waiting().without(timer)));
  }
}
