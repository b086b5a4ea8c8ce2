package io.corale.scheduler;

import java.util.List;

/** Writes the records of branches, and keeps those of their timers set that the records have. */
final class Branches {
  private final Records records;
  private final Alarms alarms;

  Branches(Records records, Alarms alarms) {
    this.records = records;
    this.alarms = alarms;
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
  }

  void remove(Branch branch) {
    records.remove(branch);
    branch.waiting().timers().forEach(timer -> alarms.callOff(branch.key(), timer));
  }

  /** This timer of a branch has gone off: its alarm is taken out already. */
  void wentOff(Branch branch, int timer) {
    records.put(branch.now(branch.waiting().without(timer)));
  }
}
